// SPDX-License-Identifier: Apache-2.0
// Grants are given, replaced and taken away, audited, and known to every process.
#include "support/people.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using test::error_of;
using test::run;

class GrantsTest : public test::PeopleTest {
protected:
    void SetUp() override {
        PeopleTest::SetUp();
        if (IsSkipped()) return;
        run(people().accounts.create(root, test::user_named("alice")));
        run(people().accounts.create(root, test::user_named("bob")));
    }

    Grants& grants() { return people().grants; }
    Grant put(std::string grantee, Rights rights) {
        return run(grants().put(root, id, "ourea1", std::move(grantee), rights));
    }
    Rights rights_of(std::string name) {
        return grants().rights(test::actor_named(std::move(name), Role::user), id);
    }

    InstanceId const id = InstanceId::random();
};

TEST_P(GrantsTest, AGrantIsThereAtOnceAndAfterARestart) {
    put("user:alice", {Right::power, Right::console});
    EXPECT_EQ(rights_of("alice"), (Rights{Right::power, Right::console}));
    EXPECT_TRUE(rights_of("alice").has(Right::see));
    EXPECT_TRUE(rights_of("bob").empty());
    restarted();
    EXPECT_EQ(rights_of("alice"), (Rights{Right::power, Right::console}));
    EXPECT_TRUE(grants().rights(test::actor_named("alice"), InstanceId::random()).empty());
}

TEST_P(GrantsTest, ANewGrantReplacesTheOldOne) {
    put("user:alice", {Right::power});
    put("user:alice", {Right::console});
    put("user:bob", {Right::see});
    EXPECT_EQ(rights_of("alice"), (Rights{Right::console}));
    EXPECT_EQ(grants().of_instance(id),
              (std::vector<Grant>{{"user:alice", {Right::console}}, {"user:bob", {Right::see}}}));
    EXPECT_EQ(restarted().grants.of_instance(id).size(), 2U);
}

TEST_P(GrantsTest, WhatIsTakenAwayIsGone) {
    put("user:alice", {Right::power});
    run(grants().remove(root, id, "ourea1", "user:alice"));
    EXPECT_TRUE(rights_of("alice").empty());
    EXPECT_TRUE(grants().of_instance(id).empty());
    auto again = [&] { run(grants().remove(root, id, "ourea1", "user:alice")); };
    EXPECT_EQ(error_of(again).kind(), Kind::not_found);
    restarted();
    EXPECT_TRUE(rights_of("alice").empty());
}

TEST_P(GrantsTest, BadGranteesAreNamed) {
    for (char const* grantee : {"alice", "user:ghost", "user:", "", "group:students"}) {
        auto const error = error_of([&] { put(grantee, {Right::power}); });
        EXPECT_EQ(error.kind(), Kind::invalid) << grantee;
        EXPECT_EQ(error.field(), "grantee") << grantee;
    }
    EXPECT_EQ(error_of([&] { put("user:alice", {}); }).kind(), Kind::invalid);
    EXPECT_TRUE(grants().of_instance(id).empty());
}

TEST_P(GrantsTest, EachWriteIsAuditedWithBeforeAndAfter) {
    put("user:alice", {Right::power});
    put("user:alice", {Right::console});
    run(grants().remove(root, id, "ourea1", "user:alice"));
    AuditFilter filter;
    filter.object = "instance:" + id.str();
    auto const all = records(filter);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].action, "instance.grant");
    EXPECT_EQ(all[1].object_name, "ourea1");
    EXPECT_EQ(all[1].detail.text,
              R"({"grantee":"user:alice","before":"see,power","after":"see,view,console"})");
    EXPECT_EQ(all[0].action, "instance.revoke");
    EXPECT_EQ(all[0].detail.text,
              R"({"grantee":"user:alice","before":"see,view,console","after":""})");
}

TEST_P(GrantsTest, WhatAnotherProcessWroteIsNoticed) {
    put("user:bob", {Right::power});
    test::People other(db());
    std::vector<std::string> told;
    grants().on_change([&](InstanceId const&, std::string const& who) { told.push_back(who); });
    run(other.grants.put(root, id, "ourea1", "user:alice", {Right::power}));
    run(other.grants.put(root, id, "ourea1", "user:bob", {Right::clone}));
    run(people().revisions.poll());
    EXPECT_EQ(rights_of("alice"), (Rights{Right::power}));
    EXPECT_EQ(rights_of("bob"), (Rights{Right::clone}));
    EXPECT_EQ(told, (std::vector<std::string>{"user:bob", "user:alice"}));
    told.clear();
    db().write_now([&](db::Transaction& tx) { Grants::forget(tx, id); });
    run(people().revisions.poll());
    EXPECT_TRUE(grants().of_instance(id).empty());
    EXPECT_EQ(told.size(), 2U);
}

ON_EVERY_DATABASE(GrantsTest);

}  // namespace
}  // namespace ourea
