// SPDX-License-Identifier: Apache-2.0
// Who may do what with an instance.
#include "api/groups.hpp"
#include "api/handlers.hpp"
#include "app.hpp"
#include "core/effective_rights.hpp"

namespace ourea::api {
namespace {

/// Any shape that has a field for each right.
template <class View>
void fill(View& view, Rights rights) {
    view.see = rights.has(Right::see);
    view.power = rights.has(Right::power);
    view.view = rights.has(Right::view);
    view.console = rights.has(Right::console);
    view.resize = rights.has(Right::resize);
    view.snapshot = rights.has(Right::snapshot);
    view.clone = rights.has(Right::clone);
    view.delete_ = rights.has(Right::delete_);
}

GrantView to_view(Grant const& grant) {
    GrantView view;
    view.grantee = grant.grantee;
    fill(view, grant.rights);
    return view;
}

GrantOnView view_on(Instance const& instance, std::string grantee, Rights rights) {
    GrantOnView view;
    view.instance = instance.id();
    view.instance_name = instance.record.name;
    view.is_template = instance.record.template_;
    view.grantee = std::move(grantee);
    fill(view, rights);
    return view;
}

/// What the grantee may use, as far as the actor may see it, by name.
List<GrantOnView> grants_of(Call const& call, std::string const& grantee, PageQuery const& query) {
    auto const grants = call.app.grants.of_grantee(grantee);
    std::vector<GrantOnView> views;
    for (auto const* instance : call.app.inventory.by_name()) {
        auto const found = grants.find(instance->id());
        if (found == grants.end() || !call.app.instances.visible(call.actor, instance->id()))
            continue;
        if (!query.q || instance->record.name.find(*query.q) != std::string::npos)
            views.push_back(view_on(*instance, grantee, found->second));
    }
    return page(std::move(views), query.cursor, query.limit);
}

/// The same as for one, with the place in the list in what is said of it.
GrantChange to_change(Call const& call, GrantOn const& item, bool remove, std::string const& at) {
    try {
        auto const& instance =
            call.app.instances.permitted(call.actor, item.instance, Action::grant);
        GrantChange change{instance.id(), instance.record.name, item.grantee, {}};
        if (!remove) change.rights = to_rights(item);
        if (!remove && change.rights.empty()) throw invalid(at, at + ": give at least one right");
        return change;
    } catch (Error const& error) {
        if (error.kind() == Kind::invalid) throw;
        throw Error(error.kind(), at + ": " + error.message(), error.detail(), at + ".instance");
    }
}

}  // namespace

awaitable<List<GrantView>> list_grants(Call const& call) {
    auto const& instance =
        call.app.instances.permitted(call.actor, call.id<InstanceId>(), Action::rights);
    std::vector<GrantView> views;
    for (auto const& grant : call.app.grants.of_instance(instance.id()))
        views.push_back(to_view(grant));
    co_return page(std::move(views), std::nullopt, 1000);
}

awaitable<GrantView> put_grant(Call const& call, PutGrant body) {
    auto const& instance =
        call.app.instances.permitted(call.actor, call.id<InstanceId>(), Action::grant);
    auto const grant = co_await call.app.grants.put(call.actor, instance.id(), instance.record.name,
                                                    call.parameter("grantee"), to_rights(body));
    co_return to_view(grant);
}

awaitable<void> delete_grant(Call const& call) {
    auto const& instance =
        call.app.instances.permitted(call.actor, call.id<InstanceId>(), Action::grant);
    return call.app.grants.remove(call.actor, instance.id(), instance.record.name,
                                  call.parameter("grantee"));
}

awaitable<List<GrantOnView>> list_user_grants(Call const& call, Query<PageQuery> query) {
    auto const& name = call.parameter("name");
    auto const* user = call.app.accounts.find(name);
    auto const object = ourea::object_of(ObjectKind::user, name);
    if (!user) throw Error(Kind::not_found, "There is no such user.");
    require(call.actor, Action::see, object, "There is no such user.");
    co_return grants_of(call, holder_of(name), query.value);
}

awaitable<List<GrantOnView>> list_group_grants(Call const& call, Query<PageQuery> query) {
    auto const group = permitted_group(call, Action::see);
    co_return grants_of(call, std::string(group_prefix) + group.name, query.value);
}

awaitable<List<GrantOnView>> put_grants(Call const& call, PutGrants body) {
    constexpr std::size_t most = 1000;
    if (body.items.empty() || body.items.size() > most)
        throw invalid("items", "items: expected 1 to 1000");
    bool const remove = body.remove.value_or(false);
    std::vector<GrantChange> changes;
    for (std::size_t i = 0; i < body.items.size(); ++i) {
        auto const at = "items[" + std::to_string(i) + "]";
        changes.push_back(to_change(call, body.items[i], remove, at));
    }
    co_await call.app.grants.apply(call.actor, changes);
    List<GrantOnView> result;
    for (auto const& change : changes)
        if (auto const* instance = call.app.inventory.find(change.instance); instance && !remove)
            result.items.push_back(view_on(*instance, change.grantee, change.rights));
    result.total = static_cast<std::int64_t>(result.items.size());
    co_return result;
}

awaitable<RightsView> get_rights(Call const& call) {
    auto const& name = call.parameter("user");
    bool const self = name == call.actor.user;
    auto const& instance = call.app.instances.permitted(call.actor, call.id<InstanceId>(),
                                                        self ? Action::see : Action::rights);
    auto const* user = call.app.accounts.find(name);
    if (!user) throw Error(Kind::not_found, "There is no such user.");
    auto const subject = call.app.groups.actor_of(*user);
    auto const object = call.app.instances.object_of(subject, instance);
    RightsView view{name, instance.id(), {}};
    view.rights = effective_rights(subject, object, call.app.grants.of_instance(instance.id()),
                                   call.app.groups.membership());
    co_return view;
}

}  // namespace ourea::api
