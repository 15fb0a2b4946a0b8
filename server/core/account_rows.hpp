// SPDX-License-Identifier: Apache-2.0
// How users stand in the database, and the rules that their writes obey; for accounts.cpp alone.
#pragma once

#include "core/accounts.hpp"
#include "core/audit.hpp"
#include "core/people.hpp"
#include "db/transaction.hpp"

#include <map>
#include <optional>
#include <string>

namespace ourea::account_rows {

/// Topics that a write touched besides "users", with their new numbers.
using Others = std::map<std::string, std::int64_t>;

struct UserRow {
    std::string name;
    Role role = Role::user;
    bool can_clone = false;
    std::optional<std::string> email;
    std::optional<std::string> password_hash;
    std::optional<std::int64_t> quota_instances;
    std::optional<std::int64_t> quota_vcpus;
    std::optional<std::int64_t> quota_memory_mib;
    std::optional<std::int64_t> quota_disk_gib;
    Time created_at;
    std::optional<Time> last_sign_in_at;
    bool read_only = false;
    AccountSource source = AccountSource::local;
    std::optional<std::string> full_name;
    std::optional<std::int64_t> quota_running_instances;
    std::optional<std::int64_t> quota_running_vcpus;
    std::optional<std::int64_t> quota_running_memory_mib;
};
BOOST_DESCRIBE_STRUCT(UserRow, (),
                      (name, role, can_clone, email, password_hash, quota_instances, quota_vcpus,
                       quota_memory_mib, quota_disk_gib, created_at, last_sign_in_at, read_only,
                       source, full_name, quota_running_instances, quota_running_vcpus,
                       quota_running_memory_mib))

User user_of(UserRow row);
void insert(db::Transaction& tx, User const& user, std::optional<std::string> const& hash);
void store(db::Transaction& tx, User const& user, std::optional<std::string> const& hash);

Error unknown(std::string const& name);
Error taken(std::string const& name);
void check_email(std::optional<std::string> const& email);
void check_full_name(std::optional<std::string> const& name);
/// An empty address or full name is none.
void drop_empty(User& user);
/// The field that an error names begins with `path`.
void check_limits(Quota const& quota, std::string const& path = {});

/// Throws `conflict` if the last administrator would become something else or be removed. The
/// caller has bumped "users", so no other write comes between.
void keep_an_administrator(db::Transaction& tx, User const& before, std::optional<Role> after);
/// Throws `conflict` if a change by the user would take power from them: a slip cannot be undone.
void keep_own_power(User const& before, User const& after);
/// Gives the owner's instances to `to`, whose quota must have room; without one, throws `conflict`
/// if there are any. Locks the owner's row: no quota check, hence no new instance, comes between.
void release_instances(db::Transaction& tx, Actor const& actor, std::string const& owner,
                       std::optional<std::string> const& to);
/// Groups and grants of a user that has just been inserted.
Others give_first(db::Transaction& tx, Actor const& actor, std::string const& name,
                  FirstRights const& first);
Others end_sessions(db::Transaction& tx, std::string const& name);
Others end_tokens(db::Transaction& tx, std::string const& name);
/// Of a "user:NAME" or "group:NAME": whoever gets the name next has none of it.
Others drop_loans(db::Transaction& tx, std::string const& holder);
Others drop_requests(db::Transaction& tx, std::string const& holder);
Others drop_memberships(db::Transaction& tx, std::string const& holder);
Others drop_grants(db::Transaction& tx, std::string const& holder);

AuditEntry entry_for(Actor const& actor, std::string action, std::string const& name);
/// `{"before":…,"after":…`, without the end.
template <class T>
std::string change_of(std::optional<T> const& before, std::optional<T> const& after) {
    std::string text = "{\"before\":";
    print(text, before);
    text += ",\"after\":";
    print(text, after);
    return text;
}
/// JSON of a user before and after, never with the password.
std::string detail_of(std::optional<User> const& before, std::optional<User> const& after,
                      bool new_password);
std::string detail_of(Quota const& before, Quota const& after);

}  // namespace ourea::account_rows
