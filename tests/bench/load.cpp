// SPDX-License-Identifier: Apache-2.0
// The load: floods from one buffer, and sinks that let the kernel throw the bytes away.
#include "bench/load.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace ourea::bench {

namespace {

constexpr std::size_t piece = 256 * 1024;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string masked_frame(std::size_t payload) {
    std::string frame = "\x82";
    int const bytes = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
    frame += static_cast<char>(0x80 | (bytes == 0 ? payload : bytes == 2 ? 126u : 127u));
    for (int i = bytes - 1; i >= 0; --i)
        frame += static_cast<char>((payload >> (8 * i)) & 0xff);
    frame += "\x12\x34\x56\x78";
    for (std::size_t i = 0; i < payload; ++i)
        frame += static_cast<char>(i * 7);
    return frame;
}

}  // namespace

GuestEnd::GuestEnd(GuestMode mode)
    : mode_(mode), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.get(), raw, size) != 0 || ::listen(listener_.get(), 512) != 0 ||
        ::getsockname(listener_.get(), raw, &size) != 0)
        throw std::runtime_error("the guest's end cannot listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept(); });
}

GuestEnd::~GuestEnd() {
    ending_ = true;
    ::shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    for (auto const& socket : sockets_)
        ::shutdown(socket.get(), SHUT_RDWR);
}

void GuestEnd::accept() {
    while (!ending_) {
        UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!socket) continue;
        int const fd = socket.get();
        sockets_.push_back(std::move(socket));
        if (mode_ != GuestMode::idle) connections_.emplace_back([this, fd] { serve(fd); });
    }
}

void GuestEnd::serve(int fd) {
    if (mode_ == GuestMode::sink) return drain(fd, bytes_);
    std::string const block(piece, 'f');
    while (send_all(fd, block))
        bytes_ += block.size();
}

UniqueFd connect_to(std::uint16_t port) {
    for (int attempt = 0; attempt < 200; ++attempt) {
        UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        auto const address = loopback(port);
        if (::connect(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0)
            return fd;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw std::runtime_error("nothing answers on port " + std::to_string(port));
}

UniqueFd open_websocket(std::uint16_t port) {
    auto fd = connect_to(port);
    int const on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    send_all(fd.get(),
             "GET /websockify HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
             "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Protocol: binary\r\n\r\n");
    std::string head;
    for (char c = 0; !head.ends_with("\r\n\r\n"); head += c)
        if (::recv(fd.get(), &c, 1, 0) != 1) throw std::runtime_error("no handshake: " + head);
    if (!head.starts_with("HTTP/1.1 101")) throw std::runtime_error("no upgrade: " + head);
    return fd;
}

void drain(int fd, std::atomic<std::uint64_t>& bytes) {
    static char unused[1024 * 1024];
    for (;;) {
        // MSG_TRUNC: the bytes are dropped in the kernel.
        auto const size = ::recv(fd, unused, sizeof unused, MSG_TRUNC);
        if (size <= 0) return;
        bytes += static_cast<std::uint64_t>(size);
    }
}

void send_frames(int fd, std::size_t payload) {
    std::string batch;
    auto const frame = masked_frame(payload);
    while (batch.size() < piece)
        batch += frame;
    while (send_all(fd, batch)) {
    }
}

}  // namespace ourea::bench
