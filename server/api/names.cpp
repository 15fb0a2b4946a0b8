// SPDX-License-Identifier: Apache-2.0
// The pools of pre-registered names.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

void require_manage(Call const& call) {
    require(call.actor, Action::manage, object_of(ObjectKind::name), "There is no such name.");
}

}  // namespace

awaitable<List<NameView>> list_names(Call const& call, Query<NamesQuery> query) {
    NameFilter const filter{query->free, query->pool, query->q};
    auto const may_see = [&](InstanceId const& id) {
        return call.app.instances.visible(call.actor, id);
    };
    co_return page(call.app.names.list(filter, may_see), query->cursor, query->limit);
}

awaitable<ImportedNames> import_names(Call const& call, Upload<ImportNames> body) {
    require_manage(call);
    if (!body.items) return call.app.names.import_csv(call.actor, std::move(body.csv));
    return call.app.names.import_items(call.actor, std::move(body.items->items));
}

awaitable<void> delete_name(Call const& call) {
    require_manage(call);
    return call.app.names.remove(call.actor, call.parameter("name"));
}

}  // namespace ourea::api
