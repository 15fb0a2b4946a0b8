// SPDX-License-Identifier: Apache-2.0
// Sums over the live picture.
#include "core/statistics.hpp"

#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace ourea {
namespace {

bool is_online(HostPicture const& host) {
    return host.status.state == virt::HostState::online;
}

HostFigures figures_of(HostPicture const& host, HostView const& view) {
    HostFigures figures;
    figures.name = view.name;
    figures.state = view.state;
    if (host.status.since != Time{}) figures.since = host.status.since;
    figures.cpus = view.cpus;
    if (is_online(host)) figures.cpu_percent = view.cpu_percent;
    figures.promised_vcpus = view.promised_vcpus;
    figures.memory_mib = view.memory_mib;
    if (view.memory_mib && view.memory_free_mib)
        figures.memory_used_mib = *view.memory_mib - *view.memory_free_mib;
    figures.promised_memory_mib = view.promised_memory_mib;
    figures.instances = view.instances;
    figures.running = view.running;
    for (auto const& pool : host.pools) {
        figures.disk_capacity_bytes += static_cast<std::int64_t>(pool.capacity_bytes);
        figures.disk_allocation_bytes += static_cast<std::int64_t>(pool.allocation_bytes);
    }
    return figures;
}

PoolFigures figures_of(HostPicture const& host, virt::PoolFacts const& pool) {
    PoolFigures figures{pool.name,
                        {},
                        false,
                        static_cast<std::int64_t>(pool.capacity_bytes),
                        static_cast<std::int64_t>(pool.allocation_bytes),
                        0};
    for (auto const& [path, volume] : host.volumes)
        if (volume.pool == pool.name)
            figures.promised_bytes += static_cast<std::int64_t>(volume.capacity_bytes);
    return figures;
}

/// The hosts that have a shared pool look at it at different times: the newest view counts, which
/// is that of a host that is online.
std::vector<PoolFigures> pools_of(Inventory const& inventory, IsShared const& is_shared) {
    struct Seen {
        PoolFigures figures;
        bool online = false;
    };
    // A pool of one host has that host's name in its key.
    std::map<std::tuple<std::string, std::string, std::string>, Seen> seen;
    for (auto const& [name, host] : inventory.hosts()) {
        for (auto const& pool : host.pools) {
            bool const shared = is_shared(pool);
            auto& there = seen[{pool.name, pool.path, shared ? "" : name}];
            auto hosts = std::move(there.figures.hosts);
            if (hosts.empty() || (is_online(host) && !there.online))
                there = {figures_of(host, pool), is_online(host)};
            there.figures.shared = shared;
            there.figures.hosts = std::move(hosts);
            there.figures.hosts.push_back(name);
        }
    }
    std::vector<PoolFigures> pools;
    for (auto& [key, one] : seen)
        pools.push_back(std::move(one.figures));
    return pools;
}

void add_host(Statistics& sum, HostPicture const& host, HostFigures figures) {
    ++sum.hosts;
    if (figures.state == HostPhase::online) ++sum.hosts_online;
    sum.cpus += figures.cpus.value_or(0);
    if (figures.cpus && figures.cpu_percent)
        sum.cpus_used = sum.cpus_used.value_or(0) +
                        static_cast<double>(*figures.cpus) * *figures.cpu_percent / 100.0;
    sum.memory_mib += figures.memory_mib.value_or(0);
    if (host.info && host.info->memory_free_mib)
        sum.memory_free_mib += static_cast<std::int64_t>(*host.info->memory_free_mib);
    sum.by_host.push_back(std::move(figures));
}

void add_host(ClusterFigures& sum, HostFigures const& host) {
    ++sum.hosts;
    if (host.state == HostPhase::online) ++sum.hosts_online;
    sum.instances += host.instances;
    sum.running += host.running;
    sum.cpus += host.cpus.value_or(0);
    sum.memory_mib += host.memory_mib.value_or(0);
    if (host.memory_mib && host.memory_used_mib)
        sum.memory_free_mib += *host.memory_mib - *host.memory_used_mib;
    sum.promised_vcpus += host.promised_vcpus;
    sum.promised_memory_mib += host.promised_memory_mib;
}

void add_instance(Statistics& sum, InstanceRow const& row,
                  std::map<std::string, std::int64_t>& disk_by_host) {
    ++sum.instances;
    if (row.state == InstanceState::running) ++sum.running;
    if (row.state == InstanceState::missing) ++sum.missing;
    if (row.template_) ++sum.templates;
    sum.promised_vcpus += row.vcpus;
    sum.promised_memory_mib += row.memory_mib;
    sum.promised_disk_bytes += row.disk_bytes;
    if (row.host) disk_by_host[*row.host] += row.disk_bytes;
}

/// From what was summed up of hosts and pools already.
std::vector<ClusterFigures> clusters_of(Inventory const& inventory, Statistics const& all) {
    std::map<std::string, ClusterFigures> clusters;
    for (auto const& host : all.by_host) {
        auto const& cluster = inventory.host(host.name)->record.cluster;
        if (cluster) add_host(clusters[*cluster], host);
    }
    for (auto const& pool : all.pools) {
        std::set<std::string> theirs;
        for (auto const& host : pool.hosts)
            if (auto const& cluster = inventory.host(host)->record.cluster) theirs.insert(*cluster);
        for (auto const& cluster : theirs) {
            clusters[cluster].disk_capacity_bytes += pool.capacity_bytes;
            clusters[cluster].disk_allocation_bytes += pool.used_bytes;
        }
    }
    std::vector<ClusterFigures> figures;
    for (auto& [name, sum] : clusters) {
        sum.name = name;
        figures.push_back(std::move(sum));
    }
    return figures;
}

}  // namespace

Statistics sum_up(Inventory const& inventory, IsShared const& is_shared) {
    Statistics sum;
    std::map<std::string, std::int64_t> disk_by_host;
    for (auto const* instance : inventory.by_name())
        add_instance(sum, instance->row, disk_by_host);
    for (auto const& [name, host] : inventory.hosts()) {
        auto figures = figures_of(host, inventory.host_view(host));
        figures.promised_disk_bytes = disk_by_host[name];
        add_host(sum, host, std::move(figures));
    }
    sum.pools = pools_of(inventory, is_shared);
    sum.clusters = clusters_of(inventory, sum);
    for (auto const& pool : sum.pools) {
        sum.disk_capacity_bytes += pool.capacity_bytes;
        sum.disk_allocation_bytes += pool.used_bytes;
    }
    return sum;
}

}  // namespace ourea
