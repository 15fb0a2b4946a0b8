// SPDX-License-Identifier: Apache-2.0
// Runs the migrations that a database has not seen yet.
#include "db/migrate.hpp"

#include "base/log.hpp"
#include "base/time.hpp"
#include "db/database.hpp"

#include <algorithm>
#include <set>

namespace ourea::db {
namespace {

std::string_view trimmed(std::string_view line) {
    constexpr std::string_view space = " \t\r";
    auto const first = line.find_first_not_of(space);
    if (first == line.npos) return {};
    return line.substr(first, line.find_last_not_of(space) - first + 1);
}

/// Two servers that start at once take turns; SQLite's BEGIN IMMEDIATE does that by itself.
void take_turn(Database const& database, Transaction& tx) {
    constexpr std::int64_t lock = 0x6f75726561;  // "ourea"
    if (database.backend() == Backend::postgresql)
        tx.exec("SELECT pg_advisory_xact_lock(CAST(:lock AS BIGINT))", lock);
    tx.exec(
        "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, applied_at BIGINT "
        "NOT NULL)");
}

void refuse_newer(std::set<std::string> const& applied, std::vector<Migration> const& wanted) {
    for (auto const& name : applied) {
        auto const known = std::any_of(wanted.begin(), wanted.end(),
                                       [&](Migration const& each) { return each.name == name; });
        if (known) continue;
        throw Error(Kind::unavailable,
                    "The database was changed by a newer version of this program (" + name +
                        "). Install that version, or restore a backup.");
    }
}

std::set<std::string> applied_migrations(Transaction& tx) {
    auto const names = tx.select<std::string>("SELECT name FROM schema_migrations");
    return {names.begin(), names.end()};
}

}  // namespace

std::vector<std::string> statements(std::string_view sql) {
    std::vector<std::string> result;
    std::string current;
    while (!sql.empty()) {
        auto const end = sql.find('\n');
        auto line = trimmed(sql.substr(0, end));
        sql.remove_prefix(end == sql.npos ? sql.size() : end + 1);
        if (line.empty() || line.starts_with("--")) continue;
        bool const last = line.ends_with(';');
        if (last) line.remove_suffix(1);
        if (!current.empty()) current += '\n';
        current += line;
        if (last) result.push_back(std::exchange(current, {}));
    }
    if (!current.empty()) result.push_back(std::move(current));
    return result;
}

std::size_t migrate(Database& database, std::vector<Migration> const& wanted) {
    auto const applied = database.write_now([&](Transaction& tx) {
        take_turn(database, tx);
        return applied_migrations(tx);
    });
    refuse_newer(applied, wanted);
    std::size_t count = 0;
    for (auto const& migration : wanted) {
        if (applied.contains(migration.name)) continue;
        bool const ran = database.write_now([&](Transaction& tx) {
            take_turn(database, tx);
            if (applied_migrations(tx).contains(migration.name)) return false;
            for (auto const& statement : statements(migration.sql))
                tx.exec(statement);
            tx.exec("INSERT INTO schema_migrations (name, applied_at) VALUES (:name, :at)",
                    migration.name, now());
            return true;
        });
        if (!ran) continue;
        ++count;
        log::info("database migrated", {{"migration", migration.name}});
    }
    return count;
}

}  // namespace ourea::db
