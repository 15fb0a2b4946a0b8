// SPDX-License-Identifier: Apache-2.0
// The schema comes up once, by whoever starts first, and never over a newer one.
#include "db/migrate.hpp"

#include "base/error.hpp"
#include "support/databases.hpp"

#include <gtest/gtest.h>

#include <future>

namespace ourea::db {
namespace {

class MigrateTest : public test::DatabaseTest {
protected:
    static std::vector<std::string> applied(Database& database) {
        return database.read_now([](Transaction& tx) {
            return tx.select<std::string>("SELECT name FROM schema_migrations ORDER BY name");
        });
    }
};
class SharedMigrateTest : public MigrateTest {};

std::vector<Migration> const two{
    {"0001_a", "CREATE TABLE a (n BIGINT);\nINSERT INTO a VALUES (1);\n"},
    {"0002_b", "INSERT INTO a VALUES (2);\n"},
};

TEST_P(MigrateTest, EachRunsOnce) {
    Database database(url());
    EXPECT_EQ(migrate(database, {two[0]}), 1U);
    EXPECT_EQ(migrate(database, two), 1U);
    EXPECT_EQ(migrate(database, two), 0U);
    EXPECT_EQ(applied(database), (std::vector<std::string>{"0001_a", "0002_b"}));
    auto const numbers = database.read_now(
        [](Transaction& tx) { return tx.select<std::int64_t>("SELECT n FROM a ORDER BY n"); });
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 2}));
}

TEST_P(MigrateTest, AFailedOneLeavesNothing) {
    Database database(url());
    auto broken = two;
    broken[1].sql = "INSERT INTO a VALUES (3);\nINSERT INTO nowhere VALUES (1);\n";
    EXPECT_THROW(migrate(database, broken), Error);
    EXPECT_EQ(applied(database), std::vector<std::string>{"0001_a"});
    EXPECT_EQ(migrate(database, two), 1U);
    auto const sum = database.read_now(
        [](Transaction& tx) { return tx.first<std::int64_t>("SELECT SUM(n) FROM a").value(); });
    EXPECT_EQ(sum, 3);
}

TEST_P(MigrateTest, ANewerDatabaseIsRefused) {
    Database database(url());
    migrate(database, two);
    try {
        migrate(database, {two[0]});
        ADD_FAILURE();
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::unavailable);
        EXPECT_NE(error.message().find("newer version of this program (0002_b)"),
                  std::string::npos);
    }
}

TEST_P(MigrateTest, TheProgramsOwnRun) {
    Database database(url());
    EXPECT_EQ(migrate(database), migrations().size());
    for (char const* table : {"users", "sessions", "grants", "audit", "revisions", "settings",
                              "idempotency_keys", "hosts", "instances", "names", "jobs"}) {
        auto const sql = std::string("SELECT COUNT(*) FROM ") + table;
        EXPECT_EQ(
            database.read_now([&](Transaction& tx) { return tx.first<std::int64_t>(sql).value(); }),
            0)
            << table;
    }
}

TEST_P(SharedMigrateTest, ProgramsThatStartAtOnceTakeTurns) {
    Database first(url());  // the file exists; what is raced for is the schema
    std::vector<std::future<std::size_t>> starting;
    for (int i = 0; i < 5; ++i)
        starting.push_back(std::async(std::launch::async, [this] {
            Database database(url());
            return migrate(database);
        }));
    std::size_t ran = 0;
    for (auto& each : starting)
        ran += each.get();
    EXPECT_EQ(ran, migrations().size());
}

ON_EVERY_DATABASE(MigrateTest);
ON_SHARED_DATABASES(SharedMigrateTest);

}  // namespace
}  // namespace ourea::db
