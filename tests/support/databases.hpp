// SPDX-License-Identifier: Apache-2.0
// Runs a test on every database: SQLite in memory and in a file, and a real PostgreSQL server.
#pragma once

#include "base/log.hpp"
#include "db/database.hpp"
#include "db/migrate.hpp"
#include "support/postgresql.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

namespace ourea::test {

enum class Kind { sqlite_memory, sqlite_file, postgresql };

inline std::string to_string(Kind kind) {
    switch (kind) {
        case Kind::sqlite_memory:
            return "SqliteMemory";
        case Kind::sqlite_file:
            return "SqliteFile";
        case Kind::postgresql:
            return "PostgreSql";
    }
    return "?";
}

inline void PrintTo(Kind kind, std::ostream* out) {
    *out << to_string(kind);
}

/// A new, empty database for each test; `db()` has the program's schema.
class DatabaseTest : public testing::TestWithParam<Kind> {
protected:
    void SetUp() override {
        log::set_level("warning");
        if (GetParam() == Kind::postgresql) {
            if (!PostgreSql::available()) GTEST_SKIP() << "there is no PostgreSQL server here";
            url_ = PostgreSql::instance().new_database();
        } else if (GetParam() == Kind::sqlite_file) {
            url_ = "sqlite:" + folder_ / "ourea.db";
        } else {
            url_ = "sqlite::memory:";
        }
    }

    std::string const& url() const { return url_; }
    TemporaryFolder const& folder() const { return folder_; }

    db::Database& db() {
        if (!database_) {
            database_ = std::make_unique<db::Database>(url_);
            db::migrate(*database_);
        }
        return *database_;
    }

private:
    TemporaryFolder folder_;
    std::string url_;
    std::unique_ptr<db::Database> database_;
};

}  // namespace ourea::test

#define OUREA_INSTANTIATE(Fixture, ...)                                 \
    INSTANTIATE_TEST_SUITE_P(On, Fixture, testing::Values(__VA_ARGS__), \
                             [](auto const& on) { return ourea::test::to_string(on.param); })

/// Runs the TEST_P of a fixture on each database.
#define ON_EVERY_DATABASE(Fixture)                                                               \
    OUREA_INSTANTIATE(Fixture, ourea::test::Kind::sqlite_memory, ourea::test::Kind::sqlite_file, \
                      ourea::test::Kind::postgresql)

/// On those that several processes can open, and whose readers have a session of their own.
#define ON_SHARED_DATABASES(Fixture) \
    OUREA_INSTANTIATE(Fixture, ourea::test::Kind::sqlite_file, ourea::test::Kind::postgresql)
