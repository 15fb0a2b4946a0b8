// SPDX-License-Identifier: Apache-2.0
// Shapes that only the API knows; those that events carry as well are in core/views.hpp.
#pragma once

#include "api/reply.hpp"
#include "core/access.hpp"
#include "core/audit.hpp"
#include "core/balance.hpp"
#include "core/clones.hpp"
#include "core/clusters.hpp"
#include "core/consoles.hpp"
#include "core/effective_rights.hpp"
#include "core/history.hpp"
#include "core/maintenance.hpp"
#include "core/migrations.hpp"
#include "core/names.hpp"
#include "core/people.hpp"
#include "core/removals.hpp"
#include "core/requests.hpp"
#include "core/resizes.hpp"
#include "core/settings.hpp"
#include "core/statistics.hpp"
#include "core/views.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea::api {

struct Me {
    std::string name;
    Role role = Role::user;
    bool can_clone = false;
    bool read_only = false;
    AccountSource source = AccountSource::local;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    std::vector<std::string> groups;
    Quota quota;
    Quota effective_quota;  ///< with what is lent at present
    Usage usage;
    std::int64_t loans = 0;
    std::vector<std::string> capabilities;  ///< "instances.create", "hosts.manage", …
};
BOOST_DESCRIBE_STRUCT(Me, (),
                      (name, role, can_clone, read_only, source, full_name, email, groups, quota,
                       effective_quota, usage, loans, capabilities))

struct BringBack {
    std::optional<bool> bring_back;
};
BOOST_DESCRIBE_STRUCT(BringBack, (), (bring_back))

struct PoolChange {
    bool shared = false;  ///< the same storage on every host that has a pool of that name and path
};
BOOST_DESCRIBE_STRUCT(PoolChange, (), (shared))

struct UserView {
    std::string name;
    Role role = Role::user;
    bool can_clone = false;
    bool read_only = false;
    AccountSource source = AccountSource::local;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    Time created_at{};
    std::optional<Time> last_sign_in_at;
    Quota quota;
    Quota effective_quota;  ///< with what is lent at present
    Usage usage;
    std::int64_t loans = 0;
};
BOOST_DESCRIBE_STRUCT(UserView, (),
                      (name, role, can_clone, read_only, source, full_name, email, created_at,
                       last_sign_in_at, quota, effective_quota, usage, loans))

struct CreateUser {
    std::string name;
    Role role = Role::user;
    std::optional<std::string> password;
    std::optional<bool> can_clone;
    std::optional<std::string> email;
    std::optional<Quota> quota;
    std::optional<bool> read_only;
    std::optional<std::string> full_name;
};
BOOST_DESCRIBE_STRUCT(CreateUser, (),
                      (name, role, password, can_clone, email, quota, read_only, full_name))

struct ChangeUser {
    std::optional<std::string> password;
    std::optional<Role> role;
    std::optional<bool> can_clone;
    std::optional<std::optional<std::string>> email;
    std::optional<bool> read_only;
    std::optional<std::optional<std::string>> full_name;
};
BOOST_DESCRIBE_STRUCT(ChangeUser, (), (password, role, can_clone, email, read_only, full_name))

/// Every dimension of what is defined is said: a number, or null for unlimited.
struct PutQuota {
    using Limit = std::optional<std::optional<std::int64_t>>;
    Limit instances;
    Limit vcpus;
    Limit memory_mib;
    Limit disk_gib;
    // Left out is unlimited: these came later.
    Limit running_instances;
    Limit running_vcpus;
    Limit running_memory_mib;
};
BOOST_DESCRIBE_STRUCT(PutQuota, (),
                      (instances, vcpus, memory_mib, disk_gib, running_instances, running_vcpus,
                       running_memory_mib))

struct GroupView {
    std::string name;
    std::string description;
    std::vector<std::string> members;  ///< "user:NAME", "group:NAME"
    std::int64_t users = 0;            ///< directly in it and through other groups
    Quota quota;
    Quota effective_quota;  ///< with what is lent at present
    Usage usage;
    std::int64_t loans = 0;
    Time created_at{};
};
BOOST_DESCRIBE_STRUCT(GroupView, (),
                      (name, description, members, users, quota, effective_quota, usage, loans,
                       created_at))

struct CreateGroup {
    std::string name;
    std::optional<std::string> description;
    std::optional<Quota> quota;
};
BOOST_DESCRIBE_STRUCT(CreateGroup, (), (name, description, quota))

struct ChangeGroup {
    std::optional<std::string> description;
};
BOOST_DESCRIBE_STRUCT(ChangeGroup, (), (description))

struct MemberView {
    std::string member;  ///< "user:NAME" or "group:NAME"
};
BOOST_DESCRIBE_STRUCT(MemberView, (), (member))

struct GrantView {
    std::string grantee;
    bool see = false;
    bool power = false;
    bool view = false;
    bool console = false;
    bool resize = false;
    bool snapshot = false;
    bool clone = false;
    bool delete_ = false;
};
BOOST_DESCRIBE_STRUCT(GrantView, (),
                      (grantee, see, power, view, console, resize, snapshot, clone, delete_))

struct PutGrant {
    std::optional<bool> see;
    std::optional<bool> power;
    std::optional<bool> view;
    std::optional<bool> console;
    std::optional<bool> resize;
    std::optional<bool> snapshot;
    std::optional<bool> clone;
    std::optional<bool> delete_;
};
BOOST_DESCRIBE_STRUCT(PutGrant, (), (see, power, view, console, resize, snapshot, clone, delete_))

/// What somebody may do with one of many instances.
struct GrantOnView {
    InstanceId instance;
    std::string instance_name;
    bool is_template = false;
    std::string grantee;
    bool see = false;
    bool power = false;
    bool view = false;
    bool console = false;
    bool resize = false;
    bool snapshot = false;
    bool clone = false;
    bool delete_ = false;
};
BOOST_DESCRIBE_STRUCT(GrantOnView, (),
                      (instance, instance_name, is_template, grantee, see, power, view, console,
                       resize, snapshot, clone, delete_))

struct GrantOn {
    InstanceId instance;
    std::string grantee;
    std::optional<bool> see;
    std::optional<bool> power;
    std::optional<bool> view;
    std::optional<bool> console;
    std::optional<bool> resize;
    std::optional<bool> snapshot;
    std::optional<bool> clone;
    std::optional<bool> delete_;
};
BOOST_DESCRIBE_STRUCT(GrantOn, (),
                      (instance, grantee, see, power, view, console, resize, snapshot, clone,
                       delete_))

struct PutGrants {
    std::vector<GrantOn> items;
    std::optional<bool> remove;  ///< take the grants away instead
};
BOOST_DESCRIBE_STRUCT(PutGrants, (), (items, remove))

/// What a user may do with an instance.
struct RightsView {
    std::string user;
    InstanceId instance;
    std::vector<EffectiveRight> rights;
};
BOOST_DESCRIBE_STRUCT(RightsView, (), (user, instance, rights))

struct LoanView : Loan {
    bool active = false;
};
BOOST_DESCRIBE_STRUCT(LoanView, (Loan), (active))

struct RefuseRequest {
    std::string answer;
};
BOOST_DESCRIBE_STRUCT(RefuseRequest, (), (answer))

struct SettingsView {
    NewAccounts new_accounts;
    PlacementRules placement;
};
BOOST_DESCRIBE_STRUCT(SettingsView, (), (new_accounts, placement))

struct PutNewAccounts {
    bool can_clone = false;
    PutQuota quota;
    std::vector<std::string> groups;
    std::vector<DefaultGrant> grants;
};
BOOST_DESCRIBE_STRUCT(PutNewAccounts, (), (can_clone, quota, groups, grants))

struct PutSettings {
    PutNewAccounts new_accounts;
    std::optional<PlacementRules> placement;  ///< absent: as they are
};
BOOST_DESCRIBE_STRUCT(PutSettings, (), (new_accounts, placement))

struct OpenConsole {
    ConsoleKind kind = ConsoleKind::vnc;
    std::optional<bool> view_only;
};
BOOST_DESCRIBE_STRUCT(OpenConsole, (), (kind, view_only))

struct ConsoleTicket {
    std::string ticket;
    std::string path;
    Time expires_at{};
    std::optional<std::string> password;
    bool view_only = false;
};
BOOST_DESCRIBE_STRUCT(ConsoleTicket, (), (ticket, path, expires_at, password, view_only))

struct ProbeHost {
    std::string uri;
};
BOOST_DESCRIBE_STRUCT(ProbeHost, (), (uri))

struct ImportNames {
    std::vector<NewName> items;
};
BOOST_DESCRIBE_STRUCT(ImportNames, (), (items))

// ---- query strings
// ---------------------------------------------------------------------------------

struct DryRun {
    std::optional<bool> dry_run;
};
BOOST_DESCRIBE_STRUCT(DryRun, (), (dry_run))

struct DeleteQuery {
    std::optional<bool> volumes;
    std::optional<bool> dry_run;
};
BOOST_DESCRIBE_STRUCT(DeleteQuery, (), (volumes, dry_run))

/// Who gets the instances of what is removed: "NAME" or "group:NAME".
struct TransferQuery {
    std::optional<std::string> transfer_to;
};
BOOST_DESCRIBE_STRUCT(TransferQuery, (), (transfer_to))

struct PageQuery {
    std::optional<std::string> q;
    std::optional<std::string> cursor;
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(PageQuery, (), (q, cursor, limit))

struct NamesQuery {
    std::optional<bool> free;
    std::optional<std::string> pool;
    std::optional<std::string> q;
    std::optional<std::string> cursor;
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(NamesQuery, (), (free, pool, q, cursor, limit))

enum class JobScope { active, all };
BOOST_DESCRIBE_ENUM(JobScope, active, all)

struct JobsQuery {
    std::optional<JobScope> state;
    std::optional<InstanceId> instance;
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(JobsQuery, (), (state, instance, limit))

struct AuditFields {
    std::optional<std::string> actor;
    std::optional<std::string> object;
    std::optional<std::string> action;
    std::optional<Via> via;
    std::optional<Result> result;
    std::optional<std::string> q;
    std::optional<Time> since;
    std::optional<Time> until;
};
BOOST_DESCRIBE_STRUCT(AuditFields, (), (actor, object, action, via, result, q, since, until))

struct AuditQuery : AuditFields {
    std::optional<std::string> cursor;
    std::optional<std::int64_t> limit;
};
BOOST_DESCRIBE_STRUCT(AuditQuery, (AuditFields), (cursor, limit))

struct ExportQuery : AuditFields {
    ExportFormat format = ExportFormat::jsonl;
};
BOOST_DESCRIBE_STRUCT(ExportQuery, (AuditFields), (format))

struct MetricsQuery {
    std::optional<MetricsSpan> span;
};
BOOST_DESCRIBE_STRUCT(MetricsQuery, (), (span))

struct HeadQuery {
    std::optional<bool> check;
};
BOOST_DESCRIBE_STRUCT(HeadQuery, (), (check))

using JobAccepted = Accepted<JobView>;

/// Cuts one page out of a list that is in memory anyway; the cursor is an offset.
template <class T>
List<T> page(std::vector<T> all, std::optional<std::string> const& cursor,
             std::optional<std::int64_t> limit) {
    auto const size = page_limit(limit);
    auto const begin = std::min(page_offset(cursor), all.size());
    auto const end = std::min(begin + size, all.size());
    List<T> result;
    result.total = static_cast<std::int64_t>(all.size());
    if (end < all.size()) result.next_cursor = std::to_string(end);
    result.items.assign(std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(begin)),
                        std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(end)));
    return result;
}

}  // namespace ourea::api
