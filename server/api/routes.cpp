// SPDX-License-Identifier: Apache-2.0
// The route table: this is the API. Readers, answers, errors and the OpenAPI document follow from
// it.
#include "api/dispatch.hpp"
#include "api/handlers.hpp"

namespace ourea::api {
namespace {

constexpr auto anyone = Access::anyone, user = Access::user, staff = Access::staff,
               administrator = Access::administrator;

constexpr Route table[] = {
    route<&sign_in>(post, "/session", anyone, "Sign in", Replay::no),
    route<&sign_in_by_proxy>(post, "/session/single-sign-on", anyone,
                             "Sign in as whom the web server names", Replay::no),
    route<&get_sign_in_options>(get, "/sign-in-options", anyone, "The ways to sign in"),
    route<&get_session>(get, "/session", user, "The present session"),
    route<&sign_out>(delete_, "/session", user, "Sign out"),
    route<&get_me>(get, "/me", user, "Who I am, with quota and usage"),

    route<&list_my_tokens>(get, "/me/tokens", user, "My API tokens"),
    route<&create_token>(post, "/me/tokens", user, "Make an API token", Replay::no),
    route<&revoke_my_token>(delete_, "/me/tokens/{id}", user, "Revoke a token"),
    route<&list_my_sessions>(get, "/me/sessions", user, "Where I am signed in"),
    route<&end_my_other_sessions>(delete_, "/me/sessions", user, "Sign out everywhere else"),
    route<&end_my_session>(delete_, "/me/sessions/{id}", user, "Sign one of them out"),
    route<&list_ssh_keys>(get, "/me/ssh-keys", user, "My public SSH keys"),
    route<&add_ssh_key>(post, "/me/ssh-keys", user, "Add a public SSH key"),
    route<&remove_ssh_key>(delete_, "/me/ssh-keys/{id}", user, "Remove an SSH key"),

    route<&list_user_sessions>(get, "/users/{name}/sessions", user, "Where a user is signed in"),
    route<&end_user_sessions>(delete_, "/users/{name}/sessions", user, "Sign a user out"),
    route<&end_user_session>(delete_, "/users/{name}/sessions/{id}", user, "End one session"),
    route<&list_user_tokens>(get, "/users/{name}/tokens", user, "A user's API tokens"),
    route<&revoke_user_token>(delete_, "/users/{name}/tokens/{id}", user, "Revoke one of them"),
    route<&list_users>(get, "/users", staff, "All users"),
    route<&create_user>(post, "/users", staff, "Add a user", Replay::no),
    route<&get_user>(get, "/users/{name}", user, "A user"),
    route<&change_user>(patch, "/users/{name}", user, "Change role, password or address"),
    route<&delete_user>(delete_, "/users/{name}", user, "Remove a user"),
    route<&list_user_activity>(get, "/users/{name}/activity", user, "What they did, and to them"),
    route<&get_quota>(get, "/users/{name}/quota", user, "A user's quota"),
    route<&put_quota>(put, "/users/{name}/quota", user, "Set a user's quota"),

    route<&list_groups>(get, "/groups", user, "Groups that I am in; all for staff"),
    route<&create_group>(post, "/groups", staff, "Add a group"),
    route<&get_group>(get, "/groups/{name}", user, "A group"),
    route<&change_group>(patch, "/groups/{name}", user, "Change its description"),
    route<&delete_group>(delete_, "/groups/{name}", user, "Remove a group"),
    route<&list_members>(get, "/groups/{name}/members", user, "Who is in it"),
    route<&put_member>(put, "/groups/{name}/members/{member}", user, "Put somebody into it"),
    route<&delete_member>(delete_, "/groups/{name}/members/{member}", user, "Take them out"),
    route<&get_group_quota>(get, "/groups/{name}/quota", user, "A group's quota"),
    route<&put_group_quota>(put, "/groups/{name}/quota", user, "Set a group's quota"),
    route<&list_user_grants>(get, "/users/{name}/grants", user, "What a user may use"),
    route<&list_group_grants>(get, "/groups/{name}/grants", user, "What a group may use"),
    route<&put_grants>(post, "/grants", user, "Give or take many grants at once"),

    route<&list_user_loans>(get, "/users/{name}/loans", user, "What is lent to a user"),
    route<&lend_to_user>(post, "/users/{name}/loans", user, "Lend a user more quota until a day"),
    route<&list_group_loans>(get, "/groups/{name}/loans", user, "What is lent to a group"),
    route<&lend_to_group>(post, "/groups/{name}/loans", user, "Lend a group more quota"),
    route<&end_loan>(delete_, "/loans/{id}", user, "End a loan before its day"),
    route<&list_requests>(get, "/requests", user, "What I asked for; everybody's for staff"),
    route<&create_request>(post, "/requests", user, "Ask for more quota or for a machine"),
    route<&get_request>(get, "/requests/{id}", user, "A request"),
    route<&approve_request>(post, "/requests/{id}/approve", user, "Give it, as asked or changed"),
    route<&refuse_request>(post, "/requests/{id}/refuse", user, "Refuse it, with an answer"),
    route<&withdraw_request>(post, "/requests/{id}/withdraw", user, "Take one's own back"),

    route<&list_instances>(get, "/instances", user, "Instances that I may see"),
    route<&create_instance>(post, "/instances", user, "Make an instance from another"),
    route<&get_instance>(get, "/instances/{id}", user, "An instance"),
    route<&change_instance>(patch, "/instances/{id}", user,
                            "Change title, description, template, owner, size"),
    route<&delete_instance>(delete_, "/instances/{id}", user, "Delete an instance"),
    route<&add_disk>(post, "/instances/{id}/disks", user, "Give it another disk"),
    route<&change_disk>(patch, "/instances/{id}/disks/{target}", user, "Let a disk grow"),
    route<&start_instance>(post, "/instances/{id}/start", user, "Start an instance"),
    route<&shutdown_instance>(post, "/instances/{id}/shutdown", user, "Ask it to shut down"),
    route<&reboot_instance>(post, "/instances/{id}/reboot", user, "Ask it to reboot"),
    route<&reset_instance>(post, "/instances/{id}/reset", user, "Press the reset button"),
    route<&stop_instance>(post, "/instances/{id}/stop", user, "Pull the plug"),
    route<&suspend_instance>(post, "/instances/{id}/suspend", user, "Pause it"),
    route<&resume_instance>(post, "/instances/{id}/resume", user, "Let it go on"),
    route<&list_migration_targets>(get, "/instances/{id}/migrate/targets", user,
                                   "Where it could go, and what is in the way"),
    route<&migrate_instance>(post, "/instances/{id}/migrate", user, "Move it to another host"),
    route<&get_drift>(get, "/instances/{id}/drift", user, "What was changed outside the portal"),
    route<&accept_drift>(post, "/instances/{id}/drift/accept", user, "Take that as it is"),
    route<&list_predecessors>(get, "/instances/{id}/predecessors", user,
                              "Missing machines that it may have been"),
    route<&take_over>(post, "/instances/{id}/take-over", user,
                      "Say that it is the same as a missing one"),
    route<&open_console>(post, "/instances/{id}/console", user, "A ticket for its console",
                         Replay::no),
    route<&screenshot>(get, "/instances/{id}/screenshot", user, "A picture of its screen"),
    route<&list_activity>(get, "/instances/{id}/activity", user, "What was done with it"),
    route<&get_rights>(get, "/instances/{id}/rights/{user}", user, "What somebody may, and why"),
    route<&list_grants>(get, "/instances/{id}/grants", user, "Who may use it"),
    route<&put_grant>(put, "/instances/{id}/grants/{grantee}", user, "Let somebody use it"),
    route<&delete_grant>(delete_, "/instances/{id}/grants/{grantee}", user, "Take that back"),
    route<&list_templates>(get, "/templates", user, "Templates that I may clone"),

    route<&list_hosts>(get, "/hosts", administrator, "All hosts"),
    route<&add_host>(post, "/hosts", administrator, "Add a host"),
    route<&probe_host>(post, "/hosts/probe", administrator, "Try a host's address"),
    route<&get_host>(get, "/hosts/{name}", administrator, "A host"),
    route<&change_host>(patch, "/hosts/{name}", administrator, "Limit what is promised of it"),
    route<&remove_host>(delete_, "/hosts/{name}", administrator, "Forget a host"),
    route<&begin_maintenance>(post, "/hosts/{name}/maintenance", administrator,
                              "Empty a host and place nothing there"),
    route<&end_maintenance>(delete_, "/hosts/{name}/maintenance", administrator,
                            "Use it again, and bring its instances back"),
    route<&list_pools>(get, "/hosts/{name}/pools", administrator, "Its storage pools"),
    route<&change_pool>(patch, "/hosts/{name}/pools/{pool}", administrator,
                        "Say that it is shared storage"),
    route<&list_networks>(get, "/hosts/{name}/networks", administrator, "Its networks"),

    route<&list_names>(get, "/names", user, "Free names, and those of my instances"),
    route<&import_names>(post, "/names", administrator, "Add or change names"),
    route<&delete_name>(delete_, "/names/{name}", administrator, "Remove a name"),

    route<&list_jobs>(get, "/jobs", user, "My jobs; everybody's for staff"),
    route<&get_job>(get, "/jobs/{id}", user, "A job"),
    route<&cancel_job>(post, "/jobs/{id}/cancel", user, "Undo a job"),

    route<&get_settings>(get, "/settings", administrator, "What new accounts get"),
    route<&put_settings>(put, "/settings", administrator, "Decide what new accounts get"),

    route<&list_group_activity>(get, "/groups/{name}/activity", user, "What was done with it"),
    route<&list_audit>(get, "/audit", staff, "Who did what"),
    route<&export_audit>(get, "/audit/export", staff, "The same as a file, the oldest first"),
    route<&get_audit_head>(get, "/audit/head", staff, "The newest record; whether all are sound"),
    route<&watch_events>(get, "/events", user, "Server-sent events of what changes"),
    route<&get_statistics>(get, "/statistics", staff, "There is, is promised, is used"),
};

}  // namespace

std::span<Route const> routes() {
    return table;
}

}  // namespace ourea::api
