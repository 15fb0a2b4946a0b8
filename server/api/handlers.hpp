// SPDX-License-Identifier: Apache-2.0
// Every handler of the route table, by resource; each is implemented in the file of that name.
#pragma once

#include "api/account_types.hpp"
#include "api/route.hpp"
#include "api/types.hpp"
#include "core/drifts.hpp"
#include "core/hosts.hpp"
#include "core/instances.hpp"
#include "core/names.hpp"
#include "core/successions.hpp"

#include <variant>

namespace ourea::api {

// session.cpp
awaitable<WithCookie<SessionView>> sign_in(Call const& call, SignIn body);
awaitable<SessionView> get_session(Call const& call);
awaitable<WithCookie<Nothing>> sign_out(Call const& call);
awaitable<Me> get_me(Call const& call);

// single_sign_on.cpp
awaitable<SignInOptions> get_sign_in_options(Call const& call);
awaitable<WithCookie<SessionView>> sign_in_by_proxy(Call const& call);

// account.cpp
awaitable<List<TokenView>> list_my_tokens(Call const& call);
awaitable<Created<NewTokenView>> create_token(Call const& call, CreateToken body);
awaitable<void> revoke_my_token(Call const& call);
awaitable<List<TokenView>> list_user_tokens(Call const& call);
awaitable<void> revoke_user_token(Call const& call);
awaitable<List<SessionRow>> list_my_sessions(Call const& call);
awaitable<void> end_my_session(Call const& call);
awaitable<void> end_my_other_sessions(Call const& call);
awaitable<List<SessionRow>> list_user_sessions(Call const& call);
awaitable<void> end_user_session(Call const& call);
awaitable<void> end_user_sessions(Call const& call);
awaitable<List<UserKey>> list_ssh_keys(Call const& call);
awaitable<Created<UserKey>> add_ssh_key(Call const& call, AddSshKey body);
awaitable<void> remove_ssh_key(Call const& call);

// users.cpp
awaitable<List<UserView>> list_users(Call const& call, Query<PageQuery> query);
awaitable<Created<UserView>> create_user(Call const& call, CreateUser body);
awaitable<UserView> get_user(Call const& call);
awaitable<UserView> change_user(Call const& call, ChangeUser body);
awaitable<void> delete_user(Call const& call, Query<TransferQuery> query);
awaitable<Quota> get_quota(Call const& call);
awaitable<Quota> put_quota(Call const& call, PutQuota body);
/// Throws `not_found` unless there is the user in the path and the actor may see them, `forbidden`
/// if this may not be done to them.
User permitted_user(Call const& call, Action action);
/// Throws `invalid`, the field beginning with `path`, unless every dimension of what is defined is
/// said.
Quota to_quota(PutQuota const& body, std::string const& path = {});

// groups.cpp
awaitable<List<GroupView>> list_groups(Call const& call, Query<PageQuery> query);
awaitable<Created<GroupView>> create_group(Call const& call, CreateGroup body);
awaitable<GroupView> get_group(Call const& call);
awaitable<GroupView> change_group(Call const& call, ChangeGroup body);
awaitable<void> delete_group(Call const& call, Query<TransferQuery> query);
awaitable<List<MemberView>> list_members(Call const& call);
awaitable<GroupView> put_member(Call const& call);
awaitable<void> delete_member(Call const& call);
awaitable<Quota> get_group_quota(Call const& call);
awaitable<Quota> put_group_quota(Call const& call, PutQuota body);

// loans.cpp
awaitable<List<LoanView>> list_user_loans(Call const& call);
awaitable<Created<LoanView>> lend_to_user(Call const& call, NewLoan body);
awaitable<List<LoanView>> list_group_loans(Call const& call);
awaitable<Created<LoanView>> lend_to_group(Call const& call, NewLoan body);
awaitable<void> end_loan(Call const& call);

// requests.cpp
awaitable<List<Request>> list_requests(Call const& call, Query<PageQuery> query);
awaitable<Created<Request>> create_request(Call const& call, NewRequest body);
awaitable<Request> get_request(Call const& call);
awaitable<Request> approve_request(Call const& call, Approval body);
awaitable<Request> refuse_request(Call const& call, RefuseRequest body);
awaitable<Request> withdraw_request(Call const& call);

// settings.cpp
awaitable<SettingsView> get_settings(Call const& call);
awaitable<SettingsView> put_settings(Call const& call, PutSettings body);

// instances.cpp
awaitable<Rendered<List<InstanceRow>>> list_instances(Call const& call, Query<InstanceQuery> query);
awaitable<std::variant<JobAccepted, Plan>> create_instance(Call const& call, Query<DryRun> query,
                                                           NewInstance body);
awaitable<InstanceView> get_instance(Call const& call);
awaitable<std::variant<InstanceView, JobAccepted, GrowthPlan>> change_instance(Call const& call,
                                                                               Query<DryRun> query,
                                                                               InstanceChange body);
awaitable<std::variant<JobAccepted, GrowthPlan>> add_disk(Call const& call, Query<DryRun> query,
                                                          NewDisk body);
awaitable<std::variant<JobAccepted, GrowthPlan>> change_disk(Call const& call, Query<DryRun> query,
                                                             DiskChange body);
awaitable<std::variant<JobAccepted, RemovalPlan>> delete_instance(Call const& call,
                                                                  Query<DeleteQuery> query);
awaitable<List<MigrationTarget>> list_migration_targets(Call const& call);
awaitable<JobAccepted> migrate_instance(Call const& call, NewMigration body);
awaitable<InstanceView> start_instance(Call const& call);
awaitable<InstanceView> shutdown_instance(Call const& call);
awaitable<InstanceView> reboot_instance(Call const& call);
awaitable<InstanceView> reset_instance(Call const& call);
awaitable<InstanceView> stop_instance(Call const& call);
awaitable<InstanceView> suspend_instance(Call const& call);
awaitable<InstanceView> resume_instance(Call const& call);
awaitable<List<TemplateView>> list_templates(Call const& call, Query<PageQuery> query);

// coexistence.cpp
awaitable<DriftView> get_drift(Call const& call);
awaitable<InstanceView> accept_drift(Call const& call);
awaitable<List<Predecessor>> list_predecessors(Call const& call);
awaitable<InstanceView> take_over(Call const& call, TakeOver body);

// grants.cpp
awaitable<List<GrantView>> list_grants(Call const& call);
awaitable<GrantView> put_grant(Call const& call, PutGrant body);
awaitable<void> delete_grant(Call const& call);
awaitable<List<GrantOnView>> list_user_grants(Call const& call, Query<PageQuery> query);
awaitable<List<GrantOnView>> list_group_grants(Call const& call, Query<PageQuery> query);
awaitable<RightsView> get_rights(Call const& call);
awaitable<List<GrantOnView>> put_grants(Call const& call, PutGrants body);

// console.cpp
awaitable<ConsoleTicket> open_console(Call const& call, OpenConsole body);
awaitable<Bytes> screenshot(Call const& call);

// jobs.cpp
awaitable<List<JobView>> list_jobs(Call const& call, Query<JobsQuery> query);
awaitable<JobView> get_job(Call const& call);
awaitable<JobView> cancel_job(Call const& call);

// hosts.cpp
awaitable<List<HostView>> list_hosts(Call const& call, Query<PageQuery> query);
awaitable<Created<HostView>> add_host(Call const& call, NewHost body);
awaitable<ProbeView> probe_host(Call const& call, ProbeHost body);
awaitable<HostView> get_host(Call const& call);
awaitable<HostView> change_host(Call const& call, HostChange body);
awaitable<void> remove_host(Call const& call);
awaitable<MaintenanceView> begin_maintenance(Call const& call, Query<DryRun> query,
                                             NewMaintenance body);
awaitable<MaintenanceView> end_maintenance(Call const& call, Query<BringBack> query);
awaitable<List<PoolView>> list_pools(Call const& call);
awaitable<PoolView> change_pool(Call const& call, PoolChange body);
awaitable<List<NetworkView>> list_networks(Call const& call);
awaitable<Statistics> get_statistics(Call const& call);

// names.cpp
awaitable<List<NameView>> list_names(Call const& call, Query<NamesQuery> query);
awaitable<ImportedNames> import_names(Call const& call, Upload<ImportNames> body);
awaitable<void> delete_name(Call const& call);

// audit.cpp
awaitable<List<Record>> list_audit(Call const& call, Query<AuditQuery> query);
awaitable<Download> export_audit(Call const& call, Query<ExportQuery> query);
awaitable<AuditHead> get_audit_head(Call const& call, Query<HeadQuery> query);
awaitable<List<Record>> list_activity(Call const& call, Query<PageQuery> query);
awaitable<List<Record>> list_user_activity(Call const& call, Query<PageQuery> query);
awaitable<List<Record>> list_group_activity(Call const& call, Query<PageQuery> query);

// events.cpp
awaitable<http::Response> watch_events(Call const& call);

}  // namespace ourea::api
