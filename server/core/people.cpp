// SPDX-License-Identifier: Apache-2.0
// Who owns what, and the actors that are no signed-in user.
#include "core/people.hpp"

#include <algorithm>
#include <utility>

namespace ourea {

Quota default_quota(Role role) {
    return role == Role::user ? Quota{0, 0, 0, 0} : Quota{};
}

bool owns(Actor const& actor, std::string_view owner) {
    if (owner.empty()) return false;
    if (!owner.starts_with(group_prefix)) return owner == actor.user;
    auto const group = owner.substr(group_prefix.size());
    return std::find(actor.groups.begin(), actor.groups.end(), group) != actor.groups.end();
}

std::string owner_of(std::string_view holder) {
    return std::string(holder.starts_with(user_prefix) ? holder.substr(user_prefix.size())
                                                       : holder);
}

std::string holder_of(std::string_view owner) {
    if (owner.starts_with(group_prefix)) return std::string(owner);
    return std::string(user_prefix) + std::string(owner);
}

Actor system_actor() {
    Actor actor;
    actor.user = "system";
    actor.role = Role::administrator;
    actor.can_clone = true;
    actor.via = Via::system;
    return actor;
}

Actor cli_actor(std::string user) {
    Actor actor = system_actor();
    actor.user = std::move(user);
    actor.via = Via::cli;
    return actor;
}

}  // namespace ourea
