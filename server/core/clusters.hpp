// SPDX-License-Identifier: Apache-2.0
// Hosts that share pools and networks, by the administrator's word: what they do not share
// after all.
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

}  // namespace ourea
