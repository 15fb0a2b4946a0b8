// SPDX-License-Identifier: Apache-2.0
// The history in the database: rows of packed buckets, filled, summed up and removed.
#pragma once

#include "core/history_chunk.hpp"
#include "db/transaction.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ourea {

/// A host by its name, or a machine by its UUID.
struct HistorySubject {
    HistoryKind kind{};
    std::string name;
    auto operator<=>(HistorySubject const&) const = default;
};

/// What a write adds to one subject.
struct HistoryEntry {
    HistorySubject subject;
    std::map<Time, Point> minutes;  ///< by the beginning of the bucket
    std::set<Time> sum_up;          ///< beginnings of buckets of the second tier to make anew
};

/// One transaction at a time does this, whatever process it is of. A minute that is there stays as
/// it is: servers that watch the same hosts fill each other's gaps and count nothing twice. The
/// coarser tiers are made anew from the finer one, so it does not matter who does it, or how often.
void write_history(db::Transaction& tx, std::vector<HistoryEntry> const& entries);

/// What is known of one becomes the past of the other, whose own figures stay where it has any.
void move_history(db::Transaction& tx, HistorySubject const& from, HistorySubject const& to);

/// The buckets of a tier that begin in [from, to), in order; only those with a figure.
std::map<Time, Point> read_history(db::Transaction& tx, HistorySubject const& subject,
                                   Tier const& tier, Time from, Time to);

/// Removes what is older than its tier keeps, and everything of hosts that were removed and of
/// machines that are gone. Answers the number of rows.
std::size_t prune_history(db::Transaction& tx, Time at);

}  // namespace ourea
