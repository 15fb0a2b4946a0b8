// SPDX-License-Identifier: Apache-2.0
// Streamed answers: frames as chunks, heartbeats, and an eye on whether the peer is still there.
#include "http/event_stream.hpp"

#include "base/log.hpp"
#include "http/upgraded.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <array>

namespace ourea::http {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// Only there is a heartbeat no part of the content.
bool is_event_stream(Response const& response) {
    return response.headers.find("Content-Type").value_or("text/event-stream") ==
           "text/event-stream";
}

[[noreturn]] void throw_closed() {
    throw boost::system::system_error(asio::error::operation_aborted);
}

class ChunkedStream final : public EventStream {
public:
    ChunkedStream(Socket& socket, Deadline& deadline, bool chunked,
                  std::chrono::milliseconds heartbeat)
        : socket_(socket),
          deadline_(deadline),
          chunked_(chunked),
          heartbeat_(heartbeat),
          beat_timer_(socket.get_executor()),
          turn_(socket.get_executor(), Clock::time_point::max()) {}

    awaitable<void> send(std::string_view frame) override;
    bool closed() const noexcept override { return closed_; }
    void close() override;

    awaitable<void> run(Response const& response);

private:
    awaitable<void> feed(Response const& response);
    awaitable<void> watch_peer();
    awaitable<void> beat();
    awaitable<void> write(std::string_view frame);
    awaitable<void> write_last_chunk();

    Socket& socket_;
    Deadline& deadline_;
    bool chunked_;
    bool closed_ = false;
    bool writing_ = false;
    bool broken_ = false;  ///< a chunk is incomplete: nothing may follow it
    std::chrono::milliseconds heartbeat_;
    asio::steady_timer beat_timer_;
    asio::steady_timer turn_;  ///< cancelled when a write is done
    Clock::time_point written_at_ = Clock::now();
};

awaitable<void> ChunkedStream::send(std::string_view frame) {
    while (writing_ && !closed_)
        co_await turn_.async_wait(no_throw);
    if (closed_) throw_closed();
    if (!frame.empty()) co_await write(frame);
}

awaitable<void> ChunkedStream::write(std::string_view frame) {
    auto const size = chunked_ ? fmt::format("{:x}\r\n", frame.size()) : std::string();
    std::string_view const end = chunked_ ? "\r\n" : "";
    std::array<asio::const_buffer, 3> const parts = {asio::buffer(size), asio::buffer(frame),
                                                     asio::buffer(end)};
    writing_ = true;
    deadline_.set(write_time(frame.size()));
    auto [error, written] = co_await asio::async_write(socket_, parts, no_throw);
    deadline_.clear();
    writing_ = false;
    written_at_ = Clock::now();
    turn_.cancel();
    if (!error) co_return;
    broken_ = true;
    close();
    throw_closed();
}

void ChunkedStream::close() {
    if (closed_) return;
    closed_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

awaitable<void> ChunkedStream::feed(Response const& response) {
    std::string failure;
    try {
        auto feeding = response.stream(*this);
        co_await std::move(feeding);
    } catch (boost::system::system_error const& error) {
        if (!closed_ && error.code() != asio::error::operation_aborted) failure = error.what();
    } catch (std::exception const& error) {
        failure = error.what();
    }
    if (!failure.empty()) {
        broken_ = true;  // the last chunk would say that all was sent
        log::error("a streamed answer failed", {{"error", failure}});
    }
    close();
    throw_closed();
}

/// A peer that leaves is noticed although nothing is sent; what it says is of no interest.
awaitable<void> ChunkedStream::watch_peer() {
    constexpr std::size_t patience = 64 * 1024;
    std::array<char, 256> ignored;
    std::size_t total = 0;
    while (total < patience) {
        auto [error, size] = co_await socket_.async_read_some(asio::buffer(ignored), no_throw);
        if (error) break;
        total += size;
    }
    close();
    throw_closed();
}

awaitable<void> ChunkedStream::beat() {
    while (!closed_) {
        beat_timer_.expires_at(written_at_ + heartbeat_);
        co_await beat_timer_.async_wait(no_throw);
        bool const due = Clock::now() >= written_at_ + heartbeat_;
        if (!closed_ && !writing_ && due) co_await write(":\n\n");
        // Somebody else's write counts as a sign of life, but it must not make this loop spin.
        if (writing_) written_at_ = Clock::now();
    }
    throw_closed();
}

awaitable<void> ChunkedStream::write_last_chunk() {
    std::string_view const last = "0\r\n\r\n";
    deadline_.set(write_time(last.size()));
    co_await asio::async_write(socket_, asio::buffer(last), no_throw);
    deadline_.clear();
}

awaitable<void> ChunkedStream::run(Response const& response) {
    if (!is_event_stream(response)) heartbeat_ = std::chrono::hours(24);
    try {
        auto all = feed(response) && watch_peer() && beat();
        co_await std::move(all);
    } catch (std::exception const&) {
        // Each of the three ends by throwing, which is what cancels the other two.
        closed_ = true;
    }
    if (chunked_ && !broken_) co_await write_last_chunk();
}

}  // namespace

awaitable<void> serve_stream(Socket& socket, Deadline& deadline, Response const& response,
                             bool chunked, std::chrono::milliseconds heartbeat, EndHook& end) {
    ChunkedStream stream(socket, deadline, chunked, heartbeat);
    end = [&stream] { stream.close(); };
    auto running = stream.run(response);
    co_await std::move(running);
    end = nullptr;
}

}  // namespace ourea::http
