// SPDX-License-Identifier: Apache-2.0
// The one rule of who may do what; pure, and tested over the whole product of its inputs.
#pragma once

#include "core/people.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace ourea {

/// What a grant on an instance gives; any of them includes `see`, and `console` includes `view`.
enum class Right {
    see,
    power,
    view,     ///< look at the screen
    console,  ///< and use its keyboard and mouse
    resize,
    snapshot,
    clone,
    delete_
};
BOOST_DESCRIBE_ENUM(Right, see, power, view, console, resize, snapshot, clone, delete_)

/// A small set of rights.
class Rights {
public:
    constexpr Rights() = default;
    constexpr Rights(std::initializer_list<Right> rights) {
        for (Right right : rights)
            add(right);
    }

    constexpr bool has(Right right) const { return (bits_ & bit(right)) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr void add(Right right) {
        bits_ |= bit(right) | bit(Right::see);
        if (right == Right::console) bits_ |= bit(Right::view);
    }
    constexpr Rights& operator|=(Rights other) {
        bits_ |= other.bits_;
        return *this;
    }
    constexpr bool operator==(Rights const&) const = default;

private:
    static constexpr unsigned bit(Right right) { return 1U << static_cast<unsigned>(right); }
    unsigned bits_ = 0;
};

/// Every right: what an owner has.
inline constexpr Rights all_rights{Right::see,    Right::power,    Right::view,  Right::console,
                                   Right::resize, Right::snapshot, Right::clone, Right::delete_};

/// Of any shape that has a `std::optional<bool>` for each right.
template <class Wanted>
Rights to_rights(Wanted const& wanted) {
    Rights rights;
    auto const add = [&](std::optional<bool> given, Right right) {
        if (given.value_or(false)) rights.add(right);
    };
    add(wanted.see, Right::see);
    add(wanted.power, Right::power);
    add(wanted.view, Right::view);
    add(wanted.console, Right::console);
    add(wanted.resize, Right::resize);
    add(wanted.snapshot, Right::snapshot);
    add(wanted.clone, Right::clone);
    add(wanted.delete_, Right::delete_);
    return rights;
}

/// "power,console", as the table of grants and the audit hold it.
std::string to_string(Rights rights);
/// Nothing if a word is no right.
std::optional<Rights> parse_rights(std::string_view text);

enum class ObjectKind {
    instance,
    user,     ///< with its quota, tokens and sessions; `role` is the account's
    group,    ///< `own`: the actor is a member
    request,  ///< for more quota or for a machine; `owner` is who asks
    job,      ///< `owner` is who started it, `rights` those on its instance (its owner: all)
    name,
    host,  ///< with pools, volumes, networks, interfaces
    audit,
    settings,
    statistics,
};
BOOST_DESCRIBE_ENUM(ObjectKind, instance, user, group, request, job, name, host, audit, settings,
                    statistics)

/// Everything that the API does. Those from `power` to `migrate` are of instances.
enum class Action {
    see,
    power,  ///< start, shut down, reboot, reset, stop, suspend, resume
    view,   ///< look at the screen; a picture of it, too
    console,
    edit,  ///< title, description; of a user: the own password, address, tokens, keys; make a
           ///< request
    resize,
    snapshot,
    clone,
    delete_,
    mark_template,
    grant,
    rights,    ///< read who may do what with an instance
    activity,  ///< the audit of one object
    give,      ///< make an instance for somebody else, who is the object's owner
    own,       ///< decide whose it is
    xml,
    migrate,
    cancel,   ///< a job; withdraw a request
    manage,   ///< make, change, remove: users, groups, quotas, names, hosts, settings, requests
    appoint,  ///< roles, and accounts of staff and administrators
};
BOOST_DESCRIBE_ENUM(Action, see, power, view, console, edit, resize, snapshot, clone, delete_,
                    mark_template, grant, rights, activity, give, own, xml, migrate, cancel, manage,
                    appoint)

/// What of an object decides about access.
struct Object {
    ObjectKind kind = ObjectKind::instance;
    std::string owner;  ///< user name or "group:NAME"; of a user: itself; empty: nobody's
    Rights rights;      ///< granted to the actor, see `Grants::rights`
    bool is_template = false;
    Role role = Role::user;        ///< of the account, for `user`
    bool own = false;              ///< for `group`; for `request`: it is for a group of theirs
    std::optional<InstanceId> id;  ///< of the instance, or of a job's; narrow tokens ask for it
};

/// An object of which nothing but the kind and perhaps an owner matters.
Object object_of(ObjectKind kind, std::string owner = {});

struct Decision {
    bool allowed = false;
    bool visible = false;  ///< if not, the API answers as if the object did not exist
    std::string reason;    ///< a sentence for the person; empty if allowed
    std::string remedy;    ///< a sentence: who could allow it; empty if nobody can
};

Decision may(Actor const& actor, Action action, Object const& object);

/// Reason and remedy together.
std::string sentences(Decision const& decision);

/// Throws `forbidden` if the actor may change nothing at all.
void require_writer(Actor const& actor);

/// Throws `forbidden` with the reason unless `may()` allows it, and `not_found` if the actor may
/// not see the object, in the words for one that does not exist: "There is no such instance."
void require(Actor const& actor, Action action, Object const& object, std::string_view not_found);

}  // namespace ourea
