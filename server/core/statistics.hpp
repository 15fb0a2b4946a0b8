// SPDX-License-Identifier: Apache-2.0
// There is, is promised, is really used: of each host, of each storage pool, and in all.
#pragma once

#include "core/migration_blockers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// Storage, once however many hosts have it.
struct PoolFigures {
    std::string name;
    std::vector<std::string> hosts;
    bool shared = false;
    std::int64_t capacity_bytes = 0;
    std::int64_t used_bytes = 0;
    std::int64_t promised_bytes = 0;  ///< what its volumes may grow to
};
BOOST_DESCRIBE_STRUCT(PoolFigures, (),
                      (name, hosts, shared, capacity_bytes, used_bytes, promised_bytes))

/// Null where the host did not say; of one that is offline, as last seen.
struct HostFigures {
    std::string name;
    HostPhase state = HostPhase::connecting;
    std::optional<Time> since;  ///< when it went offline, or came
    std::optional<std::int64_t> cpus;
    std::optional<double> cpu_percent;
    std::int64_t promised_vcpus = 0;
    std::optional<std::int64_t> memory_mib;
    std::optional<std::int64_t> memory_used_mib;
    std::int64_t promised_memory_mib = 0;
    std::int64_t disk_capacity_bytes = 0;  ///< of all its pools, also shared ones
    std::int64_t disk_allocation_bytes = 0;
    std::int64_t promised_disk_bytes = 0;  ///< to its machines
    std::int64_t instances = 0;
    std::int64_t running = 0;
};
BOOST_DESCRIBE_STRUCT(HostFigures, (),
                      (name, state, since, cpus, cpu_percent, promised_vcpus, memory_mib,
                       memory_used_mib, promised_memory_mib, disk_capacity_bytes,
                       disk_allocation_bytes, promised_disk_bytes, instances, running))

/// What there is, is promised and is used of one cluster; a shared pool counts once.
struct ClusterFigures {
    std::string name;
    std::int64_t hosts = 0;
    std::int64_t hosts_online = 0;
    std::int64_t instances = 0;
    std::int64_t running = 0;
    std::int64_t cpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t memory_free_mib = 0;
    std::int64_t promised_vcpus = 0;
    std::int64_t promised_memory_mib = 0;
    std::int64_t disk_capacity_bytes = 0;
    std::int64_t disk_allocation_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(ClusterFigures, (),
                      (name, hosts, hosts_online, instances, running, cpus, memory_mib,
                       memory_free_mib, promised_vcpus, promised_memory_mib, disk_capacity_bytes,
                       disk_allocation_bytes))

struct Statistics {
    std::int64_t hosts = 0;
    std::int64_t hosts_online = 0;
    std::int64_t instances = 0;
    std::int64_t running = 0;
    std::int64_t missing = 0;
    std::int64_t templates = 0;
    std::int64_t cpus = 0;
    std::optional<double> cpus_used;  ///< of the hosts that are online; null: none says
    std::int64_t memory_mib = 0;
    std::int64_t memory_free_mib = 0;
    std::int64_t promised_vcpus = 0;
    std::int64_t promised_memory_mib = 0;
    std::int64_t promised_disk_bytes = 0;
    std::int64_t disk_capacity_bytes = 0;
    std::int64_t disk_allocation_bytes = 0;
    std::int64_t names = 0;
    std::int64_t names_free = 0;
    std::vector<HostFigures> by_host;
    std::vector<PoolFigures> pools;
    std::vector<ClusterFigures> clusters;
};
BOOST_DESCRIBE_STRUCT(Statistics, (),
                      (hosts, hosts_online, instances, running, missing, templates, cpus, cpus_used,
                       memory_mib, memory_free_mib, promised_vcpus, promised_memory_mib,
                       promised_disk_bytes, disk_capacity_bytes, disk_allocation_bytes, names,
                       names_free, by_host, pools, clusters))

/// All but the names.
Statistics sum_up(Inventory const& inventory, IsShared const& is_shared);

}  // namespace ourea
