// SPDX-License-Identifier: Apache-2.0
// What becomes of a connection after its last request: an event stream or a WebSocket.
#pragma once

#include "http/connection.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace ourea::http {

/// Receives what ends the stream or WebSocket in good order; emptied when it has ended by itself.
using EndHook = std::function<void()>;

/// Runs `response.stream` on the socket after its head was written.
awaitable<void> serve_stream(Socket& socket, Deadline& deadline, Response const& response,
                             bool chunked, std::chrono::milliseconds heartbeat, EndHook& end);

/// Accepts the handshake in `handshake` and runs `response.websocket`.
awaitable<void> serve_websocket(Socket& socket, Headers const& handshake, std::string target,
                                std::string request_id, Response const& response, EndHook& end);

}  // namespace ourea::http
