// SPDX-License-Identifier: Apache-2.0
// New accounts of ordinary users get what the settings say, all of it or nothing.
#include "core/settings.hpp"

#include "support/people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ourea {
namespace {

using test::error_of;
using test::run;

class SettingsTest : public test::PeopleTest {
protected:
    void SetUp() override {
        PeopleTest::SetUp();
        if (IsSkipped()) return;
        run(people().groups.create(root, "web", "", {}));
        db().write_now([&](db::Transaction& tx) {
            tx.exec(
                "INSERT INTO instances (id, name, state, created_at, changed_at) VALUES (:id, "
                "'tiny', 'present', 0, 0)",
                id);
        });
    }

    NewAccounts some() const {
        NewAccounts wanted{true, {2, 4, {}, 0}, {"web"}, {}};
        DefaultGrant grant;
        grant.instance = id;
        grant.clone = true;
        wanted.grants.push_back(grant);
        return wanted;
    }
    void put(NewAccounts wanted) { run(people().settings.put(root, std::move(wanted))); }
    User make(std::string name, Role role = Role::user, std::optional<Quota> quota = {},
              std::optional<bool> can_clone = {}) {
        auto wanted = test::user_named(std::move(name), role);
        wanted.source = AccountSource::proxy;
        return run(
            people().settings.make_account(people().accounts, root, wanted, quota, can_clone));
    }
    Rights rights_of(User const& user) {
        return people().grants.rights(people().groups.actor_of(user), id);
    }

    InstanceId const id = InstanceId::random();
};

TEST_P(SettingsTest, ByThemselvesNewUsersGetNothing) {
    auto const user = make("alice");
    EXPECT_EQ(user.quota, (Quota{0, 0, 0, 0}));
    EXPECT_FALSE(user.can_clone);
    EXPECT_TRUE(people().groups.of_user("alice").empty());
}

TEST_P(SettingsTest, ANewAccountGetsAllThatIsSaid) {
    put(some());
    restarted();
    auto const user = make("alice");
    EXPECT_EQ(user.source, AccountSource::proxy);
    EXPECT_EQ(user.quota, (Quota{2, 4, {}, 0}));
    EXPECT_TRUE(user.can_clone);
    EXPECT_EQ(people().groups.of_user("alice"), (std::vector<std::string>{"web"}));
    EXPECT_EQ(rights_of(user), (Rights{Right::clone}));
    std::vector<std::string> actions;
    for (auto const& record : records())
        actions.push_back(record.action);
    for (char const* action : {"settings.update", "user.create", "group.add", "instance.grant"})
        EXPECT_EQ(std::count(actions.begin(), actions.end(), action), 1) << action;
}

TEST_P(SettingsTest, WhatIsSaidOfOneAccountCountsMore) {
    put(some());
    auto const user = make("alice", Role::user, Quota{9, 9, 9, 9}, false);
    EXPECT_EQ(user.quota, (Quota{9, 9, 9, 9}));
    EXPECT_FALSE(user.can_clone);
    EXPECT_EQ(people().groups.of_user("alice").size(), 1U);
    auto const staff = make("sam", Role::staff);
    EXPECT_EQ(staff.quota, Quota{});
    EXPECT_FALSE(staff.can_clone);
    EXPECT_TRUE(people().groups.of_user("sam").empty());
    EXPECT_TRUE(rights_of(staff).empty());
}

TEST_P(SettingsTest, WrongOnesAreNamedByTheirPath) {
    auto field = [&](NewAccounts const& wanted) {
        auto const error = error_of([&] { put(wanted); });
        EXPECT_EQ(error.kind(), Kind::invalid);
        return error.field();
    };
    auto wanted = some();
    wanted.quota.vcpus = -1;
    EXPECT_EQ(field(wanted), "new_accounts.quota.vcpus");
    wanted = some();
    wanted.groups.push_back("ghost");
    EXPECT_EQ(field(wanted), "new_accounts.groups[1]");
    wanted = some();
    wanted.grants[0].clone = false;
    EXPECT_EQ(field(wanted), "new_accounts.grants[0]");
    wanted.grants[0].instance = InstanceId::random();
    EXPECT_EQ(field(wanted), "new_accounts.grants[0].instance");
    EXPECT_TRUE(people().settings.new_accounts().groups.empty());
}

TEST_P(SettingsTest, WhatIsGoneMeanwhileKeepsNobodyOut) {
    put(some());
    auto remove = [&] { run(people().groups.remove(root, "web", {})); };
    EXPECT_EQ(error_of(remove).kind(), Kind::conflict);
    db().write_now([](db::Transaction& tx) {
        tx.exec("UPDATE instances SET state = 'gone'");
        tx.exec("DELETE FROM groups");
    });
    auto const user = make("alice");
    EXPECT_EQ(user.quota, (Quota{2, 4, {}, 0}));
    EXPECT_TRUE(rights_of(user).empty());
}

TEST_P(SettingsTest, WhatAnotherProcessDecidedIsNoticed) {
    test::People other(db());
    run(other.settings.put(root, some()));
    run(people().revisions.poll());
    EXPECT_TRUE(people().settings.new_accounts().can_clone);
}

ON_EVERY_DATABASE(SettingsTest);

}  // namespace
}  // namespace ourea
