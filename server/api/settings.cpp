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

}  // namespace

awaitable<SettingsView> get_settings(Call const& call) {
    require_settings(call, Action::see);
    co_return SettingsView{call.app.settings.new_accounts()};
}

awaitable<SettingsView> put_settings(Call const& call, PutSettings body) {
    require_settings(call, Action::manage);
    auto& wanted = body.new_accounts;
    auto const quota = to_quota(wanted.quota, "new_accounts.quota.");
    NewAccounts settings{wanted.can_clone, quota, std::move(wanted.groups),
                         std::move(wanted.grants)};
    co_await call.app.settings.put(call.actor, std::move(settings));
    co_return SettingsView{call.app.settings.new_accounts()};
}

}  // namespace ourea::api
