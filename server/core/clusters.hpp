// SPDX-License-Identifier: Apache-2.0
// Hosts that share pools and networks, by the administrator's word: what there is of each cluster,
// and what its hosts do not share after all.
#pragma once

#include "core/migration_blockers.hpp"

#include <string>
#include <vector>

namespace ourea {

enum class SharedThing { pool, network };
BOOST_DESCRIBE_ENUM(SharedThing, pool, network)

/// A pool or network that not all hosts of a cluster have in the same way.
struct Gap {
    SharedThing kind = SharedThing::pool;
    std::string name;
    std::vector<std::string> lacking;  ///< hosts; empty for a pool that all have, but do not share
    std::string reason;                ///< a sentence
};
BOOST_DESCRIBE_STRUCT(Gap, (), (kind, name, lacking, reason))

struct ClusterView {
    std::string name;
    std::vector<std::string> hosts;
    std::vector<Gap> gaps;  ///< of the hosts that were seen; empty: they share everything
};
BOOST_DESCRIBE_STRUCT(ClusterView, (), (name, hosts, gaps))

/// By name.
std::vector<ClusterView> cluster_views(Inventory const& inventory, IsShared const& is_shared);

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

/// By name.
std::vector<ClusterFigures> cluster_figures(Inventory const& inventory, IsShared const& is_shared);

}  // namespace ourea
