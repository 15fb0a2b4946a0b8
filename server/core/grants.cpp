// SPDX-License-Identifier: Apache-2.0
// Writes grants to the database and keeps memory in step with it.
#include "core/grants.hpp"

#include "core/membership.hpp"
#include "db/reload.hpp"

#include <set>

namespace ourea {
namespace {

struct GrantRow {
    InstanceId instance_id;
    std::string grantee;
    std::string rights;
};
BOOST_DESCRIBE_STRUCT(GrantRow, (), (instance_id, grantee, rights))

/// Staff decide for ordinary users; what is one's own one gives to whom one likes.
void check_grantee(db::Transaction& tx, Actor const& actor, GrantChange const& change,
                   std::string const& field) {
    bool const group = change.grantee.starts_with(group_prefix);
    if (group && actor.role == Role::user && !owns(actor, change.grantee))
        throw invalid(field, "You are in no group of that name.");
    if (!change.rights.empty()) check_holder(tx, change.grantee, field);
    auto const owner = tx.first<std::string>(
        "SELECT COALESCE(owner, '') AS owner FROM instances WHERE id = :id", change.instance);
    if (!owns(actor, owner.value_or(""))) check_gives_to(tx, actor, change.grantee);
}

std::string detail_of(std::string const& grantee, std::string const& before,
                      std::string const& after) {
    std::string text = "{\"grantee\":";
    print(text, grantee);
    text += ",\"before\":";
    print(text, before);
    text += ",\"after\":";
    print(text, after);
    return text + "}";
}

/// The rights that stand in the table, "" if there is no grant.
std::string stored(db::Transaction& tx, InstanceId const& instance, std::string const& grantee) {
    return tx
        .first<std::string>(
            "SELECT rights FROM grants WHERE instance_id = :instance AND grantee = :grantee",
            instance, grantee)
        .value_or("");
}

void store(db::Transaction& tx, InstanceId const& instance, std::string const& grantee,
           std::string const& rights, std::string const& granted_by) {
    tx.exec(
        "INSERT INTO grants (instance_id, grantee, rights, granted_by, created_at) VALUES "
        "(:instance, :grantee, :rights, :by, :at) ON CONFLICT (instance_id, grantee) DO UPDATE "
        "SET rights = :rights, granted_by = :by",
        instance, grantee, rights, granted_by, now());
}

}  // namespace

Grants::Grants(db::Database& database, db::Revisions& revisions)
    : database_(database), revisions_(revisions) {
    auto snapshot = database_.read_now(&read_all);
    entries_ = std::move(snapshot.entries);
    revisions_.keep("grants", snapshot.number, [this] { return load(); });
}

Rights Grants::rights(Actor const& actor, InstanceId const& instance) const {
    Rights rights;
    auto add = [&](std::string const& grantee) {
        auto const found = entries_.find(grantee);
        if (found == entries_.end()) return;
        auto const grant = found->second.find(instance);
        if (grant != found->second.end()) rights |= grant->second;
    };
    add(holder_of(actor.user));
    for (auto const& group : actor.groups)
        add(std::string(group_prefix) + group);
    return rights;
}

Grants::ByInstance Grants::rights(Actor const& actor) const {
    ByInstance all = of_grantee(holder_of(actor.user));
    for (auto const& group : actor.groups) {
        auto const found = entries_.find(std::string(group_prefix) + group);
        if (found == entries_.end()) continue;
        for (auto const& [instance, rights] : found->second)
            all[instance] |= rights;
    }
    return all;
}

Grants::ByInstance Grants::of_grantee(std::string_view grantee) const {
    auto const found = entries_.find(grantee);
    return found == entries_.end() ? ByInstance{} : found->second;
}

std::vector<Grant> Grants::of_instance(InstanceId const& instance) const {
    std::vector<Grant> grants;
    for (auto const& [grantee, by_instance] : entries_)
        if (auto const found = by_instance.find(instance); found != by_instance.end())
            grants.push_back({grantee, found->second});
    return grants;
}

void Grants::write(db::Transaction& tx, Actor const& actor, GrantChange const& change,
                   std::string const& field) {
    bool const gives = !change.rights.empty();
    auto const before = stored(tx, change.instance, change.grantee);
    if (!gives && before.empty()) return;
    check_grantee(tx, actor, change, field);
    record(tx, actor, change, before);
}

void Grants::record(db::Transaction& tx, Actor const& actor, GrantChange const& change,
                    std::string const& before) {
    bool const gives = !change.rights.empty();
    if (gives)
        store(tx, change.instance, change.grantee, to_string(change.rights), actor.user);
    else
        tx.exec("DELETE FROM grants WHERE instance_id = :instance AND grantee = :grantee",
                change.instance, change.grantee);
    auto entry = audit_entry(actor, gives ? "instance.grant" : "instance.revoke",
                             "instance:" + change.instance.str(), change.instance_name);
    entry.on_behalf_of = owner_of(change.grantee);
    entry.detail = detail_of(change.grantee, before, to_string(change.rights));
    Audit::append(tx, entry);
}

awaitable<Grant> Grants::put(Actor const& actor, InstanceId instance, std::string instance_name,
                             std::string grantee, Rights rights) {
    if (rights.empty()) throw invalid("rights", "Give at least one right, or remove the grant.");
    GrantChange const change{instance, std::move(instance_name), grantee, rights};
    auto work = [actor, change](db::Transaction& tx) {
        auto const number = db::bump(tx, "grants");
        write(tx, actor, change, "grantee");
        return number;
    };
    auto const number = co_await database_.write(std::move(work));
    std::function<void()> taken_over = [&] { take_over(change); };
    co_await revisions_.wrote("grants", number, std::move(taken_over));
    Grant grant{grantee, rights};
    co_return grant;
}

awaitable<void> Grants::remove(Actor const& actor, InstanceId instance, std::string instance_name,
                               std::string grantee) {
    GrantChange const change{instance, std::move(instance_name), grantee, {}};
    auto work = [actor, change](db::Transaction& tx) {
        auto const number = db::bump(tx, "grants");
        if (stored(tx, change.instance, change.grantee).empty())
            throw Error(Kind::not_found, "There is no such grant.");
        write(tx, actor, change, "grantee");
        return number;
    };
    auto const number = co_await database_.write(std::move(work));
    std::function<void()> taken_over = [&] { take_over(change); };
    co_await revisions_.wrote("grants", number, std::move(taken_over));
}

awaitable<void> Grants::apply(Actor const& actor, std::vector<GrantChange> changes) {
    auto work = [actor, changes](db::Transaction& tx) {
        auto const number = db::bump(tx, "grants");
        for (std::size_t i = 0; i < changes.size(); ++i)
            write(tx, actor, changes[i], "items[" + std::to_string(i) + "].grantee");
        return number;
    };
    auto const number = co_await database_.write(std::move(work));
    std::function<void()> taken_over = [&] {
        for (auto const& change : changes)
            take_over(change);
    };
    co_await revisions_.wrote("grants", number, std::move(taken_over));
}

void Grants::take_over(GrantChange const& change) {
    auto& by_instance = entries_[change.grantee];
    if (change.rights.empty())
        by_instance.erase(change.instance);
    else
        by_instance[change.instance] = change.rights;
    if (by_instance.empty()) entries_.erase(change.grantee);
    tell(change.instance, change.grantee);
}

void Grants::forget(db::Transaction& tx, InstanceId const& instance) {
    db::bump(tx, "grants");
    tx.exec("DELETE FROM grants WHERE instance_id = :instance", instance);
}

Grants::Snapshot Grants::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "grants");
    for (auto& row : tx.select<GrantRow>("SELECT instance_id, grantee, rights FROM grants")) {
        // A right that a newer version knows is none here, but must not keep the server from
        // starting.
        auto const rights = parse_rights(row.rights);
        if (rights) snapshot.entries[row.grantee].emplace(row.instance_id, *rights);
    }
    return snapshot;
}

awaitable<db::Revisions::Loaded> Grants::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

void Grants::install(Entries entries) {
    auto const before = std::exchange(entries_, std::move(entries));
    auto differences = [&](Entries const& one, Entries const& other, bool changed_too) {
        std::vector<std::pair<InstanceId, std::string>> found;
        for (auto const& [grantee, by_instance] : one) {
            auto const there = other.find(grantee);
            for (auto const& [instance, rights] : by_instance) {
                bool const missing = there == other.end() || !there->second.contains(instance);
                if (missing || (changed_too && there->second.at(instance) != rights))
                    found.emplace_back(instance, grantee);
            }
        }
        return found;
    };
    for (auto const& [instance, grantee] : differences(before, entries_, true))
        tell(instance, grantee);
    for (auto const& [instance, grantee] : differences(entries_, before, false))
        tell(instance, grantee);
}

void Grants::tell(InstanceId const& instance, std::string const& grantee) {
    for (auto const& changed : changed_)
        changed(instance, grantee);
}

}  // namespace ourea
