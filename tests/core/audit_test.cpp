// SPDX-License-Identifier: Apache-2.0
// The audit lists what was written, and proves that nobody changed it.
#include "support/people.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

class AuditTest : public test::PeopleTest {
protected:
    Audit& audit() { return people().audit; }

    std::int64_t append(AuditEntry const& entry) {
        return db().write_now([&](db::Transaction& tx) { return Audit::append(tx, entry); });
    }
    std::int64_t append(std::string action, std::string actor = "alice",
                        std::string object = "instance:1") {
        return append(audit_entry(test::actor_named(std::move(actor)), std::move(action),
                                  std::move(object), "ourea1"));
    }
    void sql(std::string const& text) {
        db().write_now([&](db::Transaction& tx) { tx.exec(text); });
    }
    std::vector<std::int64_t> seqs(AuditFilter const& filter) {
        std::vector<std::int64_t> found;
        for (auto const& record : records(filter))
            found.push_back(record.seq);
        return found;
    }
};

TEST_P(AuditTest, ARecordComesBackAsItWent) {
    auto entry = audit_entry(test::actor_named("alice"), "instance.start", "instance:1", "ourea1");
    entry.result = Result::refused;
    entry.detail = R"({"reason":"quota"})";
    auto const before = now();
    EXPECT_EQ(append(entry), 1);
    auto const all = records();
    ASSERT_EQ(all.size(), 1U);
    auto const& record = all[0];
    EXPECT_EQ(record.seq, 1);
    EXPECT_GE(record.at, before);
    EXPECT_EQ(record.actor, "alice");
    EXPECT_EQ(record.via, Via::session);
    EXPECT_EQ(record.address, "192.0.2.1");
    EXPECT_EQ(record.action, "instance.start");
    EXPECT_EQ(record.object, "instance:1");
    EXPECT_EQ(record.object_name, "ourea1");
    EXPECT_EQ(record.result, Result::refused);
    EXPECT_EQ(record.detail.text, R"({"reason":"quota"})");
    EXPECT_EQ(record.request_id, "request-1");
}

TEST_P(AuditTest, AnEmptyChainIsSound) {
    auto const proof = audit().verify();
    EXPECT_EQ(proof.first_bad, std::nullopt) << proof.problem;
    EXPECT_EQ(proof.count, 0);
}

TEST_P(AuditTest, OddTextsDoNotBreakTheChain) {
    AuditEntry entry;
    entry.action = std::string("odd\0\xFF", 5);
    entry.object_name = "quote \" \\ \n \xC3\xBC \xF0\x9F\x98\x80";
    entry.actor = std::string(1000, 'x') + "\xC3\xBC";
    entry.detail = "{\"text\":\"\xE2\x82\xAC\"}";
    append(entry);
    append("instance.start");
    auto const proof = audit().verify();
    EXPECT_EQ(proof.first_bad, std::nullopt) << proof.problem;
    EXPECT_EQ(records().back().actor->size(), 256U);
}

TEST_P(AuditTest, AnyChangeShows) {
    for (int i = 0; i < 5; ++i)
        append("instance.start");
    EXPECT_EQ(audit().verify().count, 5);
    for (std::string const column :
         {"actor = 'mallory'", "address = NULL", "action = 'x'", "object = NULL",
          "object_name = 'x'", "result = 'failed'", "detail = '{ }'", "at = at + 1",
          "request_id = 'x'", "via = 'cli'"}) {
        sql("CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 3");
        sql("UPDATE audit SET " + column + " WHERE seq = 3");
        auto const proof = audit().verify();
        EXPECT_EQ(proof.first_bad, 3) << column;
        EXPECT_NE(proof.problem.find("Record 3 was changed"), std::string::npos) << proof.problem;
        sql("DELETE FROM audit WHERE seq = 3");
        sql("INSERT INTO audit SELECT * FROM kept");
        sql("DROP TABLE kept");
        EXPECT_EQ(audit().verify().first_bad, std::nullopt) << column;
    }
}

TEST_P(AuditTest, ARemovedRecordShows) {
    for (int i = 0; i < 5; ++i)
        append("instance.start");
    sql("DELETE FROM audit WHERE seq = 5");
    EXPECT_EQ(audit().verify().first_bad, 5);  // the last one, which nothing follows
    sql("DELETE FROM audit WHERE seq = 2");
    EXPECT_EQ(audit().verify().first_bad, 2);
    sql("DELETE FROM audit");
    EXPECT_EQ(audit().verify().first_bad, 1);
}

/// Somebody who changes a record and computes its hash anew breaks the link to the next one.
TEST_P(AuditTest, ARecordWithANewHashShowsAtTheNext) {
    for (int i = 0; i < 3; ++i)
        append("instance.start");
    sql("UPDATE audit SET previous_hash = 'x' WHERE seq = 2");
    auto const proof = audit().verify();
    EXPECT_EQ(proof.first_bad, 2);
    EXPECT_NE(proof.problem.find("does not follow"), std::string::npos) << proof.problem;
}

TEST_P(AuditTest, ALongChainIsWalkedInPieces) {
    db().write_now([&](db::Transaction& tx) {
        for (int i = 0; i < 1100; ++i)
            Audit::append(tx, audit_entry(root, "instance.start", "instance:1", "ourea1"));
    });
    EXPECT_EQ(audit().verify().count, 1100);
    sql("UPDATE audit SET actor = 'x' WHERE seq = 1001");
    EXPECT_EQ(audit().verify().first_bad, 1001);
}

TEST_P(AuditTest, WritersAtTheSameTimeMakeOneChain) {
    std::vector<awaitable<void>> works;
    for (int i = 0; i < 50; ++i)
        works.push_back(audit().note(audit_entry(root, "instance.start", "instance:1", "ourea1")));
    for (auto const& error : test::run_all(std::move(works)))
        EXPECT_EQ(error, nullptr);
    auto const proof = audit().verify();
    EXPECT_EQ(proof.first_bad, std::nullopt) << proof.problem;
    EXPECT_EQ(proof.count, 50);
}

TEST_P(AuditTest, WhatIsRolledBackLeavesNoRecord) {
    append("instance.start");
    test::error_of([&] {
        db().write_now([&](db::Transaction& tx) {
            Audit::append(tx, audit_entry(root, "instance.stop", "instance:1", "ourea1"));
            throw Error(Kind::conflict, "no");
        });
    });
    append("instance.start");
    EXPECT_EQ(audit().verify().count, 2);
}

TEST_P(AuditTest, FiltersNarrowTheList) {
    append("instance.start", "alice");                 // 1
    append("instance.stop", "bob");                    // 2
    append("user.create", "alice", "user:carol");      // 3
    append("instances_start", "al%ce", "instance:2");  // 4
    auto filter = [](auto set) {
        AuditFilter f;
        set(f);
        return f;
    };
    EXPECT_EQ(seqs({}), (std::vector<std::int64_t>{4, 3, 2, 1}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.actor = "alice"; })), (std::vector<std::int64_t>{3, 1}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.object = "instance:1"; })),
              (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.action = "instance.stop"; })),
              (std::vector<std::int64_t>{2}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.action = "instance."; })),
              (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.text = "l%c"; })), (std::vector<std::int64_t>{4}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.text = "ALICE"; })), (std::vector<std::int64_t>{3, 1}));
    EXPECT_EQ(seqs(filter([](auto& f) { f.since = now() + std::chrono::hours(1); })).size(), 0U);
    EXPECT_EQ(seqs(filter([](auto& f) { f.until = now() + std::chrono::hours(1); })).size(), 4U);
}

TEST_P(AuditTest, PagesFollowEachOther) {
    for (int i = 0; i < 5; ++i)
        append("instance.start");
    auto page = test::run(audit().list({}, {}, 2));
    EXPECT_EQ(page.total, 5);
    EXPECT_EQ(page.items.size(), 2U);
    EXPECT_EQ(page.next_before, 4);
    page = test::run(audit().list({}, page.next_before, 2));
    EXPECT_EQ(page.items.front().seq, 3);
    page = test::run(audit().list({}, page.next_before, 2));
    EXPECT_EQ(page.total, 5);
    EXPECT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.next_before, std::nullopt);
}

ON_EVERY_DATABASE(AuditTest);

}  // namespace
}  // namespace ourea
