// SPDX-License-Identifier: Apache-2.0
// Listening sockets, the sweep over deadlines, and the orderly end.
#include "http/listener.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ourea::http {

namespace asio = boost::asio;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t turned_away_at_once = 64;

using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

Peer peer_of(Socket const& socket) {
    boost::system::error_code error;
    auto const endpoint = socket.remote_endpoint(error);
    Peer peer;
    if (error ||
        (endpoint.data()->sa_family != AF_INET && endpoint.data()->sa_family != AF_INET6)) {
        peer.local_socket = !error && endpoint.data()->sa_family == AF_UNIX;
        peer.address = peer.local_socket ? "unix" : "unknown";
        return peer;
    }
    asio::ip::tcp::endpoint ip;
    std::memcpy(ip.data(), endpoint.data(), std::min(endpoint.size(), ip.capacity()));
    auto address = ip.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    peer.address = address.to_string();
    peer.loopback = address.is_loopback();
    return peer;
}

void disable_nagle(Socket& socket) {
    int const on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void log_end(std::exception_ptr error) {
    if (error) log::error("a connection failed", {{"error", describe(std::move(error))}});
}

/// Whether somebody still answers on the socket file.
bool alive(asio::any_io_executor const& executor, std::string const& path) {
    asio::local::stream_protocol::socket probe(executor);
    boost::system::error_code error;
    probe.connect(asio::local::stream_protocol::endpoint(path), error);
    return !error;
}

void remove_stale(asio::any_io_executor const& executor, std::string const& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return;
    if (!S_ISSOCK(info.st_mode)) throw Error(Kind::conflict, path + " exists and is not a socket");
    if (alive(executor, path)) throw Error(Kind::conflict, "Another program listens on " + path);
    ::unlink(path.c_str());
}

}  // namespace

class Listener::Impl : public std::enable_shared_from_this<Listener::Impl> {
public:
    Impl(asio::any_io_executor executor, Limits limits, Handler handler)
        : executor_(std::move(executor)),
          shared_(std::make_shared<Shared>(executor_, limits, std::move(handler))),
          sweep_(executor_) {}

    void open(Acceptor::protocol_type const& protocol, Acceptor::endpoint_type const& endpoint,
              std::string const& name, unsigned mode);
    void open_ip(std::string const& address, std::uint16_t port);
    void open_unix(std::string const& path, unsigned mode);
    void stop();
    void abort();

    static awaitable<void> accept(std::shared_ptr<Impl> self, std::shared_ptr<Acceptor> acceptor);
    static awaitable<void> sweep(std::shared_ptr<Impl> self);
    static awaitable<bool> drained(std::shared_ptr<Impl> self, std::chrono::milliseconds patience);

    std::shared_ptr<Shared> const& shared() const { return shared_; }
    std::uint16_t port() const { return port_; }

private:
    void admit(Socket socket);
    std::chrono::milliseconds tick() const;

    asio::any_io_executor executor_;
    std::shared_ptr<Shared> shared_;
    asio::steady_timer sweep_;
    std::vector<std::shared_ptr<Acceptor>> acceptors_;
    std::vector<std::string> socket_files_;
    std::uint16_t port_ = 0;
};

void Listener::Impl::open(Acceptor::protocol_type const& protocol,
                          Acceptor::endpoint_type const& endpoint, std::string const& name,
                          unsigned mode) {
    auto acceptor = std::make_shared<Acceptor>(executor_);
    bool const local = protocol.family() == AF_UNIX;
    try {
        acceptor->open(protocol);
        if (!local) acceptor->set_option(asio::socket_base::reuse_address(true));
        acceptor->bind(endpoint);
        if (local && ::chmod(name.c_str(), mode) != 0)
            throw boost::system::system_error(errno, boost::system::generic_category());
        acceptor->listen(asio::socket_base::max_listen_connections);
    } catch (boost::system::system_error const& error) {
        throw Error(Kind::unavailable, "Cannot listen on " + name + ": " + error.code().message());
    }
    bool const first = acceptors_.empty();
    acceptors_.push_back(acceptor);
    asio::co_spawn(executor_, accept(shared_from_this(), acceptor), log_end);
    if (first) asio::co_spawn(executor_, sweep(shared_from_this()), log_end);
}

void Listener::Impl::open_ip(std::string const& address, std::uint16_t port) {
    boost::system::error_code error;
    auto const ip = asio::ip::make_address(address, error);
    if (error) throw Error(Kind::invalid, "Not a numeric address: " + address);
    asio::ip::tcp::endpoint const endpoint(ip, port);
    asio::generic::stream_protocol const protocol(endpoint.protocol());
    open(protocol, endpoint, address + " port " + std::to_string(port), 0);
    if (port_ != 0) return;
    asio::ip::tcp::endpoint bound;
    auto const local = acceptors_.back()->local_endpoint();
    std::memcpy(bound.data(), local.data(), std::min(local.size(), bound.capacity()));
    port_ = bound.port();
}

void Listener::Impl::open_unix(std::string const& path, unsigned mode) {
    remove_stale(executor_, path);
    asio::local::stream_protocol::endpoint const endpoint(path);
    open(asio::generic::stream_protocol(endpoint.protocol()), endpoint, path, mode);
    socket_files_.push_back(path);
}

void Listener::Impl::stop() {
    shared_->stopping = true;
    for (auto const& acceptor : acceptors_) {
        boost::system::error_code ignored;
        acceptor->close(ignored);
    }
    acceptors_.clear();
    for (auto const& path : socket_files_)
        ::unlink(path.c_str());
    socket_files_.clear();
    auto const sessions = shared_->sessions;
    for (auto* session : sessions)
        session->stop();
    if (shared_->sessions.empty()) sweep_.cancel();
}

void Listener::Impl::abort() {
    auto const sessions = shared_->sessions;
    for (auto* session : sessions)
        session->abort();
}

void Listener::Impl::admit(Socket socket) {
    auto peer = peer_of(socket);
    if (!peer.local_socket) disable_nagle(socket);
    bool const full = shared_->full(peer);
    // Even the refusal is limited: under a flood the surplus is just closed.
    if (full && shared_->sessions.size() >= shared_->limits.connections + turned_away_at_once)
        return;
    auto session = std::make_shared<Session>(std::move(socket), std::move(peer), shared_);
    auto serve = full ? Session::turn_away(session) : Session::run(session);
    asio::co_spawn(executor_, std::move(serve), log_end);
}

awaitable<void> Listener::Impl::accept(std::shared_ptr<Impl> self,
                                       std::shared_ptr<Acceptor> acceptor) {
    asio::steady_timer pause(self->executor_);
    while (acceptor->is_open()) {
        Socket socket(self->executor_);
        auto [error] = co_await acceptor->async_accept(socket, no_throw);
        if (!error) {
            self->admit(std::move(socket));
        } else if (acceptor->is_open() && error != asio::error::connection_aborted) {
            // Most likely out of file descriptors; they come back when others leave.
            log::warning("a connection could not be accepted", {{"error", error.message()}});
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(no_throw);
        }
    }
}

std::chrono::milliseconds Listener::Impl::tick() const {
    auto const shortest = std::min(shared_->limits.request, shared_->limits.keep_alive);
    return std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(10),
                                                 std::chrono::milliseconds(1000));
}

awaitable<void> Listener::Impl::sweep(std::shared_ptr<Impl> self) {
    while (!self->shared_->stopping || !self->shared_->sessions.empty()) {
        self->sweep_.expires_after(self->tick());
        co_await self->sweep_.async_wait(no_throw);
        auto const now = Clock::now();
        auto const sessions = self->shared_->sessions;
        for (auto* session : sessions)
            session->check(now);
    }
}

awaitable<bool> Listener::Impl::drained(std::shared_ptr<Impl> self,
                                        std::chrono::milliseconds patience) {
    auto& shared = *self->shared_;
    if (!shared.sessions.empty()) {
        shared.emptied.expires_after(patience);
        co_await shared.emptied.async_wait(no_throw);
    }
    self->sweep_.cancel();
    if (shared.sessions.empty()) co_return true;
    self->abort();
    co_return false;
}

Listener::Listener(asio::any_io_executor executor, Limits limits, Handler handler)
    : impl_(std::make_shared<Impl>(std::move(executor), limits, std::move(handler))) {}

Listener::~Listener() {
    impl_->stop();
    impl_->abort();
}

void Listener::start(std::string const& address, std::uint16_t port) {
    impl_->open_ip(address, port);
}

void Listener::start_unix(std::string const& path, unsigned mode) {
    impl_->open_unix(path, mode);
}

std::uint16_t Listener::port() const {
    return impl_->port();
}

void Listener::stop() {
    impl_->stop();
}

awaitable<bool> Listener::drained(std::chrono::milliseconds patience) {
    return Impl::drained(impl_, patience);
}

std::size_t Listener::connections() const {
    return impl_->shared()->sessions.size();
}

}  // namespace ourea::http
