// SPDX-License-Identifier: Apache-2.0
// Lets a large WebSocket payload go from one socket to another inside the kernel.
#pragma once

#include "base/unique_fd.hpp"
#include "http/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <utility>
#include <vector>

namespace ourea::http {

/// Payload that waits in the kernel; borrowed while data flows.
class Pipe {
public:
    static constexpr std::size_t capacity = 1024 * 1024;

    /// Takes an unused one or makes one; without a descriptor to be had, `usable()` is false.
    Pipe();
    Pipe(Pipe const&) = delete;
    Pipe& operator=(Pipe const&) = delete;
    ~Pipe();

    bool usable() const { return static_cast<bool>(ends_.in); }
    /// Moves what the socket has into the pipe; as `read()`: 0 at the end, -1 with `errno`.
    ssize_t take_from(int socket);
    /// Moves at most `size` bytes on to the socket; -1 with `errno`. Unlike `send()` it cannot be
    /// told to spare us SIGPIPE: the program ignores that signal.
    ssize_t give_to(int socket, std::size_t size);

private:
    struct Ends {
        UniqueFd in, out;
    };
    static std::vector<Ends>& unused();

    Ends ends_;
    std::size_t held_ = 0;
};

/// Stands for payload in a pipe: this memory is never read nor written, only its addresses count.
boost::asio::const_buffer payload_in_pipe(std::size_t size);
bool is_in_pipe(boost::asio::const_buffer const& buffer);

/// The socket below a WebSocket. Beast frames and orders all that is written, its own pings and
/// closes too; a buffer from `payload_in_pipe()` is then taken from the pipe instead of memory.
class SplicingSocket {
public:
    using executor_type = Socket::executor_type;

    explicit SplicingSocket(Socket& socket) : socket_(socket) {}

    executor_type get_executor() { return socket_.get_executor(); }
    Socket& socket() { return socket_; }
    /// The pipe must stay until the write that uses it is done.
    void use(Pipe* pipe) { pipe_ = pipe; }

    template <class Buffers, class Token>
    auto async_read_some(Buffers const& buffers, Token&& token) {
        return socket_.async_read_some(buffers, std::forward<Token>(token));
    }

    template <class Buffers, class Token>
    auto async_write_some(Buffers const& buffers, Token&& token);

private:
    template <class Buffers>
    struct WriteOperation;

    Socket& socket_;
    Pipe* pipe_ = nullptr;
};

template <class Buffers>
struct SplicingSocket::WriteOperation {
    SplicingSocket& stream;
    Buffers buffers;
    std::size_t in_pipe;
    bool posted;  ///< runs on its own, no longer inside the call that began it

    /// Writes what is in memory, or moves what is in the pipe as soon as the caller has returned.
    template <class Self>
    void operator()(Self& self) {
        auto& socket = stream.socket_;
        if (in_pipe == 0) return socket.async_send(buffers, std::move(self));
        if (posted) return move(self);
        boost::asio::const_buffer const first = *boost::asio::buffer_sequence_begin(buffers);
        // The head of a frame travels together with its payload.
        if (!is_in_pipe(first)) return socket.async_send(first, MSG_MORE, std::move(self));
        posted = true;
        boost::asio::post(stream.get_executor(), std::move(self));
    }

    template <class Self>
    void operator()(Self& self, boost::system::error_code error) {
        if (error) return self.complete(error, 0);
        move(self);
    }

    template <class Self>
    void move(Self& self) {
        auto const moved = stream.pipe_->give_to(stream.socket_.native_handle(), in_pipe);
        if (moved < 0 && errno == EAGAIN)
            return stream.socket_.async_wait(Socket::wait_write, std::move(self));
        boost::system::error_code error;
        if (moved < 0) error.assign(errno, boost::system::system_category());
        self.complete(error, moved < 0 ? 0 : static_cast<std::size_t>(moved));
    }

    template <class Self>
    void operator()(Self& self, boost::system::error_code error, std::size_t size) {
        self.complete(error, size);
    }
};

template <class Buffers, class Token>
auto SplicingSocket::async_write_some(Buffers const& buffers, Token&& token) {
    std::size_t in_pipe = 0;
    auto const end = boost::asio::buffer_sequence_end(buffers);
    for (auto i = boost::asio::buffer_sequence_begin(buffers); i != end; ++i)
        if (boost::asio::const_buffer const buffer(*i); is_in_pipe(buffer))
            in_pipe += buffer.size();
    WriteOperation<Buffers> operation{*this, buffers, in_pipe, false};
    return boost::asio::async_compose<Token, void(boost::system::error_code, std::size_t)>(
        std::move(operation), token, socket_);
}

}  // namespace ourea::http
