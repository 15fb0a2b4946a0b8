// SPDX-License-Identifier: Apache-2.0
// Opens the stream that a console is shown from.
#include "virt/graphics.hpp"

#include "virt/domain_calls.hpp"
#include "virt/ssh_stream.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace ourea::virt {

namespace {

constexpr int connect_milliseconds = 5000;

Error no_console(std::string why) {
    return Error(Kind::conflict, "There is no console: " + std::move(why));
}

/// The address under which the host itself reaches the server.
std::string numeric_address(std::string const& listen) {
    if (listen.empty() || listen == "0.0.0.0" || listen == "localhost") return "127.0.0.1";
    if (listen == "::") return "::1";
    in_addr four{};
    in6_addr six{};
    bool const numeric = ::inet_pton(AF_INET, listen.c_str(), &four) == 1 ||
                         ::inet_pton(AF_INET6, listen.c_str(), &six) == 1;
    if (!numeric) throw no_console("its VNC server listens on something that is no address.");
    return listen;
}

bool is_loopback(std::string const& address) {
    return address.starts_with("127.") || address == "::1";
}

/// Connects within a few seconds; the descriptor stays non-blocking.
UniqueFd connect_socket(int family, sockaddr const* to, socklen_t length) {
    UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) throw Error(Kind::unavailable, "The portal has no descriptors left.");
    if (::connect(fd.get(), to, length) == 0) return fd;
    int error = errno;
    if (error == EINPROGRESS) {
        pollfd wait{fd.get(), POLLOUT, 0};
        socklen_t size = sizeof error;
        error = ::poll(&wait, 1, connect_milliseconds) == 1 ? 0 : ETIMEDOUT;
        if (error == 0) ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error != 0) {
        throw Error(Kind::unavailable, "The instance's VNC server cannot be reached.",
                    std::strerror(error));
    }
    return fd;
}

UniqueFd connect_path(std::string const& path) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (path.size() >= sizeof to.sun_path) throw no_console("its VNC socket's path is too long.");
    std::ranges::copy(path, to.sun_path);
    return connect_socket(AF_UNIX, reinterpret_cast<sockaddr const*>(&to), sizeof to);
}

UniqueFd connect_port(std::string const& address, int port) {
    auto const net_port = htons(static_cast<std::uint16_t>(port));
    if (sockaddr_in four{}; ::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = net_port;
        return connect_socket(AF_INET, reinterpret_cast<sockaddr const*>(&four), sizeof four);
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = net_port;
    ::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr);
    return connect_socket(AF_INET6, reinterpret_cast<sockaddr const*>(&six), sizeof six);
}

/// A descriptor handed over by the hypervisor itself; nothing where the driver cannot.
std::optional<UniqueFd> open_by_hypervisor(virDomainPtr domain, std::size_t index) {
    int const fd = virDomainOpenGraphicsFD(domain, static_cast<unsigned>(index),
                                           VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH);
    if (fd < 0) {
        if (last_is_unsupported()) return std::nullopt;
        throw last_error();
    }
    UniqueFd out(fd);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return out;
}

GraphicsConnection connect_locally(VncServer const& server) {
    if (!server.socket.empty()) return {connect_path(server.socket), server.password};
    if (server.port == 0) throw no_console("its VNC server has no port yet.");
    auto const address = numeric_address(server.address);
    if (!is_loopback(address)) {
        throw no_console("its VNC server listens on " + address + ", not on the loopback address.");
    }
    return {connect_port(address, server.port), server.password};
}

GraphicsConnection connect_over_ssh(VncServer const& server, HostUri const& uri,
                                    std::filesystem::path const& state_dir) {
    if (server.port == 0 && !server.socket.empty()) {
        throw no_console("its VNC server listens on a socket of its host that SSH cannot reach.");
    }
    if (server.port == 0) throw no_console("its VNC server has no port yet.");
    auto const address = numeric_address(server.address);
    return {open_ssh_stream(ensure_ssh(state_dir), uri, address, server.port), server.password};
}

}  // namespace

VncServer find_vnc(DomainFacts const& running) {
    if (running.state == DomainState::shutoff || running.state == DomainState::crashed) {
        throw no_console("the instance is switched off.");
    }
    auto const& all = running.graphics;
    auto const found = std::ranges::find(all, "vnc", &GraphicsFacts::type);
    if (found == all.end() && !all.empty()) {
        throw no_console("its display speaks " + all.front().type + " only, not VNC.");
    }
    if (found == all.end()) throw no_console("the instance has no display.");
    return {static_cast<std::size_t>(found - all.begin()), found->listen, found->port.value_or(0),
            found->socket, found->password};
}

GraphicsConnection connect_graphics(virConnectPtr conn, InstanceId const& id, HostUri const& uri,
                                    std::filesystem::path const& state_dir) {
    auto const domain = find_domain(conn, id);
    auto facts = parse_domain(read_domain_xml(domain.get(), {.inactive = false, .secure = true}));
    if (virDomainIsActive(domain.get()) == 0) facts.state = DomainState::shutoff;
    auto const server = find_vnc(facts);
    if (uri.is_local()) {
        if (auto fd = open_by_hypervisor(domain.get(), server.index)) {
            return {std::move(*fd), std::nullopt};
        }
        return connect_locally(server);
    }
    if (uri.is_ssh()) return connect_over_ssh(server, uri, state_dir);
    throw no_console("the portal reaches this host over " + uri.transport +
                     "; for consoles it has to be SSH.");
}

}  // namespace ourea::virt
