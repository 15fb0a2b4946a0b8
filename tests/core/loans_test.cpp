// SPDX-License-Identifier: Apache-2.0
// Loans add to a quota until their day, and go with it, in every process and in the log.
#include "core/loans.hpp"

#include "support/people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ourea {
namespace {

using namespace std::chrono_literals;
using test::error_of;
using test::run;

class LoansTest : public test::PeopleTest {
protected:
    void SetUp() override {
        PeopleTest::SetUp();
        if (IsSkipped()) return;
        auto alice = test::user_named("alice");
        alice.quota = {1, 2, {}, 0};
        run(people().accounts.create(root, alice));
        run(people().accounts.create(root, test::user_named("sam", Role::staff)));
        run(people().groups.create(root, "web", "", {1, 1, 1, 1}));
    }

    static NewLoan some(Time end = now() + 24h) {
        NewLoan loan;
        loan.instances = 2;
        loan.memory_mib = 1024;
        loan.reason = "A course";
        loan.expires_at = end;
        return loan;
    }
    Loan lend(std::string holder, NewLoan wanted = some(), Actor const& by = {}) {
        auto const& actor = by.user.empty() ? root : by;
        return run(people().loans.lend(actor, std::move(holder), std::move(wanted)));
    }
    std::string field_of(NewLoan wanted) {
        return error_of([&] { lend("user:alice", std::move(wanted)); }).field();
    }
    Quota effective(std::string const& owner) {
        return db().read_now(
            [&](db::Transaction& tx) { return quota_outlook(tx, owner, {}).quota; });
    }
    /// As if its time had passed.
    void age(Loan const& loan, Time end) {
        db().write_now([&](db::Transaction& tx) {
            tx.exec("UPDATE quota_loans SET expires_at = :end WHERE id = :id", end, loan.id);
        });
    }
    std::vector<std::string> actions(std::string const& prefix) {
        AuditFilter filter;
        filter.action = prefix;
        std::vector<std::string> found;
        for (auto const& record : records(filter))
            found.push_back(record.action + " " + record.on_behalf_of.value_or("-"));
        return found;
    }
};

TEST_P(LoansTest, WhatIsLentAddsToTheQuotaUntilItsTimeIsOver) {
    auto const loan = lend("user:alice");
    EXPECT_EQ(effective("alice"), (Quota{3, 2, {}, 0}));
    lend("user:alice");
    EXPECT_EQ(effective("alice"), (Quota{5, 2, {}, 0}));
    age(loan, now() - 1ms);
    EXPECT_EQ(effective("alice"), (Quota{3, 2, {}, 0}));
    auto const standing =
        db().read_now([](db::Transaction& tx) { return standing_of_all(tx)["alice"]; });
    EXPECT_EQ(standing.lent.loans, 1);
    EXPECT_EQ(people().accounts.find("alice")->quota, (Quota{1, 2, {}, 0}));
}

TEST_P(LoansTest, ALoanIsThereAfterARestartAndEndsEarly) {
    auto const loan = lend("group:web");
    restarted();
    auto const loans = people().loans.of_holder("group:web");
    ASSERT_EQ(loans.size(), 1U);
    EXPECT_EQ(to_json(loans.front()), to_json(loan));
    run(people().loans.end(root, loan.id));
    EXPECT_FALSE(people().loans.find(loan.id));
    EXPECT_EQ(effective("group:web"), (Quota{1, 1, 1, 1}));
    EXPECT_EQ(error_of([&] { run(people().loans.end(root, loan.id)); }).kind(), Kind::not_found);
    EXPECT_EQ(actions("loan."),
              (std::vector<std::string>{"loan.delete group:web", "loan.create group:web"}));
}

TEST_P(LoansTest, WhatIsWrongIsNamed) {
    auto wanted = some();
    wanted.instances = wanted.memory_mib = 0;
    EXPECT_EQ(field_of(wanted), "instances");
    wanted.vcpus = -1;
    EXPECT_EQ(field_of(wanted), "vcpus");
    EXPECT_EQ(field_of(some(now() - 1s)), "expires_at");
    EXPECT_EQ(field_of(some(now() + 24h * 400)), "expires_at");
    for (auto const& reason : {std::string(" \n"), std::string(1001, 'x'), std::string("a\x01")}) {
        wanted = some();
        wanted.reason = reason;
        EXPECT_EQ(field_of(wanted), "reason");
    }
    auto const error = error_of([&] { lend("user:nobody"); });
    EXPECT_EQ(error.message(), "There is no user nobody.");
    EXPECT_TRUE(actions("loan.").empty());
}

TEST_P(LoansTest, StaffLendToOrdinaryUsersAlone) {
    auto const sam = test::actor_named("sam", Role::staff);
    auto const to_alice = lend("user:alice", some(), sam);
    EXPECT_EQ(to_alice.granted_by, "sam");
    run(people().groups.add(root, "web", "user:sam"));
    for (char const* holder : {"user:sam", "group:web"})
        EXPECT_EQ(error_of([&] { lend(holder, some(), sam); }).kind(), Kind::forbidden) << holder;
    auto const own = lend("group:web");
    EXPECT_EQ(error_of([&] { run(people().loans.end(sam, own.id)); }).kind(), Kind::forbidden);
    EXPECT_TRUE(people().loans.find(own.id));
}

TEST_P(LoansTest, ALoanGoesWithWhoHadIt) {
    lend("user:alice");
    lend("group:web");
    run(people().accounts.remove(root, "alice"));
    run(people().groups.remove(root, "web", {}));
    EXPECT_TRUE(people().loans.of_holder("user:alice").empty());
    run(people().accounts.create(root, test::user_named("alice")));
    run(people().groups.create(root, "web", "", {1, 1, 1, 1}));
    EXPECT_EQ(effective("group:web"), (Quota{1, 1, 1, 1}));
    auto const lent = db().read_now([](db::Transaction& tx) { return lent_to_all(tx); });
    EXPECT_TRUE(lent.empty());
}

TEST_P(LoansTest, TheHolderHearsOfTheBeginningAndOfTheEnd) {
    std::vector<std::string> told;
    people().loans.on_change([&](std::string const& holder) { told.push_back(holder); });
    lend("user:alice", some(now() + 1s));
    EXPECT_EQ(told, (std::vector<std::string>{"user:alice"}));
    while (told.size() < 2)
        people().loans.tell_expired();
    EXPECT_EQ(effective("alice"), (Quota{1, 2, {}, 0}));
    people().loans.tell_expired();
    EXPECT_EQ(told.size(), 2U);
}

TEST_P(LoansTest, TheNumberOfLoansIsLimited) {
    for (int i = 0; i < 100; ++i)
        lend("user:alice");
    auto const error = error_of([&] { lend("user:alice"); });
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.message(), "alice has 100 loans already; end some of them first.");
}

ON_EVERY_DATABASE(LoansTest);

class SharedLoansTest : public LoansTest {};

TEST_P(SharedLoansTest, AnotherProcessFollows) {
    db::Database other(url());
    test::People there(other);
    std::vector<std::string> told;
    there.loans.on_change([&](std::string const& holder) { told.push_back(holder); });
    auto const loan = lend("user:alice");
    run(there.revisions.poll());
    EXPECT_TRUE(there.loans.find(loan.id));
    run(people().loans.end(root, loan.id));
    run(there.revisions.poll());
    EXPECT_FALSE(there.loans.find(loan.id));
    EXPECT_EQ(told, (std::vector<std::string>{"user:alice", "user:alice"}));
}

ON_SHARED_DATABASES(SharedLoansTest);

}  // namespace
}  // namespace ourea
