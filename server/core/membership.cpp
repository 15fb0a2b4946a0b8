// SPDX-License-Identifier: Apache-2.0
// Walks from members to groups and back.
#include "core/membership.hpp"

#include "core/access.hpp"

#include <algorithm>
#include <deque>

namespace ourea {
namespace {

struct MemberRow {
    std::string group_name;
    std::string member;
};
BOOST_DESCRIBE_STRUCT(MemberRow, (), (group_name, member))

struct RoleRow {
    std::string name;
    Role role = Role::user;
};
BOOST_DESCRIBE_STRUCT(RoleRow, (), (name, role))

}  // namespace

Membership Membership::read(db::Transaction& tx) {
    Membership membership;
    for (auto const& row :
         tx.select<MemberRow>("SELECT group_name, member FROM group_members ORDER BY member"))
        membership.add(row.group_name, row.member);
    return membership;
}

void Membership::add(std::string const& group, std::string const& member) {
    members_[group].insert(member);
    groups_[member].insert(group);
}

std::vector<std::string> Membership::groups_of(std::string const& member) const {
    std::set<std::string> found;
    std::deque<std::string> next{member};
    for (; !next.empty(); next.pop_front()) {
        auto const holding = groups_.find(next.front());
        if (holding == groups_.end()) continue;
        for (auto const& group : holding->second)
            if (found.insert(group).second) next.push_back(std::string(group_prefix) + group);
    }
    return {found.begin(), found.end()};
}

std::set<std::string> Membership::users_of(std::string const& group) const {
    std::set<std::string> users, seen{group};
    std::deque<std::string> next{group};
    for (; !next.empty(); next.pop_front()) {
        auto const held = members_.find(next.front());
        if (held == members_.end()) continue;
        for (auto const& member : held->second) {
            auto const name = owner_of(member);
            if (!name.starts_with(group_prefix))
                users.insert(name);
            else if (auto inner = name.substr(group_prefix.size()); seen.insert(inner).second)
                next.push_back(std::move(inner));
        }
    }
    return users;
}

std::vector<std::string> Membership::path(std::string const& member,
                                          std::string const& group) const {
    std::map<std::string, std::string> from;  // by group: the group through which it was reached
    std::deque<std::string> next;
    auto const visit = [&](std::string const& holder, std::string const& through) {
        auto const holding = groups_.find(holder);
        if (holding == groups_.end()) return;
        for (auto const& found : holding->second)
            if (from.emplace(found, through).second) next.push_back(found);
    };
    visit(member, "");
    for (; !next.empty() && !from.contains(group); next.pop_front()) {
        auto const through = next.front();
        visit(std::string(group_prefix) + through, through);
    }
    std::vector<std::string> path;
    for (auto at = from.contains(group) ? group : ""; !at.empty(); at = from[at])
        path.push_back(at);
    std::reverse(path.begin(), path.end());
    return path;
}

void check_holder(db::Transaction& tx, std::string const& holder, std::string const& field) {
    bool const group = holder.starts_with(group_prefix);
    if (!group && !holder.starts_with(user_prefix))
        throw invalid(field, field + ": expected user:NAME or group:NAME");
    auto const name = holder.substr(holder.find(':') + 1);
    auto const sql =
        std::string("SELECT name FROM ") + (group ? "groups" : "users") + " WHERE name = :name";
    if (tx.first<std::string>(sql, name)) return;
    throw invalid(field, std::string("There is no ") + (group ? "group " : "user ") + name + ".");
}

void check_gives_to(db::Transaction& tx, Actor const& actor, std::string const& holder) {
    auto const owner = owner_of(holder);
    bool const group = owner.starts_with(group_prefix);
    auto const users =
        group ? Membership::read(tx).users_of(owner.substr(group_prefix.size())) : std::set{owner};
    for (auto const& row : tx.select<RoleRow>("SELECT name, role FROM users")) {
        if (!users.contains(row.name)) continue;
        auto object = object_of(ObjectKind::user, row.name);
        object.role = row.role;
        if (may(actor, Action::manage, object).allowed) continue;
        throw forbidden(row.name == actor.user
                            ? "You may not give yourself anything, nor a group that you are in."
                            : row.name +
                                  " is no ordinary user: only an administrator may give "
                                  "something to them or to a group that they are in.",
                        "An administrator can do it for you.");
    }
}

}  // namespace ourea
