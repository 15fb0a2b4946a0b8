// SPDX-License-Identifier: Apache-2.0
// Consoles: tickets over the API, then the WebSocket that redeems them.
#include "api/console.hpp"

#include "api/handlers.hpp"
#include "api/problem.hpp"
#include "api/session_cookie.hpp"
#include "app.hpp"
#include "base/log.hpp"
#include "http/websocket.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <type_traits>

namespace ourea::api {
namespace {

constexpr std::string_view ticket_prefix = "ourea.ticket.";
constexpr char subprotocol[] = "binary";
/// How long a console waits for a machine on its way from host to host.
constexpr std::chrono::seconds arrival_patience{15};
constexpr std::chrono::milliseconds arrival_pause{200};

/// The secret among the offered subprotocols; empty if there is none.
std::string offered_ticket(http::Request const& request) {
    auto const offered = request.headers.joined("Sec-WebSocket-Protocol").value_or("");
    auto const begin = offered.find(ticket_prefix);
    if (begin == std::string::npos) return {};
    auto const start = begin + ticket_prefix.size();
    return offered.substr(start, offered.find_first_of(", ", start) - start);
}

AuditEntry entry_for(Actor const& actor, std::string action, Instance const& instance) {
    return audit_entry(actor, std::move(action), "instance:" + instance.id().str(),
                       instance.record.name);
}

Verb verb_of(bool view_only) {
    return view_only ? Verb::view : Verb::console;
}

struct Whereabouts {
    std::optional<std::string> host, destination;
    bool operator==(Whereabouts const&) const = default;
};

Whereabouts whereabouts(App const& app, InstanceId const& id) {
    auto const* instance = app.inventory.find(id);
    return {instance ? instance->record.host : std::nullopt, app.migrations.destination(id)};
}

/// Asks again for as long as the machine is between two hosts, where neither may have its screen,
/// and once more if it has arrived while the host that it left was asked.
template <class Ask>
auto wherever_it_is(App& app, InstanceId id, Ask ask) -> std::invoke_result_t<Ask&> {
    auto const until = std::chrono::steady_clock::now() + arrival_patience;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    for (;;) {
        std::exception_ptr failure;
        auto const before = whereabouts(app, id);
        try {
            auto asking = ask();
            co_return co_await std::move(asking);
        } catch (Error const&) {
            failure = std::current_exception();
        }
        auto const at = whereabouts(app, id);
        bool const moves = at.destination || at != before;
        if (!moves || std::chrono::steady_clock::now() > until) std::rethrow_exception(failure);
        timer.expires_after(arrival_pause);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
}

/// The connection to the guest's screen, or the sentence why there is none.
awaitable<std::optional<virt::GraphicsConnection>> connect(App& app, Actor actor, Ticket ticket,
                                                           http::WebSocket& socket) {
    std::string problem;
    auto const open = [&] {
        return app.instances.open_console(actor, ticket.instance, verb_of(ticket.view_only));
    };
    auto opening = wherever_it_is(app, ticket.instance, open);
    try {
        co_return co_await std::move(opening);
    } catch (Error const& error) {
        problem = error.message();
    }
    co_await socket.close(http::close_code::try_later, problem);
    co_return std::nullopt;
}

/// Words for a browser whose machine has left `host`, or is about to; nothing if it has not.
std::optional<http::Farewell> farewell(App const& app, InstanceId const& id,
                                       std::string const& host) {
    auto home = app.migrations.destination(id);
    auto const* instance = app.inventory.find(id);
    if (!home && instance) home = instance->record.host;
    if (!home || *home == host) return std::nullopt;
    return http::Farewell{http::close_code::moved, "The machine moved to " + *home + "."};
}

awaitable<void> serve(App& app, Actor actor, Ticket ticket, http::WebSocket& socket) {
    auto guest = co_await connect(app, actor, ticket, socket);
    if (!guest) co_return;
    auto const* instance = app.inventory.find(ticket.instance);
    if (!instance) co_return;
    auto const host = instance->record.host.value_or("");
    auto opened = entry_for(actor, "console.open", *instance);
    auto closed = entry_for(actor, "console.close", *instance);
    boost::json::object const how{{"view_only", ticket.view_only}};
    opened.detail = boost::json::serialize(how);
    co_await app.audit.note(opened);
    std::uint64_t number = 0;
    http::RelayOptions options;
    if (ticket.view_only) options.input = http::RelayInput::rfb_view_only;
    options.on_guest_end = [&app, id = ticket.instance, host] { return farewell(app, id, host); };
    options.on_start = [&](http::RelayClose close) {
        auto looking = actor;
        looking.groups = app.groups.of_user(actor.user);
        number =
            app.consoles.opened({looking, ticket.instance, ticket.view_only, std::move(close)});
        app.check_consoles();  // a right may have gone while the guest's screen was connected
    };
    auto const begin = now();
    auto const end = co_await socket.relay(std::move(guest->fd), options);
    app.consoles.closed(number);
    boost::json::object const detail{{"view_only", ticket.view_only},
                                     {"seconds", (now() - begin).count() / 1000},
                                     {"ended_by", http::to_string(end.ender)},
                                     {"to_browser_bytes", end.to_browser_bytes},
                                     {"to_guest_bytes", end.to_guest_bytes}};
    closed.detail = boost::json::serialize(detail);
    co_await app.audit.note(closed);
}

Actor authenticate(App& app, http::Request const& request) {
    if (auto const bearer = bearer_of(request))
        return app.tokens.actor(*bearer, app.proxies.client_address(request), request.id);
    if (!same_origin(app, request))
        throw Error(Kind::forbidden, "This request comes from a foreign page.");
    auto const* session = session_of(app, request);
    if (!session) throw Error(Kind::unauthenticated, "Sign in first.");
    return app.sessions.actor(*session, app.proxies.client_address(request), request.id);
}

}  // namespace

http::Response open_console_socket(App& app, http::Request const& request) {
    try {
        auto const actor = authenticate(app, request);
        auto const ticket = app.consoles.redeem(offered_ticket(request), actor);
        http::Response response;
        response.subprotocol = subprotocol;
        response.websocket = [&app, actor, ticket](http::WebSocket& socket) {
            return serve(app, actor, ticket, socket);
        };
        return response;
    } catch (Error const& error) {
        return to_response(error, request.id);
    }
}

awaitable<ConsoleTicket> open_console(Call const& call, OpenConsole wanted) {
    auto const id = call.id<InstanceId>();
    auto& instances = call.app.instances;
    auto const& instance = instances.permitted(call.actor, id, Action::see);
    auto const object = instances.object_of(call.actor, instance);
    // Who does not say gets what they may.
    bool const may_control = may(call.actor, Action::console, object).allowed;
    bool const view_only = wanted.view_only.value_or(!may_control);
    auto const verb = verb_of(view_only);
    instances.allowed(call.actor, id, verb);
    auto const ticket = call.app.consoles.issue(call.actor, id, wanted.kind, view_only);
    auto const asked = entry_for(call.actor, "console.password", instance);
    auto const ask = [&] { return instances.console_password(call.actor, id, verb); };
    auto asking = wherever_it_is(call.app, id, ask);
    auto const password = co_await std::move(asking);
    if (password) co_await call.app.audit.note(asked);
    auto const path = call.app.config.base_path + "/console";
    co_return ConsoleTicket{ticket.secret, path, ticket.expires_at, password, view_only};
}

awaitable<Bytes> screenshot(Call const& call) {
    auto png = co_await call.app.instances.screenshot(call.actor, call.id<InstanceId>());
    co_return Bytes{std::move(png), "image/png"};
}

}  // namespace ourea::api
