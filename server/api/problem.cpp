// SPDX-License-Identifier: Apache-2.0
// Prints errors as application/problem+json.
#include "api/problem.hpp"

#include "base/reflect.hpp"

namespace ourea::api {
namespace {

struct Problem {
    std::string type;
    std::string title;
    unsigned status = 0;
    std::string detail;
    std::string kind;
    std::optional<std::string> field;
    std::optional<std::string> remedy;
    std::string request_id;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (type, title, status, detail, kind, field, remedy, request_id))

std::optional<std::string> unless_empty(std::string const& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string_view title_of(Kind kind) {
    switch (kind) {
        case Kind::invalid:
            return "The request is not valid";
        case Kind::unauthenticated:
            return "You are not signed in";
        case Kind::forbidden:
            return "You may not do this";
        case Kind::not_found:
            return "There is no such object";
        case Kind::conflict:
            return "This is not possible now";
        case Kind::too_large:
            return "The request is too large";
        case Kind::quota:
            return "The quota does not allow it";
        case Kind::throttled:
            return "Too many attempts";
        case Kind::unavailable:
            return "Not available at the moment";
        case Kind::internal:
            break;
    }
    return "An internal error";
}

}  // namespace

unsigned status_of(Kind kind) {
    switch (kind) {
        case Kind::invalid:
            return 400;
        case Kind::unauthenticated:
            return 401;
        case Kind::forbidden:
            return 403;
        case Kind::not_found:
            return 404;
        case Kind::conflict:
            return 409;
        case Kind::too_large:
            return 413;
        case Kind::quota:
            return 422;
        case Kind::throttled:
            return 429;
        case Kind::unavailable:
            return 503;
        case Kind::internal:
            break;
    }
    return 500;
}

http::Response to_response(Error const& error, std::string const& request_id) {
    std::string const kind(to_string(error.kind()));
    Problem problem{"about:blank#" + kind,
                    std::string(title_of(error.kind())),
                    status_of(error.kind()),
                    error.message(),
                    kind,
                    unless_empty(error.field()),
                    unless_empty(error.remedy()),
                    request_id};
    http::Response response;
    response.status = problem.status;
    response.headers.add("Content-Type", "application/problem+json");
    if (error.kind() == Kind::unavailable) response.headers.add("Retry-After", "5");
    if (error.kind() == Kind::throttled) response.headers.add("Retry-After", "30");
    response.body = to_json(problem);
    return response;
}

}  // namespace ourea::api
