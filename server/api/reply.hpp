// SPDX-License-Identifier: Apache-2.0
// What handlers return, and the HTTP answer and schema that follow from its type.
#pragma once

#include "base/offload.hpp"
#include "base/schema.hpp"
#include "http/message.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace ourea::api {

/// A page of a list.
template <class T>
struct List {
    std::vector<T> items;
    std::int64_t total = 0;
    std::optional<std::string> next_cursor;
    BOOST_DESCRIBE_CLASS(List, (), (items, total, next_cursor), (), ())
};

/// 1 to 1000, 100 if not given. Throws `invalid`.
std::size_t page_limit(std::optional<std::int64_t> limit);
/// The place in a list that a cursor of digits names. Throws `invalid`.
std::size_t page_offset(std::optional<std::string> const& cursor);

/// 201 with the new thing and where it is.
template <class T>
struct Created {
    T value;
    std::string location;  ///< below /api/v1
};

/// 202: a job does the rest.
template <class Job>
struct Accepted {
    Job job;
    BOOST_DESCRIBE_CLASS(Accepted, (), (job), (), ())
};

/// A T (204 without one) that also sets or takes back a cookie.
template <class T>
struct WithCookie {
    T value;
    std::string cookie;  ///< of the Set-Cookie header
};
struct Nothing {};

/// A T that is JSON text already, with an ETag if the client may ask again by it.
template <class T>
struct Rendered {
    std::string text;
    std::string etag;
};

/// Bytes of another type than JSON.
struct Bytes {
    std::string content;
    std::string type;
};

/// A file to keep, sent piece by piece.
struct Download {
    http::Response response;
};

/// The path below which the API lives.
inline constexpr std::string_view base_path = "/api/v1";

http::Response json_response(unsigned status, std::string text);

// ---- from a result to an answer
// --------------------------------------------------------------------

template <class T>
http::Response reply(T const& value) {
    return json_response(200, to_json(value));
}

template <class T>
http::Response reply(Created<T> const& created) {
    auto response = json_response(201, to_json(created.value));
    response.headers.add("Location", std::string(base_path) + created.location);
    return response;
}

template <class Job>
http::Response reply(Accepted<Job> const& accepted) {
    auto response = json_response(202, to_json(accepted));
    response.headers.add("Location", std::string(base_path) + "/jobs/" + accepted.job.id.str());
    return response;
}

template <class T>
http::Response reply(WithCookie<T> const& result) {
    http::Response response;
    if constexpr (std::is_same_v<T, Nothing>)
        response.status = 204;
    else
        response = reply(result.value);
    response.headers.add("Set-Cookie", result.cookie);
    return response;
}

template <class T>
http::Response reply(Rendered<T> rendered) {
    auto response = json_response(200, std::move(rendered.text));
    if (!rendered.etag.empty()) {
        response.headers.add("ETag", "\"" + rendered.etag + "\"");
        response.headers.add("Cache-Control", "private, no-cache");
    }
    return response;
}

inline http::Response reply(Bytes bytes) {
    http::Response response;
    response.headers.add("Content-Type", std::move(bytes.type));
    response.body = std::move(bytes.content);
    return response;
}

inline http::Response reply(Download download) {
    return std::move(download.response);
}

inline http::Response reply(http::Response response) {
    return response;
}

template <class... Ts>
http::Response reply(std::variant<Ts...> const& value) {
    return std::visit([](auto const& v) { return reply(v); }, value);
}

// ---- from a result's type to the document
// ----------------------------------------------------------

/// Adds the answers that a handler with result R gives to an operation's `responses`.
template <class R>
struct Answers {
    static void describe(boost::json::object& responses, Schemas& schemas) {
        responses["200"] = content("Done", schemas.of<R>(Direction::output));
    }
    static boost::json::value content(std::string_view description, boost::json::value schema) {
        return {{"description", description},
                {"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
    }
};

template <>
struct Answers<void> {
    static void describe(boost::json::object& responses, Schemas&) {
        responses["204"] = {{"description", "Done"}};
    }
};

template <class T>
struct Answers<Created<T>> {
    static void describe(boost::json::object& responses, Schemas& schemas) {
        responses["201"] = Answers<T>::content("Created", schemas.of<T>(Direction::output));
    }
};

template <class Job>
struct Answers<Accepted<Job>> {
    static void describe(boost::json::object& responses, Schemas& schemas) {
        auto schema = schemas.of<Accepted<Job>>(Direction::output);
        responses["202"] = Answers<Job>::content("Accepted, a job does it", std::move(schema));
    }
};

template <class T>
struct Answers<Rendered<T>> : Answers<T> {};

template <class T>
struct Answers<WithCookie<T>> : Answers<T> {};
template <>
struct Answers<WithCookie<Nothing>> : Answers<void> {};

template <>
struct Answers<Bytes> {
    static void describe(boost::json::object& responses, Schemas&) {
        boost::json::value any{{"schema", {{"type", "string"}, {"format", "binary"}}}};
        responses["200"] = {{"description", "The content"}, {"content", {{"image/png", any}}}};
    }
};

template <>
struct Answers<Download> {
    static void describe(boost::json::object& responses, Schemas&) {
        boost::json::value any{{"schema", {{"type", "string"}}}};
        responses["200"] = {{"description", "The file"},
                            {"content", {{"application/jsonl", any}, {"text/csv", any}}}};
    }
};

template <>
struct Answers<http::Response> {
    static void describe(boost::json::object& responses, Schemas&) {
        boost::json::value any{{"schema", {{"type", "string"}}}};
        responses["200"] = {{"description", "A stream of server-sent events"},
                            {"content", {{"text/event-stream", any}}}};
    }
};

template <class... Ts>
struct Answers<std::variant<Ts...>> {
    static void describe(boost::json::object& responses, Schemas& schemas) {
        (Answers<Ts>::describe(responses, schemas), ...);
    }
};

}  // namespace ourea::api
