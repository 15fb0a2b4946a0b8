// SPDX-License-Identifier: Apache-2.0
// Sums what an owner's instances take and compares it with the limits.
#include "core/quota.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ourea {
namespace {

constexpr std::int64_t gib = std::int64_t{1} << 30;

struct SumRow {
    std::string owner;
    std::int64_t instances = 0;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_bytes = 0;
    std::int64_t running_instances = 0;
    std::int64_t running_vcpus = 0;
    std::int64_t running_memory_mib = 0;
};
BOOST_DESCRIBE_STRUCT(SumRow, (),
                      (owner, instances, vcpus, memory_mib, disk_bytes, running_instances,
                       running_vcpus, running_memory_mib))

/// What an instance counts with: also what a job makes it grow to, and a start that is not seen
/// yet.
constexpr char counted[] =
    "CASE WHEN growing_vcpus > vcpus THEN growing_vcpus ELSE vcpus END AS vcpus, "
    "CASE WHEN growing_memory_mib > memory_mib THEN growing_memory_mib ELSE memory_mib END AS "
    "memory_mib, CASE WHEN growing_disk_bytes > disk_bytes THEN growing_disk_bytes ELSE "
    "disk_bytes END AS disk_bytes, "
    "CASE WHEN running = 1 OR starting_until > :now THEN 1 ELSE 0 END AS runs FROM instances ";

/// What runs takes the running dimensions, too.
std::string sums() {
    return fmt::format(
        "SELECT owner, COUNT(*) AS instances, "
        "CAST(SUM(vcpus) AS BIGINT) AS vcpus, CAST(SUM(memory_mib) AS BIGINT) AS memory_mib, "
        "CAST(SUM(disk_bytes) AS BIGINT) AS disk_bytes, CAST(SUM(runs) AS BIGINT) AS "
        "running_instances, CAST(SUM(runs * vcpus) AS BIGINT) AS running_vcpus, "
        "CAST(SUM(runs * memory_mib) AS BIGINT) AS running_memory_mib FROM (SELECT owner, {} "
        "WHERE state <> 'gone' AND owner IS NOT NULL) AS counted ",
        counted);
}

struct LimitRow {
    std::optional<std::int64_t> quota_instances;
    std::optional<std::int64_t> quota_vcpus;
    std::optional<std::int64_t> quota_memory_mib;
    std::optional<std::int64_t> quota_disk_gib;
    std::optional<std::int64_t> quota_running_instances;
    std::optional<std::int64_t> quota_running_vcpus;
    std::optional<std::int64_t> quota_running_memory_mib;
};
BOOST_DESCRIBE_STRUCT(LimitRow, (),
                      (quota_instances, quota_vcpus, quota_memory_mib, quota_disk_gib,
                       quota_running_instances, quota_running_vcpus, quota_running_memory_mib))

/// The row that holds an owner's limits: "bob" is a user, "group:web" a group.
struct Holder {
    explicit Holder(std::string const& owner)
        : is_group(owner.starts_with(group_prefix)),
          name(is_group ? owner.substr(group_prefix.size()) : owner) {}
    std::string table() const { return is_group ? "groups" : "users"; }
    Error unknown() const {
        return invalid("owner",
                       std::string("There is no ") + (is_group ? "group " : "user ") + name + ".");
    }
    bool is_group;
    std::string name;
};

constexpr std::string_view loan_sums =
    "SELECT holder, COUNT(*) AS loans, CAST(COALESCE(SUM(instances), 0) AS BIGINT) AS instances, "
    "CAST(COALESCE(SUM(vcpus), 0) AS BIGINT) AS vcpus, CAST(COALESCE(SUM(memory_mib), 0) AS "
    "BIGINT) AS memory_mib, CAST(COALESCE(SUM(disk_gib), 0) AS BIGINT) AS disk_gib, "
    "CAST(COALESCE(SUM(running_instances), 0) AS BIGINT) AS running_instances, "
    "CAST(COALESCE(SUM(running_vcpus), 0) AS BIGINT) AS running_vcpus, "
    "CAST(COALESCE(SUM(running_memory_mib), 0) AS BIGINT) AS running_memory_mib "
    "FROM quota_loans WHERE expires_at > :now ";

SumRow sum_of(db::Transaction& tx, std::string const& owner) {
    auto const sql = sums() + "WHERE owner = :owner GROUP BY owner";
    return tx.first<SumRow>(sql, now(), owner).value_or(SumRow{});
}

std::int64_t in_gib(std::int64_t bytes) {
    return bytes / gib + (bytes % gib > 0 ? 1 : 0);
}

Usage rounded(SumRow const& row) {
    return {row.instances,         row.vcpus,         row.memory_mib,        in_gib(row.disk_bytes),
            row.running_instances, row.running_vcpus, row.running_memory_mib};
}

/// How far `wanted` more leads beyond the limit; what was beyond it before is no matter.
std::optional<std::int64_t> beyond(std::int64_t wanted, std::int64_t after,
                                   std::optional<std::int64_t> limit) {
    if (!limit || wanted <= 0 || after <= *limit) return std::nullopt;
    return after - *limit;
}

/// Appends a sentence if it does.
void compare(std::string& problem, std::string_view what, std::string_view unit,
             std::int64_t wanted, std::int64_t after, std::optional<std::int64_t> limit) {
    if (!beyond(wanted, after, limit)) return;
    if (!problem.empty()) problem += ' ';
    problem += fmt::format("{}: {} of {}{} would be used.", what, after, *limit, unit);
}

SumRow plus(SumRow row, Demand const& wanted) {
    row.instances += wanted.instances;
    row.vcpus += wanted.vcpus;
    row.memory_mib += wanted.memory_mib;
    row.disk_bytes += wanted.disk_bytes;
    row.running_instances += wanted.running_instances;
    row.running_vcpus += wanted.running_vcpus;
    row.running_memory_mib += wanted.running_memory_mib;
    return row;
}

std::string problem_of(Quota const& quota, Usage const& after, Demand const& wanted) {
    std::string problem;
    compare(problem, "Instances", "", wanted.instances, after.instances, quota.instances);
    compare(problem, "CPUs", "", wanted.vcpus, after.vcpus, quota.vcpus);
    compare(problem, "Memory", " MiB", wanted.memory_mib, after.memory_mib, quota.memory_mib);
    compare(problem, "Disk", " GiB", wanted.disk_bytes, after.disk_gib, quota.disk_gib);
    compare(problem, "Running instances", "", wanted.running_instances, after.running_instances,
            quota.running_instances);
    compare(problem, "Running CPUs", "", wanted.running_vcpus, after.running_vcpus,
            quota.running_vcpus);
    compare(problem, "Running memory", " MiB", wanted.running_memory_mib, after.running_memory_mib,
            quota.running_memory_mib);
    return problem;
}

}  // namespace

Quota limits_of(db::Transaction& tx, std::string const& owner) {
    Holder const holder(owner);
    auto const row = tx.first<LimitRow>(
        "SELECT quota_instances, quota_vcpus, quota_memory_mib, quota_disk_gib, "
        "quota_running_instances, quota_running_vcpus, quota_running_memory_mib FROM " +
            holder.table() + " WHERE name = :name",
        holder.name);
    if (!row) throw holder.unknown();
    return {row->quota_instances,         row->quota_vcpus,
            row->quota_memory_mib,        row->quota_disk_gib,
            row->quota_running_instances, row->quota_running_vcpus,
            row->quota_running_memory_mib};
}

Quota raise_limits(db::Transaction& tx, std::string const& owner, Amounts const& by) {
    lock_owner(tx, owner);
    auto quota = limits_of(tx, owner);
    boost::mp11::mp_for_each<reflect::Members<Quota>>([&](auto d) {
        auto& limit = quota.*d.pointer;
        if (limit) *limit += (by.*d.pointer).value_or(0);
    });
    Holder const holder(owner);
    tx.exec("UPDATE " + holder.table() +
                " SET quota_instances = :instances, quota_vcpus = :vcpus, quota_memory_mib = "
                ":memory, quota_disk_gib = :disk, quota_running_instances = :running_instances, "
                "quota_running_vcpus = :running_vcpus, quota_running_memory_mib = "
                ":running_memory WHERE name = :name",
            quota.instances, quota.vcpus, quota.memory_mib, quota.disk_gib, quota.running_instances,
            quota.running_vcpus, quota.running_memory_mib, holder.name);
    return quota;
}

Amounts lack_of(QuotaOutlook const& outlook, Demand const& wanted) {
    auto const& [quota, before, after, problem] = outlook;
    return {beyond(wanted.instances, after.instances, quota.instances),
            beyond(wanted.vcpus, after.vcpus, quota.vcpus),
            beyond(wanted.memory_mib, after.memory_mib, quota.memory_mib),
            beyond(wanted.disk_bytes, after.disk_gib, quota.disk_gib),
            beyond(wanted.running_instances, after.running_instances, quota.running_instances),
            beyond(wanted.running_vcpus, after.running_vcpus, quota.running_vcpus),
            beyond(wanted.running_memory_mib, after.running_memory_mib, quota.running_memory_mib)};
}

QuotaOutlook quota_outlook(db::Transaction& tx, std::string const& owner, Demand const& wanted) {
    QuotaOutlook outlook;
    outlook.quota = with_loans(limits_of(tx, owner), lent_to(tx, owner));
    auto const sum = sum_of(tx, owner);
    outlook.before = rounded(sum);
    outlook.after = rounded(plus(sum, wanted));
    outlook.problem = problem_of(outlook.quota, outlook.after, wanted);
    return outlook;
}

Lent lent_to(db::Transaction& tx, std::string const& owner) {
    auto const sql = std::string(loan_sums) + "AND holder = :holder GROUP BY holder";
    return tx.first<Lent>(sql, now(), holder_of(owner)).value_or(Lent{});
}

std::map<std::string, Lent> lent_to_all(db::Transaction& tx) {
    std::map<std::string, Lent> all;
    auto const sql = std::string(loan_sums) + "GROUP BY holder";
    for (auto const& lent : tx.select<Lent>(sql, now()))
        all.emplace(owner_of(lent.holder), lent);
    return all;
}

Quota with_loans(Quota quota, Lent const& lent) {
    auto const add = [](std::optional<std::int64_t>& limit, std::int64_t more) {
        if (limit) *limit += more;
    };
    add(quota.instances, lent.instances);
    add(quota.vcpus, lent.vcpus);
    add(quota.memory_mib, lent.memory_mib);
    add(quota.disk_gib, lent.disk_gib);
    add(quota.running_instances, lent.running_instances);
    add(quota.running_vcpus, lent.running_vcpus);
    add(quota.running_memory_mib, lent.running_memory_mib);
    return quota;
}

void lock_owner(db::Transaction& tx, std::string const& owner) {
    Holder const holder(owner);
    // An UPDATE locks the row on both databases: who asks next sees what this one added.
    auto const sql = "UPDATE " + holder.table() + " SET name = name WHERE name = :name";
    if (tx.exec(sql, holder.name) == 0) throw holder.unknown();
}

void check_quota(db::Transaction& tx, std::string const& owner, Demand const& wanted) {
    lock_owner(tx, owner);
    auto const outlook = quota_outlook(tx, owner, wanted);
    if (!outlook.problem.empty()) throw Error(Kind::quota, outlook.problem);
}

Demand taken_by(db::Transaction& tx, std::string const& owner) {
    auto const sum = sum_of(tx, owner);
    return {sum.instances,         sum.vcpus,         sum.memory_mib,        sum.disk_bytes,
            sum.running_instances, sum.running_vcpus, sum.running_memory_mib};
}

CountedRow counted_row(db::Transaction& tx, InstanceId const& id) {
    auto const sql = fmt::format("SELECT COALESCE(owner, '') AS owner, {} WHERE id = :id", counted);
    auto const row = tx.first<CountedRow>(sql, now(), id);
    if (!row) throw Error(Kind::conflict, "This instance is gone.");
    return *row;
}

namespace {

/// The row once nobody else can add to what its owner has.
CountedRow locked_row(db::Transaction& tx, InstanceId const& id) {
    auto const owner = counted_row(tx, id).owner;
    if (!owner.empty()) lock_owner(tx, owner);
    return counted_row(tx, id);
}

Demand demand_of(CountedRow const& row, Growth const& growth) {
    Demand demand;
    demand.vcpus = std::max<std::int64_t>(growth.vcpus.value_or(0) - row.vcpus, 0);
    demand.memory_mib = std::max<std::int64_t>(growth.memory_mib.value_or(0) - row.memory_mib, 0);
    demand.disk_bytes = growth.disk_bytes;
    demand.running_vcpus = row.runs * demand.vcpus;
    demand.running_memory_mib = row.runs * demand.memory_mib;
    return demand;
}

}  // namespace

Time reserve_start(db::Transaction& tx, InstanceId const& id) {
    auto const row = locked_row(tx, id);
    Demand const wanted{0, 0, 0, 0, 1, row.vcpus, row.memory_mib};
    if (!row.owner.empty() && row.runs == 0) check_quota(tx, row.owner, wanted);
    auto const until = now() + start_patience;
    tx.exec("UPDATE instances SET starting_until = :until WHERE id = :id", until, id);
    return until;
}

void release_start(db::Transaction& tx, InstanceId const& id, Time reserved) {
    tx.exec("UPDATE instances SET starting_until = 0 WHERE id = :id AND starting_until = :reserved",
            id, reserved);
}

Demand growth_demand(db::Transaction& tx, InstanceId const& id, Growth const& growth) {
    return demand_of(counted_row(tx, id), growth);
}

void reserve_growth(db::Transaction& tx, InstanceId const& id, Growth const& growth) {
    auto const row = locked_row(tx, id);
    auto const demand = demand_of(row, growth);
    if (!row.owner.empty()) check_quota(tx, row.owner, demand);
    tx.exec(
        "UPDATE instances SET growing_vcpus = :vcpus, growing_memory_mib = :memory, "
        "growing_disk_bytes = :disk WHERE id = :id",
        row.vcpus + demand.vcpus, row.memory_mib + demand.memory_mib,
        row.disk_bytes + demand.disk_bytes, id);
}

void settle_growth(db::Transaction& tx, InstanceId const& id, bool grown) {
    if (grown)
        tx.exec(
            "UPDATE instances SET "
            "vcpus = CASE WHEN growing_vcpus > vcpus THEN growing_vcpus ELSE vcpus END, "
            "memory_mib = CASE WHEN growing_memory_mib > memory_mib THEN growing_memory_mib ELSE "
            "memory_mib END, disk_bytes = CASE WHEN growing_disk_bytes > disk_bytes THEN "
            "growing_disk_bytes ELSE disk_bytes END WHERE id = :id",
            id);
    tx.exec(
        "UPDATE instances SET growing_vcpus = 0, growing_memory_mib = 0, growing_disk_bytes = 0 "
        "WHERE id = :id",
        id);
}

Usage usage_of(db::Transaction& tx, std::string const& owner) {
    return rounded(sum_of(tx, owner));
}

std::map<std::string, Usage> usage_of_all(db::Transaction& tx) {
    std::map<std::string, Usage> all;
    auto const sql = sums() + "GROUP BY owner";
    for (auto const& row : tx.select<SumRow>(sql, now()))
        all.emplace(row.owner, rounded(row));
    return all;
}

Standing standing_of(db::Transaction& tx, std::string const& owner) {
    return {usage_of(tx, owner), lent_to(tx, owner)};
}

std::map<std::string, Standing> standing_of_all(db::Transaction& tx) {
    std::map<std::string, Standing> all;
    for (auto const& [owner, usage] : usage_of_all(tx))
        all[owner].usage = usage;
    for (auto const& [owner, lent] : lent_to_all(tx))
        all[owner].lent = lent;
    return all;
}

}  // namespace ourea
