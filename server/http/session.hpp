// SPDX-License-Identifier: Apache-2.0
// One connection: reads requests in order, lets the handler answer, writes the answers.
#pragma once

#include "http/connection.hpp"
#include "http/request_parser.hpp"
#include "http/upgraded.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace ourea::http {

class Session {
public:
    Session(Socket socket, Peer peer, std::shared_ptr<Shared> shared);
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;
    ~Session();

    /// Serves until the connection ends; holds the session alive.
    static awaitable<void> run(std::shared_ptr<Session> self);
    /// Says that there is no room and ends.
    static awaitable<void> turn_away(std::shared_ptr<Session> self);

    /// Ends as soon as the request in flight is answered.
    void stop();
    void abort();
    void check(Clock::time_point now);

private:
    awaitable<bool> serve_one();
    awaitable<bool> wait_for_request();
    awaitable<Refusal> read(Incoming& in);
    awaitable<bool> receive(std::size_t at_most);
    awaitable<Response> handle(Request request);
    awaitable<bool> answer(Incoming const& in, Response const& response);
    awaitable<void> answer_stream(Incoming const& in, Response const& response);
    awaitable<void> answer_websocket(Incoming& in, Response const& response);
    awaitable<bool> write(std::string_view head, std::string_view body);
    awaitable<void> refuse(Refusal refusal);
    awaitable<void> linger();

    Socket socket_;
    Peer peer_;
    std::shared_ptr<Shared> shared_;
    Deadline deadline_;
    bool expired_ = false;
    bool idle_ = false;     ///< waits for the next request
    bool first_ = true;     ///< no request came yet
    std::string received_;  ///< what came and is not parsed yet
    EndHook end_;
};

}  // namespace ourea::http
