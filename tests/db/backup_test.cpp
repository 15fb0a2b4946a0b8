// SPDX-License-Identifier: Apache-2.0
// A backup of a SQLite database in use is whole, and comes back only over a stopped server's.
#include "base/error.hpp"
#include "db/database.hpp"
#include "db/migrate.hpp"
#include "support/databases.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace ourea::db {
namespace {

namespace fs = std::filesystem;

class BackupTest : public testing::Test {
protected:
    void SetUp() override { log::set_level("warning"); }

    static void set(Database& database, std::string const& key) {
        database.write_now([&](Transaction& tx) {
            tx.exec("INSERT INTO settings (key, value) VALUES (:key, '')", key);
        });
    }
    static std::vector<std::string> keys(Database& database) {
        return database.read_now([](Transaction& tx) {
            return tx.select<std::string>("SELECT key FROM settings ORDER BY key");
        });
    }
    std::string refusal(std::string const& file) {
        try {
            restore(url_, file);
            return "";
        } catch (Error const& error) {
            return error.message();
        }
    }

    test::TemporaryFolder folder_;
    std::string const file_ = folder_ / "ourea.db";
    std::string const url_ = "sqlite:" + file_;
    std::string const copy_ = folder_ / "it's a copy";
};

TEST_F(BackupTest, ComesBackAsItWas) {
    {
        Database database(url_);
        migrate(database);
        set(database, "before");
        database.backup(copy_);
        set(database, "after");
    }
    EXPECT_EQ(fs::status(copy_).permissions(), fs::perms(0600));
    restore(url_, copy_);
    Database database(url_);
    EXPECT_EQ(keys(database), std::vector<std::string>{"before"});
    EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0600));
    Database kept("sqlite:" + file_ + ".before");
    EXPECT_EQ(keys(kept), (std::vector<std::string>{"after", "before"}));
    EXPECT_TRUE(fs::exists(copy_));
}

TEST_F(BackupTest, WorksWhileSomebodyWrites) {
    Database database(url_);
    migrate(database);
    std::atomic<bool> stop = false;
    std::atomic<int> written = 0;
    std::thread writer([&] {
        while (!stop)
            set(database, "key" + std::to_string(written++));
    });
    while (written < 20)
        std::this_thread::yield();
    database.backup(copy_);
    stop = true;
    writer.join();
    Database copied("sqlite:" + copy_);
    EXPECT_GE(keys(copied).size(), 19U);
    EXPECT_EQ(copied.read_now([](Transaction& tx) {
        return tx.first<std::string>("PRAGMA integrity_check").value();
    }),
              "ok");
}

TEST_F(BackupTest, NeverOverwritesAFile) {
    Database database(url_);
    std::ofstream(copy_) << "precious";
    EXPECT_THROW(database.backup(copy_), Error);
    std::string content;
    std::ifstream(copy_) >> content;
    EXPECT_EQ(content, "precious");
    EXPECT_THROW(database.backup("/nowhere/at/all"), Error);
}

TEST_F(BackupTest, IsNotRestoredOverARunningServer) {
    Database database(url_);
    migrate(database);
    set(database, "now");
    database.backup(copy_);
    EXPECT_EQ(refusal(copy_), "The database is in use. Stop the server first.");
    set(database, "later");
    EXPECT_EQ(keys(database), (std::vector<std::string>{"later", "now"}));
    EXPECT_FALSE(fs::exists(file_ + ".restoring"));
}

TEST_F(BackupTest, WhatIsNoBackupIsRefused) {
    {
        Database database(url_);
        migrate(database);
        set(database, "kept");
        Database other("sqlite:" + folder_ / "other");
        other.write_now([](Transaction& tx) { tx.exec("CREATE TABLE t (a TEXT)"); });
        Database newer("sqlite:" + folder_ / "newer");
        migrate(newer);
        migrate(newer, [] {
            auto all = migrations();
            all.push_back({"9999_future", ""});
            return all;
        }());
        std::ofstream(folder_ / "text") << "this is no database at all, but long enough for one";
    }
    EXPECT_NE(refusal(folder_ / "text").find("is not a database"), std::string::npos);
    EXPECT_NE(refusal(folder_ / "other").find("is not a database"), std::string::npos);
    EXPECT_NE(refusal(folder_ / "newer").find("newer version"), std::string::npos);
    EXPECT_NE(refusal(folder_ / "nothing").find("No such file"), std::string::npos);
    Database database(url_);
    EXPECT_EQ(keys(database), std::vector<std::string>{"kept"});
}

TEST_F(BackupTest, IsForSqliteFilesOnly) {
    Database memory("sqlite::memory:");
    EXPECT_THROW(memory.backup(copy_), Error);
    EXPECT_THROW(restore("postgresql://localhost/x", copy_), Error);
    EXPECT_FALSE(fs::exists(copy_));
}

}  // namespace
}  // namespace ourea::db
