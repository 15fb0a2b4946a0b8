// SPDX-License-Identifier: Apache-2.0
// Which migrations would even out the hosts: recommendations, never done by themselves.
#pragma once

#include "core/hosts.hpp"
#include "core/placement.hpp"
#include "core/settings.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ourea {

/// How full a host is, in percent of what it has, and how full the recommendations would make it.
struct HostLoad {
    std::string host;
    double memory_percent = 0;  ///< promised to machines
    double memory_percent_after = 0;
    std::optional<double> cpu_percent;  ///< really used; null: not known
    std::optional<double> cpu_percent_after;
};
BOOST_DESCRIBE_STRUCT(HostLoad, (),
                      (host, memory_percent, memory_percent_after, cpu_percent, cpu_percent_after))

struct RecommendedMove {
    InstanceId instance;
    std::string name;
    std::string from;
    std::string to;
    std::string reason;  ///< a sentence with the numbers
};
BOOST_DESCRIBE_STRUCT(RecommendedMove, (), (instance, name, from, to, reason))

/// The hosts among which machines are moved: those of a cluster, or those of none.
struct BalanceGroup {
    std::optional<std::string> cluster;
    std::vector<HostLoad> hosts;         ///< that are online
    std::vector<RecommendedMove> moves;  ///< in the order in which they are best done
};
BOOST_DESCRIBE_STRUCT(BalanceGroup, (), (cluster, hosts, moves))

struct BalanceView {
    std::vector<BalanceGroup> groups;
};
BOOST_DESCRIBE_STRUCT(BalanceView, (), (groups))

/// Machines that shall not be moved to these hosts.
using Excluded = std::set<std::pair<InstanceId, std::string>>;

/// Few moves of machines that nothing known keeps from going as they are, without copying disks,
/// to a host of their group within its limits, and without bringing together what the rules keep
/// apart. First by memory promised, then by processors used. Nothing is asked of the hosts.
std::vector<BalanceGroup> balance(Inventory const& inventory, PlacementRules const& rules,
                                  IsShared const& is_shared, Excluded const& excluded = {});

/// Lives on the event loop.
class Balance {
public:
    Balance(Inventory& inventory, Hosts& hosts, Settings const& settings)
        : inventory_(inventory), hosts_(hosts), settings_(settings) {}

    /// The hosts that machines would go to are asked whether they could run them.
    awaitable<BalanceView> recommend() const;

private:
    awaitable<bool> takes(RecommendedMove move) const;

    Inventory& inventory_;
    Hosts& hosts_;
    Settings const& settings_;
};

}  // namespace ourea
