// SPDX-License-Identifier: Apache-2.0
// Tests of what a save of a machine's record changes in the table, and what it leaves alone.
#include "core/records.hpp"

#include "support/databases.hpp"
#include "support/event_loop.hpp"

namespace ourea {
namespace {

class RecordsTest : protected test::WithLoop, public test::DatabaseTest {
protected:
    static InstanceRecord record(RecordState state) {
        InstanceRecord record;
        record.id = InstanceId("6f0a1b52-0d7e-4c55-9a53-3c1f4a2b9e01");
        record.name = "web";
        record.host = "node1";
        record.owner = "alice";
        record.template_ = true;
        record.vcpus = 1;
        record.state = state;
        return record;
    }

    /// Puts a row in this state, saves what a host showed, and answers what is there then.
    InstanceRecord after_save(RecordState before, RecordState shown) {
        return db().write_now([&](db::Transaction& tx) {
            tx.exec("DELETE FROM instances");
            Records::save(tx, record(before));
            auto seen = record(shown);
            seen.owner = "mallory";
            seen.template_ = false;
            seen.name = "renamed";
            seen.vcpus = 4;
            Records::save(tx, seen);
            return Records::read_all(tx).at(0);
        });
    }
};

TEST_P(RecordsTest, SaveKeepsOwnerAndTemplate) {
    auto const row = after_save(RecordState::present, RecordState::missing);
    EXPECT_EQ(row.state, RecordState::missing);
    EXPECT_EQ(row.owner, "alice");
    EXPECT_TRUE(row.template_);
    EXPECT_EQ(row.name, "renamed");
    EXPECT_EQ(row.vcpus, 4);
    EXPECT_EQ(after_save(RecordState::missing, RecordState::present).state, RecordState::present);
}

TEST_P(RecordsTest, SaveDoesNotTouchWhatAJobMakesOrDeletes) {
    auto row = after_save(RecordState::creating, RecordState::present);
    EXPECT_EQ(row.state, RecordState::creating);
    EXPECT_EQ(row.vcpus, 1);
    row = after_save(RecordState::deleting, RecordState::missing);
    EXPECT_EQ(row.state, RecordState::deleting);
    EXPECT_EQ(row.owner, "alice");
}

TEST_P(RecordsTest, WhatComesBackFromGoneIsNobodys) {
    auto const row = after_save(RecordState::gone, RecordState::present);
    EXPECT_EQ(row.state, RecordState::present);
    EXPECT_EQ(row.owner, std::nullopt);
    EXPECT_EQ(after_save(RecordState::gone, RecordState::missing).state, RecordState::gone);
}

TEST_P(RecordsTest, WhatWaitedWhileItWasDeletedDoesNotComeBack) {
    Events events(loop.get_executor());
    Inventory inventory(events);
    using namespace std::chrono_literals;
    db::Revisions revisions(db());
    Records records(loop.get_executor(), db(), revisions, inventory, {1ms, 1ms});
    auto const execute = [this](char const* sql) {
        db().write_now([sql](db::Transaction& tx) { tx.exec(sql); });
    };
    auto const shown = record(RecordState::present);
    virt::DomainFacts facts;
    facts.uuid = shown.id;
    facts.name = shown.name;
    inventory.put_host({"node1", "test:///default", {}, false, now(), {}, {}});

    execute("ALTER TABLE instances RENAME TO away");
    inventory.set_domains("node1", {facts});
    EXPECT_THROW(test::run(loop, records.flush()), std::exception);
    execute("ALTER TABLE away RENAME TO instances");
    db().write_now([&](db::Transaction& tx) { Records::save(tx, shown); });
    execute("UPDATE instances SET state = 'gone'");
    inventory.settle(shown.id, RecordState::gone);
    test::run(loop, records.flush());

    auto const rows = db().read_now([](db::Transaction& tx) { return Records::read_all(tx); });
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].state, RecordState::gone);
}

TEST_P(RecordsTest, WhatAnotherProcessDecidedIsFollowed) {
    Events events(loop.get_executor());
    Inventory inventory(events);
    db::Revisions revisions(db());
    auto const shown = record(RecordState::present);
    db().write_now([&](db::Transaction& tx) { Records::save(tx, shown); });
    Records records(loop.get_executor(), db(), revisions, inventory);
    records.load();
    std::vector<std::string> given_by;
    records.on_given([&](InstanceId const&, std::string const& from) { given_by.push_back(from); });
    auto const decide = [&](char const* change) {
        db().write_now([&](db::Transaction& tx) {
            auto const decided = Records::decide(tx);
            tx.exec(std::string("UPDATE instances SET decided = :decided, ") + change, decided);
        });
        test::run(loop, revisions.poll());
        return inventory.find_even_gone(shown.id)->record;
    };

    EXPECT_EQ(decide("owner = 'bob', template = 0").owner, "bob");
    EXPECT_EQ(given_by, std::vector<std::string>{"alice"});
    EXPECT_FALSE(inventory.find(shown.id)->record.template_);
    EXPECT_EQ(decide("state = 'deleting'").state, RecordState::deleting);
    EXPECT_EQ(decide("state = 'gone'").state, RecordState::gone);
    EXPECT_EQ(inventory.find(shown.id), nullptr);
    EXPECT_EQ(given_by.size(), 1U);
}

/// What a host shows is known better by who looks at it than by a row that another process saved.
TEST_P(RecordsTest, ADecisionOfAnotherProcessLeavesWhatTheHostShows) {
    Events events(loop.get_executor());
    Inventory inventory(events);
    db::Revisions revisions(db());
    Records records(loop.get_executor(), db(), revisions, inventory);
    records.load();
    auto seen = record(RecordState::missing);
    seen.vcpus = 4;
    seen.decided = 7;
    inventory.put_record(seen);
    auto row = record(RecordState::present);
    row.decided = 6;
    row.owner = "bob";
    inventory.follow_record(row);
    EXPECT_EQ(inventory.find(row.id)->record.owner, "alice");
    row.decided = 8;
    inventory.follow_record(row);
    EXPECT_EQ(inventory.find(row.id)->record.owner, "bob");
    EXPECT_EQ(inventory.find(row.id)->record.state, RecordState::missing);
    EXPECT_EQ(inventory.find(row.id)->record.vcpus, 4);
}

ON_EVERY_DATABASE(RecordsTest);

}  // namespace
}  // namespace ourea
