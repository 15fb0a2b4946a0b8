// SPDX-License-Identifier: Apache-2.0
// Forwards one connection by an ssh process of its own.
#include "virt/ssh_stream.hpp"

#include "base/error.hpp"
#include "virt/connection.hpp"
#include "virt/spawn.hpp"
#include "virt/threads.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ourea::virt {

namespace {

/// ssh's own limits are shorter; this one is for a far side that accepts and stays silent.
constexpr int greeting_milliseconds = 20'000;
/// What ssh is given to end by itself once its stream is closed.
constexpr int farewell_milliseconds = 2000;

std::pair<UniqueFd, UniqueFd> make_pair(int type) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends.data()) < 0) {
        throw Error(Kind::unavailable, "The portal has no descriptors left.");
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

/// Holds ssh's end of the stream open to see when the other one is closed; then ssh has to go.
void watch_child(pid_t pid, UniqueFd end) {
    UniqueFd const child(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    std::array<pollfd, 2> wait{pollfd{child.get(), POLLIN, 0}, pollfd{end.get(), POLLRDHUP, 0}};
    while (::poll(wait.data(), wait.size(), -1) < 0 && errno == EINTR) {
    }
    end = {};
    if (wait[0].revents == 0) {
        while (::poll(wait.data(), 1, farewell_milliseconds) < 0 && errno == EINTR) {
        }
        ::kill(pid, SIGTERM);
    }
    reap(pid);
}

/// What ssh said before it gave up.
std::string last_words(int fd) {
    std::array<char, 2048> buffer{};
    pollfd wait{fd, POLLIN, 0};
    std::string out;
    while (out.size() < 8192 && ::poll(&wait, 1, 1000) == 1) {
        auto const n = ::read(fd, buffer.data(), buffer.size());
        if (n <= 0) break;
        out.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return out;
}

/// Looks at the first byte without taking it.
void await_greeting(int fd, int errors) {
    pollfd wait{fd, POLLIN, 0};
    int const ready = ::poll(&wait, 1, greeting_milliseconds);
    if (ready == 0) {
        throw Error(Kind::unavailable, "The instance's VNC server does not answer.");
    }
    char first = 0;
    if (ready == 1 && ::recv(fd, &first, 1, MSG_PEEK) == 1) return;
    Error const plain(Kind::unavailable, "The instance's VNC server cannot be reached over SSH.",
                      last_words(errors));
    throw explain_connect_error(plain);
}

}  // namespace

std::vector<std::string> ssh_stream_command(SshFiles const& ssh, HostUri const& uri,
                                            std::string const& address, int port) {
    bool const six = address.find(':') != std::string::npos;
    std::vector<std::string> out{
        "/usr/bin/ssh", "-F", ssh.config.string(), "-W",
        (six ? "[" + address + "]" : address) + ":" + std::to_string(port)};
    if (uri.port) out.insert(out.end(), {"-p", std::to_string(*uri.port)});
    if (!uri.user.empty()) out.insert(out.end(), {"-l", uri.user});
    out.insert(out.end(), {"--", uri.host});
    return out;
}

UniqueFd open_ssh_stream(SshFiles const& ssh, HostUri const& uri, std::string const& address,
                         int port) {
    auto [ours, theirs] = make_pair(SOCK_STREAM);
    auto [errors, their_errors] = make_pair(SOCK_STREAM);
    pid_t const pid = spawn(ssh_stream_command(ssh, uri, address, port), theirs.get(), theirs.get(),
                            their_errors.get());
    their_errors = {};
    auto end = std::make_shared<UniqueFd>(std::move(theirs));
    start_thread([pid, end] { watch_child(pid, std::move(*end)); });
    await_greeting(ours.get(), errors.get());
    ::fcntl(ours.get(), F_SETFL, ::fcntl(ours.get(), F_GETFL) | O_NONBLOCK);
    return std::move(ours);
}

}  // namespace ourea::virt
