// SPDX-License-Identifier: Apache-2.0
// Turns bytes into one request, or into the reason why it is none.
#pragma once

#include "http/listener.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace ourea::http {

/// A request with what the connection must know of it until it is answered.
struct Incoming {
    Request request;
    bool head = false;
    bool keep_alive = false;
    bool http_1_0 = false;
    bool upgrade = false;  ///< to a WebSocket
};

/// Why a request is refused. Status 0 without words: it is not, or nobody is left to be told.
struct Refusal {
    unsigned status = 0;
    std::string_view kind;
    std::string_view detail;
};

/// For one request; make a new one for the next.
class RequestParser {
public:
    explicit RequestParser(Limits const& limits);
    RequestParser(RequestParser const&) = delete;
    RequestParser& operator=(RequestParser const&) = delete;
    ~RequestParser();

    /// Takes what it can use from the front of `bytes`; a refusal ends the connection.
    Refusal feed(std::string& bytes);
    bool done() const;
    /// The head is complete, the body is not.
    bool awaits_body() const;
    /// The client holds its body back until it reads "100 Continue".
    bool expects_continue() const;

    /// The finished request; what it says of itself is checked here.
    Refusal take(Incoming& in);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace ourea::http
