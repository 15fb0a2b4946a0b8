// SPDX-License-Identifier: Apache-2.0
// A listener on a loop of its own and a blocking client, for tests over real sockets.
#pragma once

#include "http/listener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <csignal>
#include <future>
#include <map>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace ourea::http {

/// A blocking client that fails instead of hanging.
class Client {
public:
    explicit Client(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connect(AF_INET, &address, sizeof address);
    }
    explicit Client(std::string const& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        connect(AF_UNIX, &address, sizeof address);
    }
    Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Client(Client const&) = delete;
    ~Client() { close(); }

    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    int fd() const { return fd_; }

    /// False if the server does not take it any more.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    std::string read_exactly(std::size_t size) {
        while (buffer_.size() < size && receive()) {
        }
        return take(std::min(size, buffer_.size()));
    }

    /// Up to and including `end`.
    std::string read_until(std::string_view end) {
        std::size_t at = 0;
        while ((at = buffer_.find(end)) == std::string::npos)
            if (!receive()) return take(buffer_.size());
        return take(at + end.size());
    }

    std::string read_all() {
        while (receive()) {
        }
        return take(buffer_.size());
    }

    /// The server has closed and nothing is left to read.
    bool ended() { return buffer_.empty() && !receive(); }

private:
    void connect(int family, void const* address, socklen_t size) {
        fd_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        timeval const patience{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (::connect(fd_, static_cast<sockaddr const*>(address), size) != 0)
            throw std::runtime_error("cannot connect");
    }

    bool receive() {
        char chunk[16384];
        auto const size = ::recv(fd_, chunk, sizeof chunk, 0);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            throw std::runtime_error("the server said nothing for ten seconds");
        if (size <= 0) return false;
        buffer_.append(chunk, static_cast<std::size_t>(size));
        return true;
    }

    std::string take(std::size_t size) {
        auto text = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return text;
    }

    int fd_ = -1;
    std::string buffer_;
};

struct Reply {
    unsigned status = 0;
    Headers headers;
    std::string body;

    std::string header(std::string_view name) const {
        return std::string(headers.find(name).value_or("(absent)"));
    }
};

inline std::string read_chunks(Client& client) {
    std::string body;
    for (;;) {
        auto const size = std::stoul(client.read_until("\r\n"), nullptr, 16);
        body += client.read_exactly(size);
        client.read_exactly(2);
        if (size == 0) return body;
    }
}

inline Reply read_head(Client& client) {
    Reply reply;
    auto const line = client.read_until("\r\n");
    if (!line.starts_with("HTTP/1.1 ")) throw std::runtime_error("no answer: " + line);
    reply.status = static_cast<unsigned>(std::stoul(line.substr(9)));
    for (;;) {
        auto const field = client.read_until("\r\n");
        if (field.size() <= 2) return reply;
        auto const colon = field.find(": ");
        reply.headers.add(field.substr(0, colon),
                          field.substr(colon + 2, field.size() - colon - 4));
    }
}

inline Reply read_reply(Client& client, bool has_body = true) {
    auto reply = read_head(client);
    if (!has_body) return reply;
    if (reply.header("Transfer-Encoding") == "chunked")
        reply.body = read_chunks(client);
    else if (auto length = reply.headers.find("Content-Length"))
        reply.body = client.read_exactly(std::stoul(std::string(*length)));
    return reply;
}

class Loopback {
public:
    explicit Loopback(Handler handler, Limits limits = {})
        : listener_(std::make_unique<Listener>(loop_.get_executor(), limits, std::move(handler))) {
        std::signal(SIGPIPE, SIG_IGN);
        listener_->start("127.0.0.1", 0);
        port_ = listener_->port();
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Loopback() { stop(); }

    /// True if every connection ended in good order.
    bool stop(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
        if (!thread_.joinable()) return true;
        on_loop([this] { listener_->stop(); });
        bool const drained =
            boost::asio::co_spawn(loop_, listener_->drained(patience), boost::asio::use_future)
                .get();
        on_loop([this] { listener_.reset(); });
        work_.reset();
        thread_.join();
        return drained;
    }

    template <class F>
    std::invoke_result_t<F&> on_loop(F f) {
        std::packaged_task<std::invoke_result_t<F&>()> task(std::move(f));
        auto result = task.get_future();
        boost::asio::post(loop_, [&task] { task(); });
        return result.get();
    }

    Client connect() const { return Client(port_); }
    Listener& listener() { return *listener_; }
    boost::asio::io_context& loop() { return loop_; }

    Reply get(std::string const& target, std::string const& fields = "") const {
        auto client = connect();
        client.send("GET " + target + " HTTP/1.1\r\nHost: ourea\r\n" + fields + "\r\n");
        return read_reply(client);
    }

    /// The answer to bytes as they are, and whether the connection was closed after it.
    std::pair<Reply, bool> raw(std::string const& bytes) const {
        auto client = connect();
        client.send(bytes);
        auto reply = read_reply(client);
        ::shutdown(client.fd(), SHUT_WR);
        return {reply, client.ended()};
    }

private:
    boost::asio::io_context loop_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        loop_.get_executor()};
    std::unique_ptr<Listener> listener_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace ourea::http
