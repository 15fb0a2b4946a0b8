// SPDX-License-Identifier: Apache-2.0
// Plans a deletion, reserves it, and does it as a job that is repeated until it is done.
#include "core/removals.hpp"

#include "core/job_failure.hpp"
#include "core/monitor.hpp"
#include "core/records.hpp"

#include <algorithm>

namespace ourea {
namespace {

using PlanPtr = std::shared_ptr<RemovalPlan const>;

/// From here on nobody can clone it: whoever tried at the same moment waits, and then sees this.
std::int64_t claim(db::Transaction& tx, InstanceId const& id, std::string const& name) {
    auto const decided = Records::decide(tx);
    auto const rows = tx.exec(
        "UPDATE instances SET state = 'deleting', changed_at = :at, decided = :decided WHERE id = "
        ":id "
        "AND state IN ('present', 'missing')",
        now(), decided, id);
    if (rows == 0) throw Error(Kind::conflict, name + " is being worked on.");
    auto const clones = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM instances WHERE origin = :id AND (state = 'creating' OR (linked = 1 "
        "AND state <> 'gone'))",
        id);
    if (clones.value_or(0) > 0)
        throw Error(Kind::conflict, "Clones depend on the disks of " + name + ".");
    return decided;
}

void commit(db::Transaction& tx, InstanceId const& id) {
    Names::release(tx, id);
    Grants::forget(tx, id);
    tx.exec(
        "UPDATE instances SET state = 'gone', changed_at = :at, decided = :decided WHERE id = :id",
        now(), Records::decide(tx), id);
}

/// What could not be deleted is there still, and says so.
void roll_back(db::Transaction& tx, RemovalPlan const& plan, std::string const& error) {
    tx.exec(
        "UPDATE instances SET state = 'present', changed_at = :at, decided = :decided WHERE id = "
        ":id "
        "AND state = 'deleting'",
        now(), Records::decide(tx), plan.id);
    note_failure(tx, "instance.delete", plan.id, plan.instance, {}, error);
}

std::vector<DoomedVolume> doomed(RemovalPlan const& plan) {
    std::vector<DoomedVolume> result;
    for (auto const& volume : plan.volumes)
        if (!volume.kept_reason) result.push_back(volume);
    return result;
}

std::vector<std::string> step_names(RemovalPlan const& plan) {
    if (!plan.host) return {"Forget the machine"};
    std::vector<std::string> names{"Stop the machine", "Remove its definition"};
    for (auto const& volume : doomed(plan))
        names.push_back("Delete volume " + volume.name);
    return names;
}

}  // namespace

Removals::Removals(db::Database& database, Inventory& inventory, Hosts& hosts, Instances& instances,
                   Names& names, Jobs& jobs)
    : database_(database),
      inventory_(inventory),
      hosts_(hosts),
      instances_(instances),
      names_(names),
      jobs_(jobs) {
    jobs_.define("delete", [this](JobRecord const& record) { return make_work(record); });
}

/// Who else needs the volume at `path`, on any host: pools may be shared.
std::optional<std::string> Removals::dependant(Instance const& instance,
                                               std::string const& path) const {
    for (auto const& [name, host] : inventory_.hosts()) {
        for (auto const& [other, volume] : host.volumes)
            if (volume.backing_path == path) return "It is the base of volume " + volume.name + ".";
        for (auto const& [id, facts] : host.domains) {
            if (id == instance.id()) continue;
            for (auto const& disk : facts->disks)
                if (disk.path == path) return facts->name + " uses it as well.";
        }
    }
    return std::nullopt;
}

RemovalPlan Removals::plan(Instance const& instance, bool volumes) const {
    RemovalPlan plan;
    plan.id = instance.id();
    plan.instance = instance.record.name;
    if (!instance.facts) return plan;
    plan.host = instance.record.host;
    if (!volumes) return plan;
    auto const& known = inventory_.host(*plan.host)->volumes;
    for (auto const& disk : inventory_.disks(instance)) {
        if (disk.device != "disk" || !disk.pool || !disk.volume) continue;
        DoomedVolume volume{*disk.pool, *disk.volume, disk.capacity_bytes.value_or(0), {}};
        auto const facts = std::find_if(known.begin(), known.end(), [&](auto const& entry) {
            return entry.second.pool == *disk.pool && entry.second.name == *disk.volume;
        });
        if (disk.readonly)
            volume.kept_reason = "It is attached read-only.";
        else if (facts != known.end())
            volume.kept_reason = dependant(instance, facts->first);
        plan.volumes.push_back(std::move(volume));
    }
    for (auto const& disk : instance.facts->disks)
        if (disk.device == "disk" && !disk.path.empty() && !known.contains(disk.path))
            plan.volumes.push_back({"", disk.path, 0, "No storage pool of its host shows it."});
    return plan;
}

RemovalPlan Removals::preview(Actor const& actor, InstanceId const& id, bool volumes) const {
    return plan(instances_.allowed(actor, id, Verb::delete_), volumes);
}

awaitable<JobRecord> Removals::remove(Actor actor, InstanceId id, bool volumes) {
    auto const planned = preview(actor, id, volumes);
    auto record = inventory_.find(id)->record;
    auto job = Jobs::make_record("delete", actor.user, to_json(planned), step_names(planned));
    job.instance = id;
    job.instance_name = planned.instance;
    job.host = planned.host;
    auto entry = audit_entry(actor, "instance.delete", "instance:" + id.str(), planned.instance);
    entry.detail = to_json(planned);
    if (record.owner && record.owner != actor.user) entry.on_behalf_of = record.owner;
    auto reserve = [this, job, entry, record](db::Transaction& tx) {
        Records::ensure(tx, record);
        auto const decided = claim(tx, record.id, record.name);
        jobs_.insert(tx, job);
        Audit::append(tx, entry);
        return decided;
    };
    record.decided = co_await database_.write(reserve);
    record.state = RecordState::deleting;
    inventory_.put_record(record);
    jobs_.start(job);
    co_return job;
}

Work Removals::make_work(JobRecord const& record) {
    auto const plan = std::make_shared<RemovalPlan const>(read_text<RemovalPlan>(record.plan));
    Work work;
    work.keep_going = true;
    work.host = plan->host.value_or("");
    auto const names = step_names(*plan);
    std::vector<std::function<awaitable<void>(Progress)>> runs;
    if (plan->host) {
        runs.push_back([this, plan](Progress) { return stop(plan); });
        runs.push_back([this, plan](Progress) { return undefine(plan); });
        for (auto const& volume : doomed(*plan))
            runs.push_back([this, plan, volume](Progress) { return delete_volume(plan, volume); });
    } else {
        runs.push_back([](Progress) -> awaitable<void> { co_return; });
    }
    for (std::size_t i = 0; i < names.size(); ++i)
        work.steps.push_back({names[i], runs[i], {}});
    work.commit = [plan](db::Transaction& tx) { commit(tx, plan->id); };
    work.roll_back = [plan](db::Transaction& tx, std::string const& error) {
        roll_back(tx, *plan, error);
    };
    work.after = [this, plan](bool succeeded) { return after(plan, succeeded); };
    return work;
}

awaitable<void> Removals::stop(PlanPtr plan) {
    auto const host = hosts_.online(*plan->host);
    auto const facts = co_await host->domain(plan->id);
    if (!facts || facts->state == virt::DomainState::shutoff) co_return;
    co_await host->stop(plan->id);
}

awaitable<void> Removals::undefine(PlanPtr plan) {
    auto const host = hosts_.online(*plan->host);
    co_await host->undefine(plan->id);
}

awaitable<void> Removals::delete_volume(PlanPtr plan, DoomedVolume volume) {
    auto const host = hosts_.online(*plan->host);
    auto const facts = co_await host->volume(volume.pool, volume.name);
    if (!facts) co_return;
    for (auto const& other : co_await host->volumes(volume.pool))
        if (other.backing_path == facts->path)
            throw Error(Kind::conflict, "Volume " + volume.name + " is now the base of " +
                                            other.name + "; it was kept.");
    co_await host->delete_volume(volume.pool, volume.name);
}

/// The host is asked first: a machine that still seems to be there would come back to life.
awaitable<void> Removals::after(PlanPtr plan, bool succeeded) {
    inventory_.settle(plan->id, succeeded ? RecordState::gone : RecordState::present);
    co_await names_.reload();
    if (!plan->host) co_return;
    auto const monitor = hosts_.monitor(*plan->host);
    co_await monitor->refresh_storage();
    co_await monitor->refresh(plan->id);
}

}  // namespace ourea
