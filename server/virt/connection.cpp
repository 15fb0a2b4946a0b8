// SPDX-License-Identifier: Apache-2.0
// Opens and closes connections.
#include "virt/connection.hpp"

#include "virt/event_callbacks.hpp"

#include <libvirt/virterror.h>

#include <array>
#include <string_view>

namespace ourea::virt {

namespace {

/// A host is given up when it has been silent for interval × (count + 1) seconds.
constexpr int keepalive_interval = 5;
constexpr unsigned keepalive_count = 3;

struct Hint {
    std::string_view pattern;
    std::string_view words;
};

constexpr std::array hints{
    Hint{"REMOTE HOST IDENTIFICATION HAS CHANGED",
         "The host's SSH key is not the one that was confirmed. Someone may be listening."},
    Hint{"Host key verification failed",
         "The host's SSH key is not the one that was confirmed, or none was confirmed yet."},
    Hint{"Permission denied", "The host does not accept the portal's SSH key for this user."},
    Hint{"No such file or directory", "No libvirt daemon listens there."},
    Hint{"Connection refused", "Nothing listens there."},
    Hint{"Could not resolve hostname", "The host's name is not known."},
    Hint{"timed out", "The host did not answer in time."},
    Hint{"No route to host", "There is no way to the host."},
};

std::string reason_text(int reason) {
    switch (reason) {
        case VIR_CONNECT_CLOSE_REASON_EOF:
            return "The host closed the connection.";
        case VIR_CONNECT_CLOSE_REASON_KEEPALIVE:
            return "The host no longer answers.";
        case VIR_CONNECT_CLOSE_REASON_CLIENT:
            return "The connection was closed.";
        default:
            return "The connection to the host failed.";
    }
}

void on_close(virConnectPtr, int reason, void* opaque) noexcept {
    post_close(sink_of(opaque), reason_text(reason));
}

/// Opens the connection and lets it notice a dead host; drivers inside this process need no probes.
ConnPtr connect(std::string const& uri) {
    ConnPtr handle(virConnectOpen(uri.c_str()));
    if (!handle) throw explain_connect_error(last_error());
    virConnectSetKeepAlive(handle.get(), keepalive_interval, keepalive_count);
    return handle;
}

}  // namespace

Error explain_connect_error(Error const& error) {
    std::string_view const text = error.detail();
    for (auto const& hint : hints) {
        if (text.find(hint.pattern) == std::string_view::npos) continue;
        return Error(Kind::unavailable, std::string(hint.words), error.detail());
    }
    return Error(Kind::unavailable, error.message(), error.detail());
}

ConnPtr open_plain(std::string const& uri) {
    return connect(uri);
}

std::shared_ptr<Connection> Connection::open(std::string const& uri,
                                             std::shared_ptr<EventSink> sink) {
    std::shared_ptr<Connection> out(new Connection(connect(uri)));
    if (sink) out->listen(sink);
    return out;
}

void Connection::listen(std::shared_ptr<EventSink> const& sink) {
    // Drivers without this callback accept it and forget it, and would never free its argument.
    auto opaque = std::make_shared<std::shared_ptr<EventSink>>(sink);
    if (virConnectRegisterCloseCallback(handle(), on_close, opaque.get(), nullptr) == 0) {
        callbacks_.close = std::move(opaque);
    }
    callbacks_.domain = register_domain_events(handle(), sink);
    callbacks_.pool = register_pool_events(handle(), sink);
    callbacks_.network = register_network_events(handle(), sink);
}

Connection::~Connection() {
    auto handle = std::make_shared<ConnPtr>(std::move(handle_));
    start_thread([handle, callbacks = std::move(callbacks_)]() mutable {
        close(std::move(*handle), std::move(callbacks));
    });
}

/// Each registered callback holds the connection open, so they go first. On a connection that is
/// lost all of this fails at once, which is as good.
void Connection::close(ConnPtr handle, Callbacks callbacks) {
    for (int id : callbacks.domain)
        virConnectDomainEventDeregisterAny(handle.get(), id);
    for (int id : callbacks.pool)
        virConnectStoragePoolEventDeregisterAny(handle.get(), id);
    for (int id : callbacks.network)
        virConnectNetworkEventDeregisterAny(handle.get(), id);
    if (callbacks.close) virConnectUnregisterCloseCallback(handle.get(), on_close);
    handle.reset();
}

}  // namespace ourea::virt
