// SPDX-License-Identifier: Apache-2.0
// What is kept in memory follows the tables, whoever writes them.
#include "db/revisions.hpp"

#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace ourea::db {
namespace {

using test::run;

/// Keeps the values of `settings` in memory, the way the core keeps its tables.
struct Keeper {
    explicit Keeper(Database& database) : db(database), revisions(database) {
        auto snapshot = db.read_now(&read);
        values = std::move(snapshot.second);
        revisions.keep("settings", snapshot.first, [this] { return load(); });
    }

    static std::pair<std::int64_t, std::vector<std::string>> read(Transaction& tx) {
        auto const number = revision(tx, "settings");
        return {number, tx.select<std::string>("SELECT value FROM settings ORDER BY value")};
    }

    awaitable<Revisions::Loaded> load() {
        ++loads;
        auto snapshot = co_await db.read(&read);
        Revisions::Loaded loaded;
        loaded.number = snapshot.first;
        loaded.install = [this, rows = std::move(snapshot.second)] { values = rows; };
        co_return loaded;
    }

    awaitable<void> add(std::string value) {
        auto write = [value](Transaction& tx) {
            auto const number = bump(tx, "settings");
            tx.exec("INSERT INTO settings (key, value) VALUES (:value, :value)", value);
            return number;
        };
        auto const number = co_await db.write(write);
        std::function<void()> apply = [&] {
            values.push_back(value);
            std::sort(values.begin(), values.end());
        };
        co_await revisions.wrote("settings", number, std::move(apply));
    }

    Database& db;
    Revisions revisions;
    std::vector<std::string> values;
    int loads = 0;
};

/// The first load answers 1 when the gate opens, later ones answer 2 at once.
awaitable<Revisions::Loaded> load_slowly_first(boost::asio::steady_timer& gate,
                                               std::vector<std::int64_t>& installed, int which) {
    boost::system::error_code opened;
    if (which == 1)
        co_await gate.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, opened));
    Revisions::Loaded loaded;
    loaded.number = which == 1 ? 1 : 2;
    loaded.install = [&installed, number = loaded.number] { installed.push_back(number); };
    co_return loaded;
}

class RevisionsTest : public test::DatabaseTest {};

TEST_P(RevisionsTest, BumpCountsPerTopic) {
    auto const number = [&](std::string_view topic) {
        return db().write_now([&](Transaction& tx) { return bump(tx, topic); });
    };
    EXPECT_EQ(number("a"), 1);
    EXPECT_EQ(number("a"), 2);
    EXPECT_EQ(number("b"), 1);
    EXPECT_EQ(db().read_now([](Transaction& tx) { return revision(tx, "a"); }), 2);
    EXPECT_EQ(db().read_now([](Transaction& tx) { return revision(tx, "none"); }), 0);
}

TEST_P(RevisionsTest, OwnWritesNeedNoLoad) {
    Keeper keeper(db());
    run(keeper.add("a"));
    run(keeper.add("b"));
    run(keeper.revisions.poll());
    EXPECT_EQ(keeper.values, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(keeper.loads, 0);
}

TEST_P(RevisionsTest, AForeignWriteIsLoadedOnce) {
    Keeper one(db()), two(db());
    run(two.add("a"));
    EXPECT_TRUE(one.values.empty());
    run(one.revisions.poll());
    EXPECT_EQ(one.values, std::vector<std::string>{"a"});
    run(one.revisions.poll());
    EXPECT_EQ(one.loads, 1);
}

TEST_P(RevisionsTest, AnOwnWriteAfterAForeignOneLoadsBoth) {
    Keeper one(db()), two(db());
    run(two.add("a"));
    run(one.add("b"));
    EXPECT_EQ(one.values, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(one.loads, 1);
}

TEST_P(RevisionsTest, FollowLoadsWhatAnotherTopicOwnerKeeps) {
    Keeper one(db()), two(db());
    run(two.add("a"));
    run(one.revisions.follow("settings", 1));
    EXPECT_EQ(one.values, std::vector<std::string>{"a"});
    run(one.revisions.follow("settings", 1));
    run(one.revisions.follow("nobody keeps this", 7));
    EXPECT_EQ(one.loads, 1);
}

/// Writes of two processes and polls, all at once: in the end both know everything, once.
TEST_P(RevisionsTest, ManyWritesFromBothSidesEndUpTheSame) {
    Keeper one(db()), two(db());
    std::vector<awaitable<void>> works;
    for (int i = 0; i < 20; ++i) {
        works.push_back(one.add("one " + std::to_string(i)));
        works.push_back(two.add("two " + std::to_string(i)));
        if (i % 4 == 0) works.push_back(one.revisions.poll());
        if (i % 5 == 0) works.push_back(two.revisions.poll());
    }
    for (auto const& error : test::run_all(std::move(works)))
        EXPECT_EQ(error, nullptr);
    run(one.revisions.poll());
    run(two.revisions.poll());
    auto const stored = db().read_now(&Keeper::read).second;
    EXPECT_EQ(stored.size(), 40U);
    auto sorted = one.values;
    std::sort(sorted.begin(), sorted.end());
    auto expected = stored;
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(sorted, expected);
    sorted = two.values;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, expected);
}

/// A load that read an older state and comes back late must not replace a newer one.
TEST_P(RevisionsTest, ALateLoadDoesNotBringBackThePast) {
    boost::asio::io_context loop(1);
    boost::asio::steady_timer gate(loop, std::chrono::hours(1));
    std::vector<std::int64_t> installed;
    Revisions revisions(db());
    int loads = 0;
    revisions.keep("t", 0, [&]() -> awaitable<Revisions::Loaded> {
        return load_slowly_first(gate, installed, ++loads);
    });
    boost::asio::co_spawn(loop, revisions.follow("t", 1),
                          [](std::exception_ptr error) { EXPECT_EQ(error, nullptr); });
    loop.poll();
    EXPECT_EQ(loads, 1);
    run(loop, revisions.follow("t", 2));
    gate.cancel();
    loop.restart();
    loop.run();
    EXPECT_EQ(loads, 2);
    EXPECT_EQ(installed, std::vector<std::int64_t>{2});
}

ON_EVERY_DATABASE(RevisionsTest);

}  // namespace
}  // namespace ourea::db
