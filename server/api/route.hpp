// SPDX-License-Identifier: Apache-2.0
// A row of the route table, made from a handler: reading its arguments, answering its result and
// describing both follow from its C++ types.
#pragma once

#include "api/call.hpp"
#include "api/reply.hpp"

#include <concepts>
#include <tuple>

namespace ourea::api {

/// Who may call a route at all; what may be done with the object in question is `may()`'s to say.
enum class Access { anyone, user, staff, administrator };

/// Whether an Idempotency-Key is honoured: not where request or answer hold a secret, because both
/// are kept in the database.
enum class Replay { yes, no };

/// An argument that comes from the query string.
template <class T>
struct Query {
    T value;
    T const* operator->() const { return &value; }
};

/// A body that may come as T in JSON or as CSV text.
template <class T>
struct Upload {
    std::optional<T> items;
    std::string csv;
};

struct Route {
    std::string_view method;
    std::string_view path;  ///< below /api/v1, parameters in braces
    Access access;
    std::string_view summary;
    awaitable<http::Response> (*invoke)(Call const&);
    void (*describe)(boost::json::object& operation, Schemas& schemas);
    Replay replay = Replay::yes;
};

/// The query string as a JSON object, numbers and booleans converted where `schema` wants them.
boost::json::value query_object(http::Request const& request,
                                boost::json::object const& properties);
/// Describes each property of a query type as a parameter.
void describe_query(boost::json::object& operation, boost::json::object const& properties);
void describe_body(boost::json::object& operation, boost::json::value schema);
void describe_upload(boost::json::object& operation, boost::json::value schema);
bool is_csv(http::Request const& request);
/// Refuses a query string or a body where the handler takes none.
void refuse_query(http::Request const& request);
void refuse_body(http::Request const& request);
/// The body as JSON; refuses another content type.
boost::json::value json_body(http::Request const& request);

namespace detail {

template <class T>
struct IsQuery : std::false_type {};
template <class T>
struct IsQuery<Query<T>> : std::true_type {};

template <class T>
struct IsUpload : std::false_type {};
template <class T>
struct IsUpload<Upload<T>> : std::true_type {
    using Json = T;
};

template <class T>
boost::json::object properties_of() {
    Schemas schemas;
    schemas.of<T>(Direction::input);
    auto const name = schema_name(boost::core::demangle(typeid(T).name()));
    return schemas.components().at(name).at("properties").as_object();
}

template <class Argument>
Argument read_argument(Call const& call) {
    if constexpr (IsQuery<Argument>::value) {
        using T = decltype(Argument::value);
        static auto const properties = properties_of<T>();
        return Argument{read<T>(query_object(call.request, properties))};
    } else if constexpr (IsUpload<Argument>::value) {
        if (is_csv(call.request)) return Argument{std::nullopt, call.request.body};
        return Argument{read<typename IsUpload<Argument>::Json>(json_body(call.request)), {}};
    } else {
        return read<Argument>(json_body(call.request));
    }
}

template <class Argument>
void describe_argument(boost::json::object& operation, Schemas& schemas) {
    if constexpr (IsQuery<Argument>::value)
        describe_query(operation, properties_of<decltype(Argument::value)>());
    else if constexpr (IsUpload<Argument>::value)
        describe_upload(operation, schemas.of<typename IsUpload<Argument>::Json>(Direction::input));
    else
        describe_body(operation, schemas.of<Argument>(Direction::input));
}

template <auto Handler, class R, class... Arguments>
awaitable<http::Response> invoke(Call const& call) {
    if constexpr (!(IsQuery<Arguments>::value || ...)) refuse_query(call.request);
    if constexpr ((IsQuery<Arguments>::value && ...)) refuse_body(call.request);
    std::tuple<Arguments...> arguments{read_argument<Arguments>(call)...};
    auto running = std::apply(
        [&](auto&... argument) { return Handler(call, std::move(argument)...); }, arguments);
    if constexpr (std::is_void_v<R>) {
        co_await std::move(running);
        http::Response empty;
        empty.status = 204;
        co_return empty;
    } else {
        auto result = co_await std::move(running);
        co_return reply(std::move(result));
    }
}

template <class R, class... Arguments>
void describe(boost::json::object& operation, Schemas& schemas) {
    (describe_argument<Arguments>(operation, schemas), ...);
    boost::json::object responses;
    Answers<R>::describe(responses, schemas);
    operation["responses"] = std::move(responses);
}

template <auto Handler, class R, class... Arguments>
constexpr Route make(awaitable<R> (*)(Call const&, Arguments...), std::string_view method,
                     std::string_view path, Access access, std::string_view summary,
                     Replay replay) {
    auto const call = &invoke<Handler, R, Arguments...>;
    return {method, path, access, summary, call, &describe<R, Arguments...>, replay};
}

}  // namespace detail

template <auto Handler>
constexpr Route route(std::string_view method, std::string_view path, Access access,
                      std::string_view summary, Replay replay = Replay::yes) {
    return detail::make<Handler>(Handler, method, path, access, summary, replay);
}

inline constexpr std::string_view get = "GET", post = "POST", put = "PUT", patch = "PATCH",
                                  delete_ = "DELETE";

}  // namespace ourea::api
