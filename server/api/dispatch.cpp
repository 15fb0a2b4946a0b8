// SPDX-License-Identifier: Apache-2.0
// Finds the route, the person and the answer of a request.
#include "api/dispatch.hpp"

#include "api/base_path.hpp"
#include "api/console.hpp"
#include "api/metrics.hpp"
#include "api/problem.hpp"
#include "api/refusals.hpp"
#include "api/session_cookie.hpp"
#include "api/single_sign_on.hpp"
#include "app.hpp"
#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace ourea::api {
namespace {

using Parameters = std::map<std::string, std::string, std::less<>>;
using Segments = std::vector<std::string>;

struct Compiled {
    Route const* route;
    std::vector<std::string_view> segments;  ///< of the pattern
};

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        auto const slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash);
    }
    return segments;
}

std::vector<Compiled> const& compiled() {
    static auto const table = [] {
        std::vector<Compiled> all;
        for (auto const& route : routes())
            all.push_back({&route, split(route.path)});
        return all;
    }();
    return table;
}

bool is_parameter(std::string_view segment) {
    return segment.starts_with('{');
}

bool fits(Compiled const& candidate, Segments const& segments) {
    if (candidate.segments.size() + 2 != segments.size()) return false;
    for (std::size_t i = 0; i < candidate.segments.size(); ++i)
        if (!is_parameter(candidate.segments[i]) && candidate.segments[i] != segments[i + 2])
            return false;
    return true;
}

Parameters parameters_of(Compiled const& match, Segments const& segments) {
    Parameters result;
    for (std::size_t i = 0; i < match.segments.size(); ++i) {
        auto const name = match.segments[i];
        if (is_parameter(name)) result.emplace(name.substr(1, name.size() - 2), segments[i + 2]);
    }
    return result;
}

struct Match {
    Compiled const* found = nullptr;
    std::string allowed;  ///< methods of the path, if only the method does not fit
};

Match match(http::Request const& request) {
    Match result;
    std::string_view const method = request.method == "HEAD" ? get : request.method;
    for (auto const& candidate : compiled()) {
        if (!fits(candidate, request.segments)) continue;
        if (candidate.route->method == method) return {&candidate, {}};
        result.allowed +=
            (result.allowed.empty() ? "" : ", ") + std::string(candidate.route->method);
    }
    return result;
}

http::Response method_not_allowed(http::Request const& request, std::string const& allowed) {
    auto response = http::problem(405, "method_not_allowed",
                                  "This address does not know " + request.method + ".", request.id);
    response.headers.add("Allow", allowed);
    return response;
}

bool writes(http::Request const& request) {
    return request.method != "GET" && request.method != "HEAD";
}

void check_level(Access access, Actor const& actor) {
    bool const enough = access == Access::anyone || access == Access::user ||
                        (access == Access::staff && actor.role != Role::user) ||
                        (access == Access::administrator && actor.role == Role::administrator);
    if (enough) return;
    throw Error(Kind::forbidden, access == Access::staff
                                     ? "Only staff and administrators may do this."
                                     : "Only administrators may do this.");
}

/// A token that is narrowed to instances has business with these and with who it is, and makes
/// nothing new.
void check_narrow(Route const& route, Actor const& actor) {
    if (!actor.only) return;
    constexpr std::array<std::string_view, 6> open{"/instances", "/templates", "/jobs",
                                                   "/events",    "/me",        "/session"};
    auto const first = route.path.substr(0, route.path.find('/', 1));
    bool const fits = std::find(open.begin(), open.end(), first) != open.end();
    if (fits && !(route.path == "/instances" && route.method == post)) return;
    throw forbidden("This token is for some instances only.", "A token for all of them can.");
}

/// May() says the same of each object; here nothing can be forgotten. What concerns the account
/// itself and looking at a screen are its to decide.
void check_read_only(Route const& route, http::Request const& request, Actor const& actor) {
    if (!writes(request) || route.access == Access::anyone) return;
    bool const person = actor.via != Via::token;
    bool const own = route.path == "/session" || route.path.starts_with("/me/") ||
                     (route.path == "/users/{name}" && route.method == patch);
    if ((person && own) || route.path == "/instances/{id}/console") return;
    require_writer(actor);
}

Actor authenticate(App& app, http::Request const& request, Access access) {
    if (auto const bearer = bearer_of(request))
        return app.tokens.actor(*bearer, app.proxies.client_address(request), request.id);
    if (writes(request) && !same_origin(app, request))
        throw Error(Kind::forbidden, "This request comes from a foreign page.");
    auto const* session = session_of(app, request);
    if (!session) {
        if (access != Access::anyone)
            throw Error(Kind::unauthenticated, "Sign in first, or again: the session has ended.");
        Actor nobody;
        nobody.address = app.proxies.client_address(request);
        nobody.request_id = request.id;
        return nobody;
    }
    if (writes(request) && access != Access::anyone &&
        request.headers.find("X-CSRF-Token") != std::string_view(session->csrf_token))
        throw Error(Kind::forbidden, "The header X-CSRF-Token is missing or not this session's.");
    return app.sessions.actor(*session, app.proxies.client_address(request), request.id);
}

http::Response unchanged_if_known(http::Request const& request, http::Response response) {
    auto const etag = response.headers.find("ETag");
    auto const known = request.headers.find("If-None-Match");
    if (!etag || !known || known->find(*etag) == std::string_view::npos) return response;
    http::Response empty;
    empty.status = 304;
    empty.headers.add("ETag", std::string(*etag));
    empty.headers.add("Cache-Control", "private, no-cache");
    return empty;
}

/// With an Idempotency-Key a POST is done once; whoever sends it again reads the first answer.
awaitable<http::Response> call_once(Call const& context, Route const& route, std::string key) {
    auto const& request = context.request;
    auto& replays = context.app.replays;
    auto const actor = context.actor.user;
    auto const whole = request.method + " " + request.target + "\n" + request.body;
    if (auto const known = co_await replays.begin(actor, key, whole)) {
        auto response = json_response(static_cast<unsigned>(known->status), known->text);
        response.headers.add("Idempotent-Replay", "true");
        co_return response;
    }
    http::Response response;
    std::exception_ptr failure;
    try {
        response = co_await route.invoke(context);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        co_await replays.failed(actor, key);
        std::rethrow_exception(std::move(failure));
    }
    StoredAnswer answer{response.status, std::string(response.body.view())};
    co_await replays.done(actor, key, std::move(answer));
    co_return response;
}

awaitable<http::Response> run(Call const& context, Route const& route) {
    auto const& request = context.request;
    check_level(route.access, context.actor);
    check_narrow(route, context.actor);
    check_read_only(route, request, context.actor);
    auto const key = request.headers.find("Idempotency-Key");
    if (key && request.method == "POST" && route.replay == Replay::yes)
        co_return co_await call_once(context, route, std::string(*key));
    auto response = co_await route.invoke(context);
    co_return unchanged_if_known(request, std::move(response));
}

awaitable<http::Response> call(App& app, http::Request const& request) {
    auto const found = match(request);
    if (!found.found) {
        if (!found.allowed.empty()) co_return method_not_allowed(request, found.allowed);
        throw Error(Kind::not_found, "There is nothing at this address.");
    }
    auto const& route = *found.found->route;
    Call const context{app, request, authenticate(app, request, route.access),
                       parameters_of(*found.found, request.segments)};
    std::exception_ptr failure;
    try {
        co_return co_await run(context, route);
    } catch (...) {
        failure = std::current_exception();
    }
    auto entry = refusal_of(context, route, failure);
    if (entry) co_await app.audit_keeper.note_refusal(std::move(*entry));
    std::rethrow_exception(std::move(failure));
}

void log_failure(http::Request const& request, Error const& error) {
    if (error.kind() == Kind::internal)
        log::error("a request failed", {{"request", request.id},
                                        {"method", request.method},
                                        {"path", request.path},
                                        {"error", error.message()},
                                        {"detail", error.detail()}});
    else
        log::debug("a request was refused", {{"request", request.id},
                                             {"method", request.method},
                                             {"path", request.path},
                                             {"error", error.message()},
                                             {"detail", error.detail()}});
}

/// Errors become answers; what is not an `Error` is a defect and says nothing to the outside.
http::Response failed(http::Request const& request, std::exception_ptr failure) {
    try {
        std::rethrow_exception(std::move(failure));
    } catch (Error const& error) {
        log_failure(request, error);
        return to_response(error, request.id);
    } catch (std::exception const& error) {
        Error const internal(Kind::internal, "An internal error; the log knows more.",
                             error.what());
        log_failure(request, internal);
        return to_response(internal, request.id);
    }
}

awaitable<http::Response> answer_api(App& app, http::Request const& request) {
    std::exception_ptr failure;
    try {
        co_return co_await call(app, request);
    } catch (...) {
        failure = std::current_exception();
    }
    co_return failed(request, std::move(failure));
}

bool is_api(http::Request const& request) {
    return request.segments.size() >= 2 && request.segments[0] == "api" &&
           request.segments[1] == "v1";
}

http::Response health(App const& app, bool ready) {
    if (!ready) return json_response(200, R"({"status":"alive"})");
    if (app.ready()) return json_response(200, R"({"status":"ready"})");
    auto response = json_response(503, R"({"status":"starting"})");
    response.headers.add("Retry-After", "1");
    return response;
}

/// For whoever may see the statistics: staff, auditors, and tokens of such.
http::Response answer_metrics(App& app, http::Request const& request) {
    try {
        auto const actor = authenticate(app, request, Access::staff);
        require(actor, Action::see, object_of(ObjectKind::statistics), "");
        http::Response response;
        response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        response.headers.add("Cache-Control", "no-store");
        response.body = metrics(app.inventory);
        return response;
    } catch (...) {
        return failed(request, std::current_exception());
    }
}

awaitable<http::Response> answer(App& app, http::Request const& request) {
    if (is_api(request)) co_return co_await answer_api(app, request);
    if (request.path == "/console") co_return open_console_socket(app, request);
    if (request.path == "/healthz") co_return health(app, false);
    if (request.path == "/readyz") co_return health(app, true);
    if (request.path == "/metrics" && !writes(request)) co_return answer_metrics(app, request);
    if (request.path == "/api/openapi.json") {
        static auto const document = boost::json::serialize(openapi(app.config.base_path));
        co_return json_response(200, document);
    }
    if (!request.segments.empty() && request.segments[0] == "api") {
        Error const unknown(Kind::not_found, "There is nothing at this address.");
        co_return to_response(unknown, request.id);
    }
    co_return app.files.serve(request);
}

}  // namespace

awaitable<http::Response> handle(App& app, http::Request request) {
    if (auto outside = enter_base_path(app.config.base_path, request))
        co_return std::move(*outside);
    if (auto const objection = app.proxies.objection(request); !objection.empty())
        co_return co_await refuse_claim(app, request, objection);
    auto response = co_await answer(app, request);
    leave_base_path(app.config.base_path, response);
    co_return response;
}

}  // namespace ourea::api
