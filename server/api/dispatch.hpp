// SPDX-License-Identifier: Apache-2.0
// From a request to its handler: route, authenticate, access level, call, error to answer.
#pragma once

#include "api/route.hpp"

#include <span>

namespace ourea::api {

/// The table; see routes.cpp.
std::span<Route const> routes();

/// Answers any request: the API, the console, health, and the front end's files.
awaitable<http::Response> handle(App& app, http::Request request);

/// The row of a user as their list shows it; "null" if there is none.
awaitable<RawJson> render_user(App& app, std::string name);
awaitable<RawJson> render_group(App& app, std::string name);

/// The OpenAPI 3.1 document of the table, of a portal at this base path.
boost::json::object openapi(std::string const& base = {});

}  // namespace ourea::api
