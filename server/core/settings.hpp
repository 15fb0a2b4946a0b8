// SPDX-License-Identifier: Apache-2.0
// What administrators decide for the whole portal: in memory, written through, audited.
#pragma once

#include "core/access.hpp"
#include "core/accounts.hpp"

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

/// Lives on the event loop.
class Settings {
public:
    Settings(db::Database& database, db::Revisions& revisions);

    NewAccounts const& new_accounts() const { return new_accounts_; }
    /// Throws `invalid` with the path of the field that is wrong.
    awaitable<void> put(Actor const& actor, NewAccounts wanted);

    /// Makes an account. An ordinary user gets the groups and grants that the settings name, and
    /// their quota and right to clone where `wanted` leaves them open; others get no limit.
    awaitable<User> make_account(Accounts& accounts, Actor const& actor, NewUser wanted,
                                 std::optional<Quota> quota, std::optional<bool> can_clone) const;

    static NewAccounts read(db::Transaction& tx);

private:
    struct Snapshot {
        std::int64_t number = 0;
        NewAccounts new_accounts;
    };
    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();

    db::Database& database_;
    db::Revisions& revisions_;
    NewAccounts new_accounts_;
};

}  // namespace ourea
