// SPDX-License-Identifier: Apache-2.0
// Takes the base path off requests and puts it before the addresses in answers.
#include "api/base_path.hpp"

#include "http/target.hpp"

#include <algorithm>

namespace ourea::api {
namespace {

http::Response redirect(std::string location) {
    http::Response response;
    response.status = 308;
    response.headers.add("Location", std::move(location));
    return response;
}

}  // namespace

std::optional<http::Response> enter_base_path(std::string const& base, http::Request& request) {
    if (base.empty() || request.path == "/healthz" || request.path == "/readyz")
        return std::nullopt;
    if (request.path == "/" || request.path == base) return redirect(base + "/");
    auto const depth = std::ranges::count(base, '/');
    bool const inside = std::ssize(request.segments) > depth;
    std::string start;
    for (auto i = 0; inside && i < depth; ++i)
        start += "/" + request.segments[static_cast<std::size_t>(i)];
    if (!inside || start != base)
        return http::problem(404, "not_found", "There is nothing outside of " + base + "/.",
                             request.id);
    request.path.erase(0, base.size());
    request.segments.erase(request.segments.begin(), request.segments.begin() + depth);
    return std::nullopt;
}

void leave_base_path(std::string const& base, http::Response& response) {
    auto const location = response.headers.find("Location");
    if (!base.empty() && location && location->starts_with('/'))
        response.headers.set("Location", base + std::string(*location));
}

}  // namespace ourea::api
