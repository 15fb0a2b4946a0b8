// SPDX-License-Identifier: Apache-2.0
// What administrators decide for the whole portal.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

void require_settings(Call const& call, Action action) {
    auto const object = ourea::object_of(ObjectKind::settings);
    require(call.actor, action, object, "There are no such settings.");
}

SettingsView shown(Settings const& settings) {
    return {settings.new_accounts(), settings.placement()};
}

}  // namespace

awaitable<SettingsView> get_settings(Call const& call) {
    require_settings(call, Action::see);
    co_return shown(call.app.settings);
}

awaitable<SettingsView> put_settings(Call const& call, PutSettings body) {
    require_settings(call, Action::manage);
    auto& wanted = body.new_accounts;
    auto const quota = to_quota(wanted.quota, "new_accounts.quota.");
    NewAccounts settings{wanted.can_clone, quota, std::move(wanted.groups),
                         std::move(wanted.grants)};
    co_await call.app.settings.put(call.actor, std::move(settings), std::move(body.placement));
    co_return shown(call.app.settings);
}

}  // namespace ourea::api
