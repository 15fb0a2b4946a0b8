// SPDX-License-Identifier: Apache-2.0
// Counts connections and gives out request ids.
#include "http/connection.hpp"

#include "base/ids.hpp"

#include <fmt/format.h>

namespace ourea::http {

std::chrono::milliseconds write_time(std::size_t bytes) {
    constexpr std::size_t slowest_per_ms = 8;
    return std::chrono::milliseconds(30'000 + bytes / slowest_per_ms);
}

Shared::Shared(boost::asio::any_io_executor executor, Limits the_limits, Handler the_handler)
    : limits(the_limits),
      handler(std::move(the_handler)),
      emptied(executor, Clock::time_point::max()),
      id_prefix_(random_hex(6)) {}

bool Shared::counted(Peer const& peer) const {
    return !peer.local_socket && (limits.limit_loopback || !peer.loopback);
}

bool Shared::full(Peer const& peer) const {
    if (sessions.size() >= limits.connections) return true;
    if (!counted(peer)) return false;
    auto found = per_address_.find(peer.address);
    return found != per_address_.end() && found->second >= limits.connections_per_address;
}

void Shared::join(Session& session, Peer const& peer) {
    sessions.insert(&session);
    if (counted(peer)) ++per_address_[peer.address];
}

void Shared::leave(Session& session, Peer const& peer) {
    sessions.erase(&session);
    if (counted(peer)) {
        auto found = per_address_.find(peer.address);
        if (--found->second == 0) per_address_.erase(found);
    }
    if (sessions.empty()) emptied.cancel();
}

std::string Shared::next_request_id() {
    return fmt::format("{}-{:x}", id_prefix_, ++last_id_);
}

}  // namespace ourea::http
