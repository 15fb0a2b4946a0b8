// SPDX-License-Identifier: Apache-2.0
// Groups, their members and their quotas.
#include "api/groups.hpp"

#include "api/dispatch.hpp"
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_group[] = "There is no such group.";

std::string owner_name(std::string const& group) {
    return std::string(group_prefix) + group;
}

Object object_of(Actor const& actor, std::string const& group) {
    auto object = ourea::object_of(ObjectKind::group, owner_name(group));
    object.own = owns(actor, object.owner);
    return object;
}

GroupView to_view(App& app, Group const& group, Standing const& now) {
    auto const users = app.groups.membership().users_of(group.name).size();
    return {group.name,      group.description,
            group.members,   static_cast<std::int64_t>(users),
            group.quota,     with_loans(group.quota, now.lent),
            now.usage,       now.lent.loans,
            group.created_at};
}

awaitable<GroupView> view_of(App& app, Group group) {
    auto ask = [owner = owner_name(group.name)](db::Transaction& tx) {
        return standing_of(tx, owner);
    };
    auto const standing = co_await app.database.read(ask);
    co_return to_view(app, group, standing);
}

}  // namespace

Group permitted_group(Call const& call, Action action) {
    auto const& name = call.parameter("name");
    auto const* group = call.app.groups.find(name);
    if (!group) throw Error(Kind::not_found, no_group);
    require(call.actor, action, object_of(call.actor, name), no_group);
    return *group;
}

awaitable<RawJson> render_group(App& app, std::string name) {
    auto const* group = app.groups.find(name);
    if (!group) co_return RawJson{};
    auto const view = co_await view_of(app, *group);
    co_return RawJson{to_json(view)};
}

awaitable<List<GroupView>> list_groups(Call const& call, Query<PageQuery> query) {
    auto standings = co_await call.app.database.read(&standing_of_all);
    std::vector<GroupView> views;
    for (auto const& group : call.app.groups.all()) {
        bool const found = !query->q || group.name.find(*query->q) != std::string::npos ||
                           group.description.find(*query->q) != std::string::npos;
        if (found && may(call.actor, Action::see, object_of(call.actor, group.name)).allowed)
            views.push_back(to_view(call.app, group, standings[owner_name(group.name)]));
    }
    co_return page(std::move(views), query->cursor, query->limit);
}

awaitable<Created<GroupView>> create_group(Call const& call, CreateGroup body) {
    require(call.actor, Action::manage, ourea::object_of(ObjectKind::group), no_group);
    Quota const none{0, 0, 0, 0};
    auto const group = co_await call.app.groups.create(
        call.actor, body.name, body.description.value_or(""), body.quota.value_or(none));
    co_return Created<GroupView>{to_view(call.app, group, {}), "/groups/" + group.name};
}

awaitable<GroupView> get_group(Call const& call) {
    auto const group = permitted_group(call, Action::see);
    co_return co_await view_of(call.app, group);
}

awaitable<GroupView> change_group(Call const& call, ChangeGroup body) {
    auto group = permitted_group(call, Action::manage);
    if (body.description)
        group = co_await call.app.groups.describe(call.actor, group.name, *body.description);
    co_return co_await view_of(call.app, group);
}

awaitable<void> delete_group(Call const& call, Query<TransferQuery> query) {
    auto const group = permitted_group(call, Action::manage);
    co_await call.app.groups.remove(call.actor, group.name, query->transfer_to);
    if (query->transfer_to)
        co_await call.app.instances.handed_over(owner_name(group.name),
                                                owner_of(*query->transfer_to));
}

awaitable<List<MemberView>> list_members(Call const& call) {
    std::vector<MemberView> views;
    for (auto const& member : permitted_group(call, Action::see).members)
        views.push_back({member});
    co_return page(std::move(views), std::nullopt, 1000);
}

awaitable<GroupView> put_member(Call const& call) {
    auto const group = permitted_group(call, Action::manage);
    auto const changed =
        co_await call.app.groups.add(call.actor, group.name, call.parameter("member"));
    co_return co_await view_of(call.app, changed);
}

awaitable<void> delete_member(Call const& call) {
    auto const group = permitted_group(call, Action::manage);
    co_await call.app.groups.take_out(call.actor, group.name, call.parameter("member"));
}

awaitable<Quota> get_group_quota(Call const& call) {
    co_return permitted_group(call, Action::see).quota;
}

awaitable<Quota> put_group_quota(Call const& call, PutQuota body) {
    auto const group = permitted_group(call, Action::manage);
    auto const quota = to_quota(body);
    co_return co_await call.app.groups.set_quota(call.actor, group.name, quota);
}

}  // namespace ourea::api
