// SPDX-License-Identifier: Apache-2.0
// Accepts connections on one address and serves them, all on one event-loop thread.
#pragma once

#include "http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace ourea::http {

struct Limits {
    std::uint32_t header_bytes = 16 * 1024;
    std::uint64_t body_bytes = 1024 * 1024;
    std::chrono::milliseconds request{30'000};     ///< to receive one whole request
    std::chrono::milliseconds keep_alive{60'000};  ///< idle between two requests
    std::chrono::milliseconds heartbeat{20'000};   ///< of an event stream that has nothing to say
    std::size_t connections = 1024;
    std::size_t connections_per_address = 256;
    /// A reverse proxy on this machine speaks for everybody, so loopback counts only in the total.
    bool limit_loopback = false;
};

/// Lives on the thread of `executor`'s loop; every member is called there.
class Listener {
public:
    Listener(boost::asio::any_io_executor executor, Limits limits, Handler handler);
    Listener(Listener const&) = delete;
    Listener& operator=(Listener const&) = delete;
    ~Listener();

    /// Listens on a numeric address; port 0 takes a free one. Throws `Error` if that fails. Several
    /// addresses and sockets may be served by one listener.
    void start(std::string const& address, std::uint16_t port);
    /// Listens on a UNIX socket with this mode; a stale socket file is replaced.
    void start_unix(std::string const& path, unsigned mode = 0660);

    /// The port of the first `start()`.
    std::uint16_t port() const;

    /// Accepts no more, lets requests in flight finish, ends idle connections, event streams and
    /// WebSockets.
    void stop();

    /// Resumes when every connection is gone; cuts off what is left after `patience` and then says
    /// false.
    boost::asio::awaitable<bool> drained(std::chrono::milliseconds patience);

    std::size_t connections() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace ourea::http
