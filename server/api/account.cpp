// SPDX-License-Identifier: Apache-2.0
// What an account comes in by: its sessions, API tokens and SSH keys.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_user[] = "There is no such user.";
constexpr char no_session[] = "There is no such session.";

/// Only a signed-in person changes what they come in by, never a token.
void require_person(Call const& call) {
    require(call.actor, Action::edit, object_of(ObjectKind::user, call.actor.user), no_user);
}

/// The user in the path, if the actor looks after them.
std::string managed(Call const& call) {
    return permitted_user(call, Action::manage).name;
}

TokenView to_view(Token const& token) {
    TokenView view{token.id,         token.name,       token.read_only,    std::nullopt,
                   token.created_at, token.expires_at, token.last_used_at, token.last_address};
    if (token.only) view.instances.emplace(token.only->begin(), token.only->end());
    return view;
}

List<TokenView> tokens_of(App const& app, std::string const& user) {
    List<TokenView> list;
    for (auto const& token : app.tokens.of_user(user))
        list.items.push_back(to_view(token));
    list.total = static_cast<std::int64_t>(list.items.size());
    return list;
}

List<SessionRow> sessions_of(Call const& call, std::string const& user) {
    List<SessionRow> list;
    for (auto const& session : call.app.sessions.of_user(user))
        list.items.push_back({session.id, session.address, session.user_agent, session.source,
                              session.created_at, session.last_seen_at,
                              call.app.sessions.expires_at(session),
                              session.id == call.actor.session_id});
    list.total = static_cast<std::int64_t>(list.items.size());
    return list;
}

/// Throws `not_found` unless the session in the path is the user's.
std::string session_in_path(Call const& call, std::string const& user) {
    auto const& id = call.parameter("id");
    for (auto const& session : call.app.sessions.of_user(user))
        if (session.id == id) return id;
    throw Error(Kind::not_found, no_session);
}

/// What a token is narrowed to must be seen by who makes it.
void check_seen(Call const& call, std::optional<std::vector<InstanceId>> const& instances) {
    if (!instances) return;
    for (std::size_t i = 0; i < instances->size(); ++i) {
        if (call.app.instances.visible(call.actor, (*instances)[i])) continue;
        auto const place = "instances[" + std::to_string(i) + "]";
        throw invalid(place, place + ": there is no such instance");
    }
}

}  // namespace

awaitable<List<TokenView>> list_my_tokens(Call const& call) {
    require_person(call);
    co_return tokens_of(call.app, call.actor.user);
}

awaitable<Created<NewTokenView>> create_token(Call const& call, CreateToken body) {
    require_person(call);
    check_seen(call, body.instances);
    NewToken wanted{body.name, body.expires_at, body.read_only.value_or(false), body.instances};
    auto made = co_await call.app.tokens.create(call.actor, std::move(wanted));
    auto const& token = made.token;
    Created<NewTokenView> result;
    result.value = {token.id,           token.name,         token.read_only,
                    body.instances,     token.created_at,   token.expires_at,
                    token.last_used_at, token.last_address, made.secret};
    result.location = "/me/tokens/" + token.id;
    co_return result;
}

awaitable<void> revoke_my_token(Call const& call) {
    require_person(call);
    co_await call.app.tokens.revoke(call.actor, call.actor.user, call.parameter("id"));
}

awaitable<List<TokenView>> list_user_tokens(Call const& call) {
    co_return tokens_of(call.app, managed(call));
}

awaitable<void> revoke_user_token(Call const& call) {
    auto const user = managed(call);
    co_await call.app.tokens.revoke(call.actor, user, call.parameter("id"));
}

awaitable<List<SessionRow>> list_my_sessions(Call const& call) {
    require_person(call);
    co_return sessions_of(call, call.actor.user);
}

awaitable<void> end_my_session(Call const& call) {
    require_person(call);
    auto const id = session_in_path(call, call.actor.user);
    co_await call.app.sessions.end(call.actor, id);
}

awaitable<void> end_my_other_sessions(Call const& call) {
    require_person(call);
    co_await call.app.sessions.end_all(call.actor, call.actor.user);
}

awaitable<List<SessionRow>> list_user_sessions(Call const& call) {
    co_return sessions_of(call, managed(call));
}

awaitable<void> end_user_session(Call const& call) {
    auto const user = managed(call);
    auto const id = session_in_path(call, user);
    co_await call.app.sessions.end(call.actor, id);
}

awaitable<void> end_user_sessions(Call const& call) {
    auto const user = managed(call);
    co_await call.app.sessions.end_all(call.actor, user);
}

awaitable<List<UserKey>> list_ssh_keys(Call const& call) {
    List<UserKey> list;
    list.items = co_await call.app.user_keys.of_user(call.actor.user);
    list.total = static_cast<std::int64_t>(list.items.size());
    co_return list;
}

awaitable<Created<UserKey>> add_ssh_key(Call const& call, AddSshKey body) {
    require_person(call);
    auto key =
        co_await call.app.user_keys.add(call.actor, body.title.value_or(""), body.public_key);
    auto location = "/me/ssh-keys/" + key.id;
    co_return Created<UserKey>{std::move(key), std::move(location)};
}

awaitable<void> remove_ssh_key(Call const& call) {
    require_person(call);
    co_await call.app.user_keys.remove(call.actor, call.parameter("id"));
}

}  // namespace ourea::api
