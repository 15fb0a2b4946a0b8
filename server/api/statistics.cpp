// SPDX-License-Identifier: Apache-2.0
// What there is, is promised and is used, now and over time.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_host[] = "There is no such host.";

}  // namespace

awaitable<Statistics> get_statistics(Call const& call) {
    require(call.actor, Action::see, object_of(ObjectKind::statistics), no_host);
    auto sum = sum_up(call.app.inventory, call.app.hosts.shared_pools());
    auto const everything = [](InstanceId const&) { return true; };
    for (auto const& name : call.app.names.list({}, everything)) {
        ++sum.names;
        if (name.state == NameState::free) ++sum.names_free;
    }
    co_return sum;
}

awaitable<HostMetrics> get_host_metrics(Call const& call, Query<MetricsQuery> query) {
    require(call.actor, Action::see, object_of(ObjectKind::host), no_host);
    auto const host = call.app.hosts.view(call.parameter("name"));
    return call.app.history.of_host(host.name, query->span.value_or(MetricsSpan::hours));
}

awaitable<InstanceMetrics> get_instance_metrics(Call const& call, Query<MetricsQuery> query) {
    auto const& instance =
        call.app.instances.permitted(call.actor, call.id<InstanceId>(), Action::see);
    return call.app.history.of_instance(instance.id(), query->span.value_or(MetricsSpan::hours));
}

}  // namespace ourea::api
