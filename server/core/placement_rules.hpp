// SPDX-License-Identifier: Apache-2.0
// How administrators want machines to be distributed over the hosts.
#pragma once

#include "core/inventory.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

enum class Strategy {
    spread,  ///< to the host with the most memory that is promised to nobody
    pack     ///< to the fullest host that still has room
};
BOOST_DESCRIBE_ENUM(Strategy, spread, pack)

/// An entry is a tag, or the beginning of tags: "db:*" stands for each tag that begins with "db:".
struct PlacementRules {
    Strategy strategy = Strategy::spread;
    std::vector<std::string> spread_tags;         ///< who share such a tag avoid each other's host
    std::vector<std::string> strict_spread_tags;  ///< and these are never placed on the same host
    bool operator==(PlacementRules const&) const = default;
};
BOOST_DESCRIBE_STRUCT(PlacementRules, (), (strategy, spread_tags, strict_spread_tags))

/// In lower case, each entry once. Throws `invalid` naming the entry: "placement.spread_tags[0]".
PlacementRules checked_rules(PlacementRules wanted);

/// The machines of one host that share a tag with another machine, which the rules keep apart.
struct Company {
    std::string tag;
    bool strict = false;
    std::vector<std::string> machines;  ///< names

    std::string sentence() const;
};

/// Machines that were given a host and are not in the inventory yet.
using Arriving = std::map<InstanceId, InstanceRecord>;

/// Everything that has a host or is about to, without templates, which are not to be started.
std::vector<InstanceRecord const*> placed_machines(Inventory const& inventory,
                                                   Arriving const& arriving);

/// What the rules say against each host for a machine with these tags, by host; a host without an
/// entry has none of them. `self` is the machine itself, if it exists.
std::map<std::string, std::vector<Company>> company_on_hosts(
    std::vector<InstanceRecord const*> const& machines, PlacementRules const& rules,
    std::vector<std::string> const& tags, std::optional<InstanceId> const& self);

/// What speaks against a machine's going from one host to the other, but does not forbid it:
/// another cluster, and the machines there that the rules keep it apart from. In sentences.
std::vector<std::string> reservations(HostPicture const& from, HostPicture const& to,
                                      std::vector<Company> const& company);

/// "It is not in the cluster lab.", unless it is, or the first is in none.
std::optional<std::string> outside_cluster(HostPicture const& from, HostPicture const& to);

}  // namespace ourea
