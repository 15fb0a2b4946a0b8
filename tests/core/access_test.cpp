// SPDX-License-Identifier: Apache-2.0
// The access rule, held against a table over the whole product of roles, rights and actions.
#include "core/access.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <map>
#include <sstream>

namespace ourea {
namespace {

// + allowed, - refused with a reason, . not even visible; t: + for a template, else -;
// c: + for a template or for an account that may clone, else -.
constexpr std::string_view instance_table = R"(
action         nobody see power view console resize snapshot clone delete owner staff
see            .      +   +     +    +       +      +        +     +      +     +
power          .      -   +     -    -       -      -        -     -      +     -
view           .      -   -     +    +       -      -        -     -      +     -
console        .      -   -     -    +       -      -        -     -      +     -
edit           .      -   -     -    -       -      -        -     -      +     -
resize         .      -   -     -    -       +      -        -     -      +     -
snapshot       .      -   -     -    -       -      +        -     -      +     -
clone          .      -   -     -    -       -      -        c     -      c     t
delete         .      -   -     -    -       -      -        -     +      +     -
mark_template  .      -   -     -    -       -      -        -     -      -     -
grant          .      -   -     -    -       -      -        -     -      +     +
rights         .      -   -     -    -       -      -        -     -      +     +
activity       .      -   -     -    -       -      -        -     -      +     +
give           -      -   -     -    -       -      -        -     -      +     +
own            .      -   -     -    -       -      -        -     -      -     -
xml            .      -   -     -    -       -      -        -     -      -     -
migrate        .      -   -     -    -       -      -        -     -      -     -
cancel         .      -   -     -    -       -      -        -     -      -     -
manage         .      -   -     -    -       -      -        -     -      -     -
appoint        .      -   -     -    -       -      -        -     -      -     -
)";

// Other objects; "own" is the actor's own account, job, group or request.
constexpr std::string_view other_table = R"(
object      action user own staff staff-own
user        see    .    +   +     +
user        edit   .    +   -     +
user        activity .  +   +     +
user        manage .    -   +     -
user        appoint .   -   -     -
group       see    .    +   +     +
group       manage .    -   +     +
request     see    .    +   +     +
request     edit   .    +   -     +
request     cancel .    +   -     +
request     manage .    -   +     -
job         see    .    +   +     +
job         cancel .    +   -     +
job         manage .    -   -     -
name        see    +    +   +     +
name        manage -    -   -     -
host        see    .    .   .     .
host        manage .    .   .     .
audit       see    -    -   +     +
audit       manage -    -   -     -
settings    see    -    -   -     -
settings    manage -    -   -     -
statistics  see    -    -   +     +
statistics  manage -    -   -     -
)";

std::vector<std::vector<std::string>> cells(std::string_view table) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines{std::string(table)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::vector<std::string> row;
        for (std::string word; words >> word;)
            row.push_back(word);
        if (!row.empty()) rows.push_back(row);
    }
    return rows;
}

char verdict(Decision const& decision) {
    EXPECT_EQ(decision.allowed, decision.reason.empty());
    if (decision.allowed) {
        EXPECT_TRUE(decision.visible);
        return '+';
    }
    return decision.visible ? '-' : '.';
}

/// The best of what each held right, ownership and the role give.
char best(char a, char b) {
    auto const rank = [](char c) { return c == '+' ? 2 : c == '-' ? 1 : 0; };
    return rank(a) >= rank(b) ? a : b;
}

struct Case {
    Role role;
    bool can_clone;
    bool owner;
    unsigned rights;
    bool is_template;

    char meaning(std::string const& cell) const {
        bool const may_clone = can_clone || role == Role::staff;
        if (cell == "t") return is_template ? '+' : '-';
        if (cell == "c") return is_template || may_clone ? '+' : '-';
        return cell[0];
    }

    char expected(std::vector<std::string> const& row) const {
        if (role == Role::administrator) return '+';
        char result = meaning(row[1]);
        for (unsigned right = 0; right < 8; ++right)
            if (rights & (1U << right)) result = best(result, meaning(row[2 + right]));
        if (owner) result = best(result, meaning(row[10]));
        if (role == Role::staff) result = best(result, meaning(row[11]));
        return result;
    }

    Actor actor() const {
        Actor a;
        a.user = "alice";
        a.role = role;
        a.can_clone = can_clone;
        return a;
    }

    Object object() const {
        Object o;
        o.owner = owner ? "alice" : "bob";
        o.is_template = is_template;
        for (unsigned right = 0; right < 8; ++right)
            if (rights & (1U << right)) o.rights.add(static_cast<Right>(right));
        return o;
    }
};

TEST(Access, InstancesFollowTheTableForEveryCombination) {
    auto const table = cells(instance_table);
    ASSERT_EQ(table.size(), 21U);
    std::size_t checked = 0;
    for (std::size_t i = 1; i < table.size(); ++i) {
        auto const action = reflect::enum_value<Action>(table[i][0]);
        ASSERT_TRUE(action) << table[i][0];
        for (Role role : {Role::user, Role::staff, Role::administrator})
            for (unsigned bits = 0; bits < 2048; ++bits) {
                Case const c{role, (bits & 1) != 0, (bits & 2) != 0, bits >> 3, (bits & 4) != 0};
                ASSERT_EQ(verdict(may(c.actor(), *action, c.object())), c.expected(table[i]))
                    << table[i][0] << " role " << reflect::enum_name(role) << " clone "
                    << c.can_clone << " owner " << c.owner << " rights "
                    << to_string(c.object().rights) << " template " << c.is_template;
                ++checked;
            }
    }
    EXPECT_EQ(checked, 20U * 3 * 2048);
}

TEST(Access, EveryActionIsInTheTable) {
    auto const table = cells(instance_table);
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Action>>([&](auto d) {
        bool found = false;
        for (auto const& row : table)
            found = found || row[0] == reflect::member_name(d.name);
        EXPECT_TRUE(found) << d.name;
    });
}

TEST(Access, OtherObjectsFollowTheTable) {
    for (auto const& row : cells(other_table)) {
        if (row[0] == "object") continue;
        Object object;
        object.kind = reflect::enum_value<ObjectKind>(row[0]).value();
        auto const action = reflect::enum_value<Action>(row[1]).value();
        for (int column = 0; column < 4; ++column) {
            Actor actor;
            actor.user = "alice";
            actor.role = column < 2 ? Role::user : Role::staff;
            object.owner = column % 2 ? "alice" : "bob";
            object.own = column % 2 == 1;
            EXPECT_EQ(verdict(may(actor, action, object)),
                      row[2 + static_cast<unsigned>(column)][0])
                << row[0] << " " << row[1] << " column " << column;
        }
        EXPECT_TRUE(may(system_actor(), action, object).allowed);
    }
}

TEST(Access, WhoMayDeleteAnInstanceMayCancelItsJobs) {
    Actor actor;
    actor.user = "alice";
    Object job;
    job.kind = ObjectKind::job;
    job.owner = "bob";
    job.rights = {Right::power};
    EXPECT_EQ(verdict(may(actor, Action::see, job)), '+');
    EXPECT_EQ(verdict(may(actor, Action::cancel, job)), '-');
    job.rights = {Right::delete_};
    EXPECT_EQ(verdict(may(actor, Action::cancel, job)), '+');
}

/// Nobody owns an instance that was made with virsh: an actor without a name must not own it.
TEST(Access, AnEmptyNameOwnsNothing) {
    Actor actor;
    Object instance;
    EXPECT_EQ(verdict(may(actor, Action::see, instance)), '.');
}

TEST(Access, StaffLookAfterOrdinaryAccountsOnly) {
    Actor staff;
    staff.user = "alice";
    staff.role = Role::staff;
    auto account = object_of(ObjectKind::user, "bob");
    EXPECT_EQ(verdict(may(staff, Action::manage, account)), '+');
    for (Role role : {Role::staff, Role::administrator}) {
        account.role = role;
        EXPECT_EQ(verdict(may(staff, Action::manage, account)), '-') << reflect::enum_name(role);
    }
}

TEST(Access, AGroupOwnsForItsMembers) {
    Actor member;
    member.user = "alice";
    member.groups = {"web"};
    auto const theirs = object_of(ObjectKind::instance, "group:web");
    EXPECT_EQ(verdict(may(member, Action::delete_, theirs)), '+');
    EXPECT_EQ(verdict(may(member, Action::give, theirs)), '+');
    member.groups = {"webmasters"};
    EXPECT_EQ(verdict(may(member, Action::see, theirs)), '.');
    member.user = "web";
    EXPECT_EQ(verdict(may(member, Action::see, theirs)), '.');
}

TEST(Access, WhatIsAskedForAGroupItsMembersSeeAndNoMore) {
    Actor member;
    member.user = "alice";
    auto request = object_of(ObjectKind::request, "bob");
    EXPECT_EQ(verdict(may(member, Action::see, request)), '.');
    request.own = true;
    EXPECT_EQ(verdict(may(member, Action::see, request)), '+');
    for (auto action : {Action::edit, Action::cancel, Action::manage})
        EXPECT_EQ(verdict(may(member, action, request)), '-');
}

/// Whoever may only look does what the same person could, if it is looking.
TEST(Access, AnAuditorAndAReadingTokenLookAndChangeNothing) {
    for (auto via : {Via::session, Via::token})
        for (Role role : {Role::user, Role::staff, Role::administrator})
            boost::mp11::mp_for_each<boost::describe::describe_enumerators<Action>>([&](auto d) {
                Actor actor;
                actor.user = "alice";
                actor.role = role;
                actor.via = via;
                auto const own = object_of(ObjectKind::instance, "alice");
                bool const before = may(actor, d.value, own).allowed;
                actor.read_only = true;
                bool const looks = d.value == Action::see || d.value == Action::view ||
                                   d.value == Action::rights || d.value == Action::activity;
                EXPECT_EQ(may(actor, d.value, own).allowed, before && looks) << d.name;
            });
}

TEST(Access, OnlyAPersonEditsTheirAccount) {
    Actor actor;
    actor.user = "alice";
    actor.read_only = true;
    auto const self = object_of(ObjectKind::user, "alice");
    EXPECT_EQ(verdict(may(actor, Action::edit, self)), '+');
    actor.via = Via::token;
    EXPECT_EQ(verdict(may(actor, Action::edit, self)), '-');
    actor.role = Role::administrator;
    actor.read_only = false;
    EXPECT_EQ(verdict(may(actor, Action::edit, self)), '-');
}

TEST(Access, ANarrowTokenReachesItsInstancesAndNothingElse) {
    auto const mine = InstanceId::random();
    Actor actor;
    actor.user = "alice";
    actor.via = Via::token;
    actor.only = std::make_shared<std::set<InstanceId> const>(std::set<InstanceId>{mine});
    for (Role role : {Role::user, Role::staff, Role::administrator}) {
        actor.role = role;
        auto object = object_of(ObjectKind::instance, "alice");
        object.id = mine;
        EXPECT_EQ(verdict(may(actor, Action::power, object)), '+');
        EXPECT_EQ(verdict(may(actor, Action::clone, object)), '-');
        object.id = InstanceId::random();
        EXPECT_EQ(verdict(may(actor, Action::see, object)), '.');
        EXPECT_EQ(verdict(may(actor, Action::give, object_of(ObjectKind::instance, "alice"))), '.');
        for (auto kind : {ObjectKind::host, ObjectKind::audit, ObjectKind::name, ObjectKind::group,
                          ObjectKind::settings, ObjectKind::statistics})
            EXPECT_EQ(verdict(may(actor, Action::see, object_of(kind))), '.');
        EXPECT_EQ(verdict(may(actor, Action::see, object_of(ObjectKind::user, "bob"))), '.');
        EXPECT_EQ(verdict(may(actor, Action::see, object_of(ObjectKind::user, "alice"))), '+');
    }
}

TEST(Access, RequireTellsWhatIsHiddenAsIfItDidNotExist) {
    Actor actor;
    actor.user = "alice";
    Object instance;
    instance.owner = "bob";
    try {
        require(actor, Action::power, instance, "There is no such instance.");
        ADD_FAILURE();
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::not_found);
        EXPECT_EQ(error.message(), "There is no such instance.");
    }
    instance.rights = {Right::see};
    try {
        require(actor, Action::power, instance, "There is no such instance.");
        ADD_FAILURE();
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::forbidden);
        EXPECT_NE(error.message().find("“power”"), std::string::npos);
        EXPECT_NE(error.remedy().find("Its owner"), std::string::npos);
        EXPECT_TRUE(error.message().ends_with(error.remedy()));
    }
    instance.rights = {Right::power};
    require(actor, Action::power, instance, "There is no such instance.");
}

TEST(Rights, TextGoesBothWays) {
    EXPECT_EQ(to_string(Rights{}), "");
    EXPECT_EQ(to_string(Rights{Right::power, Right::delete_}), "see,power,delete");
    EXPECT_EQ(parse_rights("power,delete"), (Rights{Right::power, Right::delete_}));
    EXPECT_EQ(parse_rights(""), Rights{});
    EXPECT_EQ(parse_rights("power,fly"), std::nullopt);
    EXPECT_EQ(parse_rights(to_string(all_rights)), all_rights);
}

}  // namespace
}  // namespace ourea
