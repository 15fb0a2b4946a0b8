// SPDX-License-Identifier: Apache-2.0
// Users are made, changed and removed within their rules, audited, and known to every process.
#include "support/people.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using test::error_of;
using test::run;
using test::user_named;

TEST(UserNames, FollowAGrammar) {
    for (char const* good : {"a", "alice", "a.b_c-9", "x1234567890123456789012345678901"})
        EXPECT_NO_THROW(check_user_name(good)) << good;
    for (char const* bad : {"", "Alice", "1a", ".a", "a b", "a/b", "a\n",
                            "\xC3\xBC"
                            "bel",
                            "a:b", "x12345678901234567890123456789012"}) {
        auto const error = error_of([&] { check_user_name(bad); });
        EXPECT_EQ(error.kind(), Kind::invalid) << bad;
        EXPECT_EQ(error.field(), "name") << bad;
    }
}

class AccountsTest : public test::PeopleTest {
protected:
    Accounts& accounts() { return people().accounts; }

    User add(std::string name, Role role = Role::user) {
        return run(accounts().create(root, user_named(std::move(name), role)));
    }
    User change(std::string name, UserChange what) {
        return run(accounts().update(root, std::move(name), std::move(what)));
    }
    void own_an_instance(std::string const& owner, std::string const& state) {
        db().write_now([&](db::Transaction& tx) {
            auto const id = random_uuid();
            tx.exec(
                "INSERT INTO instances (id, name, owner, state, created_at, changed_at) VALUES "
                "(:id, :id, :owner, :state, 0, 0)",
                id, owner, state);
        });
    }
};

TEST_P(AccountsTest, AUserIsThereAtOnceAndAfterARestart) {
    auto user = user_named("alice", Role::staff, "correct horse");
    user.can_clone = true;
    user.email = "alice@example.org";
    user.quota = {5, 8, {}, 0};
    auto const made = run(accounts().create(root, user));
    EXPECT_EQ(made.name, "alice");
    EXPECT_EQ(made.role, Role::staff);
    EXPECT_TRUE(made.can_clone);
    EXPECT_EQ(made.email, "alice@example.org");
    EXPECT_EQ(made.quota, (Quota{5, 8, {}, 0}));
    EXPECT_EQ(made.last_sign_in_at, std::nullopt);
    ASSERT_TRUE(accounts().find("alice"));
    EXPECT_EQ(*accounts().find("alice"), made);
    auto const hash = accounts().password_hash("alice");
    restarted();
    ASSERT_TRUE(accounts().find("alice"));
    EXPECT_EQ(*accounts().find("alice"), made);
    EXPECT_EQ(accounts().password_hash("alice"), hash);
}

TEST_P(AccountsTest, ANameIsTakenOnce) {
    add("alice");
    auto const error = error_of([&] { add("alice"); });
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.message(), "There is already a user alice.");
}

TEST_P(AccountsTest, ARaceForANameHasOneWinner) {
    std::vector<awaitable<User>> works;
    for (int i = 0; i < 20; ++i)
        works.push_back(accounts().create(root, user_named("alice")));
    int made = 0;
    for (auto const& error : test::run_all(std::move(works))) {
        if (error) {
            EXPECT_EQ(describe(error), "There is already a user alice.");
        } else {
            ++made;
        }
    }
    EXPECT_EQ(made, 1);
}

TEST_P(AccountsTest, BadInputIsNamed) {
    auto bad = [&](auto set) {
        auto user = user_named("alice");
        set(user);
        return error_of([&] { run(accounts().create(root, user)); }).field();
    };
    EXPECT_EQ(bad([](auto& u) { u.name = "Alice"; }), "name");
    EXPECT_EQ(bad([](auto& u) { u.password = "short"; }), "password");
    EXPECT_EQ(bad([](auto& u) { u.email = "nobody"; }), "email");
    EXPECT_EQ(bad([](auto& u) { u.email = "a@b\r\nBcc: x"; }), "email");
    EXPECT_EQ(bad([](auto& u) { u.quota.vcpus = -1; }), "vcpus");
    EXPECT_EQ(accounts().find("alice"), nullptr);
}

TEST_P(AccountsTest, AChangeTouchesOnlyWhatItNames) {
    auto user = user_named("alice", Role::user, "correct horse");
    user.email = "alice@example.org";
    user.quota.instances = 3;
    run(accounts().create(root, user));
    auto const hash = accounts().password_hash("alice");
    UserChange may_clone;
    may_clone.can_clone = true;
    auto changed = change("alice", may_clone);
    EXPECT_TRUE(changed.can_clone);
    EXPECT_EQ(changed.email, "alice@example.org");
    EXPECT_EQ(changed.quota.instances, 3);
    EXPECT_EQ(accounts().password_hash("alice"), hash);
    UserChange no_email;
    no_email.email = "";
    EXPECT_EQ(change("alice", no_email).email, std::nullopt);
    EXPECT_EQ(error_of([&] { change("ghost", no_email); }).kind(), Kind::not_found);
}

TEST_P(AccountsTest, TheLastAdministratorStays) {
    add("root", Role::administrator);
    UserChange demote;
    demote.role = Role::user;
    auto by_another = [&](std::string const& name) {
        return run(accounts().update(test::actor_named("other"), name, demote));
    };
    EXPECT_EQ(error_of([&] { by_another("root"); }).kind(), Kind::conflict);
    auto remove = [&] { run(accounts().remove(test::actor_named("other"), "root")); };
    EXPECT_EQ(error_of(remove).kind(), Kind::conflict);
    add("second", Role::administrator);
    EXPECT_EQ(by_another("root").role, Role::user);
    EXPECT_EQ(error_of([&] { by_another("second"); }).kind(), Kind::conflict);
}

TEST_P(AccountsTest, NobodyTakesPowerFromThemselves) {
    add("first", Role::administrator);
    add("second", Role::administrator);
    UserChange demote, blind;
    demote.role = Role::staff;
    blind.read_only = true;
    for (auto const& less : {demote, blind}) {
        auto self = [&] { run(accounts().update(test::actor_named("first"), "first", less)); };
        EXPECT_EQ(error_of(self).kind(), Kind::conflict);
    }
    run(accounts().update(test::actor_named("second"), "first", demote));
    EXPECT_EQ(accounts().find("first")->role, Role::staff);
}

/// Two administrators who demote each other at the same time must not both succeed.
TEST_P(AccountsTest, ARaceLeavesOneAdministrator) {
    std::vector<std::string> const names{"one", "two", "three", "four"};
    for (auto const& name : names)
        add(name, Role::administrator);
    std::vector<awaitable<User>> works;
    for (auto const& name : names) {
        UserChange demote;
        demote.role = Role::user;
        works.push_back(accounts().update(root, name, demote));
    }
    int refused = 0;
    for (auto const& error : test::run_all(std::move(works)))
        refused += error ? 1 : 0;
    EXPECT_EQ(refused, 1);
    int administrators = 0;
    for (auto const& user : accounts().all())
        administrators += user.role == Role::administrator ? 1 : 0;
    EXPECT_EQ(administrators, 1);
}

TEST_P(AccountsTest, NobodyRemovesTheOwnAccount) {
    add("alice", Role::administrator);
    add("bob", Role::administrator);
    auto remove = [&] { run(accounts().remove(test::actor_named("alice"), "alice")); };
    EXPECT_NE(error_of(remove).message().find("your own account"), std::string::npos);
    run(accounts().remove(test::actor_named("bob"), "alice"));
    EXPECT_EQ(accounts().find("alice"), nullptr);
    EXPECT_EQ(restarted().accounts.find("alice"), nullptr);
}

TEST_P(AccountsTest, AnOwnerStaysUntilTheInstancesAreGone) {
    add("alice");
    own_an_instance("alice", "missing");
    auto remove = [&] { run(accounts().remove(root, "alice")); };
    EXPECT_TRUE(error_of(remove).message().starts_with("alice still owns 1 instance: "));
    own_an_instance("alice", "creating");
    EXPECT_TRUE(error_of(remove).message().starts_with("alice still owns 2 instances: "));
    db().write_now([](db::Transaction& tx) { tx.exec("UPDATE instances SET state = 'gone'"); });
    remove();
    EXPECT_EQ(accounts().find("alice"), nullptr);
}

TEST_P(AccountsTest, GrantsGoWithTheUser) {
    add("alice");
    auto const id = InstanceId::random();
    run(people().grants.put(root, id, "ourea1", "user:alice", {Right::power}));
    run(accounts().remove(root, "alice"));
    EXPECT_TRUE(people().grants.of_instance(id).empty());
    add("alice");  // somebody else of the same name gets nothing of it
    EXPECT_TRUE(people().grants.rights(test::actor_named("alice"), id).empty());
    EXPECT_TRUE(restarted().grants.of_instance(id).empty());
}

TEST_P(AccountsTest, EachWriteIsAuditedWithoutThePassword) {
    run(accounts().create(root, user_named("alice", Role::user, "correct horse")));
    UserChange what;
    what.role = Role::staff;
    what.password = "battery staple";
    change("alice", what);
    Quota quota;
    quota.vcpus = 4;
    run(accounts().set_quota(root, "alice", quota));
    run(accounts().remove(root, "alice"));
    auto const all = records();
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[3].action, "user.create");
    EXPECT_EQ(all[2].action, "user.update");
    EXPECT_EQ(all[1].action, "user.quota");
    EXPECT_EQ(all[0].action, "user.delete");
    EXPECT_NE(all[2].detail.text.find(R"("before":{"role":"user")"), std::string::npos);
    EXPECT_NE(all[2].detail.text.find(R"("after":{"role":"staff")"), std::string::npos);
    EXPECT_NE(all[2].detail.text.find(R"("password":"set")"), std::string::npos);
    EXPECT_NE(all[1].detail.text.find(R"("after":{"instances":null,"vcpus":4)"), std::string::npos);
    for (auto const& record : all) {
        EXPECT_EQ(record.object, "user:alice");
        EXPECT_EQ(record.actor, "root");
        EXPECT_NO_THROW(parse_json(record.detail.text)) << record.detail.text;
        for (char const* secret : {"correct", "battery", "argon2"})
            EXPECT_EQ(record.detail.text.find(secret), std::string::npos);
    }
    EXPECT_EQ(people().audit.verify().first_bad, std::nullopt);
}

TEST_P(AccountsTest, ARefusedWriteLeavesNothing) {
    add("root", Role::administrator);
    auto const before = records().size();
    UserChange demote;
    demote.role = Role::user;
    error_of([&] { change("root", demote); });
    EXPECT_EQ(records().size(), before);
    EXPECT_EQ(accounts().find("root")->role, Role::administrator);
}

TEST_P(AccountsTest, WhatAnotherProcessWroteIsNoticed) {
    add("alice");
    test::People other(db());  // as the command line beside the server
    std::vector<std::string> told;
    accounts().on_change([&](std::string const& user) { told.push_back(user); });
    run(other.accounts.create(root, user_named("bob")));
    UserChange may_clone;
    may_clone.can_clone = true;
    run(other.accounts.update(root, "alice", may_clone));
    EXPECT_EQ(accounts().find("bob"), nullptr);
    run(people().revisions.poll());
    EXPECT_NE(accounts().find("bob"), nullptr);
    EXPECT_TRUE(accounts().find("alice")->can_clone);
    EXPECT_EQ(told, (std::vector<std::string>{"alice", "bob"}));
    run(people().revisions.poll());
    EXPECT_EQ(told.size(), 2U);
    run(other.accounts.remove(root, "bob"));
    run(people().revisions.poll());
    EXPECT_EQ(accounts().find("bob"), nullptr);
}

/// An own write on top of a foreign one that was not read yet must not hide it.
TEST_P(AccountsTest, AnOwnWriteAfterAForeignOneLoadsBoth) {
    accounts();
    test::People other(db());
    run(other.accounts.create(root, user_named("bob")));
    add("alice");
    EXPECT_NE(accounts().find("bob"), nullptr);
    EXPECT_NE(accounts().find("alice"), nullptr);
}

ON_EVERY_DATABASE(AccountsTest);

}  // namespace
}  // namespace ourea
