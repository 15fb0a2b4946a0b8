// SPDX-License-Identifier: Apache-2.0
// SQL, checks and audit details of users.
#include "core/account_rows.hpp"

#include "base/error.hpp"
#include "core/grants.hpp"
#include "core/groups.hpp"
#include "core/quota.hpp"
#include "core/records.hpp"
#include "db/constraint.hpp"
#include "db/revisions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ourea::account_rows {
namespace {

struct Seen {
    Role role = Role::user;
    bool can_clone = false;
    bool read_only = false;
    std::optional<std::string> email;
    std::optional<std::string> full_name;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (role, can_clone, read_only, email, full_name))

struct OwnedRow {
    InstanceId id;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(OwnedRow, (), (id, name))

/// "ourea1, ourea2 and 5 more".
std::string some_of(std::vector<OwnedRow> const& rows) {
    constexpr std::size_t most = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, rows.size()); ++i)
        text += (i > 0 ? ", " : "") + rows[i].name;
    if (rows.size() > most) text += fmt::format(" and {} more", rows.size() - most);
    return text;
}

std::optional<Seen> seen(std::optional<User> const& user) {
    if (!user) return std::nullopt;
    return Seen{user->role, user->can_clone, user->read_only, user->email, user->full_name};
}

}  // namespace

User user_of(UserRow row) {
    return {std::move(row.name),
            row.role,
            row.can_clone,
            std::move(row.email),
            row.created_at,
            row.last_sign_in_at,
            {row.quota_instances, row.quota_vcpus, row.quota_memory_mib, row.quota_disk_gib,
             row.quota_running_instances, row.quota_running_vcpus, row.quota_running_memory_mib},
            row.read_only,
            row.source,
            std::move(row.full_name)};
}

void insert(db::Transaction& tx, User const& user, std::optional<std::string> const& hash) {
    try {
        tx.exec(
            "INSERT INTO users (name, role, source, created_at) VALUES (:name, :role, :source, "
            ":created_at)",
            user.name, user.role, user.source, user.created_at);
    } catch (db::ConstraintError const& error) {
        if (db::is_unique_violation(error)) throw taken(user.name);
        throw;
    }
    store(tx, user, hash);
}

void store(db::Transaction& tx, User const& user, std::optional<std::string> const& hash) {
    auto const& quota = user.quota;
    tx.exec(
        "UPDATE users SET role = :role, can_clone = :can_clone, email = :email, "
        "password_hash = :hash, quota_instances = :instances, quota_vcpus = :vcpus, "
        "quota_memory_mib = :memory, quota_disk_gib = :disk, quota_running_instances = "
        ":running_instances, quota_running_vcpus = :running_vcpus, quota_running_memory_mib = "
        ":running_memory, read_only = :read_only, full_name = :full_name WHERE name = :name",
        user.role, user.can_clone, user.email, hash, quota.instances, quota.vcpus, quota.memory_mib,
        quota.disk_gib, quota.running_instances, quota.running_vcpus, quota.running_memory_mib,
        user.read_only, user.full_name, user.name);
}

Error unknown(std::string const& name) {
    return Error(Kind::not_found, "There is no user " + name + ".");
}

Error taken(std::string const& name) {
    return Error(Kind::conflict, "There is already a user " + name + ".", {}, "name");
}

void check_email(std::optional<std::string> const& email) {
    if (!email || email->empty()) return;
    auto const at = email->find('@');
    bool const visible = std::all_of(email->begin(), email->end(),
                                     [](unsigned char c) { return c > ' ' && c != 0x7F; });
    if (email->size() > 254 || at == email->npos || at == 0 || at + 1 == email->size() || !visible)
        throw invalid("email", "This is no e-mail address.");
}

void check_full_name(std::optional<std::string> const& name) {
    if (!name) return;
    if (name->size() > 200) throw invalid("full_name", "full_name: at most 200 bytes");
    for (char c : *name)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            throw invalid("full_name", "full_name: must be one line without control characters");
}

void drop_empty(User& user) {
    if (user.email == "") user.email.reset();
    if (user.full_name == "") user.full_name.reset();
}

void check_limits(Quota const& quota, std::string const& path) {
    constexpr std::int64_t most = 1'000'000'000'000;
    boost::mp11::mp_for_each<reflect::Members<Quota>>([&](auto d) {
        auto const& limit = quota.*d.pointer;
        if (limit && (*limit < 0 || *limit > most)) {
            auto const field = path + d.name;
            throw invalid(field, field + ": expected a number, 0 or more, or null for unlimited");
        }
    });
}

void keep_an_administrator(db::Transaction& tx, User const& before, std::optional<Role> after) {
    if (before.role != Role::administrator || after == Role::administrator) return;
    auto const administrators = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM users WHERE role = :role", Role::administrator);
    if (administrators > 1) return;
    throw Error(Kind::conflict, before.name + " is the last administrator and must stay one.");
}

void keep_own_power(User const& before, User const& after) {
    bool const loses = after.role < before.role || (after.read_only && !before.read_only);
    if (!loses) return;
    throw Error(Kind::conflict,
                "You cannot take power from your own account; another administrator can.");
}

void release_instances(db::Transaction& tx, Actor const& actor, std::string const& owner,
                       std::optional<std::string> const& to) {
    lock_owner(tx, owner);
    auto const owned = tx.select<OwnedRow>(
        "SELECT id, name FROM instances WHERE owner = :owner AND state <> 'gone' ORDER BY name",
        owner);
    if (owned.empty()) return;
    if (!to) {
        bool const one = owned.size() == 1;
        throw Error(Kind::conflict,
                    fmt::format("{} still owns {} instance{}: {}. Delete {} or give {} to somebody "
                                "else first.",
                                owner, owned.size(), one ? "" : "s", some_of(owned),
                                one ? "it" : "them", one ? "it" : "them"));
    }
    auto const heir = owner_of(*to);
    check_holder(tx, holder_of(heir), "transfer_to");
    if (heir == owner) throw invalid("transfer_to", "transfer_to: " + heir + " is going away");
    check_quota(tx, heir, taken_by(tx, owner));
    tx.exec(
        "UPDATE instances SET owner = :heir, decided = :decided, mark_pending = 1 WHERE owner = "
        ":owner AND state <> 'gone'",
        heir, Records::decide(tx), owner);
    for (auto const& row : owned) {
        auto entry = audit_entry(actor, "instance.own", "instance:" + row.id.str(), row.name);
        entry.detail = change_of(std::optional(owner), std::optional(heir)) + "}";
        entry.on_behalf_of = heir;
        Audit::append(tx, entry);
    }
}

Others give_first(db::Transaction& tx, Actor const& actor, std::string const& name,
                  FirstRights const& first) {
    Others others;
    auto const holder = holder_of(name);
    if (!first.groups.empty()) others.emplace("groups", db::bump(tx, "groups"));
    if (!first.grants.empty()) others.emplace("grants", db::bump(tx, "grants"));
    for (auto const& group : first.groups)
        if (tx.first<std::string>("SELECT name FROM groups WHERE name = :name", group))
            Groups::put_in(tx, actor, group, holder);
    for (auto const& [instance, rights] : first.grants) {
        auto const known = tx.first<std::string>(
            "SELECT name FROM instances WHERE id = :id AND state <> 'gone'", instance);
        GrantChange const change{instance, known.value_or(""), holder, rights};
        if (known) Grants::record(tx, actor, change, "");
    }
    return others;
}

Others end_sessions(db::Transaction& tx, std::string const& name) {
    auto const number = db::bump(tx, "sessions");
    tx.exec("DELETE FROM sessions WHERE user_name = :name", name);
    return {{"sessions", number}};
}

Others drop_loans(db::Transaction& tx, std::string const& holder) {
    auto const number = db::bump(tx, "loans");
    tx.exec("DELETE FROM quota_loans WHERE holder = :holder", holder);
    return {{"loans", number}};
}

Others drop_requests(db::Transaction& tx, std::string const& holder) {
    auto const number = db::bump(tx, "requests");
    tx.exec("DELETE FROM requests WHERE holder = :holder OR requester = :owner", holder,
            owner_of(holder));
    return {{"requests", number}};
}

Others end_tokens(db::Transaction& tx, std::string const& name) {
    auto const number = db::bump(tx, "tokens");
    tx.exec("DELETE FROM tokens WHERE user_name = :name", name);
    return {{"tokens", number}};
}

Others drop_memberships(db::Transaction& tx, std::string const& holder) {
    auto const number = db::bump(tx, "groups");
    tx.exec("DELETE FROM group_members WHERE member = :holder", holder);
    return {{"groups", number}};
}

Others drop_grants(db::Transaction& tx, std::string const& holder) {
    auto const number = db::bump(tx, "grants");
    tx.exec("DELETE FROM grants WHERE grantee = :holder", holder);
    return {{"grants", number}};
}

AuditEntry entry_for(Actor const& actor, std::string action, std::string const& name) {
    return audit_entry(actor, std::move(action), "user:" + name, name);
}

std::string detail_of(std::optional<User> const& before, std::optional<User> const& after,
                      bool new_password) {
    return change_of(seen(before), seen(after)) + (new_password ? ",\"password\":\"set\"}" : "}");
}

std::string detail_of(Quota const& before, Quota const& after) {
    return change_of(std::optional(before), std::optional(after)) + "}";
}

}  // namespace ourea::account_rows
