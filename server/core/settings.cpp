// SPDX-License-Identifier: Apache-2.0
// Checks and keeps the settings, and makes accounts as they say.
#include "core/settings.hpp"

#include "core/account_rows.hpp"

#include <memory>

namespace ourea {
namespace {

constexpr char new_accounts_key[] = "new_accounts";
constexpr char placement_key[] = "placement";

template <class T>
T read_part(db::Transaction& tx, char const* key) {
    auto const text = tx.first<std::string>("SELECT value FROM settings WHERE key = :key", key);
    return text ? read_text<T>(*text) : T{};
}

template <class T>
void write_part(db::Transaction& tx, char const* key, T const& part) {
    tx.exec(
        "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE "
        "SET value = excluded.value",
        key, to_json(part));
}

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
    all_ = std::move(snapshot.all);
    revisions_.keep("settings", snapshot.number, [this] { return load(); });
}

awaitable<void> Settings::put(Actor const& actor, NewAccounts wanted,
                              std::optional<PlacementRules> placement) {
    account_rows::check_limits(wanted.quota, "new_accounts.quota.");
    if (placement) placement = checked_rules(std::move(*placement));
    auto const after = std::make_shared<AllSettings>();
    auto write = [after, wanted, placement,
                  audit = audit_entry(actor, "settings.update", "settings", "settings")](
                     db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "settings");
        check(tx, wanted);
        auto const before = read(tx);
        *after = before;
        static_cast<NewAccounts&>(*after) = wanted;
        if (placement) after->placement = *placement;
        audit.detail = account_rows::change_of(std::optional(before), std::optional(*after)) + "}";
        write_part(tx, new_accounts_key, wanted);
        write_part(tx, placement_key, after->placement);
        Audit::append(tx, audit);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    std::function<void()> apply = [this, after] { all_ = *after; };
    co_await revisions_.wrote("settings", number, std::move(apply));
}

awaitable<User> Settings::make_account(Accounts& accounts, Actor const& actor, NewUser wanted,
                                       std::optional<Quota> quota,
                                       std::optional<bool> can_clone) const {
    FirstRights first;
    bool const ordinary = wanted.role == Role::user;
    wanted.quota = quota.value_or(ordinary ? all_.quota : default_quota(wanted.role));
    wanted.can_clone = can_clone.value_or(ordinary && all_.can_clone);
    if (ordinary) {
        first.groups = all_.groups;
        for (auto const& grant : all_.grants)
            first.grants.emplace_back(grant.instance, to_rights(grant));
    }
    co_return co_await accounts.create(actor, std::move(wanted), std::move(first));
}

AllSettings Settings::read(db::Transaction& tx) {
    AllSettings all;
    static_cast<NewAccounts&>(all) = read_part<NewAccounts>(tx, new_accounts_key);
    all.placement = read_part<PlacementRules>(tx, placement_key);
    return all;
}

Settings::Snapshot Settings::read_all(db::Transaction& tx) {
    return {db::revision(tx, "settings"), read(tx)};
}

awaitable<db::Revisions::Loaded> Settings::load() {
    auto const snapshot = std::make_shared<Snapshot>(co_await database_.read(&read_all));
    db::Revisions::Loaded loaded;
    loaded.number = snapshot->number;
    loaded.install = [this, snapshot] { all_ = std::move(snapshot->all); };
    co_return loaded;
}

}  // namespace ourea
