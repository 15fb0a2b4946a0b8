// SPDX-License-Identifier: Apache-2.0
// Empties a host before somebody works on it, and brings its machines back afterwards.
#pragma once

#include "core/migrations.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// What becomes of one machine of the host.
struct Move {
    InstanceId instance;
    std::string name;
    InstanceState state = InstanceState::unknown;
    std::optional<std::string> to;      ///< null: it has to stay
    bool needs_storage = false;         ///< its disks are copied along
    std::vector<std::string> reasons;   ///< why it stays, in sentences
    std::vector<std::string> warnings;  ///< why it should rather not go there
    std::optional<JobId> job;           ///< which moves it; null in a preview
};
BOOST_DESCRIBE_STRUCT(Move, (), (instance, name, state, to, needs_storage, reasons, warnings, job))

struct MaintenanceView {
    std::string host;
    bool maintenance = false;
    std::vector<Move> moves;
};
BOOST_DESCRIBE_STRUCT(MaintenanceView, (), (host, maintenance, moves))

struct NewMaintenance {
    std::optional<bool> storage;  ///< also move what needs its disks copied; absent: no
};
BOOST_DESCRIBE_STRUCT(NewMaintenance, (), (storage))

/// Lives on the event loop. Each throws `not_found` for a host that is not there.
class Maintenance {
public:
    Maintenance(db::Database& database, Inventory& inventory, Hosts& hosts, Migrations& migrations);

    /// What `begin` would do; nothing is written.
    awaitable<MaintenanceView> preview(std::string host, NewMaintenance wanted) const;
    /// From now on nothing is placed or started there; a job for each machine that can go moves it
    /// to the host with the fewest warnings and the most free memory. Those that cannot go stay and
    /// say why.
    awaitable<MaintenanceView> begin(Actor actor, std::string host, NewMaintenance wanted);
    /// Opens the host again; with `bring_back`, what went away for the maintenance comes back.
    awaitable<MaintenanceView> end(Actor actor, std::string host, bool bring_back);

private:
    using FreeMemory = std::map<std::string, std::int64_t>;  ///< MiB by host, as planned

    awaitable<Move> plan_move(InstanceId id, bool storage, FreeMemory& free) const;
    awaitable<void> start(Actor const& actor, Move& move);
    std::vector<InstanceId> machines_of(std::string const& host) const;

    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Migrations& migrations_;
};

}  // namespace ourea
