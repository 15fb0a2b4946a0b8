// SPDX-License-Identifier: Apache-2.0
// What the sessions of one listener share: limits, the handler, who is connected, whether to stop.
#pragma once

#include "http/listener.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace ourea::http {

/// One type for TCP and UNIX sockets, so that everything above is compiled once.
using Socket = boost::asio::generic::stream_protocol::socket;
using Clock = std::chrono::steady_clock;

/// A moment after which a connection is given up. The listener looks at all of them once a tick:
/// far cheaper than a timer that is started and cancelled for each request.
class Deadline {
public:
    void set(std::chrono::milliseconds from_now) { at_ = Clock::now() + from_now; }
    void clear() { at_ = Clock::time_point::max(); }
    bool passed(Clock::time_point now) const { return now >= at_; }

private:
    Clock::time_point at_ = Clock::time_point::max();
};

/// How long a peer may take to receive `bytes`: patience and at least 8 KiB a second.
std::chrono::milliseconds write_time(std::size_t bytes);

struct Peer {
    std::string address;
    bool local_socket = false;
    bool loopback = false;
};

class Session;

struct Shared {
    Shared(boost::asio::any_io_executor executor, Limits the_limits, Handler the_handler);

    /// Room for one more from there?
    bool full(Peer const& peer) const;
    void join(Session& session, Peer const& peer);
    void leave(Session& session, Peer const& peer);
    std::string next_request_id();

    Limits limits;
    Handler handler;
    bool stopping = false;
    std::unordered_set<Session*> sessions;
    boost::asio::steady_timer emptied;  ///< cancelled when the last session leaves

private:
    bool counted(Peer const& peer) const;

    std::unordered_map<std::string, std::size_t> per_address_;
    std::string id_prefix_;
    std::uint64_t last_id_ = 0;
};

}  // namespace ourea::http
