// SPDX-License-Identifier: Apache-2.0
// Machines that others change, too: what differs, and who a new one may have been.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {

awaitable<DriftView> get_drift(Call const& call) {
    co_return call.app.drifts.view(call.actor, call.id<InstanceId>());
}

awaitable<InstanceView> accept_drift(Call const& call) {
    return call.app.drifts.accept(call.actor, call.id<InstanceId>());
}

awaitable<List<Predecessor>> list_predecessors(Call const& call) {
    auto found = call.app.successions.predecessors(call.actor, call.id<InstanceId>());
    co_return page(std::move(found), std::nullopt, 1000);
}

awaitable<InstanceView> take_over(Call const& call, TakeOver body) {
    return call.app.successions.take_over(call.actor, call.id<InstanceId>(), body.from);
}

}  // namespace ourea::api
