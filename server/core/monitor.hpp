// SPDX-License-Identifier: Apache-2.0
// Keeps the inventory's picture of one host true: lists, follows events, reconciles, samples.
#pragma once

#include "core/inventory.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

namespace ourea {

struct MonitorTimes {
    std::chrono::milliseconds statistics{5000};    ///< between two looks at the figures
    std::chrono::milliseconds reconcile{300'000};  ///< between two full comparisons
    std::chrono::milliseconds settle{300};         ///< events that come together count as one
    virt::HostTimes host;
};

/// Lives on the event loop, owned by shared pointers: its coroutines keep it until they have ended,
/// and touch nothing but itself after `close()`.
class Monitor : public std::enable_shared_from_this<Monitor> {
public:
    Monitor(virt::EventThread& thread, boost::asio::any_io_executor loop, virt::HostAddress address,
            Inventory& inventory, Events& events, MonitorTimes times);

    using Heard = std::function<void(std::string const& host, virt::HostEvent const& event)>;
    /// Called with each change of a machine that the host tells of, before the picture follows; not
    /// before the host was read once. Set it before `open()`.
    void on_change(Heard heard) { heard_ = std::move(heard); }

    void open();   ///< starts to connect; once
    void close();  ///< ends the connection, all verbs and all coroutines; the picture stays

    /// Valid as long as it is held; after `close()` its verbs throw `unavailable`.
    std::shared_ptr<virt::Host> const& host() const { return host_; }
    std::string const& name() const { return name_; }

    /// Reads one machine now and puts it into the inventory, so that the answer to our own verb
    /// shows the new state. Never throws for what the host does: the next event mends it.
    awaitable<void> refresh(InstanceId id);
    /// Reads pools and volumes now; after a job made or deleted volumes.
    awaitable<void> refresh_storage();

private:
    using Self = std::shared_ptr<Monitor>;

    void changed(virt::HostStatus const& status);
    void heard(virt::HostEvent const& event);
    void look_at_everything();
    void look_at_some();
    void wake();
    bool alive(std::uint64_t epoch) const { return !closed_ && epoch == epoch_; }
    void spawn(awaitable<void> work);
    void complain(std::string const& what, std::exception const& error);

    // For as long as the epoch lasts.
    static awaitable<void> follow_machines(Self self, std::uint64_t epoch);
    static awaitable<void> follow_storage(Self self, std::uint64_t epoch);
    static awaitable<void> tick(Self self, std::uint64_t epoch);
    awaitable<void> sleep(boost::asio::steady_timer& timer);
    awaitable<void> settle();

    // One look each; they log what fails.
    static awaitable<void> read_domain(Self self, InstanceId id, std::uint64_t epoch);
    static awaitable<void> read_storage(Self self, std::uint64_t epoch);
    awaitable<void> drain_machines(std::uint64_t epoch);
    awaitable<void> read_domains(std::uint64_t epoch);
    awaitable<std::vector<virt::VolumeFacts>> volumes_of(std::string pool);
    void look_for_images();
    std::set<std::string> pools_to_refresh(std::vector<virt::PoolFacts> const& pools);
    awaitable<void> read_networks(std::uint64_t epoch);
    awaitable<void> read_figures(std::uint64_t epoch, bool with_stats);

    boost::asio::any_io_executor loop_;
    std::string name_;
    Inventory& inventory_;
    Events& events_;
    MonitorTimes times_;
    std::shared_ptr<virt::Host> host_;
    Heard heard_;
    bool closed_ = false;
    bool listed_ = false;      ///< its machines were read since it came online
    std::uint64_t epoch_ = 0;  ///< grows with each connection and its end: tells old work to stop

    // What is to be looked at, and what wakes those who look.
    std::set<InstanceId> machines_pending_;
    InstanceId last_turn_;  ///< the machine that was read in turns last
    bool list_pending_ = false;
    bool storage_pending_ = false;
    bool networks_pending_ = false;
    bool storage_known_ = false;    ///< read once since the host came online
    std::set<std::string> sought_;  ///< images for which a pool was refreshed already
    bool mend_ = false;             ///< a list could not be read: the next tick asks for all again
    boost::asio::steady_timer machines_wake_;
    boost::asio::steady_timer storage_wake_;
    boost::asio::steady_timer tick_;
    std::set<std::string> complained_;  ///< what was already said once as a warning
};

}  // namespace ourea
