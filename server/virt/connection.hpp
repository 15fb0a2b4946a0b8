// SPDX-License-Identifier: Apache-2.0
// One open libvirt connection and the callbacks registered on it. Only for virt/.
#pragma once

#include "virt/handles.hpp"
#include "virt/host.hpp"
#include "virt/threads.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ourea::virt {

/// Where libvirt's callbacks put what they copied. The functions run on the event loop; they hold
/// weak references only, since a sink may die on any thread.
struct EventSink {
    std::shared_ptr<Mailbox> mailbox;
    std::function<void(HostEvent const&)> on_event;
    std::function<void(std::string const& reason)> on_close;
    std::atomic<int> waiting{0};    ///< posted and not yet taken
    std::atomic<bool> full{false};  ///< some were dropped since
};

/// Takes the event home, unless the host floods us: then one `lost` stands for all that follow.
void post_event(std::shared_ptr<EventSink> const& sink, HostEvent event) noexcept;
void post_close(std::shared_ptr<EventSink> const& sink, std::string reason) noexcept;

class Connection {
public:
    /// Blocks. Throws `Error` (unavailable) in words that help the administrator. Without a sink
    /// nothing is listened to.
    static std::shared_ptr<Connection> open(std::string const& uri,
                                            std::shared_ptr<EventSink> sink);
    /// May be called anywhere: the blocking rest happens on a thread of its own.
    ~Connection();
    Connection(Connection const&) = delete;
    Connection& operator=(Connection const&) = delete;

    virConnectPtr handle() const noexcept { return handle_.get(); }
    bool alive() const noexcept { return virConnectIsAlive(handle_.get()) != 0; }

private:
    struct Callbacks {
        std::vector<int> domain;
        std::vector<int> pool;
        std::vector<int> network;
        std::shared_ptr<std::shared_ptr<EventSink>> close;  ///< the argument; lives as long as it
    };
    explicit Connection(ConnPtr handle) : handle_(std::move(handle)) {}
    void listen(std::shared_ptr<EventSink> const& sink);
    static void close(ConnPtr handle, Callbacks callbacks);

    ConnPtr handle_;
    Callbacks callbacks_;
};

/// A connection without callbacks, for a long call; blocks.
ConnPtr open_plain(std::string const& uri);

/// The same error with a hint about what to do, where libvirt's words alone would not help.
Error explain_connect_error(Error const& error);

}  // namespace ourea::virt
