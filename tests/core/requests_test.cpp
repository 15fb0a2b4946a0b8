// SPDX-License-Identifier: Apache-2.0
// Requests are decided once, together with what they give, and everybody concerned hears of it.
#include "core/requests.hpp"

#include "support/people.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ourea {
namespace {

using namespace std::chrono_literals;
using test::error_of;
using test::run;

/// What requests need beside people; there is no host, so no machine is ever made.
struct Portal {
    Portal(boost::asio::io_context& loop, db::Database& database, test::People& people,
           std::string const& folder)
        : events(loop.get_executor()),
          inventory(events),
          hosts(loop.get_executor(), database, people.revisions, thread, inventory, events,
                {folder, {}}),
          names(database, people.revisions, inventory),
          instances(database, inventory, hosts, people.grants, people.audit),
          jobs(loop.get_executor(), database, inventory, hosts, events, "here"),
          clones(loop.get_executor(), database, inventory, hosts, instances, names, people.accounts,
                 people.groups, people.settings, jobs),
          requests(database, people.revisions, people.accounts, people.groups, clones) {}

    Events events;
    Inventory inventory;
    virt::EventThread thread;
    Hosts hosts;
    Names names;
    Instances instances;
    Jobs jobs;
    Clones clones;
    Requests requests;
};

class RequestsTest : protected test::WithLoop, public test::PeopleTest {
protected:
    void SetUp() override {
        PeopleTest::SetUp();
        if (IsSkipped()) return;
        auto user = test::user_named("alice");
        user.quota = {1, 2, {}, 0};
        run(people().accounts.create(root, user));
        for (char const* name : {"sam", "tess"})
            run(people().accounts.create(root, test::user_named(name, Role::staff)));
        run(people().groups.create(root, "web", "", {1, 1, 1, 1}));
        portal_ = std::make_unique<Portal>(loop, db(), people(), folder().path());
    }
    void TearDown() override {
        portal_.reset();
        PeopleTest::TearDown();
    }

    Requests& requests() { return portal_->requests; }
    static NewRequest more(std::int64_t instances = 2) {
        NewRequest wanted;
        wanted.reason = "A course";
        wanted.quota = Amounts{instances, {}, 5, {}};
        return wanted;
    }
    Request ask(NewRequest wanted = more()) {
        return run(requests().ask(alice, std::move(wanted)));
    }
    Request approve(Request const& request, Approval approval = {}) {
        return run(requests().approve(sam, request.id, std::move(approval)));
    }
    Error refused(NewRequest wanted) {
        return error_of([&] { ask(std::move(wanted)); });
    }
    Quota quota_of(std::string const& owner) {
        return db().read_now([&](db::Transaction& tx) { return limits_of(tx, owner); });
    }
    Quota effective(std::string const& owner) {
        return db().read_now(
            [&](db::Transaction& tx) { return quota_outlook(tx, owner, {}).quota; });
    }
    std::vector<std::string> actions() {
        std::vector<std::string> found;
        for (auto const& record : records()) {
            auto const kind = record.action.substr(0, record.action.find('.'));
            if (kind == "request" || kind == "loan" || record.action.ends_with(".quota"))
                found.push_back(record.action);
        }
        std::reverse(found.begin(), found.end());
        return found;
    }

    Actor const alice = test::actor_named("alice", Role::user);
    Actor const sam = test::actor_named("sam", Role::staff);

private:
    std::unique_ptr<Portal> portal_;
};

TEST_P(RequestsTest, AnApprovalRaisesTheQuotaForGood) {
    auto const asked = ask();
    EXPECT_EQ(asked.holder, "user:alice");
    EXPECT_EQ(requests().find(asked.id)->state, RequestState::open);
    auto const done = approve(asked);
    EXPECT_EQ(done.state, RequestState::approved);
    EXPECT_EQ(done.decided_by, "sam");
    EXPECT_EQ(done.granted->quota, asked.quota);
    EXPECT_EQ(people().accounts.find("alice")->quota, (Quota{3, 2, {}, 0}));
    EXPECT_EQ(actions(),
              (std::vector<std::string>{"request.create", "user.quota", "request.approve"}));
    AuditFilter filter;
    filter.object = "request:" + asked.id.str();
    auto const record = records(filter).front();
    EXPECT_EQ(record.on_behalf_of, "alice");
    EXPECT_NE(record.detail.text.find(R"("before":{"state":"open")"), std::string::npos);
}

TEST_P(RequestsTest, AnApprovalUntilADayIsALoan) {
    Approval approval;
    approval.quota = Amounts{1, {}, {}, {}};
    approval.expires_at = now() + 24h;
    approval.answer = "One is enough";
    auto const done = approve(ask(), approval);
    EXPECT_EQ(done.answer, "One is enough");
    EXPECT_EQ(done.quota->instances, 2);
    EXPECT_EQ(done.granted->quota->instances, 1);
    EXPECT_EQ(quota_of("alice"), (Quota{1, 2, {}, 0}));
    EXPECT_EQ(effective("alice"), (Quota{2, 2, {}, 0}));
    auto const loans = people().loans.of_holder("user:alice");
    ASSERT_EQ(loans.size(), 1U);
    EXPECT_EQ(loans.front().request, done.id.str());
    EXPECT_EQ(loans.front().granted_by, "sam");
}

TEST_P(RequestsTest, WhatWasDecidedStaysSoAfterARestart) {
    Approval approval;
    approval.expires_at = now() + 24h;
    auto const done = approve(ask(), approval);
    auto const open = ask();
    auto const read = db().read_now([](db::Transaction& tx) {
        return tx.select<std::string>("SELECT state FROM requests ORDER BY created_at");
    });
    EXPECT_EQ(read, (std::vector<std::string>{"approved", "open"}));
    Portal later(loop, db(), people(), folder().path());
    EXPECT_EQ(to_json(*later.requests.find(done.id)), to_json(done));
    EXPECT_EQ(to_json(*later.requests.find(open.id)), to_json(open));
    EXPECT_EQ(later.requests.all().front().id, open.id);
}

TEST_P(RequestsTest, OfTwoWhoDecideOneWinsAndTheOtherReadsWho) {
    auto const asked = ask();
    std::vector<awaitable<Request>> works;
    auto const tess = test::actor_named("tess", Role::staff);
    works.push_back(requests().approve(sam, asked.id, {}));
    works.push_back(requests().approve(tess, asked.id, {}));
    works.push_back(requests().refuse(root, asked.id, "No"));
    int won = 0;
    auto const errors = test::run_all(std::move(works));
    auto const done = *requests().find(asked.id);
    for (auto const& error : errors) {
        won += error ? 0 : 1;
        if (!error) continue;
        EXPECT_EQ(describe(error), *done.decided_by + " has " +
                                       std::string(reflect::enum_name(done.state)) +
                                       " this request already.");
    }
    EXPECT_EQ(won, 1);
    bool const given = done.state == RequestState::approved;
    EXPECT_EQ(quota_of("alice").instances, given ? 3 : 1);
    EXPECT_EQ(actions().size(), given ? 3U : 2U);
}

TEST_P(RequestsTest, ARefusalSaysWhyAndGivesNothing) {
    auto const asked = ask();
    auto refuse = [&](std::string answer) {
        return run(requests().refuse(sam, asked.id, std::move(answer)));
    };
    EXPECT_EQ(error_of([&] { refuse(" "); }).field(), "answer");
    EXPECT_EQ(refuse("Not before May").answer, "Not before May");
    EXPECT_EQ(quota_of("alice"), (Quota{1, 2, {}, 0}));
    auto const late = error_of([&] { run(requests().withdraw(alice, asked.id)); });
    EXPECT_EQ(late.kind(), Kind::conflict);
    EXPECT_EQ(late.message(), "sam has refused this request already.");
}

TEST_P(RequestsTest, WhatIsWithdrawnIsNotGiven) {
    auto const asked = ask();
    EXPECT_EQ(run(requests().withdraw(alice, asked.id)).state, RequestState::withdrawn);
    auto const late = error_of([&] { approve(asked); });
    EXPECT_EQ(late.message(), "alice has withdrawn this request already.");
}

TEST_P(RequestsTest, MembersAskForTheirGroup) {
    auto wanted = more();
    wanted.holder = "group:web";
    EXPECT_EQ(refused(wanted).field(), "holder");
    run(people().groups.add(root, "web", "user:alice"));
    auto member = alice;
    member.groups = {"web"};
    auto const asked = run(requests().ask(member, wanted));
    approve(asked);
    EXPECT_EQ(people().groups.find("web")->quota, (Quota{3, 1, 6, 1}));
    EXPECT_EQ(actions(),
              (std::vector<std::string>{"request.create", "group.quota", "request.approve"}));
}

TEST_P(RequestsTest, StaffGiveNothingToTheirOwnGroup) {
    run(people().groups.add(root, "web", "user:alice"));
    run(people().groups.add(root, "web", "user:sam"));
    auto member = alice;
    member.groups = {"web"};
    auto wanted = more();
    wanted.holder = "group:web";
    auto const asked = run(requests().ask(member, wanted));
    EXPECT_EQ(error_of([&] { approve(asked); }).kind(), Kind::forbidden);
    EXPECT_EQ(requests().find(asked.id)->state, RequestState::open);
    EXPECT_EQ(quota_of("group:web"), (Quota{1, 1, 1, 1}));
}

TEST_P(RequestsTest, WhatIsWrongIsNamed) {
    auto wanted = more(-1);
    EXPECT_EQ(refused(wanted).field(), "quota.instances");
    wanted = more();
    wanted.reason = std::string(1001, 'x');
    EXPECT_EQ(refused(wanted).field(), "reason");
    wanted = more();
    wanted.quota.reset();
    EXPECT_EQ(refused(wanted).field(), "quota");
    wanted.kind = RequestKind::instance;
    EXPECT_EQ(refused(wanted).field(), "instance");
    wanted = more();
    wanted.holder = "user:sam";
    EXPECT_EQ(refused(wanted).field(), "holder");
    wanted.quota.reset();
    wanted.holder.reset();
    wanted.kind = RequestKind::instance;
    wanted.instance.emplace().from = InstanceId::random();
    EXPECT_EQ(refused(wanted).kind(), Kind::not_found);
    auto const asked = ask();
    Approval approval;
    approval.expires_at = now() - 1s;
    EXPECT_EQ(error_of([&] { approve(asked, approval); }).field(), "expires_at");
    approval.expires_at.reset();
    approval.instance.emplace();
    EXPECT_EQ(error_of([&] { approve(asked, approval); }).field(), "instance");
    EXPECT_EQ(requests().find(asked.id)->state, RequestState::open);
}

TEST_P(RequestsTest, OnePersonHasAFewOpenOnesAndAHundredOldOnes) {
    for (int i = 0; i < 120; ++i)
        run(requests().withdraw(alice, ask().id));
    EXPECT_LE(requests().all().size(), 101U);
    for (int i = 0; i < 10; ++i)
        ask();
    auto const error = refused(more());
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.message(), "You have 10 open requests; withdraw one, or wait for an answer.");
}

TEST_P(RequestsTest, ARequestGoesWithWhoMadeIt) {
    auto const asked = ask();
    std::vector<std::string> told;
    requests().on_change(
        [&](RequestId const&, std::string const& requester) { told.push_back(requester); });
    run(people().accounts.remove(root, "alice"));
    EXPECT_FALSE(requests().find(asked.id));
    EXPECT_EQ(told, (std::vector<std::string>{"alice"}));
}

ON_EVERY_DATABASE(RequestsTest);

class SharedRequestsTest : public RequestsTest {};

TEST_P(SharedRequestsTest, AnotherProcessFollows) {
    db::Database other(url());
    test::People people_there(other);
    Portal there(loop, other, people_there, folder().path());
    std::vector<RequestId> told;
    there.requests.on_change([&](RequestId const& id, std::string const&) { told.push_back(id); });
    auto const asked = ask();
    run(people_there.revisions.poll());
    approve(asked);
    auto const late = error_of([&] { run(there.requests.refuse(sam, asked.id, "No")); });
    EXPECT_EQ(late.message(), "sam has approved this request already.");
    run(people_there.revisions.poll());
    EXPECT_EQ(told, (std::vector<RequestId>{asked.id, asked.id}));
    EXPECT_EQ(people_there.accounts.find("alice")->quota, (Quota{3, 2, {}, 0}));
}

ON_SHARED_DATABASES(SharedRequestsTest);

}  // namespace
}  // namespace ourea
