// SPDX-License-Identifier: Apache-2.0
// Hosts with their pools and networks.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_host[] = "There is no such host.";

void require_host(Call const& call, Action action) {
    require(call.actor, action, object_of(ObjectKind::host), no_host);
}

}  // namespace

awaitable<List<HostView>> list_hosts(Call const& call, Query<PageQuery> query) {
    require_host(call, Action::see);
    co_return page(call.app.hosts.views(), query->cursor, query->limit);
}

awaitable<Created<HostView>> add_host(Call const& call, NewHost body) {
    require_host(call, Action::manage);
    auto const host = co_await call.app.hosts.add(call.actor, std::move(body));
    co_return Created<HostView>{host, "/hosts/" + host.name};
}

awaitable<ProbeView> probe_host(Call const& call, ProbeHost body) {
    require_host(call, Action::manage);
    co_return co_await call.app.hosts.probe(body.uri);
}

awaitable<HostView> get_host(Call const& call) {
    require_host(call, Action::see);
    co_return call.app.hosts.view(call.parameter("name"));
}

awaitable<HostView> change_host(Call const& call, HostChange body) {
    require_host(call, Action::manage);
    return call.app.hosts.change(call.actor, call.parameter("name"), body);
}

awaitable<void> remove_host(Call const& call) {
    require_host(call, Action::manage);
    return call.app.hosts.remove(call.actor, call.parameter("name"));
}

awaitable<MaintenanceView> begin_maintenance(Call const& call, Query<DryRun> query,
                                             NewMaintenance body) {
    require_host(call, Action::manage);
    auto const name = call.parameter("name");
    if (query->dry_run.value_or(false)) return call.app.maintenance.preview(name, body);
    return call.app.maintenance.begin(call.actor, name, body);
}

awaitable<MaintenanceView> end_maintenance(Call const& call, Query<BringBack> query) {
    require_host(call, Action::manage);
    return call.app.maintenance.end(call.actor, call.parameter("name"),
                                    query->bring_back.value_or(false));
}

awaitable<List<PoolView>> list_pools(Call const& call) {
    require_host(call, Action::see);
    co_return page(call.app.hosts.pools(call.parameter("name")), std::nullopt, 1000);
}

awaitable<PoolView> change_pool(Call const& call, PoolChange body) {
    require_host(call, Action::manage);
    return call.app.hosts.share_pool(call.actor, call.parameter("name"), call.parameter("pool"),
                                     body.shared);
}

awaitable<List<NetworkView>> list_networks(Call const& call) {
    require_host(call, Action::see);
    co_return page(call.app.hosts.networks(call.parameter("name")), std::nullopt, 1000);
}

awaitable<List<ClusterView>> list_clusters(Call const& call) {
    require_host(call, Action::see);
    auto views = cluster_views(call.app.inventory, call.app.hosts.shared_pools());
    co_return page(std::move(views), std::nullopt, 1000);
}

awaitable<BalanceView> get_balance(Call const& call) {
    require_host(call, Action::see);
    return call.app.balance.recommend();
}

}  // namespace ourea::api
