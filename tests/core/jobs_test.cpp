// SPDX-License-Identifier: Apache-2.0
// Tests of what cancelling does to a job, before and after the step that decides it.
#include "core/jobs.hpp"

#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <boost/asio/steady_timer.hpp>

namespace ourea {
namespace {

using test::run;

class JobsTest : protected test::WithLoop, public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        events.filter_by([](Actor const&, Audience const&) { return true; });
        revisions = std::make_unique<db::Revisions>(db());
        hosts = std::make_unique<Hosts>(loop.get_executor(), db(), *revisions, thread, inventory,
                                        events, Hosts::Options{folder().path(), {}});
        make_jobs();
    }

    void TearDown() override {
        jobs.reset();
        if (hosts) hosts->stop();
        hosts.reset();
        DatabaseTest::TearDown();
    }

    /// Two steps that need no host: the first goes on until `leave`, and decides if `decides`.
    void make_jobs() {
        jobs = std::make_unique<Jobs>(loop.get_executor(), db(), inventory, *hosts, events, "here");
        jobs->define("two", [this](JobRecord const&) {
            Work work;
            work.host = host;
            work.other_host = other_host;
            Step first;
            first.name = "First";
            first.run = [this](Progress progress) { return go(std::move(progress)); };
            first.undo = [this] { return count(undone); };
            first.decides = decides;
            Step second;
            second.name = "Second";
            second.run = [this](Progress) { return count(followed); };
            work.steps.push_back(std::move(first));
            work.steps.push_back(std::move(second));
            work.outcome = [] { return std::string("all is well"); };
            return work;
        });
    }

    awaitable<void> go(Progress progress) {
        ++begun;
        if (listens) progress(0);
        boost::asio::steady_timer timer(loop);
        while (!leave) {
            timer.expires_after(std::chrono::milliseconds(1));
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
    }

    awaitable<void> count(int& counter) {
        ++counter;
        co_return;
    }

    void put_host(std::string const& name, virt::HostState state) {
        HostRecord record;
        record.name = name;
        inventory.put_host(record);
        inventory.set_status(name, {state, {}, now()});
    }

    void until_it_says(JobRecord const& record, std::string const& message) {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (found(record).message != message && std::chrono::steady_clock::now() < deadline) {
            loop.restart();
            loop.run_one_for(std::chrono::milliseconds(10));
        }
        ASSERT_EQ(found(record).message, message);
    }

    JobRecord insert() {
        auto record = Jobs::make_record("two", "anna", "{}", {"First", "Second"});
        auto write = [this, record](db::Transaction& tx) { jobs->insert(tx, record); };
        run(loop, db().write(write));
        return record;
    }

    JobRecord found(JobRecord const& record) { return *run(loop, jobs->find(record.id)); }

    JobRecord ended(JobRecord const& record) {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!found(record).finished_at && std::chrono::steady_clock::now() < deadline)
            loop.run_one_for(std::chrono::milliseconds(10));
        return found(record);
    }

    void until_begun() {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (begun == 0 && std::chrono::steady_clock::now() < deadline) {
            loop.restart();
            loop.run_one_for(std::chrono::milliseconds(10));
        }
        ASSERT_EQ(begun, 1);
    }

    virt::EventThread thread;
    Events events{loop.get_executor()};
    Inventory inventory{events};
    std::unique_ptr<db::Revisions> revisions;
    std::unique_ptr<Hosts> hosts;
    std::unique_ptr<Jobs> jobs;
    bool decides = false, listens = false, leave = false;
    std::string host, other_host;
    int begun = 0, followed = 0, undone = 0;
};

TEST_P(JobsTest, IsUndoneWhenCancelled) {
    auto const record = insert();
    jobs->start(record);
    until_begun();
    run(loop, jobs->cancel(record.id));
    leave = true;
    auto const end = ended(record);
    EXPECT_EQ(end.state, JobState::cancelled);
    EXPECT_EQ(followed, 0);
    EXPECT_EQ(undone, 1);
}

TEST_P(JobsTest, SucceedsWhenItWasDoneInSpiteOfTheCancelling) {
    decides = true;
    auto const record = insert();
    jobs->start(record);
    until_begun();
    run(loop, jobs->cancel(record.id));
    leave = true;
    auto const end = ended(record);
    EXPECT_EQ(end.state, JobState::succeeded);
    EXPECT_EQ(end.message, "Done: all is well");
    EXPECT_EQ(followed, 1);
    EXPECT_EQ(undone, 0);
}

/// As after a crash: the step that decides was running, and nobody knows how it ended.
TEST_P(JobsTest, LooksOnceMoreBeforeItCountsAsCancelled) {
    decides = leave = true;
    auto record = insert();
    record.cancel = true;
    record.steps = to_json(std::vector<JobStep>{{"First", StepState::running}, {"Second", {}}});
    auto const seen = record;
    jobs->start(record);
    EXPECT_EQ(ended(seen).state, JobState::succeeded);
    EXPECT_EQ(begun, 1);
    EXPECT_EQ(undone, 0);
}

TEST_P(JobsTest, IsCancelledWhenItsDecidingStepWasNotDone) {
    decides = leave = listens = true;
    auto record = insert();
    record.cancel = true;
    record.steps = to_json(std::vector<JobStep>{{"First", StepState::running}, {"Second", {}}});
    jobs->start(record);
    EXPECT_EQ(ended(record).state, JobState::cancelled);
    EXPECT_EQ(followed, 0);
    EXPECT_EQ(undone, 1);
}

/// As after a restart: the hosts are connected one after the other.
TEST_P(JobsTest, WaitsForBothItsHosts) {
    put_host(host = "node1", virt::HostState::online);
    put_host(other_host = "node2", virt::HostState::connecting);
    auto const record = insert();
    jobs->start(record);
    until_it_says(record, "Waiting for host node2");
    EXPECT_EQ(begun, 0);
    leave = true;
    inventory.set_status("node2", {virt::HostState::online, {}, now()});
    EXPECT_EQ(ended(record).state, JobState::succeeded);
}

TEST_P(JobsTest, IsCancelledWhileItWaitsForAHost) {
    put_host(host = "node1", virt::HostState::offline);
    leave = true;
    auto const record = insert();
    jobs->start(record);
    until_it_says(record, "Waiting for host node1");
    run(loop, jobs->cancel(record.id));
    EXPECT_EQ(ended(record).state, JobState::cancelled);
    EXPECT_EQ(begun, 0);
    EXPECT_EQ(undone, 0);
}

/// What may have been done already is looked at once the host is there.
TEST_P(JobsTest, WaitsOnThoughCancelledIfItMayBeDone) {
    decides = leave = true;
    put_host(host = "node1", virt::HostState::offline);
    auto record = insert();
    record.steps = to_json(std::vector<JobStep>{{"First", StepState::running}, {"Second", {}}});
    jobs->start(record);
    until_it_says(record, "Waiting for host node1");
    run(loop, jobs->cancel(record.id));
    until_it_says(record, "Waiting for host node1");
    inventory.set_status("node1", {virt::HostState::online, {}, now()});
    EXPECT_EQ(ended(record).state, JobState::succeeded);
    EXPECT_EQ(begun, 1);
}

ON_EVERY_DATABASE(JobsTest);

}  // namespace
}  // namespace ourea
