// SPDX-License-Identifier: Apache-2.0
// What a handler receives and answers; everything that concerns the wire stays below.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ourea::http {

using boost::asio::awaitable;

class EventStream;
class WebSocket;

struct Header {
    std::string name;
    std::string value;
};

/// Header fields in the order in which they came; names compare without case.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> fields) : fields_(fields) {}

    /// The first field of this name.
    std::optional<std::string_view> find(std::string_view name) const;
    /// All fields of this name in one comma-separated text; nothing if there is none.
    std::optional<std::string> joined(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    void add(std::string name, std::string value);
    /// Replaces every field of this name.
    void set(std::string_view name, std::string value);

    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

private:
    std::vector<Header> fields_;
};

bool equal_ignoring_case(std::string_view a, std::string_view b);

struct Request {
    std::string method;
    std::string target;                 ///< as sent: "/api/v1/instances?q=a%20b"
    std::string path;                   ///< decoded, without the query
    std::vector<std::string> segments;  ///< of the path, each decoded by itself
    std::vector<std::pair<std::string, std::string>> query;
    Headers headers;
    std::string body;
    std::string remote_address;  ///< numeric, without the port; "unix" on a UNIX socket
    std::string id;              ///< also sent as X-Request-Id
    bool local_socket = false;   ///< came through the UNIX socket

    /// The first query parameter of this name.
    std::optional<std::string_view> parameter(std::string_view name) const;
};

/// A body of its own, or one that many answers share without a copy.
class Body {
public:
    Body() = default;
    Body(std::string text) : own_(std::move(text)) {}
    Body(char const* text) : own_(text) {}
    Body(std::shared_ptr<std::string const> text) : shared_(std::move(text)) {}

    std::string_view view() const { return shared_ ? *shared_ : own_; }
    std::size_t size() const { return view().size(); }
    bool empty() const { return view().empty(); }

private:
    std::string own_;
    std::shared_ptr<std::string const> shared_;
};

struct Response {
    unsigned status = 200;
    Headers headers;
    Body body;

    /// Set: the connection becomes a WebSocket that this function serves. It does not if the
    /// request is no upgrade; the client then reads 426.
    std::function<awaitable<void>(WebSocket&)> websocket;
    std::string subprotocol;  ///< the one that is chosen; empty for none

    /// Set: the answer is a stream of chunks (text/event-stream unless the headers say otherwise)
    /// until this function returns or the peer leaves, which cancels it.
    std::function<awaitable<void>(EventStream&)> stream;
};

using Handler = std::function<awaitable<Response>(Request)>;

/// A minimal application/problem+json; the API layer writes its own with more in it.
Response problem(unsigned status, std::string_view kind, std::string_view detail,
                 std::string_view request_id = {});

/// "Not Found" for 404.
std::string_view reason_phrase(unsigned status);

}  // namespace ourea::http
