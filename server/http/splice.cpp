// SPDX-License-Identifier: Apache-2.0
// Pipes as the kernel's own buffers between two sockets.
#include "http/splice.hpp"

#include <array>
#include <sys/mman.h>
#include <vector>

namespace ourea::http {

namespace {

constexpr std::size_t most_unused = 8;

/// In the zero-filled part of the program and never touched, so it has no memory behind it.
std::array<char, Pipe::capacity> placeholder;

}  // namespace

std::vector<Pipe::Ends>& Pipe::unused() {
    thread_local std::vector<Ends> pipes;
    return pipes;
}

Pipe::Pipe() {
    auto& pipes = unused();
    if (!pipes.empty()) {
        ends_ = std::move(pipes.back());
        pipes.pop_back();
        return;
    }
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) return;
    ends_.out = UniqueFd(fds[0]);
    ends_.in = UniqueFd(fds[1]);
    // Beyond the system's limit for one user it stays at its small size, which works as well.
    ::fcntl(fds[1], F_SETPIPE_SZ, capacity);
}

Pipe::~Pipe() {
    if (usable() && held_ == 0 && unused().size() < most_unused)
        unused().push_back(std::move(ends_));
}

ssize_t Pipe::take_from(int socket) {
    auto const size = ::splice(socket, nullptr, ends_.in.get(), nullptr, capacity,
                               SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (size > 0) held_ += static_cast<std::size_t>(size);
    return size;
}

ssize_t Pipe::give_to(int socket, std::size_t size) {
    auto const moved = ::splice(ends_.out.get(), nullptr, socket, nullptr, size,
                                SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (moved > 0) held_ -= static_cast<std::size_t>(moved);
    return moved;
}

boost::asio::const_buffer payload_in_pipe(std::size_t size) {
    return boost::asio::const_buffer(placeholder.data(), size);
}

bool is_in_pipe(boost::asio::const_buffer const& buffer) {
    auto const* at = static_cast<char const*>(buffer.data());
    return std::less_equal<>()(placeholder.data(), at) &&
           std::less<>()(at, placeholder.data() + placeholder.size());
}

}  // namespace ourea::http
