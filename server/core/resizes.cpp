// SPDX-License-Identifier: Apache-2.0
// Plans another size or disk and reserves what it needs.
#include "core/resizes.hpp"

#include "core/records.hpp"
#include "core/sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ourea {
namespace {

std::int64_t checked_bytes(std::int64_t gib) {
    if (gib < 1 || gib > most_disk_gib)
        throw invalid("size_gib", fmt::format("size_gib: expected 1 to {}", most_disk_gib));
    return gib * bytes_per_gib;
}

/// That of the first disk where it is one that can be offered.
DiskBus choose_bus(Instance const& instance, std::optional<DiskBus> wanted) {
    auto bus = DiskBus::virtio;
    for (auto const& disk : instance.facts->disks) {
        if (disk.device != "disk") continue;
        bus = reflect::enum_value<DiskBus>(disk.bus).value_or(bus);
        break;
    }
    bus = wanted.value_or(bus);
    if (bus == DiskBus::sata && is_on(instance.row.state))
        throw Error(Kind::conflict,
                    "bus: a running machine takes no SATA disk; shut it down first, or choose "
                    "virtio or scsi.",
                    {}, "bus");
    return bus;
}

std::string free_target(Instance const& instance, DiskBus bus) {
    std::set<std::string> taken;
    for (auto const& disk : instance.facts->disks)
        taken.insert(disk.target);
    std::string const prefix = bus == DiskBus::virtio ? "vd" : "sd";
    for (char letter = 'a'; letter <= 'z'; ++letter)
        if (!taken.contains(prefix + letter)) return prefix + letter;
    throw Error(Kind::conflict, instance.record.name + " has as many disks as it can.");
}

/// Only what the job adds counts, and what it takes away counts until it is gone.
Growth growth_of(ResizePlan const& plan) {
    return {plan.after.vcpus, plan.after.memory_mib, 0};
}

Growth growth_of(DiskPlan const& plan) {
    return {{}, {}, plan.after_bytes - plan.before_bytes};
}

template <class Shape>
std::string before_after(Shape before, Shape after) {
    boost::json::object const detail{{"before", std::move(before)}, {"after", std::move(after)}};
    return boost::json::serialize(detail);
}

std::string detail_of(ResizePlan const& plan) {
    auto const size = [](SizeView const& one) {
        return boost::json::object{{"vcpus", one.vcpus}, {"memory_mib", one.memory_mib}};
    };
    return before_after(size(plan.before), size(plan.after));
}

std::string detail_of(DiskPlan const& plan) {
    boost::json::object after{{"target", plan.target},
                              {"pool", plan.pool},
                              {"volume", plan.volume},
                              {"size_bytes", plan.after_bytes}};
    if (plan.before_bytes == 0) return before_after<boost::json::value>(nullptr, after);
    auto before = after;
    before["size_bytes"] = plan.before_bytes;
    return before_after(std::move(before), std::move(after));
}

}  // namespace

Resizes::Resizes(db::Database& database, Inventory& inventory, Hosts& hosts, Instances& instances,
                 Jobs& jobs)
    : database_(database),
      inventory_(inventory),
      hosts_(hosts),
      instances_(instances),
      jobs_(jobs) {
    jobs_.define("resize", [this](JobRecord const& record) { return make_resize(record); });
    jobs_.define("add_disk", [this](JobRecord const& record) { return make_addition(record); });
    jobs_.define("grow_disk", [this](JobRecord const& record) { return make_growth(record); });
}

ResizePlan Resizes::plan_size(Actor const& actor, InstanceId const& id, NewSize const& size) const {
    auto const& instance = instances_.allowed(actor, id, Verb::resize);
    auto const* host = inventory_.host(*instance.record.host);
    ResizePlan plan;
    plan.id = id;
    plan.instance = instance.record.name;
    plan.host = *instance.record.host;
    plan.actor = actor.user;
    plan.before = {instance.facts->next_vcpus,
                   static_cast<std::int64_t>(instance.facts->next_memory_mib)};
    plan.after = plan.before;
    if (size.vcpus) plan.after.vcpus = checked_vcpus(host, size.vcpus, 0);
    if (size.memory_mib) plan.after.memory_mib = checked_memory_mib(host, size.memory_mib, 0);
    return plan;
}

std::string Resizes::choose_pool(Actor const& actor, Instance const& instance,
                                 std::optional<std::string> const& wanted) const {
    std::vector<std::string> own;
    for (auto const& disk : inventory_.disks(instance))
        if (disk.device == "disk" && disk.pool) own.push_back(*disk.pool);
    bool const its_own = wanted && std::find(own.begin(), own.end(), *wanted) != own.end();
    if (wanted && !its_own && actor.role != Role::administrator)
        throw invalid("pool",
                      "pool: only an administrator can choose one that holds none of its "
                      "disks");
    if (!wanted && own.empty())
        throw invalid("pool", "pool: " + instance.record.name + " has no disk in a pool; name one");
    auto const pool = wanted.value_or(own.empty() ? "" : own.front());
    auto const& pools = inventory_.host(*instance.record.host)->pools;
    auto const found =
        std::find_if(pools.begin(), pools.end(), [&](auto const& one) { return one.name == pool; });
    if (found == pools.end())
        throw invalid("pool", "pool: there is no pool " + pool + " on the host");
    return pool;
}

DiskPlan Resizes::plan_disk(Actor const& actor, InstanceId const& id, NewDisk const& disk) const {
    auto const& instance = instances_.allowed(actor, id, Verb::resize);
    DiskPlan plan;
    plan.id = id;
    plan.instance = instance.record.name;
    plan.host = *instance.record.host;
    plan.actor = actor.user;
    plan.after_bytes = checked_bytes(disk.size_gib);
    plan.pool = choose_pool(actor, instance, disk.pool);
    auto const bus = choose_bus(instance, disk.bus);
    plan.bus = reflect::enum_name(bus);
    plan.target = free_target(instance, bus);
    // Nobody's volume but this job's: a disk of this target may have been there before.
    plan.volume = fmt::format("{}-{}-{}-{}.qcow2", plan.instance, id.str().substr(0, 8),
                              plan.target, random_hex(4));
    return plan;
}

DiskPlan Resizes::plan_growth(Actor const& actor, InstanceId const& id, std::string const& target,
                              DiskChange const& change) const {
    auto const& instance = instances_.allowed(actor, id, Verb::resize);
    auto const disks = inventory_.disks(instance);
    auto const disk = std::find_if(disks.begin(), disks.end(), [&](auto const& one) {
        return one.target == target && one.device == "disk";
    });
    if (disk == disks.end())
        throw Error(Kind::not_found, instance.record.name + " has no such disk.");
    if (!disk->pool || !disk->volume || !disk->capacity_bytes || disk->readonly)
        throw Error(Kind::conflict,
                    target + " cannot be changed here: it is no volume of a pool, or read-only.");
    if (!inventory_.linked_clones(id).empty())
        throw Error(Kind::conflict, "Linked clones depend on the disks of " + instance.record.name +
                                        "; they stay as they are.");
    auto const bytes = checked_bytes(change.size_gib);
    if (bytes <= *disk->capacity_bytes)
        throw invalid(
            "size_gib",
            fmt::format("size_gib: {} has {:.4g} GiB already; a disk can grow, not shrink", target,
                        static_cast<double>(*disk->capacity_bytes) / bytes_per_gib));
    return {id,
            instance.record.name,
            *instance.record.host,
            actor.user,
            target,
            disk->bus.value_or(""),
            *disk->pool,
            *disk->volume,
            *disk->capacity_bytes,
            bytes};
}

awaitable<GrowthPlan> Resizes::outlook(InstanceRecord record, Growth growth) const {
    GrowthPlan plan;
    if (!record.owner) co_return plan;
    auto ask = [record, growth](db::Transaction& tx) {
        return quota_outlook(tx, *record.owner, growth_demand(tx, record.id, growth));
    };
    auto const outlook = co_await database_.read(ask);
    plan.quota = outlook.quota;
    plan.usage_before = outlook.before;
    plan.usage_after = outlook.after;
    if (!outlook.problem.empty()) plan.problems.push_back(outlook.problem);
    co_return plan;
}

awaitable<GrowthPlan> Resizes::preview(Actor actor, InstanceId id, NewSize size) const {
    auto const growth = growth_of(plan_size(actor, id, size));
    return outlook(inventory_.find(id)->record, growth);
}

awaitable<GrowthPlan> Resizes::preview(Actor actor, InstanceId id, NewDisk disk) const {
    auto const growth = growth_of(plan_disk(actor, id, disk));
    return outlook(inventory_.find(id)->record, growth);
}

awaitable<GrowthPlan> Resizes::preview(Actor actor, InstanceId id, std::string target,
                                       DiskChange change) const {
    auto const growth = growth_of(plan_growth(actor, id, target, change));
    return outlook(inventory_.find(id)->record, growth);
}

awaitable<JobRecord> Resizes::begin(Actor actor, InstanceRecord record, Request request,
                                    std::vector<std::string> steps) {
    auto job = Jobs::make_record(request.kind, actor.user, request.plan, steps);
    job.instance = record.id;
    job.instance_name = record.name;
    job.host = record.host;
    auto entry =
        audit_entry(actor, "instance." + request.kind, "instance:" + record.id.str(), record.name);
    entry.detail = request.detail;
    auto reserve = [this, job, entry, record, growth = request.growth](db::Transaction& tx) {
        Records::ensure(tx, record);  // it may be too new to have been saved
        jobs_.insert(tx, job);
        reserve_growth(tx, record.id, growth);
        Audit::append(tx, entry);
    };
    co_await database_.write(reserve);
    jobs_.start(job);
    co_return job;
}

awaitable<std::optional<JobRecord>> Resizes::resize(Actor actor, InstanceId id, NewSize size) {
    auto const plan = plan_size(actor, id, size);
    if (plan.after == plan.before) co_return std::nullopt;
    Request request{"resize", to_json(plan), growth_of(plan), detail_of(plan)};
    std::vector<std::string> steps{"Change the size"};
    co_return co_await begin(actor, inventory_.find(id)->record, std::move(request),
                             std::move(steps));
}

awaitable<JobRecord> Resizes::add_disk(Actor actor, InstanceId id, NewDisk disk) {
    auto const plan = plan_disk(actor, id, disk);
    Request request{"add_disk", to_json(plan), growth_of(plan), detail_of(plan)};
    std::vector<std::string> steps{"Make volume " + plan.volume, "Attach it as " + plan.target};
    co_return co_await begin(actor, inventory_.find(id)->record, std::move(request),
                             std::move(steps));
}

awaitable<JobRecord> Resizes::grow_disk(Actor actor, InstanceId id, std::string target,
                                        DiskChange change) {
    auto const plan = plan_growth(actor, id, target, change);
    Request request{"grow_disk", to_json(plan), growth_of(plan), detail_of(plan)};
    std::vector<std::string> steps{"Grow " + plan.target};
    co_return co_await begin(actor, inventory_.find(id)->record, std::move(request),
                             std::move(steps));
}

}  // namespace ourea
