// SPDX-License-Identifier: Apache-2.0
// Who there is: users with their role, quota and usage, and the actor of a request.
#pragma once

#include "base/ids.hpp"
#include "base/reflect.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

enum class Role { user, staff, administrator };
BOOST_DESCRIBE_ENUM(Role, user, staff, administrator)

/// How an actor came in. `proxy` is a session that the web server in front signed in, `system` the
/// program itself, e.g. a job that goes on after a restart, `outside` not through the portal at
/// all.
enum class Via { session, proxy, token, cli, system, outside };
BOOST_DESCRIBE_ENUM(Via, session, proxy, token, cli, system, outside)

/// Limits of what an owner's instances may take together; absent is unlimited, 0 is none. The first
/// four are of all that is defined, the others of what runs.
struct Quota {
    std::optional<std::int64_t> instances;
    std::optional<std::int64_t> vcpus;
    std::optional<std::int64_t> memory_mib;
    std::optional<std::int64_t> disk_gib;
    std::optional<std::int64_t> running_instances = std::nullopt;
    std::optional<std::int64_t> running_vcpus = std::nullopt;
    std::optional<std::int64_t> running_memory_mib = std::nullopt;
    bool operator==(Quota const&) const = default;
};
BOOST_DESCRIBE_STRUCT(Quota, (),
                      (instances, vcpus, memory_mib, disk_gib, running_instances, running_vcpus,
                       running_memory_mib))

/// What a new account gets unless somebody says otherwise: nothing for users, no limit for others.
Quota default_quota(Role role);

/// What an owner's instances take together; disks are rounded up to whole GiB.
struct Usage {
    std::int64_t instances = 0;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_gib = 0;
    std::int64_t running_instances = 0;
    std::int64_t running_vcpus = 0;
    std::int64_t running_memory_mib = 0;
    bool operator==(Usage const&) const = default;
};
BOOST_DESCRIBE_STRUCT(Usage, (),
                      (instances, vcpus, memory_mib, disk_gib, running_instances, running_vcpus,
                       running_memory_mib))

/// Where an account comes from: `proxy` ones are known by the web server in front alone.
enum class AccountSource { local, proxy };
BOOST_DESCRIBE_ENUM(AccountSource, local, proxy)

struct User {
    std::string name;
    Role role = Role::user;
    bool can_clone = false;
    std::optional<std::string> email;
    Time created_at;
    std::optional<Time> last_sign_in_at;
    Quota quota;
    bool read_only = false;  ///< sees all that the role shows and changes nothing: an auditor
    AccountSource source = AccountSource::local;
    std::optional<std::string> full_name;
    bool operator==(User const&) const = default;
};

/// Who asks for something, and from where.
struct Actor {
    std::string user;
    Role role = Role::user;
    bool can_clone = false;
    bool read_only = false;           ///< an auditor, or a token that may only read
    std::vector<std::string> groups;  ///< all, also those that hold one of theirs
    Via via = Via::session;
    std::string means;  ///< the token's name; empty unless `via` is `token`
    std::string address;
    std::string request_id;
    std::string session_id;  ///< of the session, or "token:<id>"; empty for `cli` and `system`
    /// A narrow token sees these instances and nothing else; null: no such limit.
    std::shared_ptr<std::set<InstanceId> const> only;
};

// An owner is "NAME" of a user, or "group:NAME". Holders of grants and quotas and members of groups
// are "user:NAME" or "group:NAME".
inline constexpr std::string_view group_prefix = "group:";
inline constexpr std::string_view user_prefix = "user:";

/// "user:bob" is "bob"; anything else stays as it is.
std::string owner_of(std::string_view holder);
/// "bob" is "user:bob"; "group:web" stays as it is.
std::string holder_of(std::string_view owner);

/// Whether the owner of an instance, "NAME" or "group:NAME", is the actor or a group of theirs.
bool owns(Actor const& actor, std::string_view owner);

/// The program itself, with every right.
Actor system_actor();
/// A person at the command line of the server, with every right; `user` is the system's user name.
Actor cli_actor(std::string user);

}  // namespace ourea
