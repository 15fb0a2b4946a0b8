// SPDX-License-Identifier: Apache-2.0
// Parameters in SQL text, text that is not UTF-8, and values of odd types.
#include "db/value.hpp"

#include "base/error.hpp"
#include "db/migrate.hpp"
#include "db/sql_text.hpp"

#include <gtest/gtest.h>

namespace ourea::db {
namespace {

TEST(Parameters, AreNumberedByOccurrenceAndBoundByName) {
    auto const p = parameters("UPDATE t SET a = :a, b = :b WHERE a <> :a AND c = ':x' -- ");
    EXPECT_EQ(p.sql, "UPDATE t SET a = :p1, b = :p2 WHERE a <> :p3 AND c = ':x' -- ");
    EXPECT_EQ(p.order, (std::vector<std::size_t>{0, 1, 0}));
    EXPECT_EQ(p.count, 2U);
}

TEST(Parameters, LeaveQuotedNamesAndLoneColonsAlone) {
    EXPECT_EQ(parameters("SELECT \"a:b\", 'it''s :c' : x").sql, "SELECT \"a:b\", 'it''s :c' : x");
    EXPECT_EQ(parameters("VALUES (:name_1)").sql, "VALUES (:p1)");
    EXPECT_EQ(parameters("a = :z").sql, "a = :p1");
}

TEST(CleanUtf8, KeepsWhatIsValid) {
    std::string const text = "plain, \xC3\xBC, \xE2\x82\xAC, \xF0\x9F\x98\x80\n";
    EXPECT_EQ(clean_utf8(text), text);
}

TEST(CleanUtf8, ReplacesWhatPostgreSqlWouldRefuse) {
    std::string const sign = "\xEF\xBF\xBD";
    EXPECT_EQ(clean_utf8(std::string("a\0b", 3)), "a" + sign + "b");
    EXPECT_EQ(clean_utf8("\xC3"), sign);
    EXPECT_EQ(clean_utf8("\xFFz"), sign + "z");
    EXPECT_EQ(clean_utf8("\xED\xA0\x80"), sign + sign + sign);  // a surrogate
    EXPECT_EQ(clean_utf8("\xC0\xAF"), sign + sign);             // overlong
    EXPECT_EQ(clean_utf8("\xF4\x90\x80\x80"), sign + sign + sign + sign);
}

TEST(Values, NumbersComeInAnyType) {
    EXPECT_EQ(integer_of(std::int64_t{7}, "n"), 7);
    EXPECT_EQ(integer_of(7.0, "n"), 7);
    EXPECT_EQ(integer_of(std::string("-7"), "n"), -7);
    EXPECT_EQ(real_of(std::string("1.5"), "n"), 1.5);
    EXPECT_EQ(from_value<bool>(std::string("1"), "n"), true);
    EXPECT_THROW(integer_of(7.5, "n"), Error);
    EXPECT_THROW(integer_of(1e18, "n"), Error);
    EXPECT_THROW(integer_of(std::string("7 "), "n"), Error);
    EXPECT_THROW(integer_of(std::string(), "n"), Error);
    EXPECT_THROW(integer_of(std::monostate{}, "n"), Error);
    EXPECT_THROW(from_value<std::uint8_t>(std::int64_t{300}, "n"), Error);
}

TEST(Statements, EndWithASemicolonAtTheEndOfALine) {
    auto const found = statements(
        "-- it's a comment; with a semicolon;\n"
        "CREATE TABLE t (\n    a TEXT DEFAULT ';x'\n);\r\n\n"
        "INSERT INTO t VALUES ('a');  \n"
        "DELETE FROM t");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0], "CREATE TABLE t (\na TEXT DEFAULT ';x'\n)");
    EXPECT_EQ(found[1], "INSERT INTO t VALUES ('a')");
    EXPECT_EQ(found[2], "DELETE FROM t");
}

/// SOCI reads a column declared INTEGER as 32 bits, so that sizes in bytes would be cut.
TEST(Migrations, DeclareNoColumnInteger) {
    ASSERT_FALSE(migrations().empty());
    for (auto const& migration : migrations())
        for (auto const& statement : statements(migration.sql))
            EXPECT_EQ(statement.find(" INTEGER"), statement.npos) << migration.name;
}

}  // namespace
}  // namespace ourea::db
