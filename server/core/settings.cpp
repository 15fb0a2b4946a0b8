// SPDX-License-Identifier: Apache-2.0
// Checks and keeps the settings, and makes accounts as they say.
#include "core/settings.hpp"

#include "core/account_rows.hpp"

#include <memory>

namespace ourea {
namespace {

constexpr char new_accounts_key[] = "new_accounts";

std::string field_of(std::string const& list, std::size_t index, std::string const& rest = {}) {
    return "new_accounts." + list + "[" + std::to_string(index) + "]" + rest;
}

/// What is named must be there: a slip is noticed now, not with the next account.
void check(db::Transaction& tx, NewAccounts const& wanted) {
    for (std::size_t i = 0; i < wanted.groups.size(); ++i) {
        auto const& group = wanted.groups[i];
        if (!tx.first<std::string>("SELECT name FROM groups WHERE name = :name", group))
            throw invalid(field_of("groups", i), "There is no group " + group + ".");
    }
    for (std::size_t i = 0; i < wanted.grants.size(); ++i) {
        auto const& grant = wanted.grants[i];
        auto const known = tx.first<std::string>(
            "SELECT id FROM instances WHERE id = :id AND state <> 'gone'", grant.instance);
        if (!known) throw invalid(field_of("grants", i, ".instance"), "There is no such instance.");
        if (to_rights(grant).empty())
            throw invalid(field_of("grants", i),
                          field_of("grants", i) + ": give at least one right");
    }
}

}  // namespace

Settings::Settings(db::Database& database, db::Revisions& revisions)
    : database_(database), revisions_(revisions) {
    auto snapshot = database_.read_now(&read_all);
    new_accounts_ = std::move(snapshot.new_accounts);
    revisions_.keep("settings", snapshot.number, [this] { return load(); });
}

awaitable<void> Settings::put(Actor const& actor, NewAccounts wanted) {
    account_rows::check_limits(wanted.quota, "new_accounts.quota.");
    auto write = [wanted, audit = audit_entry(actor, "settings.update", "settings", "settings")](
                     db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "settings");
        check(tx, wanted);
        audit.detail =
            account_rows::change_of(std::optional(read(tx)), std::optional(wanted)) + "}";
        tx.exec(
            "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE "
            "SET value = excluded.value",
            new_accounts_key, to_json(wanted));
        Audit::append(tx, audit);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    std::function<void()> apply = [&] { new_accounts_ = wanted; };
    co_await revisions_.wrote("settings", number, std::move(apply));
}

awaitable<User> Settings::make_account(Accounts& accounts, Actor const& actor, NewUser wanted,
                                       std::optional<Quota> quota,
                                       std::optional<bool> can_clone) const {
    FirstRights first;
    bool const ordinary = wanted.role == Role::user;
    wanted.quota = quota.value_or(ordinary ? new_accounts_.quota : default_quota(wanted.role));
    wanted.can_clone = can_clone.value_or(ordinary && new_accounts_.can_clone);
    if (ordinary) {
        first.groups = new_accounts_.groups;
        for (auto const& grant : new_accounts_.grants)
            first.grants.emplace_back(grant.instance, to_rights(grant));
    }
    co_return co_await accounts.create(actor, std::move(wanted), std::move(first));
}

NewAccounts Settings::read(db::Transaction& tx) {
    auto const text =
        tx.first<std::string>("SELECT value FROM settings WHERE key = :key", new_accounts_key);
    return text ? read_text<NewAccounts>(*text) : NewAccounts{};
}

Settings::Snapshot Settings::read_all(db::Transaction& tx) {
    return {db::revision(tx, "settings"), read(tx)};
}

awaitable<db::Revisions::Loaded> Settings::load() {
    auto const snapshot = std::make_shared<Snapshot>(co_await database_.read(&read_all));
    db::Revisions::Loaded loaded;
    loaded.number = snapshot->number;
    loaded.install = [this, snapshot] { new_accounts_ = std::move(snapshot->new_accounts); };
    co_return loaded;
}

}  // namespace ourea
