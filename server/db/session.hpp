// SPDX-License-Identifier: Apache-2.0
// One connection to a database, used by one thread; the only place that knows SOCI.
#pragma once

#include "base/error.hpp"
#include "db/value.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ourea::db {

enum class Mode;
enum class Backend;

/// Where the database is, taken apart from its URL.
struct Location {
    Backend backend;
    std::string target;  ///< the file's path, ":memory:", or the whole PostgreSQL URL

    bool in_memory() const { return target == ":memory:"; }
};
Location parse_url(std::string const& url);

/// The transaction did nothing and may be run again: a deadlock's victim, or a connection that went
/// away before the commit.
class Transient : public Error {
public:
    Transient(bool lost, std::string detail);
    bool lost() const noexcept { return lost_; }

private:
    bool lost_;
};

class Session {
public:
    /// Throws `Error(Kind::unavailable)` if there is no way to the database.
    Session(Location const& location, Mode mode);
    ~Session();

    void begin(Mode mode);
    void commit();
    /// False if the connection is of no use any more.
    bool rollback() noexcept;

    std::size_t exec(std::string_view sql, std::vector<Value> values = {});
    Table select(std::string_view sql, std::vector<Value> values = {});

private:
    struct Connection;

    void prepare_sqlite(Location const& location, Mode mode);
    void prepare_postgresql(Location const& location);
    template <class F>
    auto guarded(F f);
    [[noreturn]] void translate(std::string_view sql);

    Backend backend_;
    /// A failed statement spoils the transaction on PostgreSQL; so that nobody relies on SQLite's
    /// leniency, it does here as well.
    bool spoiled_ = false;
    std::unique_ptr<Connection> connection_;
};

}  // namespace ourea::db
