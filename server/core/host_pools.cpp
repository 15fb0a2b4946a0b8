// SPDX-License-Identifier: Apache-2.0
// What hosts have besides machines: pools, those that are shared among them, networks.
#include "core/hosts.hpp"

#include <algorithm>
#include <array>

namespace ourea {
namespace {

/// The same wherever they are defined: libvirt's pools on a server or a cluster.
bool is_shared_by_nature(virt::PoolFacts const& pool) {
    constexpr std::array<std::string_view, 5> types{"netfs", "gluster", "rbd", "iscsi",
                                                    "iscsi-direct"};
    return std::ranges::find(types, pool.type) != types.end();
}

std::int64_t write_shared(db::Transaction& tx, virt::PoolFacts const& pool, Actor const& actor,
                          AuditEntry const& entry, bool shared) {
    auto const number = db::bump(tx, hosts_topic);
    tx.exec("DELETE FROM shared_pools WHERE name = :name AND path = :path", pool.name, pool.path);
    if (shared)
        tx.exec(
            "INSERT INTO shared_pools (name, path, shared_by, created_at) VALUES (:name, :path, "
            ":by, :at)",
            pool.name, pool.path, actor.user, now());
    Audit::append(tx, entry);
    return number;
}

}  // namespace

virt::PoolFacts const& Hosts::pool_of(std::string_view host, std::string_view pool) const {
    auto const& pools = picture(host).pools;
    auto const found = std::ranges::find(pools, pool, &virt::PoolFacts::name);
    if (found == pools.end())
        throw Error(Kind::not_found, "Host " + std::string(host) + " has no storage pool " +
                                         std::string(pool) + ".");
    return *found;
}

bool Hosts::is_shared(virt::PoolFacts const& pool) const {
    return is_shared_by_nature(pool) || shared_.contains({pool.name, pool.path});
}

std::function<bool(virt::PoolFacts const&)> Hosts::shared_pools() const {
    return [this](virt::PoolFacts const& pool) { return is_shared(pool); };
}

awaitable<PoolView> Hosts::share_pool(Actor const& actor, std::string host, std::string name,
                                      bool shared) {
    auto const pool = pool_of(host, name);
    if (is_shared_by_nature(pool) && !shared)
        throw Error(Kind::conflict,
                    "Pool " + name + " is shared by its nature (" + pool.type + ").", {}, "shared");
    if (is_shared(pool) == shared) co_return pool_view(pool);
    auto entry = audit_entry(actor, "pool.share", "host:" + host, name);
    boost::json::object const detail{{"pool", name},
                                     {"path", pool.path},
                                     {"before", {{"shared", !shared}}},
                                     {"after", {{"shared", shared}}}};
    entry.detail = boost::json::serialize(detail);
    auto write = [pool, actor, entry, shared](db::Transaction& tx) {
        return write_shared(tx, pool, actor, entry, shared);
    };
    auto const number = co_await database_.write(write);
    std::function<void()> apply = [this, pool, shared] {
        if (shared)
            shared_.emplace(pool.name, pool.path);
        else
            shared_.erase({pool.name, pool.path});
    };
    co_await revisions_.wrote(hosts_topic, number, apply);
    co_return pool_view(pool);
}

PoolView Hosts::pool_view(virt::PoolFacts const& pool) const {
    return {pool.name,
            pool.type,
            pool.state,
            static_cast<std::int64_t>(pool.capacity_bytes),
            static_cast<std::int64_t>(pool.allocation_bytes),
            static_cast<std::int64_t>(pool.available_bytes),
            nonempty(pool.path),
            is_shared(pool)};
}

std::vector<PoolView> Hosts::pools(std::string_view name) const {
    std::vector<PoolView> views;
    for (auto const& pool : picture(name).pools)
        views.push_back(pool_view(pool));
    return views;
}

std::vector<NetworkView> Hosts::networks(std::string_view name) const {
    std::vector<NetworkView> views;
    for (auto const& network : picture(name).networks) {
        views.push_back({network.name, network.active, network.autostart, nonempty(network.bridge),
                         nonempty(network.forward)});
    }
    return views;
}

}  // namespace ourea
