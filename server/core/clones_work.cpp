// SPDX-License-Identifier: Apache-2.0
// The job that makes a clone, and its undo: volumes, definition, start.
#include "base/log.hpp"
#include "core/clones.hpp"
#include "core/job_failure.hpp"
#include "core/monitor.hpp"
#include "core/records.hpp"
#include "virt/domain_xml.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using PlanPtr = std::shared_ptr<ClonePlan const>;

namespace {

/// Looks at a growing volume and reports how much of the source is there, until `done`.
awaitable<void> watch_growth(std::shared_ptr<virt::Host> host, PlannedDisk disk, Progress progress,
                             std::shared_ptr<bool> done) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!*done) {
        timer.expires_after(500ms);
        co_await timer.async_wait(asio::use_awaitable);
        if (*done) break;
        auto const volume = co_await host->volume(disk.source_pool, disk.volume);
        if (*done || !volume || disk.source_allocation <= 0) continue;
        auto const share = static_cast<double>(volume->allocation_bytes) /
                           static_cast<double>(disk.source_allocation);
        progress(static_cast<int>(std::min(share, 0.99) * 100));
    }
}

virt::Mark mark_of(ClonePlan const& plan) {
    virt::Mark mark;
    mark.owner = plan.owner;
    mark.name = plan.name;
    mark.linked = plan.linked;
    mark.origin = plan.source;
    mark.origin_name = plan.source_name;
    mark.created_at = plan.created_at;
    return mark;
}

virt::CloneSpec spec_of(ClonePlan const& plan) {
    virt::CloneSpec spec;
    spec.uuid = plan.id;
    spec.name = plan.name;
    spec.title = plan.title;
    spec.vcpus = static_cast<std::uint32_t>(plan.vcpus);
    spec.memory_mib = static_cast<std::uint64_t>(plan.memory_mib);
    spec.macs = plan.macs;
    spec.mark = mark_of(plan);
    return spec;
}

void commit(db::Transaction& tx, ClonePlan const& plan) {
    auto const at = now();
    auto const starting_until = plan.start ? to_unix_ms(at + start_patience) : 0;
    tx.exec(
        "UPDATE instances SET state = 'present', changed_at = :at, starting_until = :until, "
        "decided = :decided WHERE id = :id AND state = 'creating'",
        at, starting_until, Records::decide(tx), plan.id);
}

void roll_back(db::Transaction& tx, ClonePlan const& plan, std::string const& error) {
    Names::release(tx, plan.id);
    Grants::forget(tx, plan.id);
    tx.exec(
        "UPDATE instances SET state = 'gone', changed_at = :at, starting_until = 0, decided = "
        ":decided WHERE id = :id AND state = 'creating'",
        now(), Records::decide(tx), plan.id);
    note_failure(tx, "instance.create", plan.id, plan.name, plan.actor, error);
}

}  // namespace

Work Clones::make_work(JobRecord const& record) {
    auto const plan = std::make_shared<ClonePlan const>(read_text<ClonePlan>(record.plan));
    Work work;
    work.host = plan->host;
    for (std::size_t i = 0; i < plan->disks.size(); ++i)
        work.steps.push_back(disk_step(plan, i));
    work.steps.push_back(define_step(plan));
    if (plan->start) work.steps.push_back(start_step(plan));
    work.commit = [plan](db::Transaction& tx) { commit(tx, *plan); };
    work.roll_back = [plan](db::Transaction& tx, std::string const& error) {
        roll_back(tx, *plan, error);
    };
    work.after = [this, plan](bool succeeded) { return after(plan, succeeded); };
    return work;
}

Step Clones::disk_step(PlanPtr plan, std::size_t index) {
    auto const& disk = plan->disks[index];
    Step step;
    step.name = (plan->linked ? "Make linked disk " : "Copy disk ") + disk.target;
    step.run = [this, plan, index](Progress progress) {
        auto const& planned = plan->disks[index];
        return plan->linked ? make_overlay(plan, planned) : copy_disk(plan, planned, progress);
    };
    step.undo = [this, plan, index] { return delete_volume(plan, index); };
    return step;
}

awaitable<void> Clones::delete_volume(PlanPtr plan, std::size_t index) {
    auto const host = hosts_.online(plan->host);
    auto const& disk = plan->disks[index];
    co_await host->delete_volume(disk.source_pool, disk.volume);
}

/// A queued job may begin long after it was asked for.
awaitable<void> Clones::check_again(PlanPtr plan) const {
    auto const* source = inventory_.find(plan->source);
    if (!source || !source->facts) throw Error(Kind::conflict, plan->source_name + " is gone.");
    bool const off =
        source->row.state == InstanceState::shutoff || source->row.state == InstanceState::crashed;
    if (!off) throw Error(Kind::conflict, plan->source_name + " was started meanwhile.");
    auto const* user = accounts_.find(plan->actor);
    if (!user) co_return;
    instances_.permitted(groups_.actor_of(*user), plan->source, Action::clone);
}

awaitable<void> Clones::make_overlay(PlanPtr plan, PlannedDisk disk) {
    co_await check_again(plan);
    auto const host = hosts_.online(plan->host);
    co_await host->delete_volume(disk.source_pool, disk.volume);
    virt::VolumeSpec spec;
    spec.name = disk.volume;
    spec.capacity_bytes = static_cast<std::uint64_t>(disk.capacity_bytes);
    spec.format = disk.format;
    spec.backing_path = disk.source_path;
    spec.backing_format = disk.source_format;
    co_await host->create_volume(disk.source_pool, spec);
}

awaitable<void> Clones::copy_disk(PlanPtr plan, PlannedDisk disk, Progress progress) {
    co_await check_again(plan);
    auto const host = hosts_.online(plan->host);
    // Its libvirt may not have seen yet what lies on shared storage.
    if (plan->host != plan->source_host) co_await host->refresh_pool(disk.source_pool);
    co_await host->delete_volume(disk.source_pool, disk.volume);
    auto const done = std::make_shared<bool>(false);
    auto report = [progress, done](Reached const& reached) {
        if (!*done) progress(reached);
    };
    asio::co_spawn(executor_, watch_growth(host, disk, report, done), [](std::exception_ptr error) {
        if (error) log::debug("the progress of a copy is not known", {{"error", describe(error)}});
    });
    virt::CloneVolume what;
    what.source_pool = what.pool = disk.source_pool;
    what.source_volume = disk.source_volume;
    what.spec.name = disk.volume;
    what.spec.capacity_bytes = static_cast<std::uint64_t>(disk.capacity_bytes);
    what.spec.format = disk.format;
    std::exception_ptr failure;
    std::uint64_t capacity = 0;
    try {
        capacity = (co_await host->clone_volume(what)).capacity_bytes;
    } catch (...) {
        failure = std::current_exception();
    }
    *done = true;
    if (failure) std::rethrow_exception(std::move(failure));
    if (capacity < what.spec.capacity_bytes)
        co_await host->resize_volume(disk.source_pool, disk.volume, what.spec.capacity_bytes);
}

Step Clones::define_step(PlanPtr plan) {
    Step step;
    step.name = "Define the machine";
    step.run = [this, plan](Progress) { return define(plan); };
    step.undo = [this, plan] { return undefine(plan); };
    return step;
}

awaitable<void> Clones::define(PlanPtr plan) {
    auto const host = hosts_.online(plan->host);
    auto spec = spec_of(*plan);
    // It may have been given to somebody else meanwhile.
    if (auto const* made = inventory_.find(plan->id))
        spec.mark.owner = made->record.owner.value_or("");
    for (auto const& disk : plan->disks) {
        auto const volume = co_await host->volume(disk.source_pool, disk.volume);
        if (!volume) throw Error(Kind::conflict, "Volume " + disk.volume + " vanished.");
        virt::CloneDisk target;
        target.target = disk.target;
        target.kind = volume->kind;
        target.path = volume->path;
        target.pool = disk.source_pool;
        target.volume = disk.volume;
        target.format = disk.format;
        spec.disks.push_back(std::move(target));
    }
    virt::XmlView const view{true, true};
    auto const source = hosts_.online(plan->source_host);
    auto const xml = co_await source->domain_xml(plan->source, view);
    co_await host->define(virt::clone_domain(xml, spec));
}

awaitable<void> Clones::undefine(PlanPtr plan) {
    auto const host = hosts_.online(plan->host);
    co_await host->undefine(plan->id);
}

Step Clones::start_step(PlanPtr plan) {
    Step step;
    step.name = clone_start_step;
    step.run = [this, plan](Progress) { return start(plan); };
    step.undo = [this, plan] { return stop(plan); };
    return step;
}

awaitable<void> Clones::start(PlanPtr plan) {
    auto const host = hosts_.online(plan->host);
    auto const facts = co_await host->domain(plan->id);
    if (facts && facts->state == virt::DomainState::running) co_return;
    co_await host->start(plan->id);
}

awaitable<void> Clones::stop(PlanPtr plan) {
    auto const host = hosts_.online(plan->host);
    auto const facts = co_await host->domain(plan->id);
    if (!facts || facts->state == virt::DomainState::shutoff) co_return;
    co_await host->stop(plan->id);
}

/// Memory follows the database: the instance is there now, or everything about it is gone.
awaitable<void> Clones::after(PlanPtr plan, bool succeeded) {
    inventory_.settle(plan->id, succeeded ? RecordState::present : RecordState::gone);
    co_await names_.reload();
    auto const monitor = hosts_.monitor(plan->host);
    co_await monitor->refresh_storage();
    co_await monitor->refresh(plan->id);
}

}  // namespace ourea
