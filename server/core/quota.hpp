// SPDX-License-Identifier: Apache-2.0
// Quotas, checked against a sum over the rows in the transaction that adds to it: no counter
// drifts.
#pragma once

#include "core/people.hpp"
#include "db/transaction.hpp"

#include <chrono>
#include <map>
#include <string>

namespace ourea {

/// What something new or a growth would take in addition; bytes, because halves of a GiB add up.
struct Demand {
    std::int64_t instances = 0;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_bytes = 0;
    std::int64_t running_instances = 0;
    std::int64_t running_vcpus = 0;
    std::int64_t running_memory_mib = 0;
};

/// Locks the row of an owner, "NAME" or "group:NAME", until the end of the transaction: nobody else
/// adds to what it owns meanwhile. Throws `invalid` for an unknown one.
void lock_owner(db::Transaction& tx, std::string const& owner);

/// Locks the owner's row until the end of the transaction, then throws `Error(Kind::quota)` with
/// the numbers in words if `wanted` exceeds a limit; a dimension that does not grow is never
/// refused. Write the instance's row after it, in the same transaction. Throws `invalid` for an
/// unknown owner.
void check_quota(db::Transaction& tx, std::string const& owner, Demand const& wanted);

/// What one instance counts with.
struct CountedRow {
    std::string owner;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_bytes = 0;
    std::int64_t runs = 0;
};
BOOST_DESCRIBE_STRUCT(CountedRow, (), (owner, vcpus, memory_mib, disk_bytes, runs))
/// Throws `conflict` if there is no such row.
CountedRow counted_row(db::Transaction& tx, InstanceId const& id);

/// How long a reserved start counts as running before its host has shown it.
inline constexpr std::chrono::seconds start_patience{60};
/// Counts the instance as running from now on, if its owner's quota has room; nobody's always has.
/// Answers what to give `release_start` if the start fails; whoever dies gives it back by and by.
Time reserve_start(db::Transaction& tx, InstanceId const& id);
void release_start(db::Transaction& tx, InstanceId const& id, Time reserved);

/// What an instance is to have; absent stays as it is, less is no growth.
struct Growth {
    std::optional<std::int64_t> vcpus;
    std::optional<std::int64_t> memory_mib;
    std::int64_t disk_bytes = 0;  ///< in addition
};
/// What that takes beside what the instance counts with already.
Demand growth_demand(db::Transaction& tx, InstanceId const& id, Growth const& growth);
/// Counts the instance with what it grows to, if its owner's quota has room; nobody's always has.
/// In the transaction that begins the job, `settle_growth` in the one that ends it.
void reserve_growth(db::Transaction& tx, InstanceId const& id, Growth const& growth);
/// `grown`: what was reserved is there now; else it is as it was.
void settle_growth(db::Transaction& tx, InstanceId const& id, bool grown);

/// What loans add to a quota at present.
struct Lent {
    std::string holder;
    std::int64_t loans = 0;
    std::int64_t instances = 0;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_gib = 0;
    std::int64_t running_instances = 0;
    std::int64_t running_vcpus = 0;
    std::int64_t running_memory_mib = 0;
};
BOOST_DESCRIBE_STRUCT(Lent, (),
                      (holder, loans, instances, vcpus, memory_mib, disk_gib, running_instances,
                       running_vcpus, running_memory_mib))
Lent lent_to(db::Transaction& tx, std::string const& owner);
/// By owner, of those that have loans.
std::map<std::string, Lent> lent_to_all(db::Transaction& tx);
/// Unlimited stays unlimited.
Quota with_loans(Quota quota, Lent const& lent);

/// What is asked for, lent or added beside a quota; absent is nothing.
using Amounts = Quota;
/// The limits of an owner, without loans. Throws `invalid` for an unknown one.
Quota limits_of(db::Transaction& tx, std::string const& owner);
/// Adds to the limits of an owner for good, and answers what they are now; unlimited stays so.
Quota raise_limits(db::Transaction& tx, std::string const& owner, Amounts const& by);

/// What a `dry_run` tells: the same check, told instead of thrown, and nothing locked.
struct QuotaOutlook {
    Quota quota;
    Usage before;
    Usage after;
    std::string problem;  ///< the message that `check_quota` would throw; empty if it fits
};
QuotaOutlook quota_outlook(db::Transaction& tx, std::string const& owner, Demand const& wanted);
/// What a quota lacks for it.
Amounts lack_of(QuotaOutlook const& outlook, Demand const& wanted);

/// What an owner's instances take, as a demand on somebody else's quota.
Demand taken_by(db::Transaction& tx, std::string const& owner);

/// Rows of `instances` in any state but 'gone' count.
Usage usage_of(db::Transaction& tx, std::string const& owner);
/// Of every owner that has an instance.
std::map<std::string, Usage> usage_of_all(db::Transaction& tx);

/// What an owner takes and is lent.
struct Standing {
    Usage usage;
    Lent lent;
};
Standing standing_of(db::Transaction& tx, std::string const& owner);
/// Of every owner that has an instance or a loan.
std::map<std::string, Standing> standing_of_all(db::Transaction& tx);

}  // namespace ourea
