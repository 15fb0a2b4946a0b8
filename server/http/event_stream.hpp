// SPDX-License-Identifier: Apache-2.0
// The sending end of a streamed answer, as server-sent events use it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string_view>

namespace ourea::http {

/// Lives as long as the function in `Response::stream` runs. When the peer leaves or the server
/// stops, that function is cancelled: whatever it awaits ends with `operation_aborted`.
class EventStream {
public:
    EventStream() = default;
    EventStream(EventStream const&) = delete;
    EventStream& operator=(EventStream const&) = delete;
    virtual ~EventStream() = default;

    /// Writes complete frames ("event: …\nid: …\ndata: …\n\n") and resumes when the kernel has
    /// them. Throws `boost::system::system_error` once the stream is closed. `frame` must stay
    /// valid until then. A heartbeat comment is sent by itself when nothing else was for a while.
    virtual boost::asio::awaitable<void> send(std::string_view frame) = 0;

    virtual bool closed() const noexcept = 0;

    /// Ends the stream from outside: a right was revoked, the person signed out.
    virtual void close() = 0;
};

}  // namespace ourea::http
