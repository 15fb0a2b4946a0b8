// SPDX-License-Identifier: Apache-2.0
// Both ends around a relay, fast enough not to be what is measured: raw sockets, no copies.
#pragma once

#include "base/unique_fd.hpp"

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace ourea::bench {

enum class GuestMode { flood, sink, idle };

/// Accepts on a loopback port and floods, sinks or keeps still on each connection.
class GuestEnd {
public:
    explicit GuestEnd(GuestMode mode);
    GuestEnd(GuestEnd const&) = delete;
    GuestEnd& operator=(GuestEnd const&) = delete;
    ~GuestEnd();

    std::uint16_t port() const { return port_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    void accept();
    void serve(int fd);

    GuestMode mode_;
    UniqueFd listener_;
    std::uint16_t port_ = 0;
    std::atomic<std::uint64_t> bytes_ = 0;
    std::atomic<bool> ending_ = false;
    std::vector<std::jthread> connections_;
    std::vector<UniqueFd> sockets_;
    std::jthread acceptor_;
};

/// Connects to a loopback port, again and again until something answers.
UniqueFd connect_to(std::uint16_t port);

/// A WebSocket to the relay at `port`, with the handshake done.
UniqueFd open_websocket(std::uint16_t port);

/// Reads and throws away until the socket is shut down; counts into `bytes`.
void drain(int fd, std::atomic<std::uint64_t>& bytes);

/// Writes masked binary frames of `payload` bytes until the socket is shut down.
void send_frames(int fd, std::size_t payload);

}  // namespace ourea::bench
