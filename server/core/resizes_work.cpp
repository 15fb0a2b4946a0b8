// SPDX-License-Identifier: Apache-2.0
// The jobs that give an instance another size or disk, and their undo.
#include "core/job_failure.hpp"
#include "core/monitor.hpp"
#include "core/resizes.hpp"

namespace ourea {
namespace {

using SizePtr = std::shared_ptr<ResizePlan const>;
using DiskPtr = std::shared_ptr<DiskPlan const>;

void roll_back(db::Transaction& tx, std::string const& action, InstanceId const& id,
               std::string const& name, std::string const& actor, std::string const& error) {
    settle_growth(tx, id, false);
    note_failure(tx, action, id, name, actor, error);
}

}  // namespace

/// How each of these jobs ends.
void Resizes::finish_with(Work& work, std::string action, InstanceId id, std::string name,
                          std::string actor) {
    auto const host = work.host;
    work.commit = [id](db::Transaction& tx) { settle_growth(tx, id, true); };
    work.roll_back = [action = std::move(action), id, name = std::move(name),
                      actor = std::move(actor)](db::Transaction& tx, std::string const& error) {
        roll_back(tx, action, id, name, actor, error);
    };
    work.after = [this, host, id](bool) { return look(host, id); };
}

awaitable<void> Resizes::look(std::string host, InstanceId id) {
    auto const monitor = hosts_.monitor(host);
    co_await monitor->refresh_storage();
    co_await monitor->refresh(id);
}

Work Resizes::make_resize(JobRecord const& record) {
    auto const plan = std::make_shared<ResizePlan const>(read_text<ResizePlan>(record.plan));
    Work work;
    work.host = plan->host;
    Step step;
    step.name = "Change the size";
    step.run = [this, plan](Progress) { return set_size(plan, plan->after); };
    step.undo = [this, plan] { return set_size(plan, plan->before); };
    work.steps.push_back(std::move(step));
    finish_with(work, "instance.resize", plan->id, plan->instance, plan->actor);
    return work;
}

awaitable<void> Resizes::set_size(SizePtr plan, SizeView size) {
    auto const host = hosts_.online(plan->host);
    virt::DomainSize wanted;
    if (plan->before.vcpus != plan->after.vcpus)
        wanted.vcpus = static_cast<std::uint32_t>(size.vcpus);
    if (plan->before.memory_mib != plan->after.memory_mib)
        wanted.memory_mib = static_cast<std::uint64_t>(size.memory_mib);
    co_await host->resize(plan->id, wanted);
    co_await look(plan->host, plan->id);
}

Work Resizes::make_addition(JobRecord const& record) {
    auto const plan = std::make_shared<DiskPlan const>(read_text<DiskPlan>(record.plan));
    Work work;
    work.host = plan->host;
    Step volume;
    volume.name = "Make volume " + plan->volume;
    volume.run = [this, plan](Progress) { return make_volume(plan); };
    volume.undo = [this, plan] { return delete_volume(plan); };
    Step disk;
    disk.name = "Attach it as " + plan->target;
    disk.run = [this, plan](Progress) { return attach(plan); };
    disk.undo = [this, plan] { return detach(plan); };
    work.steps.push_back(std::move(volume));
    work.steps.push_back(std::move(disk));
    finish_with(work, "instance.add_disk", plan->id, plan->instance, plan->actor);
    return work;
}

awaitable<void> Resizes::make_volume(DiskPtr plan) {
    auto const host = hosts_.online(plan->host);
    co_await host->delete_volume(plan->pool, plan->volume);
    virt::VolumeSpec spec;
    spec.name = plan->volume;
    spec.capacity_bytes = static_cast<std::uint64_t>(plan->after_bytes);
    co_await host->create_volume(plan->pool, spec);
}

awaitable<void> Resizes::delete_volume(DiskPtr plan) {
    auto const host = hosts_.online(plan->host);
    co_await host->delete_volume(plan->pool, plan->volume);
}

awaitable<void> Resizes::attach(DiskPtr plan) {
    auto const host = hosts_.online(plan->host);
    auto const volume = co_await host->volume(plan->pool, plan->volume);
    if (!volume) throw Error(Kind::conflict, "Volume " + plan->volume + " vanished.");
    virt::DiskSpec disk;
    disk.target = plan->target;
    disk.bus = plan->bus;
    disk.kind = volume->kind;
    disk.path = volume->path;
    disk.format = volume->format;
    co_await host->attach_disk(plan->id, disk);
    co_await look(plan->host, plan->id);
}

/// Before the volume goes: a disk whose volume is gone would keep the machine from starting.
awaitable<void> Resizes::detach(DiskPtr plan) {
    auto const host = hosts_.online(plan->host);
    auto const volume = co_await host->volume(plan->pool, plan->volume);
    if (volume) co_await host->detach_disk(plan->id, volume->path);
}

Work Resizes::make_growth(JobRecord const& record) {
    auto const plan = std::make_shared<DiskPlan const>(read_text<DiskPlan>(record.plan));
    Work work;
    work.host = plan->host;
    Step step;
    step.name = "Grow " + plan->target;
    step.run = [this, plan](Progress) { return grow(plan); };
    work.steps.push_back(std::move(step));
    finish_with(work, "instance.grow_disk", plan->id, plan->instance, plan->actor);
    return work;
}

awaitable<void> Resizes::grow(DiskPtr plan) {
    auto const host = hosts_.online(plan->host);
    virt::DiskGrowth growth;
    growth.target = plan->target;
    growth.pool = plan->pool;
    growth.volume = plan->volume;
    growth.capacity_bytes = static_cast<std::uint64_t>(plan->after_bytes);
    co_await host->grow_disk(plan->id, growth);
    co_await look(plan->host, plan->id);
}

}  // namespace ourea
