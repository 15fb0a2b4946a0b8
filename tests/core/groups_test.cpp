// SPDX-License-Identifier: Apache-2.0
// Groups hold users and groups, never themselves; rights follow membership, at once and everywhere.
#include "core/groups.hpp"

#include "core/quota.hpp"
#include "support/people.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using test::error_of;
using test::run;

using Names = std::vector<std::string>;

class GroupsTest : public test::PeopleTest {
protected:
    void SetUp() override {
        PeopleTest::SetUp();
        if (IsSkipped()) return;
        for (char const* name : {"alice", "bob"})
            run(people().accounts.create(root, test::user_named(name)));
        run(people().accounts.create(root, test::user_named("sam", Role::staff)));
    }

    Groups& groups() { return people().groups; }
    Group make(std::string name, Quota quota = {}) {
        return run(groups().create(root, std::move(name), "", quota));
    }
    Group put(std::string group, std::string member) {
        return run(groups().add(root, std::move(group), std::move(member)));
    }
    InstanceId own(std::string const& owner, std::string const& name,
                   std::string const& state = "present") {
        auto const id = InstanceId::random();
        db().write_now([&](db::Transaction& tx) {
            tx.exec(
                "INSERT INTO instances (id, name, owner, state, vcpus, created_at, changed_at) "
                "VALUES (:id, :name, :owner, :state, 2, 0, 0)",
                id, name, owner, state);
        });
        return id;
    }
    std::string owner_in_table(InstanceId const& id) {
        return db().read_now([&](db::Transaction& tx) {
            return tx.first<std::string>("SELECT owner FROM instances WHERE id = :id", id).value();
        });
    }
};

TEST_P(GroupsTest, AGroupIsThereAtOnceAndAfterARestart) {
    auto const made = run(groups().create(root, "web", "Who serves", {3, {}, 4096, 0}));
    EXPECT_EQ(made.description, "Who serves");
    put("web", "user:alice");
    auto const group = put("web", "user:bob");
    EXPECT_EQ(group.members, (Names{"user:alice", "user:bob"}));
    EXPECT_EQ(group.quota, (Quota{3, {}, 4096, 0}));
    restarted();
    ASSERT_TRUE(groups().find("web"));
    EXPECT_EQ(*groups().find("web"), group);
    EXPECT_EQ(groups().of_user("alice"), (Names{"web"}));
    EXPECT_TRUE(groups().of_user("sam").empty());
}

TEST_P(GroupsTest, NamesAndTextsAreChecked) {
    make("web");
    EXPECT_EQ(error_of([&] { make("web"); }).kind(), Kind::conflict);
    for (char const* bad : {"", "Web", "a b", "group:web", "1a"}) {
        auto const error = error_of([&] { make(bad); });
        EXPECT_EQ(error.kind(), Kind::invalid) << bad;
        EXPECT_EQ(error.field(), "name") << bad;
        EXPECT_NE(error.message().find("group name"), std::string::npos);
    }
    auto describe = [&] { run(groups().describe(root, "web", std::string(1001, 'x'))); };
    EXPECT_EQ(error_of(describe).field(), "description");
    auto elsewhere = [&] { run(groups().describe(root, "ghost", "")); };
    EXPECT_EQ(error_of(elsewhere).kind(), Kind::not_found);
    EXPECT_EQ(error_of([&] { make("other", {-1, {}, {}, {}}); }).field(), "instances");
}

TEST_P(GroupsTest, MembersMustExist) {
    make("web");
    for (char const* bad : {"alice", "user:ghost", "group:ghost", "user:", ""}) {
        auto const error = error_of([&] { put("web", bad); });
        EXPECT_EQ(error.kind(), Kind::invalid) << bad;
        EXPECT_EQ(error.field(), "member") << bad;
    }
    EXPECT_EQ(error_of([&] { put("ghost", "user:alice"); }).kind(), Kind::not_found);
    auto absent = [&] { run(groups().take_out(root, "web", "user:alice")); };
    EXPECT_EQ(error_of(absent).kind(), Kind::not_found);
    put("web", "user:alice");
    EXPECT_EQ(put("web", "user:alice").members.size(), 1U);
}

TEST_P(GroupsTest, MembershipGoesThroughGroups) {
    for (char const* name : {"web", "all", "top"})
        make(name);
    put("web", "user:alice");
    put("all", "group:web");
    put("top", "group:all");
    put("top", "user:bob");
    EXPECT_EQ(groups().of_user("alice"), (Names{"all", "top", "web"}));
    EXPECT_EQ(groups().of_user("bob"), (Names{"top"}));
    EXPECT_EQ(groups().membership().users_of("top"), (std::set<std::string>{"alice", "bob"}));
    EXPECT_EQ(groups().membership().path("user:alice", "top"), (Names{"web", "all", "top"}));
    EXPECT_TRUE(groups().membership().path("user:bob", "web").empty());
    auto const actor = groups().actor_of(*people().accounts.find("alice"));
    EXPECT_TRUE(owns(actor, "group:top"));
    run(groups().take_out(root, "all", "group:web"));
    EXPECT_EQ(groups().of_user("alice"), (Names{"web"}));
}

TEST_P(GroupsTest, ACircleIsRefusedAndShown) {
    for (char const* name : {"web", "all", "top"})
        make(name);
    put("all", "group:web");
    put("top", "group:all");
    auto const error = error_of([&] { put("web", "group:top"); });
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.message(),
              "A group cannot be in itself, not through others either: top in web in all in top.");
    auto const itself = error_of([&] { put("web", "group:web"); });
    EXPECT_EQ(itself.kind(), Kind::conflict);
    EXPECT_TRUE(groups().find("web")->members.empty());
}

/// Each of the two would be right by itself; the second to come must see the first.
TEST_P(GroupsTest, TwoAtOnceMakeNoCircle) {
    test::People other(db());
    for (int round = 0; round < 10; ++round) {
        auto const a = "a" + std::to_string(round), b = "b" + std::to_string(round);
        make(a);
        make(b);
        std::vector<awaitable<Group>> works;
        works.push_back(groups().add(root, a, "group:" + b));
        works.push_back(other.groups.add(root, b, "group:" + a));
        int failed = 0;
        for (auto const& error : test::run_all(std::move(works)))
            if (error) ++failed;
        EXPECT_EQ(failed, 1);
        run(people().revisions.poll());
        EXPECT_EQ(groups().find(a)->members.size() + groups().find(b)->members.size(), 1U);
    }
}

TEST_P(GroupsTest, StaffPutOrdinaryUsersAloneIntoGroups) {
    auto const sam = test::actor_named("sam", Role::staff);
    run(people().accounts.create(root, test::user_named("sue", Role::staff)));
    make("web");
    make("crew");
    put("crew", "user:sue");
    EXPECT_EQ(run(groups().add(sam, "web", "user:alice")).members.size(), 1U);
    for (char const* member : {"user:sam", "user:sue", "group:crew"}) {
        auto const error = error_of([&] { run(groups().add(sam, "web", member)); });
        EXPECT_EQ(error.kind(), Kind::forbidden) << member;
        EXPECT_EQ(error.remedy(), "An administrator can do it for you.");
    }
    auto out = [&] { run(groups().take_out(sam, "crew", "user:sue")); };
    EXPECT_EQ(error_of(out).kind(), Kind::forbidden);
    auto more = [&] { run(groups().set_quota(sam, "crew", {})); };
    EXPECT_EQ(error_of(more).kind(), Kind::forbidden);
    auto gone = [&] { run(groups().remove(sam, "crew", {})); };
    EXPECT_EQ(error_of(gone).kind(), Kind::forbidden);
    run(groups().set_quota(sam, "web", {1, 1, 1, 1}));
    EXPECT_EQ(groups().find("web")->quota, (Quota{1, 1, 1, 1}));
}

TEST_P(GroupsTest, GrantsToAGroupAreItsMembers) {
    auto const id = InstanceId::random();
    make("web");
    make("all");
    put("all", "group:web");
    put("web", "user:alice");
    run(people().grants.put(root, id, "ourea1", "group:all", {Right::power}));
    auto rights = [&](char const* name) {
        auto const actor = groups().actor_of(*people().accounts.find(name));
        auto const one = people().grants.rights(actor, id);
        auto const all = people().grants.rights(actor);
        EXPECT_EQ(one, all.contains(id) ? all.at(id) : Rights{});
        return one;
    };
    EXPECT_EQ(rights("alice"), (Rights{Right::power}));
    EXPECT_TRUE(rights("bob").empty());
    run(groups().take_out(root, "web", "user:alice"));
    EXPECT_TRUE(rights("alice").empty());
    auto ghost = [&] { run(people().grants.put(root, id, "m", "group:ghost", {Right::power})); };
    EXPECT_EQ(error_of(ghost).field(), "grantee");
}

TEST_P(GroupsTest, StaffGrantToOrdinaryUsersAloneUnlessItIsTheirs) {
    auto const sam = test::actor_named("sam", Role::staff);
    run(people().accounts.create(root, test::user_named("sue", Role::staff)));
    make("crew");
    put("crew", "user:sue");
    auto const theirs = own("alice", "m1"), mine = own("sam", "m2");
    auto give = [&](InstanceId const& id, char const* to) {
        run(people().grants.put(sam, id, "m", to, {Right::power}));
    };
    EXPECT_NO_THROW(give(theirs, "user:bob"));
    for (char const* to : {"user:sam", "user:sue", "group:crew"}) {
        EXPECT_EQ(error_of([&] { give(theirs, to); }).kind(), Kind::forbidden) << to;
        EXPECT_NO_THROW(give(mine, to));
    }
    run(people().grants.put(root, theirs, "m1", "user:sue", {Right::power}));
    auto take = [&] { run(people().grants.remove(sam, theirs, "m1", "user:sue")); };
    EXPECT_EQ(error_of(take).kind(), Kind::forbidden);
}

TEST_P(GroupsTest, AnOwnerSharesWithTheirOwnGroupsAlone) {
    auto alice = test::actor_named("alice", Role::user);
    make("web");
    auto const id = own("alice", "m1");
    auto give = [&] { run(people().grants.put(alice, id, "m1", "group:web", {Right::power})); };
    auto const strange = error_of(give);
    EXPECT_EQ(strange.kind(), Kind::invalid);
    EXPECT_EQ(strange.field(), "grantee");
    auto ghost = [&] { run(people().grants.put(alice, id, "m1", "group:no", {Right::power})); };
    EXPECT_EQ(error_of(ghost).message(), strange.message());
    put("web", "user:alice");
    alice.groups = groups().of_user("alice");
    EXPECT_NO_THROW(give());
}

TEST_P(GroupsTest, ManyGrantsAreWrittenTogetherOrNotAtAll) {
    auto const one = own("alice", "m1"), two = own("alice", "m2");
    auto apply = [&](std::vector<GrantChange> changes) {
        run(people().grants.apply(root, std::move(changes)));
    };
    auto const error = error_of([&] {
        apply({{one, "m1", "user:bob", {Right::power}}, {two, "m2", "user:ghost", {Right::see}}});
    });
    EXPECT_EQ(error.field(), "items[1].grantee");
    EXPECT_TRUE(people().grants.of_grantee("user:bob").empty());
    apply({{one, "m1", "user:bob", {Right::power}}, {two, "m2", "user:bob", {Right::see}}});
    EXPECT_EQ(people().grants.of_grantee("user:bob").size(), 2U);
    apply({{one, "m1", "user:bob", {}}, {two, "m2", "user:sam", {}}});
    EXPECT_EQ(people().grants.of_grantee("user:bob").size(), 1U);
    AuditFilter filter;
    filter.action = "instance.";
    EXPECT_EQ(records(filter).size(), 3U);
    EXPECT_EQ(restarted().grants.of_grantee("user:bob").size(), 1U);
}

TEST_P(GroupsTest, AnOwnerOfMachinesStaysOrHandsThemOver) {
    make("web", {1, {}, {}, {}});
    auto const first = own("alice", "m1");
    auto remove = [&](std::optional<std::string> to) {
        run(people().accounts.remove(root, "alice", to));
    };
    EXPECT_EQ(error_of([&] { remove({}); }).message(),
              "alice still owns 1 instance: m1. Delete it or give it to somebody else first.");
    EXPECT_EQ(error_of([&] { remove("ghost"); }).field(), "transfer_to");
    EXPECT_EQ(error_of([&] { remove("alice"); }).field(), "transfer_to");
    auto const second = own("alice", "m2");
    EXPECT_EQ(error_of([&] { remove("group:web"); }).kind(), Kind::quota);
    EXPECT_EQ(owner_in_table(first), "alice");
    run(groups().set_quota(root, "web", {2, {}, {}, {}}));
    remove("group:web");
    EXPECT_FALSE(people().accounts.find("alice"));
    EXPECT_EQ(owner_in_table(first), "group:web");
    EXPECT_EQ(owner_in_table(second), "group:web");
    AuditFilter filter;
    filter.object = "instance:" + first.str();
    ASSERT_EQ(records(filter).size(), 1U);
    EXPECT_EQ(records(filter)[0].detail.text, R"({"before":"alice","after":"group:web"})");
    EXPECT_EQ(records(filter)[0].on_behalf_of, "group:web");
    EXPECT_EQ(error_of([&] { run(groups().remove(root, "web", {})); }).kind(), Kind::conflict);
    run(people().accounts.set_quota(root, "bob", {}));
    run(groups().remove(root, "web", "user:bob"));
    EXPECT_EQ(owner_in_table(first), "bob");
}

TEST_P(GroupsTest, WhoIsGoneLeavesNothingBehind) {
    auto const id = InstanceId::random();
    make("web");
    make("all");
    put("all", "group:web");
    put("web", "user:alice");
    run(people().grants.put(root, id, "m1", "group:web", {Right::power}));
    db().write_now([](db::Transaction& tx) {
        for (std::string const holder : {"user:alice", "group:web"})
            tx.exec(
                "INSERT INTO quota_loans (id, holder, reason, granted_by, created_at, expires_at) "
                "VALUES (:holder, :holder, 'once', 'root', 0, 1)",
                holder);
    });
    run(people().accounts.remove(root, "alice"));
    EXPECT_TRUE(groups().find("web")->members.empty());
    EXPECT_TRUE(groups().of_user("alice").empty());
    run(groups().remove(root, "web", {}));
    EXPECT_FALSE(groups().find("web"));
    EXPECT_TRUE(groups().find("all")->members.empty());
    EXPECT_TRUE(people().grants.of_instance(id).empty());
    auto loans = [](db::Transaction& tx) {
        return tx.first<std::int64_t>("SELECT COUNT(*) FROM quota_loans").value();
    };
    EXPECT_EQ(db().read_now(loans), 0);
    auto again = [&] { run(groups().remove(root, "web", {})); };
    EXPECT_EQ(error_of(again).kind(), Kind::not_found);
}

TEST_P(GroupsTest, ChangesAreToldAlsoThoseOfAnotherProcess) {
    make("web");
    make("all");
    put("all", "group:web");
    std::vector<Groups::Change> told;
    groups().on_change([&](Groups::Change const& change) { told.push_back(change); });
    put("web", "user:alice");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].groups, (std::set<std::string>{"web"}));
    EXPECT_EQ(told[0].users, (std::set<std::string>{"alice"}));
    test::People other(db());
    run(other.groups.take_out(root, "all", "group:web"));
    run(people().revisions.poll());
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].users, (std::set<std::string>{"alice"}));
    EXPECT_EQ(groups().of_user("alice"), (Names{"web"}));
}

TEST_P(GroupsTest, EachWriteIsAudited) {
    make("web");
    put("web", "user:alice");
    put("web", "user:alice");
    run(groups().describe(root, "web", "new"));
    run(groups().set_quota(root, "web", {1, 1, 1, 1}));
    run(groups().take_out(root, "web", "user:alice"));
    run(groups().remove(root, "web", {}));
    AuditFilter filter;
    filter.object = "group:web";
    Names actions;
    for (auto const& record : records(filter))
        actions.insert(actions.begin(), record.action);
    EXPECT_EQ(actions, (Names{"group.create", "group.add", "group.update", "group.quota",
                              "group.take_out", "group.delete"}));
    EXPECT_FALSE(people().audit.verify().first_bad);
}

ON_EVERY_DATABASE(GroupsTest);

}  // namespace
}  // namespace ourea
