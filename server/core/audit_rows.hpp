// SPDX-License-Identifier: Apache-2.0
// The rows of the audit as they are stored, hashed, exported and read back; pure.
#pragma once

#include "core/audit.hpp"

namespace ourea {

/// A row as it is stored.
struct AuditRow {
    std::int64_t seq = 0;
    std::int64_t version = 2;  ///< 1: without `means` and `on_behalf_of`
    Time at;
    std::optional<std::string> actor;
    Via via = Via::system;
    std::optional<std::string> means;
    std::optional<std::string> on_behalf_of;
    std::optional<std::string> address;
    std::string action;
    std::optional<std::string> object;
    std::optional<std::string> object_name;
    Result result = Result::ok;
    std::string detail;
    std::optional<std::string> request_id;
    std::string previous_hash;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(AuditRow, (),
                      (seq, version, at, actor, via, means, on_behalf_of, address, action, object,
                       object_name, result, detail, request_id, previous_hash, hash))

/// The one row of `audit_head`: where the chain ends, and the record before where it begins.
struct AuditEnds {
    std::int64_t seq = 0;
    std::string hash;
    std::int64_t base_seq = 0;
    std::string base_hash;
};
BOOST_DESCRIBE_STRUCT(AuditEnds, (), (seq, hash, base_seq, base_hash))

/// Locks nothing.
AuditEnds audit_ends(db::Transaction& tx);

/// SHA-256, in hex, of everything in the row but the hash itself.
std::string hash_of(AuditRow const& row);
/// The row that follows `ends`, now.
AuditRow row_of(AuditEntry const& entry, AuditEnds const& ends);
void insert(db::Transaction& tx, AuditRow const& row);
Record record_of(AuditRow row);

/// One line of a JSON-lines export, without its end; holds all that the hash covers.
std::string to_json_line(AuditRow const& row);
/// Throws `invalid` if it is none.
AuditRow from_json_line(std::string_view line);

/// The names of the columns, and a row of them (RFC 4180), each without its end. A cell that a
/// spreadsheet would take for a formula begins with an apostrophe.
std::string csv_header();
std::string to_csv_line(AuditRow const& row);

/// How many rows one look at the database takes.
inline constexpr std::size_t audit_page_size = 1000;
/// The lines of those rows whose number is at most `last`.
std::string export_lines(std::vector<AuditRow> const& rows, ExportFormat format, std::int64_t last);

}  // namespace ourea
