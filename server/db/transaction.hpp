// SPDX-License-Identifier: Apache-2.0
// SQL inside one transaction; `Database` opens it, commits it, or rolls it back on an exception.
#pragma once

#include "db/value.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace ourea::db {

class Session;

/// Lives on one database thread, for the length of one call. The SQL text has parameters `:name`,
/// bound in the order in which the names first appear; a name used twice is one parameter.
class Transaction {
public:
    explicit Transaction(Session& session) : session_(session) {}
    Transaction(Transaction const&) = delete;
    Transaction& operator=(Transaction const&) = delete;

    /// Number of affected rows.
    template <class... Values>
    std::size_t exec(std::string_view sql, Values const&... values) {
        return exec_values(sql, {to_value(values)...});
    }

    template <class Row, class... Values>
    std::vector<Row> select(std::string_view sql, Values const&... values) {
        return rows_of<Row>(select_values(sql, {to_value(values)...}));
    }

    /// The first row, if any; `first<std::int64_t>("SELECT COUNT(*) …")` for a single value.
    template <class Row, class... Values>
    std::optional<Row> first(std::string_view sql, Values const&... values) {
        auto rows = select<Row>(sql, values...);
        if (rows.empty()) return std::nullopt;
        return std::move(rows.front());
    }

    std::size_t exec_values(std::string_view sql, std::vector<Value> values);
    Table select_values(std::string_view sql, std::vector<Value> values);

private:
    Session& session_;
};

}  // namespace ourea::db
