// SPDX-License-Identifier: Apache-2.0
// Signing in and out, and what a person may know about themselves.
#include "api/handlers.hpp"
#include "api/session_cookie.hpp"
#include "app.hpp"
#include "http/cookie.hpp"
#include "http/origin.hpp"

#include <algorithm>

namespace ourea::api {

Session const* session_of(App& app, http::Request const& request) {
    auto const token = http::cookie(request, session_cookie);
    auto const* session = token ? app.sessions.find(*token) : nullptr;
    if (!session || session->source == SessionSource::password) return session;
    auto const named = app.proxies.user(request);
    return named && *named != session->user ? nullptr : session;
}

bool same_origin(App const& app, http::Request const& request) {
    return http::same_origin(request, app.proxies.trusts(request));
}

std::optional<std::string> bearer_of(http::Request const& request) {
    constexpr std::string_view scheme = "Bearer";
    for (auto const& field : request.headers) {
        auto const words = std::string_view(field.value);
        auto const space = std::min(words.find(' '), words.size());
        if (http::equal_ignoring_case(field.name, "Authorization") &&
            http::equal_ignoring_case(words.substr(0, space), scheme))
            return std::string(words.substr(std::min(space + 1, words.size())));
    }
    return std::nullopt;
}

namespace {

std::vector<std::string> capabilities_of(Actor const& actor) {
    std::vector<std::string> result;
    auto const add = [&](ObjectKind kind, Action action, char const* name, std::string owner = {}) {
        if (may(actor, action, object_of(kind, std::move(owner))).allowed)
            result.emplace_back(name);
    };
    add(ObjectKind::instance, Action::give, "instances.give");
    add(ObjectKind::user, Action::see, "users.see");
    add(ObjectKind::user, Action::manage, "users.manage");
    add(ObjectKind::user, Action::appoint, "users.appoint");
    add(ObjectKind::group, Action::manage, "groups.manage");
    add(ObjectKind::user, Action::see, "loans.see", actor.user);
    add(ObjectKind::user, Action::manage, "loans.manage");
    add(ObjectKind::request, Action::see, "requests.see", actor.user);
    add(ObjectKind::request, Action::manage, "requests.manage");
    add(ObjectKind::host, Action::manage, "hosts.manage");
    add(ObjectKind::name, Action::manage, "names.manage");
    add(ObjectKind::audit, Action::see, "audit.see");
    add(ObjectKind::settings, Action::manage, "settings.manage");
    return result;
}

constexpr char by_web_server[] =
    "The web server signed you in. It will do so again without asking when you choose single "
    "sign-on, until you sign out there or close the browser.";

SessionView to_view(SignedIn const& done) {
    auto const& session = done.session;
    SessionView view{session.user,    done.role,      session.csrf_token,
                     done.expires_at, session.source, std::nullopt};
    if (session.source == SessionSource::proxy) view.sign_out_note = by_web_server;
    return view;
}

std::string cookie_path(App const& app) {
    return app.config.base_path.empty() ? "/" : app.config.base_path;
}

bool over_tls(App const& app, http::Request const& request) {
    return http::over_tls(request, app.proxies.trusts(request));
}

}  // namespace

WithCookie<SessionView> with_cookie(App const& app, http::Request const& request,
                                    SignedIn const& done) {
    http::SetCookie cookie{session_cookie, done.token};
    cookie.path = cookie_path(app);
    cookie.secure = over_tls(app, request);
    return {to_view(done), http::to_string(cookie)};
}

awaitable<WithCookie<SessionView>> sign_in(Call const& call, SignIn body) {
    if (body.otp && !body.otp->empty())
        throw invalid("otp", "otp: this account has no second factor");
    if (!call.app.config.password_sign_in)
        throw Error(Kind::forbidden, "Nobody signs in by password here: use single sign-on.");
    auto const agent = std::string(call.request.headers.find("User-Agent").value_or(""));
    auto const done = co_await call.app.sessions.sign_in(
        body.username, body.password, call.actor.address, agent, call.request.id);
    co_return with_cookie(call.app, call.request, done);
}

awaitable<SessionView> get_session(Call const& call) {
    auto const* session = session_of(call.app, call.request);
    if (!session) throw Error(Kind::unauthenticated, "You are not signed in.");
    SignedIn const present{{}, *session, call.actor.role, call.app.sessions.expires_at(*session)};
    co_return to_view(present);
}

awaitable<WithCookie<Nothing>> sign_out(Call const& call) {
    require(call.actor, Action::edit, object_of(ObjectKind::user, call.actor.user), "");
    co_await call.app.sessions.end(call.actor, call.actor.session_id);
    WithCookie<Nothing> result;
    result.cookie = http::expired_cookie(session_cookie, cookie_path(call.app),
                                         over_tls(call.app, call.request));
    co_return result;
}

awaitable<Me> get_me(Call const& call) {
    auto const* user = call.app.accounts.find(call.actor.user);
    if (!user) throw Error(Kind::unauthenticated, "This account is gone.");
    auto ask = [name = user->name](db::Transaction& tx) { return standing_of(tx, name); };
    auto const person = *user;
    auto const standing = co_await call.app.database.read(ask);
    co_return Me{person.name,
                 person.role,
                 person.can_clone,
                 person.read_only,
                 person.source,
                 person.full_name,
                 person.email,
                 call.actor.groups,
                 person.quota,
                 with_loans(person.quota, standing.lent),
                 standing.usage,
                 standing.lent.loans,
                 capabilities_of(call.actor)};
}

}  // namespace ourea::api
