// SPDX-License-Identifier: Apache-2.0
// The job that moves a machine, and what is done when it does not arrive.
#include "base/log.hpp"
#include "core/job_failure.hpp"
#include "core/migrations.hpp"
#include "core/monitor.hpp"
#include "core/records.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using PlanPtr = std::shared_ptr<MigrationPlan const>;

namespace {

/// Reports how far it is, and ends it when the job is cancelled, until `done`.
awaitable<void> watch_migration(std::shared_ptr<virt::Host> source, InstanceId id,
                                Progress progress, std::shared_ptr<bool> done) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (bool cancelled = false; !*done;) {
        timer.expires_after(500ms);
        co_await timer.async_wait(asio::use_awaitable);
        if (*done) break;
        auto asking = source->migration_progress(id);
        auto const percent = co_await std::move(asking);
        if (*done) break;
        try {
            progress(percent.value_or(0));
        } catch (Error const&) {
            cancelled = true;
        }
        if (!cancelled) continue;
        auto ending = source->abort_migration(id);
        co_await std::move(ending);
    }
}

virt::Migration how_to(MigrationPlan const& plan) {
    virt::Migration how;
    how.live = plan.live;
    // Everything that is not copied is on storage that somebody called shared.
    how.trust_storage = true;
    if (plan.bandwidth_mib_s)
        how.bandwidth_mib_s = static_cast<std::uint64_t>(*plan.bandwidth_mib_s);
    for (auto const& disk : plan.copied)
        how.copied_disks.push_back(disk.target);
    return how;
}

void commit(db::Transaction& tx, MigrationPlan const& plan) {
    // A copied disk holds all that it was based on.
    if (plan.copied.empty()) return;
    tx.exec("UPDATE instances SET linked = 0, decided = :decided, mark_pending = 1 WHERE id = :id",
            Records::decide(tx), plan.id);
}

void roll_back(db::Transaction& tx, MigrationPlan const& plan, std::string const& error) {
    note_failure(tx, "instance.migrate", plan.id, plan.instance, plan.actor, error);
}

}  // namespace

Work Migrations::make_work(JobRecord const& record) {
    auto const plan = std::make_shared<MigrationPlan const>(read_text<MigrationPlan>(record.plan));
    Work work;
    work.host = plan->from;
    if (!plan->copied.empty()) {
        Step checking;
        checking.name = "Check the storage of " + plan->to;
        checking.run = [this, plan](Progress) { return check_target(plan); };
        work.steps.push_back(std::move(checking));
    }
    Step going;
    going.name = "Move it to " + plan->to;
    going.run = [this, plan](Progress progress) { return move(plan, progress); };
    going.undo = [this, plan] { return call_back(plan); };
    work.steps.push_back(std::move(going));
    if (!plan->copied.empty()) {
        Step clearing;
        clearing.name = "Delete its disks on " + plan->from;
        clearing.run = [this, plan](Progress) { return delete_originals(plan); };
        work.steps.push_back(std::move(clearing));
    }
    work.commit = [plan](db::Transaction& tx) { commit(tx, *plan); };
    work.roll_back = [plan](db::Transaction& tx, std::string const& error) {
        roll_back(tx, *plan, error);
    };
    work.after = [this, plan](bool succeeded) { return after(plan, succeeded); };
    return work;
}

/// Whether it is there and no longer here, or no longer runs here: then the rest of the way is
/// ours.
awaitable<bool> Migrations::arrived(PlanPtr plan) {
    auto const source = hosts_.online(plan->from);
    auto const target = hosts_.online(plan->to);
    auto looking_there = target->domain(plan->id);
    auto const there = co_await std::move(looking_there);
    auto looking_here = source->domain(plan->id);
    auto const here = co_await std::move(looking_here);
    if (!there) co_return false;
    if (!here) co_return true;
    if (!plan->live || is_on(here->state) || !is_on(there->state)) co_return false;
    auto forgetting = source->undefine(plan->id);
    co_await std::move(forgetting);
    co_return true;
}

/// What is there already is perhaps the very disk that was to be copied: then nothing may touch it.
awaitable<void> Migrations::check_target(PlanPtr plan) {
    auto const target = hosts_.online(plan->to);
    for (auto const& disk : plan->copied) {
        co_await target->refresh_pool(disk.pool);
        auto looking = target->volume(disk.pool, disk.volume);
        auto const there = co_await std::move(looking);
        if (there)
            throw Error(Kind::conflict, "Host " + plan->to + " has a volume " + disk.volume +
                                            " in pool " + disk.pool +
                                            " already. Is that the same storage? Then mark the "
                                            "pool as shared.");
    }
}

/// Repeated after a crash in its middle: then libvirt has ended it, or it is there already.
awaitable<void> Migrations::move(PlanPtr plan, Progress progress) {
    auto const source = hosts_.online(plan->from);
    auto const target = hosts_.online(plan->to);
    auto looking = arrived(plan);
    if (co_await std::move(looking)) co_return;
    auto const done = std::make_shared<bool>(false);
    auto report = [progress, done](int percent) {
        if (!*done) progress(percent);
    };
    asio::co_spawn(loop_, watch_migration(source, plan->id, report, done),
                   [](std::exception_ptr error) {
                       if (error)
                           log::debug("the progress of a migration is not known",
                                      {{"error", describe(error)}});
                   });
    std::exception_ptr failure;
    try {
        auto going = source->migrate(plan->id, target, how_to(*plan));
        co_await std::move(going);
    } catch (...) {
        failure = std::current_exception();
    }
    *done = true;
    if (!failure) co_return;
    auto looking_again = arrived(plan);
    if (!co_await std::move(looking_again)) std::rethrow_exception(failure);
}

/// It did not arrive: it goes on where it was, and half a copy of its disks is removed.
awaitable<void> Migrations::call_back(PlanPtr plan) {
    auto const source = hosts_.online(plan->from);
    auto looking = source->domain(plan->id);
    auto const here = co_await std::move(looking);
    if (!here) co_return;
    if (plan->live && !plan->paused && here->state == virt::DomainState::paused) {
        auto resuming = source->resume(plan->id);
        co_await std::move(resuming);
    }
    if (plan->copied.empty()) co_return;
    auto const target = hosts_.online(plan->to);
    for (auto const& disk : plan->copied) {
        auto deleting = target->delete_volume(disk.pool, disk.volume);
        co_await std::move(deleting);
    }
}

/// What others are based on stays.
awaitable<void> Migrations::delete_originals(PlanPtr plan) {
    auto const source = hosts_.online(plan->from);
    for (auto const& disk : plan->copied) {
        auto looking = source->volume(disk.pool, disk.volume);
        auto const original = co_await std::move(looking);
        if (!original) continue;
        auto listing = source->volumes(disk.pool);
        auto const all = co_await std::move(listing);
        bool const needed = std::ranges::any_of(
            all, [&](auto const& other) { return other.backing_path == original->path; });
        if (needed) continue;
        auto deleting = source->delete_volume(disk.pool, disk.volume);
        co_await std::move(deleting);
    }
}

/// The libvirt of one host does not see what another did in a shared directory.
awaitable<void> Migrations::refresh_pools(std::shared_ptr<virt::Host> host,
                                          std::vector<std::string> pools) {
    for (auto const& pool : pools) {
        try {
            co_await host->refresh_pool(pool);
        } catch (Error const& error) {
            log::debug("a pool could not be refreshed",
                       {{"pool", pool}, {"error", error.message()}});
        }
    }
}

/// The host that it went to is looked at first: it is never missing in between.
awaitable<void> Migrations::after(PlanPtr plan, bool succeeded) {
    auto const* instance = inventory_.find(plan->id);
    if (succeeded && instance && !plan->copied.empty()) {
        auto record = instance->record;
        record.linked = false;
        inventory_.put_record(std::move(record));
    }
    for (auto const& name : {plan->to, plan->from}) {
        if (!inventory_.host(name)) continue;
        auto const monitor = hosts_.monitor(name);
        co_await refresh_pools(monitor->host(), plan->pools);
        co_await monitor->refresh_storage();
        co_await monitor->refresh(plan->id);
    }
}

}  // namespace ourea
