// SPDX-License-Identifier: Apache-2.0
// The users: all in memory, written through to the database, each write audited.
#pragma once

#include "core/access.hpp"
#include "core/audit.hpp"
#include "core/passwords.hpp"
#include "core/people.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

struct NewUser {
    std::string name;
    std::optional<std::string> password;  ///< without one nobody can sign in with a password
    Role role = Role::user;
    bool can_clone = false;
    std::optional<std::string> email;
    Quota quota;
    bool read_only = false;
    AccountSource source = AccountSource::local;
    std::optional<std::string> full_name = std::nullopt;
};

/// Groups and grants that an account has from the beginning; those that are gone are left out.
struct FirstRights {
    std::vector<std::string> groups;
    std::vector<std::pair<InstanceId, Rights>> grants;
};

/// What is absent stays as it is.
struct UserChange {
    std::optional<std::string> password;
    std::optional<Role> role;
    std::optional<bool> can_clone;
    std::optional<std::string> email = std::nullopt;  ///< an empty one removes it
    std::optional<bool> read_only = std::nullopt;
    std::optional<std::string> full_name = std::nullopt;  ///< an empty one removes it
};

/// Throws `invalid` for the field "name" unless it is 1 to 32 of a-z, 0-9, dot, dash, underscore,
/// beginning with a letter.
void check_user_name(std::string_view name);
/// The same for the name of something else: "group".
void check_name(std::string_view name, std::string_view kind);

/// Lives on the event loop. Who may call what is the caller's question to `may()`.
class Accounts {
public:
    using Changed = std::function<void(std::string const& user)>;

    /// Loads all users, waiting for the database.
    Accounts(db::Database& database, db::Revisions& revisions, Passwords& passwords);

    User const* find(std::string_view name) const;
    /// By name.
    std::vector<User> all() const;

    /// Throws `conflict` if the name is taken.
    awaitable<User> create(Actor const& actor, NewUser user, FirstRights first = {});
    /// A new password, or a role with less power, ends the user's sessions. The last administrator
    /// stays one, and nobody takes power from themselves (`conflict`).
    awaitable<User> update(Actor const& actor, std::string name, UserChange change);
    awaitable<Quota> set_quota(Actor const& actor, std::string name, Quota quota);
    /// Refuses (`conflict`) the last administrator and the actor. Instances go to `transfer_to`, an
    /// owner, whose quota must have room; without one, who still owns some stays (`conflict`).
    /// Grants, memberships and sessions go with the user.
    awaitable<void> remove(Actor const& actor, std::string name,
                           std::optional<std::string> transfer_to = {});

    /// The stored password hash, for the sign-in.
    std::optional<std::string> password_hash(std::string_view name) const;
    /// Remembers in memory what the sign-in wrote.
    void signed_in(std::string_view name, Time at);

    /// Called after each change, also one by another process; the user may be gone.
    void on_change(Changed changed) { changed_.push_back(std::move(changed)); }

private:
    struct Entry {
        User user;
        std::optional<std::string> password_hash;
        bool operator==(Entry const&) const = default;
    };
    using Entries = std::map<std::string, Entry, std::less<>>;
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };
    struct Written {
        std::int64_t number = 0;
        Entry entry;
        std::map<std::string, std::int64_t> others;  ///< other topics it touched, see `follow`
    };

    static Snapshot read_all(db::Transaction& tx);
    static Entry read_one(db::Transaction& tx, std::string const& name);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    awaitable<User> remember(awaitable<Written> writing);
    void tell(std::string const& user);

    db::Database& database_;
    db::Revisions& revisions_;
    Passwords& passwords_;
    Entries entries_;
    std::vector<Changed> changed_;
};

}  // namespace ourea
