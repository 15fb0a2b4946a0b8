// SPDX-License-Identifier: Apache-2.0
// The console relay alone: every WebSocket is carried to one loopback TCP port. Prints its own
// port.
#include "http/listener.hpp"
#include "http/websocket.hpp"

#include <boost/asio/io_context.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>

namespace {

using namespace ourea;
using http::awaitable;

UniqueFd connect_guest(std::uint16_t port) {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        throw std::runtime_error("the guest does not answer");
    return fd;
}

awaitable<void> serve(std::uint16_t port, http::WebSocket& socket) {
    http::RelayOptions options;
    auto guest = connect_guest(port);
    auto running = socket.relay(std::move(guest), std::move(options));
    co_await std::move(running);
}

awaitable<http::Response> answer(std::uint16_t port) {
    http::Response response;
    response.subprotocol = "binary";
    response.websocket = [port](http::WebSocket& socket) { return serve(port, socket); };
    co_return response;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("Usage: relay_server GUEST-PORT\n", stderr);
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    auto const port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    boost::asio::io_context loop(1);
    http::Listener listener(loop.get_executor(), {},
                            [port](http::Request) { return answer(port); });
    listener.start("127.0.0.1", 0);
    std::printf("%d\n", listener.port());
    std::fflush(stdout);
    loop.run();
}
