// SPDX-License-Identifier: Apache-2.0
// What administrators decide for the whole portal: in memory, written through, audited.
#pragma once

#include "core/access.hpp"
#include "core/accounts.hpp"
#include "core/placement_rules.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea {

struct DefaultGrant {
    InstanceId instance;
    std::optional<bool> see;
    std::optional<bool> power;
    std::optional<bool> view;
    std::optional<bool> console;
    std::optional<bool> resize;
    std::optional<bool> snapshot;
    std::optional<bool> clone;
    std::optional<bool> delete_;
};
BOOST_DESCRIBE_STRUCT(DefaultGrant, (),
                      (instance, see, power, view, console, resize, snapshot, clone, delete_))

/// What each new account of an ordinary user gets.
struct NewAccounts {
    bool can_clone = false;
    Quota quota = default_quota(Role::user);
    std::vector<std::string> groups;
    std::vector<DefaultGrant> grants;
};
BOOST_DESCRIBE_STRUCT(NewAccounts, (), (can_clone, quota, groups, grants))

struct AllSettings : NewAccounts {
    PlacementRules placement;
};
BOOST_DESCRIBE_STRUCT(AllSettings, (NewAccounts), (placement))

/// Lives on the event loop.
class Settings {
public:
    Settings(db::Database& database, db::Revisions& revisions);

    NewAccounts const& new_accounts() const { return all_; }
    PlacementRules const& placement() const { return all_.placement; }
    /// Without `placement` its rules stay as they are. Throws `invalid` with the path of the field
    /// that is wrong; then nothing is changed.
    awaitable<void> put(Actor const& actor, NewAccounts wanted,
                        std::optional<PlacementRules> placement = std::nullopt);

    /// Makes an account. An ordinary user gets the groups and grants that the settings name, and
    /// their quota and right to clone where `wanted` leaves them open; others get no limit.
    awaitable<User> make_account(Accounts& accounts, Actor const& actor, NewUser wanted,
                                 std::optional<Quota> quota, std::optional<bool> can_clone) const;

    static AllSettings read(db::Transaction& tx);

private:
    struct Snapshot {
        std::int64_t number = 0;
        AllSettings all;
    };
    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();

    db::Database& database_;
    db::Revisions& revisions_;
    AllSettings all_;
};

}  // namespace ourea
