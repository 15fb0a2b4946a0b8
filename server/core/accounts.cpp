// SPDX-License-Identifier: Apache-2.0
// Writes users to the database and keeps memory in step with it.
#include "core/accounts.hpp"

#include "core/account_rows.hpp"
#include "db/reload.hpp"

#include <fmt/format.h>

#include <set>

namespace ourea {

using namespace account_rows;

void check_user_name(std::string_view name) {
    check_name(name, "user");
}

void check_name(std::string_view name, std::string_view kind) {
    auto const fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    auto const the_name = fmt::format("The {} name ", kind);
    if (name.empty()) throw invalid("name", the_name + "is missing.");
    if (name.size() > 32) throw invalid("name", the_name + "must have at most 32 characters.");
    if (name.front() < 'a' || name.front() > 'z' || !std::all_of(name.begin(), name.end(), fits)) {
        throw invalid("name", the_name +
                                  "must begin with a small letter and consist of small letters, "
                                  "digits, dots, dashes and underscores.");
    }
}

Accounts::Accounts(db::Database& database, db::Revisions& revisions, Passwords& passwords)
    : database_(database), revisions_(revisions), passwords_(passwords) {
    auto snapshot = database_.read_now(&read_all);
    entries_ = std::move(snapshot.entries);
    revisions_.keep("users", snapshot.number, [this] { return load(); });
}

User const* Accounts::find(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second.user;
}

std::vector<User> Accounts::all() const {
    std::vector<User> users;
    users.reserve(entries_.size());
    for (auto const& [name, entry] : entries_)
        users.push_back(entry.user);
    return users;
}

std::optional<std::string> Accounts::password_hash(std::string_view name) const {
    auto const found = entries_.find(name);
    if (found == entries_.end()) return std::nullopt;
    return found->second.password_hash;
}

void Accounts::signed_in(std::string_view name, Time at) {
    auto const found = entries_.find(name);
    if (found == entries_.end()) return;
    found->second.user.last_sign_in_at = at;
    tell(found->first);
}

awaitable<User> Accounts::create(Actor const& actor, NewUser user, FirstRights first) {
    check_user_name(user.name);
    check_email(user.email);
    check_limits(user.quota);
    if (find(user.name)) throw taken(user.name);
    Entry entry;
    if (user.password) {
        check_password(user.name, *user.password);
        entry.password_hash = co_await passwords_.hash(*user.password);
    }
    check_full_name(user.full_name);
    entry.user = {user.name, user.role,  user.can_clone, user.email,  now(),
                  {},        user.quota, user.read_only, user.source, user.full_name};
    drop_empty(entry.user);
    auto write = [audit = entry_for(actor, "user.create", user.name), actor,
                  entry = std::move(entry), first = std::move(first)](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "users");
        insert(tx, entry.user, entry.password_hash);
        audit.detail = detail_of(std::nullopt, entry.user, entry.password_hash.has_value());
        Audit::append(tx, audit);
        return Written{number, entry, give_first(tx, actor, entry.user.name, first)};
    };
    co_return co_await remember(database_.write(std::move(write)));
}

awaitable<User> Accounts::update(Actor const& actor, std::string name, UserChange change) {
    if (!find(name)) throw unknown(name);
    check_email(change.email);
    check_full_name(change.full_name);
    std::optional<std::string> hash;
    if (change.password) {
        check_password(name, *change.password);
        hash = co_await passwords_.hash(*change.password);
        change.password.reset();
    }
    auto write = [audit = entry_for(actor, "user.update", name), name, change = std::move(change),
                  hash = std::move(hash),
                  self = actor.via != Via::cli && actor.user == name](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "users");
        Entry entry = read_one(tx, name);
        auto const before = entry.user;
        if (change.role) entry.user.role = *change.role;
        if (change.can_clone) entry.user.can_clone = *change.can_clone;
        if (change.email) entry.user.email = change.email;
        if (change.read_only) entry.user.read_only = *change.read_only;
        if (change.full_name) entry.user.full_name = change.full_name;
        drop_empty(entry.user);
        if (self) keep_own_power(before, entry.user);
        if (hash) entry.password_hash = hash;
        keep_an_administrator(tx, before, entry.user.role);
        store(tx, entry.user, entry.password_hash);
        bool const weaker =
            entry.user.role < before.role || (entry.user.read_only && !before.read_only);
        auto others = hash || weaker ? end_sessions(tx, name) : Others{};
        audit.detail = detail_of(before, entry.user, hash.has_value());
        Audit::append(tx, audit);
        return Written{number, entry, std::move(others)};
    };
    co_return co_await remember(database_.write(std::move(write)));
}

awaitable<Quota> Accounts::set_quota(Actor const& actor, std::string name, Quota quota) {
    if (!find(name)) throw unknown(name);
    check_limits(quota);
    auto write = [audit = entry_for(actor, "user.quota", name), name,
                  quota](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "users");
        Entry entry = read_one(tx, name);
        audit.detail = detail_of(entry.user.quota, quota);
        entry.user.quota = quota;
        store(tx, entry.user, entry.password_hash);
        Audit::append(tx, audit);
        return Written{number, entry, {}};
    };
    auto const user = co_await remember(database_.write(std::move(write)));
    co_return user.quota;
}

awaitable<void> Accounts::remove(Actor const& actor, std::string name,
                                 std::optional<std::string> transfer_to) {
    if (!find(name)) throw unknown(name);
    if (actor.user == name && actor.via != Via::cli)
        throw Error(Kind::conflict, "You cannot remove your own account.");
    auto write = [audit = entry_for(actor, "user.delete", name), actor, name,
                  transfer_to](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "users");
        Entry entry = read_one(tx, name);
        keep_an_administrator(tx, entry.user, std::nullopt);
        auto others = end_sessions(tx, name);
        others.merge(end_tokens(tx, name));
        others.merge(drop_memberships(tx, holder_of(name)));
        others.merge(drop_grants(tx, holder_of(name)));
        release_instances(tx, actor, name, transfer_to);
        others.merge(drop_loans(tx, holder_of(name)));
        others.merge(drop_requests(tx, holder_of(name)));
        tx.exec("DELETE FROM users WHERE name = :name", name);
        audit.detail = detail_of(entry.user, std::nullopt, false);
        Audit::append(tx, audit);
        return Written{number, entry, std::move(others)};
    };
    auto const written = co_await database_.write(std::move(write));
    std::function<void()> apply = [this, &name] {
        entries_.erase(name);
        tell(name);
    };
    co_await revisions_.wrote("users", written.number, std::move(apply));
    for (auto const& [topic, number] : written.others)
        co_await revisions_.follow(topic, number);
}

awaitable<User> Accounts::remember(awaitable<Written> writing) {
    auto const written = co_await std::move(writing);
    auto const& user = written.entry.user;
    std::function<void()> apply = [this, &written, &user] {
        entries_.insert_or_assign(user.name, written.entry);
        tell(user.name);
    };
    co_await revisions_.wrote("users", written.number, std::move(apply));
    for (auto const& [topic, number] : written.others)
        co_await revisions_.follow(topic, number);
    co_return user;
}

Accounts::Snapshot Accounts::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "users");
    for (auto& row : tx.select<UserRow>("SELECT * FROM users")) {
        auto const name = row.name;
        auto hash = std::move(row.password_hash);
        snapshot.entries.emplace(name, Entry{user_of(std::move(row)), std::move(hash)});
    }
    return snapshot;
}

Accounts::Entry Accounts::read_one(db::Transaction& tx, std::string const& name) {
    auto row = tx.first<UserRow>("SELECT * FROM users WHERE name = :name", name);
    if (!row) throw unknown(name);
    auto hash = std::move(row->password_hash);
    return {user_of(std::move(*row)), std::move(hash)};
}

awaitable<db::Revisions::Loaded> Accounts::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

void Accounts::install(Entries entries) {
    auto const before = std::exchange(entries_, std::move(entries));
    std::set<std::string> changed;
    for (auto const& [name, entry] : before) {
        auto const found = entries_.find(name);
        if (found == entries_.end() || found->second != entry) changed.insert(name);
    }
    for (auto const& [name, entry] : entries_)
        if (!before.contains(name)) changed.insert(name);
    for (auto const& name : changed)
        tell(name);
}

void Accounts::tell(std::string const& user) {
    for (auto const& changed : changed_)
        changed(user);
}

}  // namespace ourea
