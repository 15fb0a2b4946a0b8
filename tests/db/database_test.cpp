// SPDX-License-Identifier: Apache-2.0
// Transactions, types, constraints and races on SQLite and on PostgreSQL.
#include "db/database.hpp"

#include "base/ids.hpp"
#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include <future>
#include <sys/stat.h>
#include <thread>

namespace ourea::db {
namespace {

using test::DatabaseTest;

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Thing {
    JobId id;
    std::string name;
    std::optional<std::string> note;
    std::int64_t size = 0;
    bool good = false;
    double share = 0;
    Time made;
    std::optional<Time> gone;
    Colour colour = Colour::red;
    bool operator==(Thing const&) const = default;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, name, note, size, good, share, made, gone, colour))

class Things : public DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        db().write_now([](Transaction& tx) {
            tx.exec(
                "CREATE TABLE things (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT, "
                "size BIGINT NOT NULL CHECK (size >= 0), good BIGINT NOT NULL, share DOUBLE "
                "PRECISION NOT NULL, made BIGINT NOT NULL, gone BIGINT, colour TEXT NOT NULL)");
            tx.exec("CREATE TABLE parts (thing TEXT NOT NULL REFERENCES things (id))");
        });
    }

    static void insert(Transaction& tx, Thing const& t) {
        tx.exec(
            "INSERT INTO things (id, name, note, size, good, share, made, gone, colour) VALUES "
            "(:id, :name, :note, :size, :good, :share, :made, :gone, :colour)",
            t.id, t.name, t.note, t.size, t.good, t.share, t.made, t.gone, t.colour);
    }
    void add(Thing const& t) {
        db().write_now([&](Transaction& tx) { insert(tx, t); });
    }
    std::int64_t count() {
        return db().read_now([](Transaction& tx) {
            return tx.first<std::int64_t>("SELECT COUNT(*) FROM things").value();
        });
    }
};

class SharedThings : public Things {};

Thing thing(std::string name, std::int64_t size = 1) {
    Thing t;
    t.id = JobId::random();
    t.name = std::move(name);
    t.size = size;
    t.made = now();
    return t;
}

TEST_P(Things, EveryTypeComesBackAsItWent) {
    Thing t = thing("quote ' and :colon \xF0\x9F\x98\x80", std::int64_t{1} << 60);
    t.good = true;
    t.share = 0.1;
    t.colour = Colour::green;
    add(t);
    Thing other = thing("other");
    other.note = "";
    other.gone = from_unix_ms(0);
    add(other);
    auto const found = db().read_now([](Transaction& tx) {
        return tx.select<Thing>("SELECT * FROM things ORDER BY name DESC");
    });
    EXPECT_EQ(found, (std::vector<Thing>{t, other}));
}

TEST_P(Things, SumsAndCountsAreWholeNumbers) {
    add(thing("a", 5'000'000'000));
    add(thing("b", 6'000'000'000));
    auto query = [](Transaction& tx) {
        return tx.first<std::int64_t>("SELECT SUM(size) FROM things").value();
    };
    EXPECT_EQ(db().read_now(query), 11'000'000'000);
    EXPECT_EQ(db().read_now([](Transaction& tx) {
        return tx
            .first<std::int64_t>(
                "SELECT COALESCE(SUM(CAST(size AS BIGINT)), 0) FROM things WHERE name = :n", "none")
            .value();
    }),
              0);
    EXPECT_EQ(count(), 2);
}

TEST_P(Things, AffectedRowsAreCounted) {
    add(thing("a"));
    add(thing("b"));
    auto affected = [&](std::string_view sql) {
        return db().write_now([&](Transaction& tx) { return tx.exec(sql); });
    };
    EXPECT_EQ(affected("UPDATE things SET size = 2"), 2U);
    EXPECT_EQ(affected("UPDATE things SET size = 3 WHERE name = 'a'"), 1U);
    EXPECT_EQ(affected("UPDATE things SET size = 3 WHERE name = 'x'"), 0U);
    EXPECT_EQ(affected("DELETE FROM things"), 2U);
}

TEST_P(Things, AParameterUsedTwiceIsOne) {
    add(thing("a", 7));
    auto const found = db().read_now([](Transaction& tx) {
        return tx.select<std::string>(
            "SELECT name FROM things WHERE name = :n AND size = :s AND name = :n", "a", 7);
    });
    EXPECT_EQ(found, std::vector<std::string>{"a"});
}

TEST_P(Things, AWrongNumberOfValuesIsRefused) {
    EXPECT_THROW(db().read_now([](Transaction& tx) {
        return tx.select<std::string>("SELECT name FROM things WHERE name = :n", "a", 7);
    }),
                 Error);
}

TEST_P(Things, TextThatIsNotUtf8IsRepaired) {
    add(thing(std::string("a\0b\xFF", 4)));
    auto const name = db().read_now(
        [](Transaction& tx) { return tx.first<std::string>("SELECT name FROM things").value(); });
    EXPECT_EQ(name,
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD");
}

TEST_P(Things, AnExceptionRollsBack) {
    EXPECT_THROW(db().write_now([](Transaction& tx) {
        insert(tx, thing("a"));
        throw Error(Kind::invalid, "no");
    }),
                 Error);
    EXPECT_EQ(count(), 0);
}

TEST_P(Things, BrokenConstraintsAreRecognised) {
    add(thing("a"));
    auto broken = [&](auto f) -> std::optional<Constraint> {
        try {
            db().write_now(f);
        } catch (ConstraintError const& error) {
            EXPECT_EQ(error.kind(), Kind::conflict);
            return error.constraint();
        }
        return std::nullopt;
    };
    EXPECT_EQ(broken([](Transaction& tx) { insert(tx, thing("a")); }), Constraint::unique);
    EXPECT_EQ(broken([](Transaction& tx) { insert(tx, thing("b", -1)); }), Constraint::check);
    EXPECT_EQ(broken([](Transaction& tx) { tx.exec("INSERT INTO parts VALUES ('none')"); }),
              Constraint::foreign_key);
    EXPECT_EQ(broken([](Transaction& tx) { tx.exec("INSERT INTO parts VALUES (NULL)"); }),
              Constraint::not_null);
    EXPECT_EQ(count(), 1);
}

TEST_P(Things, ATransactionDoesNotGoOnAfterAFailedStatement) {
    EXPECT_THROW(db().write_now([](Transaction& tx) {
        insert(tx, thing("a"));
        try {
            tx.exec("INSERT INTO parts VALUES ('none')");
        } catch (ConstraintError const&) {
            // goes on all the same: that is what must not work
        }
    }),
                 Error);
    EXPECT_EQ(count(), 0);
}

TEST_P(SharedThings, AReaderCannotWrite) {
    EXPECT_THROW(db().read_now([](Transaction& tx) { tx.exec("DELETE FROM things"); }), Error);
}

TEST_P(SharedThings, AReaderDoesNotWaitForALongWrite) {
    add(thing("a"));
    std::promise<void> wrote, go_on;
    auto writing = std::async(std::launch::async, [&] {
        db().write_now([&](Transaction& tx) {
            tx.exec("DELETE FROM things");
            wrote.set_value();
            go_on.get_future().wait();
        });
    });
    wrote.get_future().wait();
    EXPECT_EQ(count(), 1);
    go_on.set_value();
    writing.get();
    EXPECT_EQ(count(), 0);
}

TEST_P(Things, CoroutinesResumeOnTheirOwnThread) {
    auto work = [](Database& db) -> awaitable<std::int64_t> {
        auto const here = std::this_thread::get_id();
        auto add = [](Transaction& tx) {
            insert(tx, thing("a"));
            return std::this_thread::get_id();
        };
        auto const there = co_await db.write(add);
        EXPECT_NE(there, here);
        EXPECT_EQ(std::this_thread::get_id(), here);
        auto size = [](Transaction& tx) {
            return tx.first<std::int64_t>("SELECT COUNT(*) FROM things").value();
        };
        co_return co_await db.read(size);
    };
    EXPECT_EQ(test::run(work(db())), 1);
}

TEST_P(Things, AnErrorReachesTheCoroutineWithItsType) {
    auto work = [](Database& db) -> awaitable<void> {
        auto add = [](Transaction& tx) { tx.exec("INSERT INTO parts VALUES ('none')"); };
        co_await db.write(add);
    };
    EXPECT_THROW(test::run(work(db())), ConstraintError);
}

TEST_P(Things, ConcurrentIncrementsAreAllCounted) {
    add(thing("a", 0));
    auto increment = [](Database& db) -> awaitable<void> {
        auto add = [](Transaction& tx) {
            tx.exec("UPDATE things SET size = size + 1 WHERE name = 'a'");
        };
        co_await db.write(add);
    };
    std::vector<awaitable<void>> works;
    for (int i = 0; i < 100; ++i)
        works.push_back(increment(db()));
    for (auto const& error : test::run_all(std::move(works)))
        EXPECT_EQ(error, nullptr);
    EXPECT_EQ(db().read_now([](Transaction& tx) {
        return tx.first<std::int64_t>("SELECT size FROM things").value();
    }),
              100);
}

/// Each transaction takes the two rows in the other's order: PostgreSQL kills one, which runs
/// again.
TEST_P(Things, ADeadlockIsRunAgain) {
    add(thing("a", 0));
    add(thing("b", 0));
    auto swap = [](Database& db, std::string first, std::string second) -> awaitable<void> {
        auto both = [first, second](Transaction& tx) {
            tx.exec("UPDATE things SET size = size + 1 WHERE name = :n", first);
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            tx.exec("UPDATE things SET size = size + 1 WHERE name = :n", second);
        };
        co_await db.write(both);
    };
    std::vector<awaitable<void>> works;
    for (int i = 0; i < 4; ++i) {
        works.push_back(swap(db(), "a", "b"));
        works.push_back(swap(db(), "b", "a"));
    }
    for (auto const& error : test::run_all(std::move(works)))
        EXPECT_EQ(error, nullptr) << describe(error);
    EXPECT_EQ(db().read_now([](Transaction& tx) {
        return tx.select<std::int64_t>("SELECT size FROM things ORDER BY name");
    }),
              (std::vector<std::int64_t>{8, 8}));
}

ON_EVERY_DATABASE(Things);
ON_SHARED_DATABASES(SharedThings);

TEST(Database, RefusesAnUnknownUrl) {
    for (char const* url : {"", "sqlite:", "mysql://x", "/tmp/file", "sqlite:a\"b"}) {
        try {
            Database db(url);
            ADD_FAILURE() << url;
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), Kind::invalid) << url;
        }
    }
}

TEST(Database, SaysThatItCannotOpen) {
    for (char const* url :
         {"sqlite:/nowhere/at/all.db", "postgresql://user:secret@%2Fnowhere/test"}) {
        try {
            Database db(url);
            ADD_FAILURE() << url;
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), Kind::unavailable) << url;
            EXPECT_EQ((error.message() + error.detail()).find("secret"), std::string::npos);
        }
    }
}

TEST(Database, ItsFilesAreForTheOwnerOnly) {
    test::TemporaryFolder folder;
    auto const old = ::umask(0);
    Database db("sqlite:" + folder / "with space=and equals.db");
    db.write_now([](Transaction& tx) { tx.exec("CREATE TABLE t (a TEXT)"); });
    ::umask(old);
    std::size_t files = 0;
    for (auto const& file : std::filesystem::directory_iterator(folder.path())) {
        EXPECT_EQ(file.status().permissions(), std::filesystem::perms(0600)) << file.path();
        ++files;
    }
    EXPECT_EQ(files, 3U);  // the database, its write-ahead log and that one's index
}

/// A busy database answers `unavailable`, never a defect.
TEST(Database, WaitsForAnotherProcessThatWrites) {
    test::TemporaryFolder folder;
    auto const url = "sqlite:" + folder / "ourea.db";
    Database one(url), two(url);
    one.write_now([](Transaction& tx) { tx.exec("CREATE TABLE t (a BIGINT)"); });
    std::promise<void> began;
    auto slow = std::async(std::launch::async, [&] {
        one.write_now([&](Transaction& tx) {
            tx.exec("INSERT INTO t VALUES (1)");
            began.set_value();
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        });
    });
    began.get_future().wait();
    two.write_now([](Transaction& tx) { tx.exec("INSERT INTO t VALUES (2)"); });
    slow.get();
    EXPECT_EQ(two.read_now([](Transaction& tx) {
        return tx.first<std::int64_t>("SELECT COUNT(*) FROM t").value();
    }),
              2);
}

TEST(PostgreSql, ASessionComesBackAfterTheServerWentAway) {
    if (!test::PostgreSql::available()) GTEST_SKIP() << "there is no PostgreSQL server here";
    auto& server = test::PostgreSql::instance();
    Database db(server.new_database());
    db.write_now([](Transaction& tx) { tx.exec("CREATE TABLE t (a BIGINT)"); });
    server.restart();
    for (int i = 0; i < 8; ++i)
        db.write_now([](Transaction& tx) { tx.exec("INSERT INTO t VALUES (1)"); });
    EXPECT_EQ(db.read_now([](Transaction& tx) {
        return tx.first<std::int64_t>("SELECT COUNT(*) FROM t").value();
    }),
              8);
}

}  // namespace
}  // namespace ourea::db
