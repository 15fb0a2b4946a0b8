// SPDX-License-Identifier: Apache-2.0
// Decides who may do what, one kind of object after the other.
#include "core/access.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace ourea {
namespace {

Decision yes() {
    return {true, true, {}, {}};
}

Decision no(std::string reason, std::string remedy) {
    return {false, true, std::move(reason), std::move(remedy)};
}

Decision hidden() {
    return {false, false, "There is no such object, or you may not see it.", {}};
}

constexpr char by_owner[] = "Its owner, the staff or an administrator can give it to you.";
constexpr char by_administrator[] = "An administrator can do it for you.";
constexpr char by_staff[] = "The staff or an administrator can do it for you.";

Decision administrators_only() {
    return no("Only an administrator may do this.", by_administrator);
}

Decision allow_if(bool allowed, Decision otherwise) {
    return allowed ? yes() : std::move(otherwise);
}

Decision by_right(Rights rights, Right needed) {
    if (rights.has(needed)) return yes();
    return no(fmt::format("You need the right “{}” on this instance.", reflect::enum_name(needed)),
              by_owner);
}

/// A template that one may clone is there to be cloned; a copy of anything else needs an account
/// that may clone.
Decision clone(Actor const& actor, Object const& object, Rights rights) {
    bool const staff = actor.role == Role::staff;
    if (staff && object.is_template) return yes();
    auto decision = by_right(rights, Right::clone);
    if (!decision.allowed || object.is_template || staff || actor.can_clone) return decision;
    return no("Your account may clone templates only.", "An administrator can change that.");
}

Decision of_instance(Actor const& actor, Action action, Object const& object) {
    bool const owner = owns(actor, object.owner);
    bool const staff = actor.role == Role::staff;
    Rights const rights = owner ? all_rights : object.rights;
    if (action == Action::give)
        return allow_if(owner || staff, no("You may make machines for yourself and your groups "
                                           "only.",
                                           by_staff));
    if (rights.empty() && !staff) return hidden();
    switch (action) {
        case Action::see:
            return yes();
        case Action::power:
            return by_right(rights, Right::power);
        case Action::view:
            return by_right(rights, Right::view);
        case Action::console:
            return by_right(rights, Right::console);
        case Action::resize:
            return by_right(rights, Right::resize);
        case Action::snapshot:
            return by_right(rights, Right::snapshot);
        case Action::clone:
            return clone(actor, object, rights);
        case Action::delete_:
            return by_right(rights, Right::delete_);
        case Action::edit:
            return allow_if(
                owner, no("Only the owner or an administrator may do this.", by_administrator));
        case Action::grant:
            return allow_if(
                owner || staff,
                no("Only the owner, the staff and administrators may do this.", by_staff));
        case Action::rights:
        case Action::activity:
            return allow_if(owner || staff,
                            no("Only the owner and the staff may see this.", by_staff));
        default:
            return administrators_only();
    }
}

/// Staff look after ordinary accounts; whoever has power over others is the administrators' to
/// decide.
Decision of_user(Actor const& actor, Action action, Object const& object) {
    bool const self = !object.owner.empty() && object.owner == actor.user;
    bool const staff = actor.role == Role::staff;
    if (!self && !staff) return hidden();
    switch (action) {
        case Action::see:
        case Action::activity:
            return yes();
        case Action::edit:
            return allow_if(
                self, no("Only its owner or an administrator may do this.", by_administrator));
        case Action::manage:
            return allow_if(staff && !self && object.role == Role::user, administrators_only());
        default:
            return administrators_only();
    }
}

Decision of_group(Actor const& actor, Action action, Object const& object) {
    bool const staff = actor.role == Role::staff;
    if (!object.own && !staff) return hidden();
    if (action == Action::see) return yes();
    return allow_if(staff && (action == Action::manage || action == Action::activity),
                    no("Only the staff and administrators may do this.", by_staff));
}

/// Nobody but an administrator decides about what they asked for themselves.
Decision of_request(Actor const& actor, Action action, Object const& object) {
    bool const self = object.owner == actor.user;
    bool const staff = actor.role == Role::staff;
    if (!self && !staff && !object.own) return hidden();
    if (action == Action::see) return yes();
    if (action == Action::edit) return allow_if(self, no("Everybody asks for themselves.", {}));
    if (action == Action::cancel)
        return allow_if(self, no("Only who asked can withdraw this.", {}));
    if (action != Action::manage) return administrators_only();
    return allow_if(staff && !self, no(staff ? "Somebody else has to decide about this."
                                             : "Only the staff and administrators may do this.",
                                       by_staff));
}

Decision of_job(Actor const& actor, Action action, Object const& object) {
    bool const own = object.owner == actor.user;
    if (!own && object.rights.empty() && actor.role != Role::staff) return hidden();
    if (action == Action::see) return yes();
    if (action == Action::cancel) {
        return allow_if(own || object.rights.has(Right::delete_),
                        no("Only who started it, who may delete the instance, or an administrator "
                           "may cancel this.",
                           by_administrator));
    }
    return administrators_only();
}

Decision staff_may_see(Actor const& actor, Action action) {
    if (action != Action::see) return administrators_only();
    return allow_if(actor.role == Role::staff, no("Only the staff may see this.", {}));
}

/// What the role, ownership and grants say, whatever way the actor came in.
Decision by_role(Actor const& actor, Action action, Object const& object) {
    if (actor.role == Role::administrator) return yes();
    switch (object.kind) {
        case ObjectKind::instance:
            return of_instance(actor, action, object);
        case ObjectKind::user:
            return of_user(actor, action, object);
        case ObjectKind::group:
            return of_group(actor, action, object);
        case ObjectKind::request:
            return of_request(actor, action, object);
        case ObjectKind::job:
            return of_job(actor, action, object);
        case ObjectKind::name:
            return action == Action::see ? yes() : administrators_only();
        case ObjectKind::host:
            return hidden();
        case ObjectKind::audit:
        case ObjectKind::statistics:
            return staff_may_see(actor, action);
        case ObjectKind::settings:
            break;
    }
    return administrators_only();
}

/// Looking at a screen changes nothing, using it may.
bool only_reads(Action action) {
    return action == Action::see || action == Action::view || action == Action::rights ||
           action == Action::activity;
}

Decision read_only(Actor const& actor) {
    if (actor.via == Via::token)
        return no("This token may not do this.", "A token with more rights can.");
    return no("Your account may only look.", "An administrator can change that.");
}

bool within(Actor const& actor, Object const& object) {
    return !actor.only || (object.id && actor.only->contains(*object.id));
}

}  // namespace

Object object_of(ObjectKind kind, std::string owner) {
    Object object;
    object.kind = kind;
    object.owner = std::move(owner);
    return object;
}

Decision may(Actor const& actor, Action action, Object const& object) {
    bool const self = object.kind == ObjectKind::user && object.owner == actor.user;
    if (!within(actor, object) && !self) return hidden();
    if (actor.only && self && action != Action::see) return read_only(actor);
    auto decision = by_role(actor, action, object);
    if (!decision.allowed) return decision;
    // A token is no person: it makes no tokens, and no copies beyond what it is narrowed to.
    bool const personal = self && action == Action::edit;
    if (personal) return actor.via == Via::token ? read_only(actor) : decision;
    bool const beyond = actor.only && (action == Action::clone || action == Action::give);
    if (beyond || (actor.read_only && !only_reads(action))) return read_only(actor);
    return decision;
}

std::string sentences(Decision const& decision) {
    return decision.remedy.empty() ? decision.reason : decision.reason + " " + decision.remedy;
}

void require_writer(Actor const& actor) {
    if (!actor.read_only) return;
    auto decision = read_only(actor);
    throw forbidden(std::move(decision.reason), std::move(decision.remedy));
}

void require(Actor const& actor, Action action, Object const& object, std::string_view not_found) {
    auto decision = may(actor, action, object);
    if (decision.allowed) return;
    if (!decision.visible) throw Error(Kind::not_found, std::string(not_found));
    throw forbidden(std::move(decision.reason), std::move(decision.remedy));
}

std::string to_string(Rights rights) {
    std::string text;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Right>>([&](auto right) {
        if (!rights.has(right.value)) return;
        if (!text.empty()) text += ',';
        text += reflect::member_name(right.name);
    });
    return text;
}

std::optional<Rights> parse_rights(std::string_view text) {
    Rights rights;
    while (!text.empty()) {
        auto const end = text.find(',');
        auto const right = reflect::enum_value<Right>(text.substr(0, end));
        if (!right) return std::nullopt;
        rights.add(*right);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return rights;
}

}  // namespace ourea
