// SPDX-License-Identifier: Apache-2.0
// Compares the hosts of a cluster.
#include "core/clusters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>
#include <tuple>

namespace ourea {
namespace {

using Members = std::vector<HostPicture const*>;

std::map<std::string, Members> members_by_cluster(Inventory const& inventory) {
    std::map<std::string, Members> clusters;
    for (auto const& [name, picture] : inventory.hosts())
        if (picture.record.cluster) clusters[*picture.record.cluster].push_back(&picture);
    return clusters;
}

/// Who has what, for one kind of thing of one cluster.
using Holders = std::map<std::string, std::set<std::string>>;  ///< description → hosts

std::vector<std::string> lacking(std::set<std::string> const& seen,
                                 std::set<std::string> const& holders) {
    std::vector<std::string> hosts;
    for (auto const& host : seen)
        if (!holders.contains(host)) hosts.push_back(host);
    return hosts;
}

/// What a host that never answered has is not known.
std::set<std::string> seen_hosts(Members const& members) {
    std::set<std::string> seen;
    for (auto const* host : members)
        if (host->listed_at) seen.insert(host->record.name);
    return seen;
}

void compare_pools(Members const& members, IsShared const& is_shared, std::vector<Gap>& gaps) {
    auto const seen = seen_hosts(members);
    std::map<std::pair<std::string, std::string>, std::set<std::string>> holders;
    std::set<std::pair<std::string, std::string>> shared;
    for (auto const* host : members)
        for (auto const& pool : host->pools) {
            std::pair const key(pool.name, pool.path);
            if (pool.state == "running") holders[key].insert(host->record.name);
            if (is_shared(pool)) shared.insert(key);
        }
    for (auto const& [key, hosts] : holders) {
        auto const& [name, path] = key;
        auto missing = lacking(seen, hosts);
        auto const what = path.empty() ? name : fmt::format("{} ({})", name, path);
        if (!missing.empty()) {
            auto reason = fmt::format("Pool {} is on {}, but not active on {}.", what,
                                      fmt::join(hosts, ", "), fmt::join(missing, ", "));
            gaps.push_back({SharedThing::pool, name, std::move(missing), std::move(reason)});
        } else if (!shared.contains(key)) {
            gaps.push_back(
                {SharedThing::pool,
                 name,
                 {},
                 fmt::format("Pool {} is on all hosts, but not marked as shared.", what)});
        }
    }
}

void compare_networks(Members const& members, std::vector<Gap>& gaps) {
    auto const seen = seen_hosts(members);
    Holders holders;
    for (auto const* host : members)
        for (auto const& network : host->networks)
            if (network.active) holders[network.name].insert(host->record.name);
    for (auto const& [name, hosts] : holders) {
        auto missing = lacking(seen, hosts);
        if (missing.empty()) continue;
        auto reason = fmt::format("Network {} is on {}, but not active on {}.", name,
                                  fmt::join(hosts, ", "), fmt::join(missing, ", "));
        gaps.push_back({SharedThing::network, name, std::move(missing), std::move(reason)});
    }
}

}  // namespace

std::vector<ClusterView> cluster_views(Inventory const& inventory, IsShared const& is_shared) {
    std::vector<ClusterView> views;
    for (auto const& [name, members] : members_by_cluster(inventory)) {
        ClusterView view{name, {}, {}};
        for (auto const* host : members)
            view.hosts.push_back(host->record.name);
        compare_pools(members, is_shared, view.gaps);
        compare_networks(members, view.gaps);
        views.push_back(std::move(view));
    }
    return views;
}

}  // namespace ourea
