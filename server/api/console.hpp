// SPDX-License-Identifier: Apache-2.0
// The WebSocket of a console: ticket in, relay between browser and guest.
#pragma once

#include "http/message.hpp"

namespace ourea {
class App;
}

namespace ourea::api {

/// The answer to `GET /console`; the ticket comes as a subprotocol, never in the URL.
http::Response open_console_socket(App& app, http::Request const& request);

}  // namespace ourea::api
