// SPDX-License-Identifier: Apache-2.0
// Signing in as whom the web server in front names, and who may not.
#include "api/single_sign_on.hpp"

#include "api/handlers.hpp"
#include "api/problem.hpp"
#include "api/session_cookie.hpp"
#include "app.hpp"
#include "http/cookie.hpp"

#include <algorithm>

namespace ourea::api {
namespace {

constexpr std::size_t longest_said = 64;

/// What a header said, fit for the record: short, and without anything that is no plain character.
std::string plain(std::string_view said) {
    std::string text(said.substr(0, longest_said));
    std::ranges::replace_if(
        text, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text;
}

awaitable<void> record_refusal(App& app, Actor actor, std::string said, std::string reason) {
    actor.via = Via::proxy;
    auto entry = audit_entry(actor, "session.single_sign_on", "user:" + said, said);
    entry.actor = std::nullopt;
    boost::json::object const detail{{"named", said}, {"reason", reason}};
    entry.detail = boost::json::serialize(detail);
    co_await app.audit_keeper.note_refusal(std::move(entry));
}

/// Why nobody of this name may come in; empty if they may, perhaps with a new account.
std::string reason_against(App const& app, std::string const& name) {
    try {
        check_user_name(name);
    } catch (Error const&) {
        return "The web server names you in a way that cannot be a user name here. An "
               "administrator can say what is around it (remote-user-forms).";
    }
    auto const* user = app.accounts.find(name);
    if (!user && !app.config.single_sign_on_create)
        return "You have no account here yet. An administrator can make one.";
    bool const by_password =
        user && user->source == AccountSource::local && app.accounts.password_hash(name);
    if (by_password && !app.config.single_sign_on_link)
        return "The account of your name here signs in by its password only. An administrator can "
               "open it to single sign-on (single-sign-on-link).";
    return {};
}

awaitable<void> make_account(App& app, Actor actor, std::string name) {
    NewUser wanted;
    wanted.name = std::move(name);
    wanted.source = AccountSource::proxy;
    auto making = app.settings.make_account(app.accounts, actor, std::move(wanted), std::nullopt,
                                            std::nullopt);
    try {
        co_await std::move(making);
    } catch (Error const& error) {
        // Two windows of one person come for the first time at once.
        if (error.kind() != Kind::conflict) throw;
    }
}

/// The cookie that came with the request is replaced: what it stood for ends.
awaitable<void> end_replaced(Call const& call, Actor const& actor) {
    auto const token = http::cookie(call.request, session_cookie);
    auto const* old = token ? call.app.sessions.find(*token) : nullptr;
    if (!old || old->source != SessionSource::proxy) co_return;
    co_await call.app.sessions.end(actor, old->id);
}

}  // namespace

awaitable<http::Response> refuse_claim(App& app, http::Request const& request,
                                       std::string objection) {
    Actor nobody;
    nobody.address = app.proxies.client_address(request);
    nobody.request_id = request.id;
    co_await record_refusal(app, nobody, plain(*app.proxies.claimed(request)), objection);
    Error const refused(Kind::invalid, std::move(objection));
    co_return to_response(refused, request.id);
}

awaitable<SignInOptions> get_sign_in_options(Call const& call) {
    auto const& config = call.app.config;
    SignInOptions options;
    options.password = config.password_sign_in;
    options.single_sign_on.available = call.app.proxies.offers(call.request);
    options.single_sign_on.user = call.app.proxies.user(call.request);
    if (!config.sign_out_url.empty()) options.sign_out_url = config.sign_out_url;
    co_return options;
}

awaitable<WithCookie<SessionView>> sign_in_by_proxy(Call const& call) {
    auto& app = call.app;
    auto const name = app.proxies.user(call.request);
    if (!name)
        throw Error(Kind::forbidden, "No web server in front of the portal says who you are.");
    auto said = plain(*app.proxies.claimed(call.request));
    Actor actor;
    actor.user = *name;
    actor.via = Via::proxy;
    actor.address = call.actor.address;
    actor.request_id = call.request.id;
    if (auto const reason = reason_against(app, *name); !reason.empty()) {
        co_await record_refusal(app, actor, said, reason);
        throw Error(Kind::forbidden, reason);
    }
    if (!app.accounts.find(*name)) co_await make_account(app, actor, *name);
    co_await end_replaced(call, actor);
    auto agent = std::string(call.request.headers.find("User-Agent").value_or(""));
    auto const done = co_await app.sessions.sign_in_named(actor, std::move(agent), std::move(said));
    co_return with_cookie(app, call.request, done);
}

}  // namespace ourea::api
