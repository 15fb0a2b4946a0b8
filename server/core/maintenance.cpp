// SPDX-License-Identifier: Apache-2.0
// Plans which machine goes where, starts the moves, and remembers where they came from.
#include "core/maintenance.hpp"

#include <algorithm>

namespace ourea {
namespace {

void remember(db::Transaction& tx, InstanceId const& id, std::string const& host) {
    tx.exec("DELETE FROM evacuated WHERE instance = :id", id);
    tx.exec("INSERT INTO evacuated (instance, host, at) VALUES (:id, :host, :at)", id, host, now());
}

std::vector<InstanceId> evacuated_from(db::Transaction& tx, std::string const& host) {
    return tx.select<InstanceId>("SELECT instance FROM evacuated WHERE host = :host ORDER BY at",
                                 host);
}

}  // namespace

Maintenance::Maintenance(db::Database& database, Inventory& inventory, Hosts& hosts,
                         Migrations& migrations)
    : database_(database), inventory_(inventory), hosts_(hosts), migrations_(migrations) {}

/// The largest first: they are the hardest to place.
std::vector<InstanceId> Maintenance::machines_of(std::string const& host) const {
    std::vector<Instance const*> found;
    for (auto const* instance : inventory_.by_name())
        if (instance->record.host == host && instance->facts) found.push_back(instance);
    std::ranges::stable_sort(found, [](auto const* one, auto const* other) {
        return one->row.memory_mib > other->row.memory_mib;
    });
    std::vector<InstanceId> ids;
    for (auto const* instance : found)
        ids.push_back(instance->id());
    return ids;
}

awaitable<Move> Maintenance::plan_move(InstanceId id, bool storage, FreeMemory& free) const {
    Move move;
    auto const* instance = inventory_.find(id);
    move.instance = id;
    move.name = instance->row.name;
    move.state = instance->row.state;
    auto const memory = is_on(move.state) ? instance->row.memory_mib : 0;
    if (instance->job) {
        move.reasons.push_back("A job works on it: " + instance->job->message + ".");
        co_return move;
    }
    auto surveying = migrations_.survey(id);
    std::optional<std::pair<std::size_t, std::int64_t>> best;  // few warnings, then much memory
    for (auto const& target : co_await std::move(surveying)) {
        auto const [at, fresh] = free.try_emplace(target.host, target.memory_free_mib.value_or(0));
        bool const copies = target.needs_storage;
        for (auto const& blocker : target.blockers)
            move.reasons.push_back(target.host + ": " + blocker.reason);
        if (copies && !storage)
            move.reasons.push_back(target.host + ": Only with its disks copied along.");
        else if (target.blockers.empty() && at->second < memory)
            move.reasons.push_back(target.host + ": Its memory is needed for the others.");
        else if (std::pair const rank(target.warnings.size(), -at->second);
                 target.blockers.empty() && (!best || rank < *best)) {
            best = rank;
            move.to = target.host;
            move.needs_storage = copies;
            move.warnings = target.warnings;
        }
    }
    if (move.to) {
        free[*move.to] -= memory;
        move.reasons.clear();
    } else if (move.reasons.empty()) {
        move.reasons.emplace_back("There is no other host.");
    }
    co_return move;
}

awaitable<MaintenanceView> Maintenance::preview(std::string host, NewMaintenance wanted) const {
    MaintenanceView view;
    view.host = host;
    view.maintenance = hosts_.view(host).state == HostPhase::maintenance;
    FreeMemory free;
    for (auto const& id : machines_of(host)) {
        if (!inventory_.find(id)) continue;
        auto planning = plan_move(id, wanted.storage.value_or(false), free);
        view.moves.push_back(co_await std::move(planning));
    }
    co_return view;
}

/// One that cannot be started after all says why, and stays.
awaitable<void> Maintenance::start(Actor const& actor, Move& move) {
    NewMigration wanted;
    wanted.host = *move.to;
    if (move.needs_storage) wanted.storage = true;
    try {
        auto starting = migrations_.migrate(actor, move.instance, std::move(wanted));
        move.job = (co_await std::move(starting)).id;
    } catch (Error const& error) {
        move.reasons.push_back(error.message());
    }
}

awaitable<MaintenanceView> Maintenance::begin(Actor actor, std::string host,
                                              NewMaintenance wanted) {
    co_await hosts_.set_maintenance(actor, host, true);
    auto planning = preview(host, wanted);
    auto view = co_await std::move(planning);
    for (auto& move : view.moves) {
        if (!move.to) continue;
        co_await start(actor, move);
        if (!move.job) continue;
        auto write = [id = move.instance, host](db::Transaction& tx) { remember(tx, id, host); };
        co_await database_.write(write);
    }
    co_return view;
}

awaitable<MaintenanceView> Maintenance::end(Actor actor, std::string host, bool bring_back) {
    co_await hosts_.set_maintenance(actor, host, false);
    MaintenanceView view;
    view.host = host;
    auto read = [host](db::Transaction& tx) { return evacuated_from(tx, host); };
    for (auto const& id : co_await database_.read(read)) {
        auto const* instance = inventory_.find(id);
        if (!bring_back || !instance || instance->record.host == host) continue;
        Move move;
        move.instance = id;
        move.name = instance->row.name;
        move.state = instance->row.state;
        move.to = host;
        co_await start(actor, move);
        view.moves.push_back(std::move(move));
    }
    auto forget = [host](db::Transaction& tx) {
        tx.exec("DELETE FROM evacuated WHERE host = :host", host);
    };
    co_await database_.write(forget);
    co_return view;
}

}  // namespace ourea
