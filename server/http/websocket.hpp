// SPDX-License-Identifier: Apache-2.0
// The browser's end of a console: carries bytes between a WebSocket and a connected socket.
#pragma once

#include "base/unique_fd.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ourea::http {

/// What of the browser's input reaches the guest.
enum class RelayInput {
    all,
    rfb_view_only,  ///< VNC: only what is needed to see (see rfb_filter.hpp)
    none,           ///< serial: nothing
};

/// Ends a relay from outside with a plain sentence that the person reads; on the loop's thread, at
/// any time, also when the relay is long gone.
using RelayClose = std::function<void(std::string reason)>;

/// What a browser is told at the end.
struct Farewell {
    std::uint16_t code = 0;  ///< of the close frame
    std::string reason;      ///< a sentence
};

struct RelayOptions {
    RelayInput input = RelayInput::all;
    std::function<void(RelayClose)> on_start;  ///< called once, before the first byte
    /// Asked when the guest's end closes; nothing, or an empty function: a plain end.
    std::function<std::optional<Farewell>()> on_guest_end;
};

enum class RelayEnder {
    browser,  ///< closed its WebSocket or went away
    guest,    ///< closed its socket or failed
    portal,   ///< `RelayClose`, or the server stops
    refused,  ///< the browser broke the protocol (view-only filter)
};

std::string_view to_string(RelayEnder ender);

struct RelayEnd {
    RelayEnder ender = RelayEnder::guest;
    std::string reason;  ///< as sent to the browser
    std::uint64_t to_browser_bytes = 0;
    std::uint64_t to_guest_bytes = 0;
};

/// WebSocket close codes, RFC 6455 section 7.4.1.
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t internal = 1011;
inline constexpr std::uint16_t try_later = 1013;
/// Ours (section 7.4.2): what was shown is elsewhere now; a new connection finds it there.
inline constexpr std::uint16_t moved = 4001;
}  // namespace close_code

/// Lives as long as the function in `Response::websocket` runs; closed when that returns.
class WebSocket {
public:
    WebSocket() = default;
    WebSocket(WebSocket const&) = delete;
    WebSocket& operator=(WebSocket const&) = delete;
    virtual ~WebSocket() = default;

    /// Carries bytes both ways until one end closes, then closes the other. `guest` is a connected
    /// stream socket. Does not throw for anything that a peer does.
    virtual boost::asio::awaitable<RelayEnd> relay(UniqueFd guest, RelayOptions options) = 0;

    /// Closes with a plain sentence (cut at 123 bytes), for what fails before a relay starts.
    virtual boost::asio::awaitable<void> close(std::uint16_t code, std::string reason) = 0;
};

}  // namespace ourea::http
