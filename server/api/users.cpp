// SPDX-License-Identifier: Apache-2.0
// Users and their quotas.
#include "api/dispatch.hpp"
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_user[] = "There is no such user.";

Object object_of(User const& user) {
    auto object = ourea::object_of(ObjectKind::user, user.name);
    object.role = user.role;
    return object;
}

UserView to_view(User const& user, Standing const& now) {
    return {user.name,
            user.role,
            user.can_clone,
            user.read_only,
            user.source,
            user.full_name,
            user.email,
            user.created_at,
            user.last_sign_in_at,
            user.quota,
            with_loans(user.quota, now.lent),
            now.usage,
            now.lent.loans};
}

awaitable<UserView> view_of(App& app, User user) {
    auto ask = [name = user.name](db::Transaction& tx) { return standing_of(tx, name); };
    auto const standing = co_await app.database.read(ask);
    co_return to_view(user, standing);
}

}  // namespace

User permitted_user(Call const& call, Action action) {
    auto const& name = call.parameter("name");
    auto const* user = call.app.accounts.find(name);
    if (!user) throw Error(Kind::not_found, no_user);
    require(call.actor, action, object_of(*user), no_user);
    return *user;
}

awaitable<RawJson> render_user(App& app, std::string name) {
    auto const* user = app.accounts.find(name);
    if (!user) co_return RawJson{};
    auto const view = co_await view_of(app, *user);
    co_return RawJson{to_json(view)};
}

awaitable<List<UserView>> list_users(Call const& call, Query<PageQuery> query) {
    auto standings = co_await call.app.database.read(&standing_of_all);
    std::vector<UserView> views;
    for (auto const& user : call.app.accounts.all()) {
        bool const found = !query->q || user.name.find(*query->q) != std::string::npos ||
                           user.email.value_or("").find(*query->q) != std::string::npos;
        if (found && may(call.actor, Action::see, object_of(user)).allowed)
            views.push_back(to_view(user, standings[user.name]));
    }
    co_return page(std::move(views), query->cursor, query->limit);
}

awaitable<Created<UserView>> create_user(Call const& call, CreateUser body) {
    auto object = ourea::object_of(ObjectKind::user);
    object.role = body.role;
    require(call.actor, Action::manage, object, no_user);
    NewUser wanted;
    wanted.name = body.name;
    wanted.password = body.password;
    wanted.role = body.role;
    wanted.email = body.email;
    wanted.read_only = body.read_only.value_or(false);
    wanted.full_name = body.full_name;
    auto const& settings = call.app.settings;
    auto const user = co_await settings.make_account(call.app.accounts, call.actor,
                                                     std::move(wanted), body.quota, body.can_clone);
    co_return Created<UserView>{to_view(user, {}), "/users/" + user.name};
}

awaitable<UserView> get_user(Call const& call) {
    auto const user = permitted_user(call, Action::see);
    co_return co_await view_of(call.app, user);
}

awaitable<UserView> change_user(Call const& call, ChangeUser body) {
    bool const power = body.role || body.read_only;
    bool const own = call.parameter("name") == call.actor.user && !body.can_clone;
    auto const user = permitted_user(call, power ? Action::appoint
                                           : own ? Action::edit
                                                 : Action::manage);
    UserChange change{body.password, body.role, body.can_clone};
    if (body.email) change.email = body.email->value_or("");
    if (body.full_name) change.full_name = body.full_name->value_or("");
    change.read_only = body.read_only;
    auto const changed = co_await call.app.accounts.update(call.actor, user.name, change);
    co_return co_await view_of(call.app, changed);
}

awaitable<void> delete_user(Call const& call, Query<TransferQuery> query) {
    auto const user = permitted_user(call, Action::manage);
    co_await call.app.accounts.remove(call.actor, user.name, query->transfer_to);
    if (query->transfer_to)
        co_await call.app.instances.handed_over(user.name, owner_of(*query->transfer_to));
}

awaitable<Quota> get_quota(Call const& call) {
    co_return permitted_user(call, Action::see).quota;
}

Quota to_quota(PutQuota const& body, std::string const& path) {
    auto const said = [&](PutQuota::Limit const& limit, std::string const& name) {
        auto const field = path + name;
        if (!limit) throw invalid(field, field + ": required; null is unlimited");
        return *limit;
    };
    return {said(body.instances, "instances"),
            said(body.vcpus, "vcpus"),
            said(body.memory_mib, "memory_mib"),
            said(body.disk_gib, "disk_gib"),
            body.running_instances.value_or(std::nullopt),
            body.running_vcpus.value_or(std::nullopt),
            body.running_memory_mib.value_or(std::nullopt)};
}

awaitable<Quota> put_quota(Call const& call, PutQuota body) {
    auto const user = permitted_user(call, Action::manage);
    auto const quota = to_quota(body);
    co_return co_await call.app.accounts.set_quota(call.actor, user.name, quota);
}

}  // namespace ourea::api
