// SPDX-License-Identifier: Apache-2.0
// What happens to a request that claims a user and has no right to.
#pragma once

#include "http/message.hpp"

namespace ourea {
class App;
}

namespace ourea::api {

/// Records that somebody sent the web server's header, within bounds, and answers 400.
http::awaitable<http::Response> refuse_claim(App& app, http::Request const& request,
                                             std::string objection);

}  // namespace ourea::api
