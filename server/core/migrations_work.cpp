// SPDX-License-Identifier: Apache-2.0
// The job that moves a machine, and what is done when it does not arrive.
#include "base/log.hpp"
#include "core/audit.hpp"
#include "core/job_failure.hpp"
#include "core/migrations.hpp"
#include "core/monitor.hpp"
#include "core/records.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using PlanPtr = std::shared_ptr<MigrationPlan const>;

namespace {

/// Why it takes its time: what the guest writes meanwhile is sent again.
std::string words_of(virt::MigrationProgress const& progress) {
    if (progress.pass < 2) return {};
    auto words = fmt::format("pass {}, {} MiB/s are written, {} MiB/s are sent", progress.pass,
                             progress.written_mib_s, progress.sent_mib_s);
    if (progress.slowed_percent > 0)
        words += fmt::format(", slowed down by {} %", progress.slowed_percent);
    bool const hopeless = progress.slowed_percent >= 90 &&
                          progress.written_mib_s >= std::max<std::uint64_t>(1, progress.sent_mib_s);
    if (hopeless) words += "; allow more bandwidth or a longer standstill";
    return words;
}

/// What a migration and who watches it tell each other.
struct Watch {
    std::shared_ptr<virt::Host> source, target;
    InstanceId id;
    Progress progress;
    std::shared_ptr<virt::MigrationLimits> late;  ///< see Migrations::Moving
    Time target_since{};                          ///< when the target's connection was made
    bool done = false;
    bool cancelled = false;
    bool target_lost = false;  ///< then both ends could not agree upon the end
};

awaitable<void> say_limits(Watch& watch) {
    auto const limits = *watch.late;
    if (!limits.bandwidth_mib_s && !limits.max_downtime_ms) co_return;
    auto limiting = watch.source->limit_migration(watch.id, limits);
    co_await std::move(limiting);
    *watch.late = {};
}

awaitable<void> look_after(Watch& watch) {
    auto asking = watch.source->migration_progress(watch.id);
    auto const reached = co_await std::move(asking);
    if (watch.done) co_return;
    if (reached) co_await say_limits(watch);
    try {
        auto const known = reached.value_or(virt::MigrationProgress{});
        watch.progress(Reached(known.percent, words_of(known)));
    } catch (Error const&) {
        watch.cancelled = true;
    }
    watch.target_lost = watch.target_lost || watch.target->status().since != watch.target_since;
    if (!watch.cancelled && !watch.target_lost) co_return;
    auto ending = watch.source->abort_migration(watch.id);
    co_await std::move(ending);
}

/// Reports how far it is, and ends it when the job is cancelled or the target lost, until it is
/// done. A source that does not answer for a moment is asked again.
awaitable<void> watch_migration(std::shared_ptr<Watch> watch) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!watch->done) {
        timer.expires_after(500ms);
        co_await timer.async_wait(asio::use_awaitable);
        if (watch->done) break;
        try {
            co_await look_after(*watch);
        } catch (Error const& error) {
            log::debug("the progress of a migration is not known", {{"error", error.message()}});
        }
    }
}

virt::Migration how_to(MigrationPlan const& plan) {
    virt::Migration how;
    how.live = plan.live;
    // Everything that is not copied is on storage that somebody called shared.
    how.trust_storage = true;
    if (plan.bandwidth_mib_s)
        how.bandwidth_mib_s = static_cast<std::uint64_t>(*plan.bandwidth_mib_s);
    if (plan.max_downtime_ms)
        how.max_downtime_ms = static_cast<std::uint64_t>(*plan.max_downtime_ms);
    for (auto const& disk : plan.copied)
        how.copied_disks.push_back(disk.target);
    return how;
}

void commit(db::Transaction& tx, MigrationPlan const& plan, virt::Migrated const& outcome) {
    // A copied disk holds all that it was based on.
    if (!plan.copied.empty())
        tx.exec(
            "UPDATE instances SET linked = 0, decided = :decided, mark_pending = 1 WHERE id = :id",
            Records::decide(tx), plan.id);
    auto entry = audit_entry(system_actor(), "instance.migrated", "instance:" + plan.id.str(),
                             plan.instance);
    boost::json::object detail{{"after", {{"host", plan.to}}}, {"for", plan.actor}};
    if (outcome.downtime_ms) detail["downtime_ms"] = *outcome.downtime_ms;
    entry.detail = boost::json::serialize(detail);
    Audit::append(tx, entry);
}

std::string words_of(virt::Migrated const& outcome) {
    if (!outcome.downtime_ms) return {};
    return fmt::format("it stood still for {} ms", *outcome.downtime_ms);
}

void roll_back(db::Transaction& tx, MigrationPlan const& plan, std::string const& error) {
    note_failure(tx, "instance.migrate", plan.id, plan.instance, plan.actor, error);
}

}  // namespace

Work Migrations::make_work(JobRecord const& record) {
    auto const plan = std::make_shared<MigrationPlan const>(read_text<MigrationPlan>(record.plan));
    auto const outcome = std::make_shared<virt::Migrated>();
    Work work;
    work.host = plan->from;
    work.other_host = plan->to;
    if (!plan->copied.empty()) {
        Step checking;
        checking.name = "Check the storage of " + plan->to;
        checking.run = [this, plan](Progress) { return check_target(plan); };
        work.steps.push_back(std::move(checking));
    }
    Step going;
    going.name = "Move it to " + plan->to;
    going.run = [this, plan, outcome](Progress progress) { return move(plan, progress, outcome); };
    going.undo = [this, plan] { return call_back(plan); };
    going.decides = true;
    work.steps.push_back(std::move(going));
    if (!plan->copied.empty()) {
        Step clearing;
        clearing.name = "Delete its disks on " + plan->from;
        clearing.run = [this, plan](Progress) { return delete_originals(plan); };
        work.steps.push_back(std::move(clearing));
    }
    work.commit = [plan, outcome](db::Transaction& tx) { commit(tx, *plan, *outcome); };
    work.outcome = [outcome] { return words_of(*outcome); };
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
awaitable<void> Migrations::move(PlanPtr plan, Progress progress, Outcome outcome) {
    auto const source = hosts_.online(plan->from);
    auto const target = hosts_.online(plan->to);
    auto looking = arrived(plan);
    if (co_await std::move(looking)) co_return;
    progress(0);
    auto const& moving = moving_[plan->id] = Moving{plan->to};
    auto const watch = std::make_shared<Watch>();
    watch->late = moving.late;
    watch->source = source;
    watch->target = target;
    watch->id = plan->id;
    watch->progress = std::move(progress);
    watch->target_since = target->status().since;
    asio::co_spawn(loop_, watch_migration(watch), [](std::exception_ptr error) {
        if (error) log::error("nobody watches a migration", {{"error", describe(error)}});
    });
    std::exception_ptr failure;
    try {
        auto going = source->migrate(plan->id, target, how_to(*plan));
        *outcome = co_await std::move(going);
    } catch (...) {
        failure = std::current_exception();
    }
    watch->done = true;
    if (!failure) co_return;
    auto looking_again = arrived(plan);
    if (co_await std::move(looking_again)) co_return;
    if (watch->target_lost && !watch->cancelled)
        throw Error(Kind::unavailable, "The connection to host " + plan->to +
                                           " was lost in the middle; the machine goes on where it "
                                           "was.");
    std::rethrow_exception(failure);
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

/// Its mark follows what the database will say.
awaitable<void> Migrations::take_link_away(PlanPtr plan) {
    auto const target = hosts_.online(plan->to);
    auto looking = target->domain(plan->id);
    auto const there = co_await std::move(looking);
    if (!there || !there->mark || !there->mark->linked) co_return;
    auto mark = *there->mark;
    mark.linked = false;
    auto marking = target->set_mark(plan->id, mark);
    co_await std::move(marking);
}

/// What others are based on stays.
awaitable<void> Migrations::delete_originals(PlanPtr plan) {
    auto const source = hosts_.online(plan->from);
    co_await take_link_away(plan);
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

/// The host that it went to is looked at first: it is never missing in between. Pools take longer.
awaitable<void> Migrations::after(PlanPtr plan, bool succeeded) {
    auto const* instance = inventory_.find(plan->id);
    if (succeeded && instance && !plan->copied.empty()) {
        auto record = instance->record;
        record.linked = false;
        inventory_.put_record(std::move(record));
    }
    std::vector<std::string> const names{plan->to, plan->from};
    for (auto const& name : names) {
        if (!inventory_.host(name)) continue;
        auto const monitor = hosts_.monitor(name);
        co_await monitor->refresh(plan->id);
    }
    moving_.erase(plan->id);  // only now, when the picture is true again
    for (auto const& name : names) {
        if (!inventory_.host(name)) continue;
        auto const monitor = hosts_.monitor(name);
        co_await refresh_pools(monitor->host(), plan->pools);
        co_await monitor->refresh_storage();
    }
}

}  // namespace ourea
