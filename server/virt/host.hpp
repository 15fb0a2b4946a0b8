// SPDX-License-Identifier: Apache-2.0
// One hypervisor: a libvirt connection with its threads, events, and awaitable verbs.
#pragma once

#include "base/time.hpp"
#include "base/unique_fd.hpp"
#include "virt/event_thread.hpp"
#include "virt/facts.hpp"
#include "virt/storage_xml.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ourea::virt {

using boost::asio::awaitable;

struct HostCore;

struct HostAddress {
    std::string name;
    std::string uri;                  ///< as the administrator wrote it; see uri.hpp
    std::filesystem::path state_dir;  ///< where the SSH key and known_hosts are; may be empty
};

enum class HostState { connecting, online, offline };

struct HostStatus {
    HostState state = HostState::connecting;
    std::string error;  ///< why it is offline, in words; empty while online
    Time since{};
};

enum class HostEventKind {
    domain_state,  ///< life cycle: started, stopped, crashed, …
    domain_defined,
    domain_undefined,
    domain_metadata,
    domain_device,  ///< added, removed, updated; medium changed
    domain_block_job,
    domain_graphics,
    domain_agent,
    domain_reboot,
    pool,  ///< defined, started, refreshed, …
    network,
    lost,  ///< the host sent more than can be kept: list everything again
};

struct HostEvent {
    HostEventKind kind{};
    InstanceId id;       ///< of the domain; empty for pools and networks
    std::string name;    ///< of the domain, pool or network
    std::string detail;  ///< a word such as "started" or the device's alias; for the log
};

struct HostTimes {
    std::chrono::milliseconds first_retry{1000};
    std::chrono::milliseconds last_retry{60'000};
    std::chrono::milliseconds verb{60'000};     ///< a short verb's deadline
    std::chrono::milliseconds attempt{20'000};  ///< a silent connection attempt counts as offline
};

struct XmlView {
    bool inactive = false;  ///< the definition for the next start instead of the running machine
    bool secure = false;    ///< with passwords
};

struct CloneVolume {
    std::string source_pool;
    std::string source_volume;
    std::string pool;
    VolumeSpec spec;  ///< `backing_path` must be empty: a copy depends on nothing
};

/// What is absent stays as it is.
struct DomainSize {
    std::optional<std::uint32_t> vcpus;
    std::optional<std::uint64_t> memory_mib;
};

/// A disk to attach: a volume that is there.
struct DiskSpec {
    std::string target;  ///< "vdb"
    std::string bus;
    SourceKind kind = SourceKind::file;
    std::string path;
    std::string format;
};

struct DiskGrowth {
    std::string target;
    std::string pool;
    std::string volume;
    std::uint64_t capacity_bytes = 0;
};

/// How a machine goes to another host.
struct Migration {
    bool live = true;  ///< it runs and goes on running; else its definition moves
    std::vector<std::string> copied_disks;  ///< targets such as "vda"; their images are copied
    bool trust_storage = false;  ///< somebody's word that both hosts see the same storage soundly
    std::optional<std::uint64_t> bandwidth_mib_s;
    std::optional<std::uint64_t> max_downtime_ms;  ///< it may stand still so long in the end
};

/// What can be changed while it goes; what is absent stays as it is.
struct MigrationLimits {
    std::optional<std::uint64_t> bandwidth_mib_s;
    std::optional<std::uint64_t> max_downtime_ms;
};

/// How far a migration is. A hypervisor that does not tell leaves zeros.
struct MigrationProgress {
    int percent = 0;
    std::uint64_t pass = 0;           ///< over the memory, from 1: what was written meanwhile again
    std::uint64_t written_mib_s = 0;  ///< by the guest
    std::uint64_t sent_mib_s = 0;
    int slowed_percent = 0;  ///< how much of its processors the guest is denied
};

/// What came of a migration.
struct Migrated {
    std::optional<std::uint64_t> downtime_ms;  ///< it stood still; by the clocks of both hosts
};

/// Why a host cannot run a machine, in sentences; empty where it can.
struct Unfitness {
    std::string machine;  ///< its type
    std::string cpu;
};

struct GraphicsConnection {
    UniqueFd fd;                          ///< a connected stream that speaks RFB, non-blocking
    std::optional<std::string> password;  ///< the RFB password where the server asks for one
};

/// Lives on the event loop's thread: every function is called there, every awaitable is awaited
/// there. Verbs on a host that is not online, or whose queue is full, throw `Error` (unavailable)
/// at once. No verb outlives its deadline: what it asked for may then still happen.
class Host {
public:
    static constexpr std::size_t queue_limit = 64;  ///< verbs waiting or running

    Host(EventThread& events, boost::asio::any_io_executor loop, HostAddress address,
         HostTimes times = {});
    ~Host();  ///< closes; never waits for the host
    Host(Host const&) = delete;
    Host& operator=(Host const&) = delete;

    /// Called on the loop. Set them before `open()`. They may destroy the host.
    void on_state(std::function<void(HostStatus const&)> handler);
    void on_event(std::function<void(HostEvent const&)> handler);

    void open();       ///< starts to connect, and goes on for ever; returns at once
    void close();      ///< ends all verbs with `unavailable`; no handler is called any more
    void retry_now();  ///< cuts the present back-off short

    HostAddress const& address() const;
    HostStatus const& status() const;

    awaitable<HostInfo> info();  ///< the processor's model comes with a later call than the first
    awaitable<std::vector<DomainFacts>> list_domains();
    awaitable<std::optional<DomainFacts>> domain(InstanceId id);  ///< nothing: no such domain
    awaitable<std::string> domain_xml(InstanceId id, XmlView view);
    awaitable<std::vector<DomainStats>> stats();

    awaitable<void> start(InstanceId id);
    awaitable<void> shutdown(InstanceId id);
    awaitable<void> reboot(InstanceId id);
    awaitable<void> reset(InstanceId id);
    awaitable<void> stop(InstanceId id);  ///< pulls the plug
    awaitable<void> suspend(InstanceId id);
    awaitable<void> resume(InstanceId id);  ///< also wakes a guest out of S3

    awaitable<InstanceId> define(std::string xml);
    awaitable<bool> undefine(InstanceId id);  ///< with NVRAM, saved state; false: was not there
    awaitable<void> set_title(InstanceId id, std::string title);  ///< empty removes it
    awaitable<void> set_description(InstanceId id, std::string description);
    awaitable<void> set_mark(InstanceId id, Mark mark);
    awaitable<void> set_autostart(InstanceId id, bool on);

    /// In the definition; a running machine gets at once what it can take, the rest by a restart.
    awaitable<void> resize(InstanceId id, DomainSize size);
    /// At once and for good; nothing to do if it is there already.
    awaitable<void> attach_disk(InstanceId id, DiskSpec disk);
    awaitable<void> detach_disk(InstanceId id, std::string path);  ///< nothing to do if not there
    awaitable<void> grow_disk(InstanceId id, DiskGrowth growth);

    awaitable<std::vector<PoolFacts>> pools();
    awaitable<std::vector<VolumeFacts>> volumes(std::string pool);
    awaitable<std::optional<VolumeFacts>> volume(std::string pool, std::string name);
    awaitable<std::optional<VolumeFacts>> volume_by_path(std::string path);
    awaitable<std::vector<NetworkFacts>> networks();
    awaitable<void> refresh_pool(std::string pool);

    /// Long, on a thread and a connection of its own, without a deadline; an overlay is made at
    /// once.
    awaitable<VolumeFacts> create_volume(std::string pool, VolumeSpec spec);
    awaitable<VolumeFacts> clone_volume(CloneVolume what);
    awaitable<void> resize_volume(std::string pool, std::string name, std::uint64_t capacity_bytes);
    awaitable<bool> delete_volume(std::string pool, std::string name);  ///< false: was not there

    /// Long, on connections of its own to both. The target's monitor shows the machine by itself.
    awaitable<Migrated> migrate(InstanceId id, std::shared_ptr<Host> target, Migration how);
    /// Nothing while no migration runs.
    awaitable<std::optional<MigrationProgress>> migration_progress(InstanceId id);
    awaitable<void> limit_migration(InstanceId id, MigrationLimits limits);
    awaitable<void> abort_migration(InstanceId id);       ///< nothing to do if none runs
    awaitable<Unfitness> unfitness_for(std::string xml);  ///< the document of another host's

    awaitable<std::string> screenshot(InstanceId id);  ///< PNG
    awaitable<GraphicsConnection> open_graphics(InstanceId id);

private:
    std::shared_ptr<HostCore> core_;
};

}  // namespace ourea::virt
