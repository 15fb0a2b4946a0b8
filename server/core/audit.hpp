// SPDX-License-Identifier: Apache-2.0
// The append-only, hash-chained log of who did what, from where, with which result.
#pragma once

#include "base/offload.hpp"
#include "core/people.hpp"
#include "db/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

enum class Result { ok, refused, failed };
BOOST_DESCRIBE_ENUM(Result, ok, refused, failed)

enum class ExportFormat { csv, jsonl };
BOOST_DESCRIBE_ENUM(ExportFormat, csv, jsonl)

/// What is about to be written. Secrets never go into it.
struct AuditEntry {
    std::optional<std::string> actor;
    Via via = Via::system;
    std::optional<std::string> means;         ///< the token's name
    std::optional<std::string> on_behalf_of;  ///< a user, or "group:NAME", if not the actor
    std::optional<std::string> address;
    std::string action;                 ///< "instance.start": kind, dot, verb
    std::optional<std::string> object;  ///< "instance:<uuid>", "user:alice"
    std::optional<std::string> object_name;
    Result result = Result::ok;
    std::string detail = "{}";  ///< JSON text: before, after, reason
    std::optional<std::string> request_id;
};

/// An entry with the actor's part filled in.
AuditEntry audit_entry(Actor const& actor, std::string action, std::string object,
                       std::string object_name);

/// One written record, in the API's shape.
struct Record {
    std::int64_t seq = 0;
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
    RawJson detail;
    std::optional<std::string> request_id;
};
BOOST_DESCRIBE_STRUCT(Record, (),
                      (seq, at, actor, via, means, on_behalf_of, address, action, object,
                       object_name, result, detail, request_id))

struct AuditFilter {
    std::optional<std::string> actor;
    std::optional<std::string> object;  ///< exact: "instance:<uuid>"; with what that took over
    std::optional<std::string> action;  ///< exact, or a prefix ending in a dot: "instance."
    std::optional<std::string> text;    ///< anywhere in who, what, whose, or in the detail
    std::optional<Time> since;
    std::optional<Time> until;  ///< exclusive
    std::optional<Via> via;
    std::optional<Result> result;
    std::optional<std::string> user;   ///< did it, had it done for them, or it was done to
    std::optional<std::string> group;  ///< it was done to, or for
};

struct AuditPage {
    std::vector<Record> items;                ///< newest first
    std::int64_t total = 0;                   ///< all that match the filter
    std::optional<std::int64_t> next_before;  ///< for `before` of the next page
};

/// Either `first_bad` is empty, or it is the first record that was changed, removed or inserted.
struct AuditProof {
    std::int64_t count = 0;     ///< sound records
    std::int64_t seq = 0;       ///< of the last one
    std::string head;           ///< and its hash
    std::optional<Time> at;     ///< and when it was written
    std::int64_t base_seq = 0;  ///< the last one that was removed in order
    std::optional<std::int64_t> first_bad;
    std::string problem;  ///< a sentence, if there is a bad one
};

/// The newest record, and what the last walk over the whole chain found.
struct AuditHead {
    std::int64_t seq = 0;
    std::string hash;
    std::optional<Time> at;
    std::int64_t count = 0;
    std::int64_t base_seq = 0;
    std::optional<bool> verified;  ///< null: not walked yet
    std::optional<Time> verified_at;
    std::optional<std::string> problem;
};
BOOST_DESCRIBE_STRUCT(AuditHead, (),
                      (seq, hash, at, count, base_seq, verified, verified_at, problem))

/// What `Audit::prune` did.
struct Removed {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t count = 0;  ///< 0: there was nothing to remove
};

struct AuditRow;
class ChainWalk;

/// Thread-safe: nothing is kept in memory.
class Audit {
public:
    explicit Audit(db::Database& database) : database_(database) {}

    /// Appends within the transaction of what it tells about: both happen or neither. Call it last,
    /// since all writers wait for each other from here to the commit. Answers the record's number.
    static std::int64_t append(db::Transaction& tx, AuditEntry const& entry);

    /// For what has no transaction of its own: a refusal, a failure, a console opened.
    awaitable<void> note(AuditEntry entry);

    awaitable<AuditPage> list(AuditFilter filter, std::optional<std::int64_t> before,
                              std::size_t limit);

    /// Up to `limit` rows after `after`, oldest first.
    awaitable<std::vector<AuditRow>> rows(AuditFilter filter, std::int64_t after,
                                          std::size_t limit);
    /// The same, waiting; both in one function of the transaction.
    static std::vector<AuditRow> read_rows(db::Transaction& tx, AuditFilter const& filter,
                                           std::int64_t after, std::size_t limit);

    /// Without what a walk found.
    awaitable<AuditHead> head();
    static AuditHead read_head(db::Transaction& tx);

    /// Removes the oldest records, up to the first that is not older than `before`, and says so in
    /// a new record, so that the chain proves where it begins. The rows go in small transactions.
    awaitable<Removed> prune(Actor actor, Time before);

    /// Walks the whole chain in small transactions.
    awaitable<AuditProof> walk();

    /// The same in one; blocks, for the command line.
    AuditProof verify(ChainWalk walk);
    AuditProof verify();

private:
    db::Database& database_;
};

}  // namespace ourea
