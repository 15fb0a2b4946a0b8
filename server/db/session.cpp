// SPDX-License-Identifier: Apache-2.0
// Talks to SQLite and PostgreSQL by SOCI and turns their errors into ours.
#include "db/session.hpp"

#include "base/log.hpp"
#include "db/constraint.hpp"
#include "db/database.hpp"
#include "db/sql_text.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <fcntl.h>

namespace ourea::db {
namespace {

constexpr std::string_view sqlite_prefix = "sqlite:";

/// What SOCI binds to must stay where it is until the statement ran.
struct Bound {
    long long integer = 0;
    double real = 0;
    std::string text;
    soci::indicator indicator = soci::i_ok;
};

void bind(soci::statement& statement, Bound& slot, Value const& value) {
    if (auto const* integer = std::get_if<std::int64_t>(&value)) {
        slot.integer = *integer;
        statement.exchange(soci::use(slot.integer, slot.indicator));
    } else if (auto const* real = std::get_if<double>(&value)) {
        slot.real = *real;
        statement.exchange(soci::use(slot.real, slot.indicator));
    } else {
        if (auto const* text = std::get_if<std::string>(&value)) {
            slot.text = clean_utf8(*text);
        } else {
            slot.indicator = soci::i_null;
        }
        statement.exchange(soci::use(slot.text, slot.indicator));
    }
}

/// A statement with its parameters, ready to run.
struct Prepared {
    std::deque<Bound> slots;
    soci::statement statement;

    Prepared(soci::session& session, std::string_view sql, std::vector<Value> const& values)
        : statement(session) {
        auto const text = parameters(sql);
        if (text.count != values.size()) {
            throw Error(Kind::internal, "A database query was called wrongly.",
                        std::to_string(values.size()) + " values for: " + std::string(sql));
        }
        statement.alloc();
        for (auto const index : text.order)
            bind(statement, slots.emplace_back(), values[index]);
        statement.prepare(text.sql, soci::details::st_one_time_query);
        statement.define_and_bind();
    }
};

Value value_at(soci::row const& row, std::size_t i) {
    if (row.get_indicator(i) == soci::i_null) return std::monostate{};
    switch (row.get_properties(i).get_data_type()) {
        case soci::dt_string:
            return row.get<std::string>(i);
        case soci::dt_double:
            return row.get<double>(i);
        case soci::dt_integer:
            return static_cast<std::int64_t>(row.get<int>(i));
        case soci::dt_long_long:
            return static_cast<std::int64_t>(row.get<long long>(i));
        case soci::dt_unsigned_long_long:
            return static_cast<std::int64_t>(row.get<unsigned long long>(i));
        default:
            bad_column(row.get_properties(i).get_name(), "a number or text");
    }
}

std::optional<Constraint> broken_in_sqlite(std::string_view message) {
    auto says = [&](std::string_view text) { return message.find(text) != message.npos; };
    if (says("UNIQUE constraint") || says("PRIMARY KEY")) return Constraint::unique;
    if (says("FOREIGN KEY constraint")) return Constraint::foreign_key;
    if (says("CHECK constraint")) return Constraint::check;
    if (says("NOT NULL constraint")) return Constraint::not_null;
    return std::nullopt;
}

/// SQLSTATE, class 23 of the PostgreSQL documentation's appendix A.
std::optional<Constraint> broken_in_postgresql(std::string_view state) {
    if (state == "23505") return Constraint::unique;
    if (state == "23503") return Constraint::foreign_key;
    if (state == "23514") return Constraint::check;
    if (state == "23502") return Constraint::not_null;
    return std::nullopt;
}

/// SOCI's text repeats the parameters' values, which the log must not see.
std::string plain_message(soci::soci_error const& error) {
    return error.get_error_message();
}

[[noreturn]] void fail_internal(std::string const& message, std::string_view sql) {
    throw Error(Kind::internal, "The database refused a query.",
                message + " in: " + std::string(sql));
}

[[noreturn]] void throw_sqlite(soci::sqlite3_soci_error const& error, std::string_view sql) {
    constexpr int busy = 5, locked = 6, full = 13;
    auto const message = plain_message(error);
    if (auto const broken = broken_in_sqlite(message)) throw ConstraintError(*broken, message);
    int const code = error.result() & 0xFF;  // the rest tells kinds of the same error apart
    if (code == busy || code == locked)
        throw Error(Kind::unavailable, "The database is busy. Try again.", message);
    if (code == full)
        throw Error(Kind::unavailable, "The disk that holds the database is full.", message);
    fail_internal(message, sql);
}

[[noreturn]] void throw_postgresql(soci::postgresql_soci_error const& error, bool connected,
                                   std::string_view sql) {
    auto const message = plain_message(error);
    auto const state = error.sqlstate();
    if (auto const broken = broken_in_postgresql(state)) throw ConstraintError(*broken, message);
    if (state == "40001" || state == "40P01") throw Transient(false, message);
    if (!connected || state.starts_with("08") || state.starts_with("57P"))
        throw Transient(true, message);
    if (state == "55P03")
        throw Error(Kind::unavailable, "The database is busy. Try again.", message);
    if (state.starts_with("53"))
        throw Error(Kind::unavailable, "The database server is short of resources.", message);
    fail_internal(message, sql);
}

[[noreturn]] void cannot_open(std::string const& what, std::string detail) {
    throw Error(Kind::unavailable, "The database cannot be opened: " + what, std::move(detail));
}

/// SQLite would create the file by the umask, and its journal by the file. A file that is there is
/// not opened: closing it would end all locks of this process on it (POSIX), and the next command
/// that ends would take the write-ahead log of the running server away.
void create_private(std::string const& path) {
    int const fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        ::close(fd);
    else if (errno != EEXIST || ::access(path.c_str(), R_OK | W_OK) != 0)
        cannot_open(path + ": " + std::strerror(errno), {});
}

/// A server that does not answer, or a network that swallows packets, must not hold a thread for
/// minutes; the URL may say otherwise.
std::string with_defaults(std::string url) {
    for (std::string const option :
         {"connect_timeout=5", "tcp_user_timeout=15000", "application_name=ourea"}) {
        if (url.find(option.substr(0, option.find('=') + 1)) != url.npos) continue;
        url += (url.find('?') == url.npos ? "?" : "&") + option;
    }
    return url;
}

}  // namespace

Location parse_url(std::string const& url) {
    if (url.starts_with("postgresql://") || url.starts_with("postgres://"))
        return {Backend::postgresql, with_defaults(url)};
    if (url.starts_with(sqlite_prefix) && url.size() > sqlite_prefix.size() &&
        url.find('"') == url.npos)
        return {Backend::sqlite, url.substr(sqlite_prefix.size())};
    throw invalid("database", "The database must be sqlite:PATH or postgresql://…");
}

Transient::Transient(bool lost, std::string detail)
    : Error(Kind::unavailable,
            lost ? "The connection to the database was lost. Try again."
                 : "The database is busy. Try again.",
            std::move(detail)),
      lost_(lost) {}

struct Session::Connection {
    soci::session sql;
};

Session::Session(Location const& location, Mode mode)
    : backend_(location.backend), connection_(std::make_unique<Connection>()) {
    try {
        if (backend_ == Backend::sqlite) {
            prepare_sqlite(location, mode);
        } else {
            prepare_postgresql(location);
        }
    } catch (soci::soci_error const& error) {
        // The URL may hold a password, and PostgreSQL's own message does not repeat it.
        cannot_open(backend_ == Backend::sqlite ? location.target : "PostgreSQL does not answer",
                    plain_message(error));
    }
}

Session::~Session() = default;

void Session::prepare_sqlite(Location const& location, Mode mode) {
    if (!location.in_memory()) create_private(location.target);
    auto& sql = connection_->sql;
    sql.open(soci::sqlite3, "dbname=\"" + location.target + "\"");
    sql << "PRAGMA busy_timeout = 10000";
    // WAL: readers never wait. FULL: a write that was confirmed survives a power cut as well; with
    // NORMAL the audit could lose its last records, for the price of one fsync a write.
    sql << "PRAGMA journal_mode = WAL";
    sql << "PRAGMA synchronous = FULL";
    sql << "PRAGMA foreign_keys = ON";
    if (mode == Mode::read && !location.in_memory()) sql << "PRAGMA query_only = ON";
}

void Session::prepare_postgresql(Location const& location) {
    auto& sql = connection_->sql;
    sql.open(soci::postgresql, location.target);
    sql << "SET client_encoding = 'UTF8'";
    sql << "SET client_min_messages = error";
    sql << "SET lock_timeout = '10s'";
}

template <class F>
auto Session::guarded(F f) {
    if (spoiled_) {
        throw Error(Kind::internal, "A database transaction went on after an error.",
                    "a statement failed before in this transaction");
    }
    try {
        return f(connection_->sql);
    } catch (...) {
        spoiled_ = true;
        throw;
    }
}

void Session::translate(std::string_view sql) {
    try {
        throw;
    } catch (soci::sqlite3_soci_error const& error) {
        throw_sqlite(error, sql);
    } catch (soci::postgresql_soci_error const& error) {
        throw_postgresql(error, connection_->sql.is_connected(), sql);
    } catch (soci::soci_error const& error) {
        if (!connection_->sql.is_connected()) throw Transient(true, plain_message(error));
        fail_internal(plain_message(error), sql);
    } catch (std::bad_cast const& error) {
        fail_internal(error.what(), sql);
    }
}

void Session::begin(Mode mode) {
    spoiled_ = false;
    if (backend_ == Backend::sqlite) {
        exec(mode == Mode::write ? "BEGIN IMMEDIATE" : "BEGIN");
    } else {
        exec(mode == Mode::write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
}

void Session::commit() {
    exec("COMMIT");
}

bool Session::rollback() noexcept {
    try {
        spoiled_ = false;
        exec("ROLLBACK");
        return true;
    } catch (std::exception const& error) {
        log::warning("rolling back failed", {{"error", error.what()}});
        return false;
    }
}

std::size_t Session::exec(std::string_view sql, std::vector<Value> values) {
    return guarded([&](soci::session& session) -> std::size_t {
        try {
            Prepared prepared(session, sql, values);
            prepared.statement.execute(true);
            return static_cast<std::size_t>(prepared.statement.get_affected_rows());
        } catch (Error const&) {
            throw;
        } catch (...) {
            translate(sql);
        }
    });
}

Table Session::select(std::string_view sql, std::vector<Value> values) {
    return guarded([&](soci::session& session) {
        try {
            Table table;
            Prepared prepared(session, sql, values);
            soci::row row;
            prepared.statement.exchange_for_rowset(soci::into(row));
            prepared.statement.execute();
            while (prepared.statement.fetch()) {
                if (table.columns.empty())
                    for (std::size_t i = 0; i < row.size(); ++i)
                        table.columns.push_back(row.get_properties(i).get_name());
                auto& out = table.rows.emplace_back();
                for (std::size_t i = 0; i < row.size(); ++i)
                    out.push_back(value_at(row, i));
            }
            return table;
        } catch (Error const&) {
            throw;
        } catch (...) {
            translate(sql);
        }
    });
}

}  // namespace ourea::db
