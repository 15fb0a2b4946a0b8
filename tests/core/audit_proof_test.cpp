// SPDX-License-Identifier: Apache-2.0
// Whatever is done to the log by hand is found: in the database, against anchors, in an export; and
// what is removed in order leaves a chain that is still proved.
#include "core/audit_proof.hpp"

#include "core/audit_keeper.hpp"
#include "support/people.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace ourea {
namespace {

class AuditProofTest : public test::PeopleTest {
protected:
    Audit& audit() { return people().audit; }

    void append(int count, AuditEntry const& entry) {
        db().write_now([&](db::Transaction& tx) {
            for (int i = 0; i < count; ++i)
                Audit::append(tx, entry);
        });
    }
    void append(int count) {
        append(count, audit_entry(root, "instance.start", "instance:1", "a"));
    }
    void sql(std::string const& text) {
        db().write_now([&](db::Transaction& tx) { tx.exec(text); });
    }
    std::vector<AuditRow> rows(AuditFilter const& filter = {}) {
        return db().read_now(
            [&](db::Transaction& tx) { return Audit::read_rows(tx, filter, 0, 1000); });
    }
    std::string exported(AuditFilter const& filter = {}) {
        return export_lines(rows(filter), ExportFormat::jsonl, 1000);
    }
    static AuditProof of_export(std::string const& text, std::vector<Anchor> const& anchors = {},
                                bool gaps = false) {
        std::istringstream lines(text);
        return verify_export(lines, anchors, gaps);
    }
    template <class Member, class T>
    static AuditFilter filter(Member AuditFilter::*member, T value) {
        AuditFilter result;
        result.*member = value;
        return result;
    }
    Anchor anchor() {
        auto const head = test::run(audit().head());
        return {head.seq, head.hash};
    }
    /// The chain as the previous version of the program wrote it.
    void write_old(int count) {
        db().write_now([&](db::Transaction& tx) {
            for (int i = 0; i < count; ++i) {
                auto row =
                    row_of(audit_entry(root, "instance.start", "instance:1", "a"), audit_ends(tx));
                row.version = 1;
                row.hash = hash_of(row);
                insert(tx, row);
                tx.exec("UPDATE audit_head SET seq = :seq, hash = :hash", row.seq, row.hash);
            }
        });
    }
};

TEST_P(AuditProofTest, OldRecordsAndNewOnesAreOneChain) {
    write_old(2);
    append(2);
    EXPECT_EQ(audit().verify().problem, "");
    EXPECT_EQ(audit().verify().count, 4);
    sql("UPDATE audit SET means = 'x' WHERE seq = 1");
    EXPECT_EQ(audit().verify().problem, "Record 1 was changed.");
}

TEST_P(AuditProofTest, TheHashCoversTheNewColumnsAndTheVersion) {
    auto entry = audit_entry(root, "instance.create", "instance:1", "a");
    entry.means = "backup script";
    entry.on_behalf_of = "group:web";
    append(3, entry);
    for (std::string const change :
         {"means = NULL", "on_behalf_of = 'bob'", "version = 1", "version = 3"}) {
        sql("CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 2");
        sql("UPDATE audit SET " + change + " WHERE seq = 2");
        EXPECT_EQ(audit().verify().first_bad, 2) << change;
        sql("DELETE FROM audit WHERE seq = 2");
        sql("INSERT INTO audit SELECT * FROM kept");
        sql("DROP TABLE kept");
    }
    EXPECT_EQ(audit().verify().problem, "");
    EXPECT_EQ(records().front().means, "backup script");
    EXPECT_EQ(records().front().on_behalf_of, "group:web");
}

TEST_P(AuditProofTest, TheTokenIsTheMeans) {
    auto actor = root;
    actor.via = Via::token;
    actor.means = "backup";
    EXPECT_EQ(audit_entry(actor, "x", "y", "z").means, "backup");
    EXPECT_EQ(audit_entry(root, "x", "y", "z").means, std::nullopt);
}

TEST_P(AuditProofTest, ExchangedRecordsShow) {
    append(5);
    sql("UPDATE audit SET seq = 100 WHERE seq = 2");
    sql("UPDATE audit SET seq = 2 WHERE seq = 3");
    sql("UPDATE audit SET seq = 3 WHERE seq = 100");
    EXPECT_EQ(audit().verify().first_bad, 2);
}

TEST_P(AuditProofTest, AnInsertedRecordShows) {
    append(5);
    sql("UPDATE audit SET seq = seq + 100 WHERE seq > 2");
    sql("UPDATE audit SET seq = seq - 99 WHERE seq > 100");
    sql("INSERT INTO audit SELECT 3, at, actor, via, address, action, object, object_name, result, "
        "detail, request_id, previous_hash, hash, version, means, on_behalf_of FROM audit WHERE "
        "seq = 2");
    EXPECT_EQ(audit().verify().first_bad, 3);
}

/// Whoever removes the newest records and sets the head back leaves a chain without a fault; only
/// what was kept elsewhere knows better.
TEST_P(AuditProofTest, ACutTailIsFoundByTheAnchor) {
    append(3);
    auto const early = anchor();
    append(2);
    auto const late = anchor();
    EXPECT_EQ(audit().verify(ChainWalk({early, late})).problem, "");
    sql("DELETE FROM audit WHERE seq > 3");
    sql("UPDATE audit_head SET seq = 3, hash = '" + early.hash + "'");
    EXPECT_EQ(audit().verify().first_bad, std::nullopt);
    EXPECT_EQ(audit().verify(ChainWalk({early})).first_bad, std::nullopt);
    auto const proof = audit().verify(ChainWalk({early, late}));
    EXPECT_EQ(proof.first_bad, 4);
    EXPECT_EQ(proof.problem, "Record 5 was anchored and is missing.");
    append(2);  // and goes on as if nothing had happened
    EXPECT_EQ(audit().verify().first_bad, std::nullopt);
    EXPECT_EQ(audit().verify(ChainWalk({late})).problem,
              "Record 5 is not the one that was anchored.");
}

TEST_P(AuditProofTest, AnAnchorIsReadAsItWasWritten) {
    append(1);
    auto const wanted = anchor();
    auto const line = to_string(wanted) + " 2026-01-31T12:00:00.000Z";
    EXPECT_EQ(parse_anchor(line).seq, wanted.seq);
    EXPECT_EQ(parse_anchor(line).hash, wanted.hash);
    for (auto const& bad :
         std::vector<std::string>{"", "1", "x:" + wanted.hash, "0:" + wanted.hash, "1:abc",
                                  "1:" + wanted.hash + "0", "1:" + std::string(64, 'G')})
        EXPECT_EQ(test::error_of([&] { parse_anchor(bad); }).field(), "anchor") << bad;
    auto const file = folder() / "anchors";
    write_anchor(parse_anchor_place("file:" + file), line);
    append(1);
    write_anchor(parse_anchor_place("file:" + file), to_string(anchor()));
    EXPECT_EQ(anchors_of(file).size(), 2U);
    EXPECT_EQ(audit().verify(ChainWalk(anchors_of(file))).problem, "");
    EXPECT_EQ(test::error_of([] { parse_anchor_place("file:x"); }).field(), "audit-anchor");
}

TEST_P(AuditProofTest, TheKeeperAnchorsWhatMovedAndSaysWhatItFound) {
    auto const file = folder() / "anchors";
    AuditKeeper keeper(audit(), parse_anchor_place("file:" + file), 0);
    append(2);
    EXPECT_EQ(test::run(keeper.head()).verified, std::nullopt);
    test::run(keeper.anchor());
    test::run(keeper.anchor());
    EXPECT_EQ(anchors_of(file).size(), 1U);
    append(1);
    test::run(keeper.anchor());
    EXPECT_EQ(anchors_of(file).size(), 2U);
    test::run(keeper.check());
    EXPECT_EQ(test::run(keeper.head()).verified, true);
    sql("UPDATE audit SET actor = 'x' WHERE seq = 2");
    test::run(keeper.check());
    auto const head = test::run(keeper.head());
    EXPECT_EQ(head.verified, false);
    EXPECT_EQ(head.problem, "Record 2 was changed.");
    EXPECT_EQ(head.seq, 3);
    EXPECT_EQ(head.count, 3);
}

TEST_P(AuditProofTest, WhatIsRemovedInOrderLeavesAProvableRest) {
    append(2500);
    sql("UPDATE audit SET at = at - 86400000 WHERE seq <= 2300");  // breaks hashes that go anyway
    auto const old = anchor();
    auto const removed = test::run(audit().prune(root, now() - std::chrono::hours(12)));
    EXPECT_EQ(removed.first, 1);
    EXPECT_EQ(removed.last, 2300);
    EXPECT_EQ(removed.count, 2300);
    EXPECT_EQ(rows().size(), 201U);
    EXPECT_EQ(rows().front().seq, 2301);
    auto const proof = audit().verify(ChainWalk({old}));
    EXPECT_EQ(proof.problem, "");
    EXPECT_EQ(proof.count, 201);
    EXPECT_EQ(proof.base_seq, 2300);
    auto const newest = records(filter(&AuditFilter::action, "audit.prune"));
    ASSERT_EQ(newest.size(), 1U);
    EXPECT_NE(newest[0].detail.text.find(R"("last":2300)"), std::string::npos);
    EXPECT_EQ(test::run(audit().prune(root, now() - std::chrono::hours(12))).count, 0);
    EXPECT_EQ(test::run(audit().head()).count, 201);
    EXPECT_EQ(test::run(audit().walk()).problem, "");
    // And once more, everything: the record of that is what remains.
    EXPECT_EQ(test::run(audit().prune(root, now() + std::chrono::hours(1))).count, 201);
    EXPECT_EQ(audit().verify().problem, "");
    EXPECT_EQ(audit().verify().count, 1);
}

TEST_P(AuditProofTest, ACutBeginningIsFound) {
    append(5);
    auto const base = rows().at(1);
    sql("DELETE FROM audit WHERE seq <= 2");
    EXPECT_EQ(audit().verify().first_bad, 1);
    sql("UPDATE audit_head SET base_seq = 2, base_hash = '" + base.hash + "'");
    auto const proof = audit().verify();
    EXPECT_EQ(proof.first_bad, 3);
    EXPECT_EQ(proof.problem, "The log begins at record 3, which no record of a removal says.");
}

TEST_P(AuditProofTest, ABeginningThatWasCutFurtherThanSaidIsFound) {
    append(10);
    sql("UPDATE audit SET at = at - 86400000 WHERE seq <= 3");
    test::run(audit().prune(root, now() - std::chrono::hours(12)));
    EXPECT_EQ(audit().verify().problem, "");
    auto const base = rows().at(1);
    sql("DELETE FROM audit WHERE seq <= 5");
    sql("UPDATE audit_head SET base_seq = 5, base_hash = '" + base.hash + "'");
    EXPECT_EQ(audit().verify().first_bad, 6);
}

/// A walk in pieces does not mind that the log is shortened and goes on between two of them.
TEST_P(AuditProofTest, AWalkSurvivesAPrune) {
    append(2500);
    ChainWalk walk;
    auto page = [&] {
        return db().read_now([&](db::Transaction& tx) { return walk_page(tx, walk); });
    };
    EXPECT_TRUE(page());
    sql("UPDATE audit SET at = at - 86400000 WHERE seq <= 500");
    test::run(audit().prune(root, now() - std::chrono::hours(12)));
    while (page()) {
    }
    EXPECT_EQ(walk.proof().problem, "");
    EXPECT_EQ(walk.proof().seq, 2501);
    ChainWalk other;
    db().read_now([&](db::Transaction& tx) { walk_page(tx, other); });
    sql("UPDATE audit SET at = at - 86400000 WHERE seq <= 2400");
    test::run(audit().prune(root, now() - std::chrono::hours(12)));
    while (db().read_now([&](db::Transaction& tx) { return walk_page(tx, other); })) {
    }
    EXPECT_EQ(other.proof().problem, "");
    EXPECT_EQ(other.proof().seq, 2502);
}

TEST_P(AuditProofTest, AnExportProvesItself) {
    auto entry =
        audit_entry(root, "instance.edit", "instance:1", "quote \" \\ \n ,\"detail\": \xC3\xBC");
    entry.detail = R"({"before":{"a":1.50},"after":[ ,"detail":"]})";
    append(1);
    append(1, entry);
    write_old(1);
    append(3);
    auto const text = exported();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
    auto const proof = of_export(text);
    EXPECT_EQ(proof.problem, "");
    EXPECT_EQ(proof.count, 6);
    EXPECT_EQ(of_export(text, {anchor()}).problem, "");
    auto const second = text.find('\n') + 1;
    auto const third = text.find('\n', second) + 1;
    auto const without = text.substr(0, second) + text.substr(third);
    EXPECT_EQ(of_export(without).first_bad, 2);
    EXPECT_EQ(of_export(without, {}, true).problem, "");
    EXPECT_EQ(of_export(text.substr(second)).problem, "");  // a later part of the log
    auto const swapped = text.substr(second, third - second) + text.substr(0, second);
    EXPECT_EQ(of_export(swapped, {}, true).first_bad, 1);
    auto changed = text;
    changed.replace(changed.find("1.50"), 4, "1.51");
    EXPECT_EQ(of_export(changed).problem, "Record 2 was changed.");
    EXPECT_EQ(of_export(text + "x\n").first_bad, 7);
    auto const tail = anchor();
    EXPECT_EQ(of_export(text.substr(0, text.rfind("\n{") + 1), {tail}).first_bad, 6);
}

/// Names and reasons come from outside: in a file they are one line and no formula.
TEST_P(AuditProofTest, CsvHoldsTextAndNothingElse) {
    auto entry = audit_entry(root, "instance.start", "instance:1", "=HYPERLINK(\"http://x\")");
    entry.means = "-1+1";
    entry.on_behalf_of = "@SUM(1)";
    entry.address = "\tx";
    entry.request_id = "plain, with a comma";
    append(1, entry);
    auto const line = to_csv_line(rows().at(0));
    EXPECT_NE(line.find("\"'=HYPERLINK(\"\"http://x\"\")\""), std::string::npos) << line;
    EXPECT_NE(line.find(",'-1+1,'@SUM(1),'\tx,"), std::string::npos) << line;
    EXPECT_NE(line.find(",\"plain, with a comma\","), std::string::npos) << line;
    EXPECT_EQ(csv_header().substr(0, 23), "seq,version,at,actor,vi");
}

TEST_P(AuditProofTest, OddNamesStayOneRecordOnOneLine) {
    append(1, audit_entry(root, "user.create", "user:x",
                          "a\nb\r\n{\"seq\":99}\x1b[31mred\x1b[0m \"quoted\" \xE2\x80\xAE"));
    append(1);
    auto const text = exported();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(of_export(text).count, 2);
}

TEST_P(AuditProofTest, FiltersKnowWayOutcomeAndPerson) {
    auto by_token = audit_entry(test::actor_named("alice"), "instance.start", "instance:1", "a");
    by_token.via = Via::token;
    by_token.means = "Nightly";
    append(1, by_token);
    auto refused = audit_entry(test::actor_named("bob"), "instance.stop", "instance:1", "a");
    refused.result = Result::refused;
    append(1, refused);
    auto for_alice = audit_entry(root, "instance.create", "instance:2", "b");
    for_alice.on_behalf_of = "alice";
    append(1, for_alice);
    append(1, audit_entry(root, "user.update", "user:alice", "alice"));
    append(1, audit_entry(cli_actor("alice"), "user.update", "user:bob", "bob"));
    auto seqs = [&](AuditFilter const& filter) {
        std::vector<std::int64_t> found;
        for (auto const& row : rows(filter))
            found.push_back(row.seq);
        return found;
    };
    using Seqs = std::vector<std::int64_t>;
    EXPECT_EQ(seqs(filter(&AuditFilter::via, Via::token)), Seqs{1});
    EXPECT_EQ(seqs(filter(&AuditFilter::result, Result::refused)), Seqs{2});
    EXPECT_EQ(seqs(filter(&AuditFilter::text, "nightly")), Seqs{1});
    EXPECT_EQ(seqs(filter(&AuditFilter::user, "alice")), (Seqs{1, 3, 4}));
    EXPECT_EQ(seqs(filter(&AuditFilter::user, "bob")), (Seqs{2, 5}));
}

ON_EVERY_DATABASE(AuditProofTest);

}  // namespace
}  // namespace ourea
