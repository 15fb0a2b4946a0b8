// SPDX-License-Identifier: Apache-2.0
// The hosts: who is watched, added, removed and asked; all in memory, written through, audited.
#pragma once

#include "core/audit.hpp"
#include "core/monitor.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"
#include "virt/probe.hpp"

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ourea {

struct NewHost {
    std::string name;
    std::string uri;
    std::optional<std::string> host_key;  ///< the confirmed fingerprint, "SHA256:…"; SSH only
    std::optional<std::string> cluster = std::nullopt;
};
BOOST_DESCRIBE_STRUCT(NewHost, (), (name, uri, host_key, cluster))

/// What is absent stays as it is; null removes the limit, or takes it out of its cluster.
struct HostChange {
    std::optional<std::optional<std::int64_t>> vcpu_percent;
    std::optional<std::optional<std::int64_t>> memory_percent;
    std::optional<std::optional<std::string>> cluster;
};
BOOST_DESCRIBE_STRUCT(HostChange, (), (vcpu_percent, memory_percent, cluster))

struct ProbeStepView {
    std::string step;
    bool ok = false;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(ProbeStepView, (), (step, ok, detail))

struct ProbeView {
    std::vector<ProbeStepView> steps;
    std::optional<std::string> host_key;
};
BOOST_DESCRIBE_STRUCT(ProbeView, (), (steps, host_key))

/// The revision of the tables of hosts and shared pools.
inline constexpr std::string_view hosts_topic = "hosts";

/// Throws `invalid` for the field unless the name is 1 to 63 of letters, digits, dot and dash,
/// beginning with a letter or digit.
void check_host_name(std::string_view name, std::string const& field = "name");

/// Adds a host from the command line, waiting for database and host; a running server follows by
/// itself. `accept_host_key` takes whatever key an SSH host shows. Throws as `Hosts::add`.
HostRecord add_host_now(db::Database& database, std::filesystem::path const& state_dir,
                        Actor const& actor, NewHost host, bool accept_host_key);

/// Lives on the event loop. Who may call what is the caller's question to `may()`.
class Hosts {
public:
    struct Options {
        std::filesystem::path state_dir;
        MonitorTimes times;
    };

    /// Loads all hosts, waiting for the database; nothing connects before `open()`.
    Hosts(boost::asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
          virt::EventThread& thread, Inventory& inventory, Events& events, Options options);
    ~Hosts();

    /// See `Monitor::on_change`; before `open()`.
    void on_change(Monitor::Heard heard) { heard_ = std::move(heard); }
    /// See `Monitor::on_figures`; before `open()`.
    void on_figures(Monitor::Read read) { read_ = std::move(read); }
    void open();
    /// Ends all connections; the loop must run on until their coroutines have ended.
    void stop();

    /// Throws `invalid` (name, uri, host_key) or `conflict` (the name is taken). An SSH host needs
    /// the fingerprint that the administrator confirmed; without it the error tells what the host
    /// shows.
    awaitable<HostView> add(Actor const& actor, NewHost host);
    /// Throws `not_found`, or `conflict` while a job works on the host.
    awaitable<void> remove(Actor const& actor, std::string name);
    /// Throws `not_found`, or `invalid` naming the field: 1 to 10000 percent, a name like a host's.
    awaitable<HostView> change(Actor const& actor, std::string name, HostChange change);
    awaitable<ProbeView> probe(std::string uri);
    /// Nothing new is placed or started there while it is on. Throws `not_found`.
    awaitable<HostView> set_maintenance(Actor const& actor, std::string name, bool on);
    /// The administrator's word that a pool of this name and place is the same storage on every
    /// host that has it. Throws `not_found`, or `conflict` for one that is shared by its nature.
    awaitable<PoolView> share_pool(Actor const& actor, std::string host, std::string pool,
                                   bool shared);

    /// Throws `not_found`.
    std::shared_ptr<Monitor> monitor(std::string_view name) const;
    /// Throws `not_found`, or `unavailable` with the time and the reason unless it is online. Hold
    /// the pointer while awaiting: the host may be removed meanwhile.
    std::shared_ptr<virt::Host> online(std::string_view name) const;

    /// Throws `not_found`.
    HostView view(std::string_view name) const;
    /// By name.
    std::vector<HostView> views() const;
    std::vector<PoolView> pools(std::string_view name) const;
    /// By its nature, or by the administrator's word.
    bool is_shared(virt::PoolFacts const& pool) const;
    /// The same as a function that can be handed on, for as long as the hosts live.
    std::function<bool(virt::PoolFacts const&)> shared_pools() const;
    std::vector<NetworkView> networks(std::string_view name) const;

private:
    using Entries = std::map<std::string, HostRecord, std::less<>>;
    using SharedPools = std::set<std::pair<std::string, std::string>>;  ///< name and path
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
        SharedPools shared;
    };

    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries, SharedPools shared);
    void watch(HostRecord const& record);
    void unwatch(std::string const& name);
    awaitable<HostView> update(HostRecord record, AuditEntry entry);
    awaitable<void> learn_host_key(NewHost const& host);
    awaitable<void> forget_host_key(HostRecord record);
    HostPicture const& picture(std::string_view name) const;
    virt::PoolFacts const& pool_of(std::string_view host, std::string_view pool) const;
    PoolView pool_view(virt::PoolFacts const& pool) const;

    boost::asio::any_io_executor loop_;
    db::Database& database_;
    db::Revisions& revisions_;
    virt::EventThread& thread_;
    Inventory& inventory_;
    Events& events_;
    Options options_;
    Entries entries_;
    SharedPools shared_;
    std::map<std::string, std::shared_ptr<Monitor>, std::less<>> monitors_;
    Monitor::Heard heard_;
    Monitor::Read read_;
    bool open_ = false;
    boost::asio::thread_pool files_{1};  ///< for the SSH key files
};

}  // namespace ourea
