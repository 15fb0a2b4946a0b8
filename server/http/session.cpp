// SPDX-License-Identifier: Apache-2.0
// The life of one connection, one request after the other.
#include "http/session.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "http/wire.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace ourea::http {

namespace asio = boost::asio;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t head_read = 8 * 1024;
constexpr std::size_t body_read = 64 * 1024;
constexpr std::size_t linger_bytes = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds linger_time{2'000};

}  // namespace

Session::Session(Socket socket, Peer peer, std::shared_ptr<Shared> shared)
    : socket_(std::move(socket)), peer_(std::move(peer)), shared_(std::move(shared)) {
    shared_->join(*this, peer_);
}

Session::~Session() {
    shared_->leave(*this, peer_);
}

void Session::stop() {
    if (end_)
        end_();
    else if (idle_)
        socket_.cancel();
}

void Session::abort() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void Session::check(Clock::time_point now) {
    if (!deadline_.passed(now)) return;
    deadline_.clear();
    expired_ = true;
    socket_.cancel();
}

awaitable<void> Session::run(std::shared_ptr<Session> self) {
    for (bool more = true; more;)
        more = co_await self->serve_one();
    self->abort();
}

awaitable<void> Session::turn_away(std::shared_ptr<Session> self) {
    Refusal const refusal{503, "unavailable", "Too many connections; please try again"};
    co_await self->refuse(refusal);
    self->abort();
}

awaitable<bool> Session::serve_one() {
    if (received_.empty() && !co_await wait_for_request()) co_return false;
    Incoming in;
    auto const refusal = co_await read(in);
    if (refusal.status != 0) co_await refuse(refusal);
    if (refusal.status != 0 || in.request.id.empty()) co_return false;

    // A request with pipelined bytes behind it cannot be upgraded: they would be nobody's.
    in.upgrade = in.upgrade && received_.empty();
    std::string const id = in.request.id;
    Request for_handler = in.upgrade ? in.request : std::move(in.request);
    auto handled = handle(std::move(for_handler));
    Response const response = co_await std::move(handled);
    in.request.id = id;

    if (response.stream && !in.head) {
        co_await answer_stream(in, response);
        co_return false;
    }
    if (response.websocket && in.upgrade) {
        co_await answer_websocket(in, response);
        co_return false;
    }
    if (response.websocket) {
        auto refused = problem(426, "invalid", "This address speaks WebSocket only", id);
        refused.headers.add("Upgrade", "websocket");
        co_return co_await answer(in, refused);
    }
    co_return co_await answer(in, response);
}

/// Waits without a buffer, so that an idle connection costs little.
awaitable<bool> Session::wait_for_request() {
    received_.shrink_to_fit();
    idle_ = !first_;
    if (idle_ && shared_->stopping) co_return false;
    deadline_.set(first_ ? shared_->limits.request : shared_->limits.keep_alive);
    auto [error] = co_await socket_.async_wait(Socket::wait_read, no_throw);
    idle_ = false;
    co_return !error && !expired_;
}

awaitable<bool> Session::receive(std::size_t at_most) {
    auto const before = received_.size();
    received_.resize(before + at_most);
    auto const room = asio::buffer(received_.data() + before, at_most);
    auto [error, size] = co_await socket_.async_read_some(room, no_throw);
    received_.resize(before + size);
    co_return !error;
}

/// Leaves `in.request.id` empty if the peer went away.
awaitable<Refusal> Session::read(Incoming& in) {
    first_ = false;
    deadline_.set(shared_->limits.request);
    RequestParser parser(shared_->limits);
    bool continued = false;
    for (;;) {
        if (!received_.empty()) {
            auto const refusal = parser.feed(received_);
            if (refusal.status != 0) co_return refusal;
            if (parser.done()) break;
        }
        if (parser.awaits_body() && !continued && parser.expects_continue()) {
            continued = true;
            if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n", "")) co_return Refusal();
            deadline_.set(shared_->limits.request);
        }
        if (!co_await receive(parser.awaits_body() ? body_read : head_read)) {
            if (expired_) co_return Refusal{408, "invalid", "The request took too long to arrive"};
            co_return Refusal();
        }
    }
    deadline_.clear();
    auto const refusal = parser.take(in);
    in.request.remote_address = peer_.address;
    in.request.local_socket = peer_.local_socket;
    in.request.id = shared_->next_request_id();
    co_return refusal;
}

awaitable<Response> Session::handle(Request request) {
    std::string const id = request.id;
    std::string failure;
    try {
        auto answer = shared_->handler(std::move(request));
        co_return co_await std::move(answer);
    } catch (std::exception const& error) {
        failure = error.what();
    }
    log::error("a request failed", {{"request_id", id}, {"error", failure}});
    co_return problem(500, "internal", "Something went wrong in the portal", id);
}

awaitable<bool> Session::answer(Incoming const& in, Response const& response) {
    HeadOptions options;
    options.request_id = in.request.id;
    options.keep_alive = in.keep_alive && !shared_->stopping;
    options.http_1_0 = in.http_1_0;
    auto const head = head_text(response, options);
    bool const bare = in.head || !may_have_body(response.status);
    bool const written = co_await write(head, bare ? std::string_view() : response.body.view());
    if (!written) co_return false;
    if (!options.keep_alive) co_await linger();
    co_return options.keep_alive;
}

awaitable<void> Session::answer_stream(Incoming const& in, Response const& response) {
    HeadOptions options;
    options.request_id = in.request.id;
    options.keep_alive = false;
    options.framing = in.http_1_0 ? Framing::until_close : Framing::chunked;
    Response head_of = response;
    if (!head_of.headers.find("Content-Type"))
        head_of.headers.add("Content-Type", "text/event-stream");
    if (!co_await write(head_text(head_of, options), "")) co_return;
    auto const chunked = options.framing == Framing::chunked;
    if (!shared_->stopping)
        co_await serve_stream(socket_, deadline_, response, chunked, shared_->limits.heartbeat,
                              end_);
    end_ = nullptr;
    co_await linger();
}

awaitable<void> Session::answer_websocket(Incoming& in, Response const& response) {
    deadline_.clear();
    std::string id = in.request.id;
    // The console may stay for hours: the request and the buffer go first.
    Headers const handshake = in.request.headers;
    received_ = std::string();
    if (!shared_->stopping)
        co_await serve_websocket(socket_, handshake, in.request.target, std::move(id), response,
                                 end_);
    end_ = nullptr;
}

awaitable<bool> Session::write(std::string_view head, std::string_view body) {
    deadline_.set(write_time(head.size() + body.size()));
    std::array<asio::const_buffer, 2> const parts = {asio::buffer(head), asio::buffer(body)};
    auto [error, size] = co_await asio::async_write(socket_, parts, no_throw);
    deadline_.clear();
    co_return !error;
}

awaitable<void> Session::refuse(Refusal refusal) {
    HeadOptions options;
    auto const id = shared_->next_request_id();
    options.request_id = id;
    options.keep_alive = false;
    auto response = problem(refusal.status, refusal.kind, refusal.detail, id);
    if (refusal.status == 503) response.headers.add("Retry-After", "5");
    expired_ = false;
    auto const head = head_text(response, options);
    if (co_await write(head, response.body.view())) co_await linger();
}

/// Takes what the peer still sends before it closes: a close with unread bytes becomes a reset, and
/// the peer may lose the answer.
awaitable<void> Session::linger() {
    boost::system::error_code failed;
    socket_.shutdown(Socket::shutdown_send, failed);
    if (failed) co_return;
    deadline_.set(linger_time);
    std::size_t taken = 0;
    received_.clear();
    for (bool more = true; more && !expired_ && taken < linger_bytes;) {
        more = co_await receive(body_read);
        taken += received_.size();
        received_.clear();
    }
    deadline_.clear();
}

}  // namespace ourea::http
