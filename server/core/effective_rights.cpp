// SPDX-License-Identifier: Apache-2.0
// Finds out which of role, ownership and grants would allow each right by itself.
#include "core/effective_rights.hpp"

namespace ourea {
namespace {

Action action_of(Right right) {
    switch (right) {
        case Right::see:
            return Action::see;
        case Right::power:
            return Action::power;
        case Right::view:
            return Action::view;
        case Right::console:
            return Action::console;
        case Right::resize:
            return Action::resize;
        case Right::snapshot:
            return Action::snapshot;
        case Right::clone:
            return Action::clone;
        case Right::delete_:
            break;
    }
    return Action::delete_;
}

/// "owner", or "owner group:all (through group:web)" where it is the group's.
std::string holding(std::string const& what, Actor const& subject, std::string const& holder,
                    Membership const& membership) {
    if (!holder.starts_with(group_prefix)) return what;
    std::string text = what + " " + holder, through;
    auto way = membership.path(holder_of(subject.user), holder.substr(group_prefix.size()));
    if (!way.empty()) way.pop_back();
    for (auto const& group : way)
        through += (through.empty() ? "through " : ", ") + std::string(group_prefix) + group;
    return through.empty() ? text : text + " (" + through + ")";
}

std::vector<std::string> reasons(Actor const& subject, Object const& object, Action action,
                                 std::vector<Grant> const& grants, Membership const& membership) {
    std::vector<std::string> found;
    auto bare = object;
    bare.owner.clear();
    bare.rights = {};
    if (may(subject, action, bare).allowed)
        return {"role " + std::string(reflect::enum_name(subject.role))};
    auto owned = bare;
    owned.owner = object.owner;
    if (may(subject, action, owned).allowed)
        found.push_back(holding("owner", subject, object.owner, membership));
    for (auto const& grant : grants) {
        auto granted = bare;
        granted.rights = grant.rights;
        if (!owns(subject, owner_of(grant.grantee)) || !may(subject, action, granted).allowed)
            continue;
        bool const group = grant.grantee.starts_with(group_prefix);
        found.push_back(group ? holding("grant to", subject, grant.grantee, membership)
                              : "grant to " + grant.grantee);
    }
    return found;
}

}  // namespace

std::vector<EffectiveRight> effective_rights(Actor const& subject, Object const& object,
                                             std::vector<Grant> const& grants,
                                             Membership const& membership) {
    std::vector<EffectiveRight> result;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Right>>([&](auto right) {
        auto const action = action_of(right.value);
        auto const decision = may(subject, action, object);
        EffectiveRight view;
        view.right = reflect::member_name(right.name);
        view.allowed = decision.allowed;
        if (decision.allowed) {
            view.because = reasons(subject, object, action, grants, membership);
        } else {
            view.reason =
                decision.visible ? decision.reason : "There is no right on this instance.";
            if (!decision.remedy.empty()) view.remedy = decision.remedy;
        }
        result.push_back(std::move(view));
    });
    return result;
}

}  // namespace ourea
