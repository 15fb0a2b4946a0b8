// SPDX-License-Identifier: Apache-2.0
// Instances go to other hosts: what stands in the way is told before, the rest is a job.
#pragma once

#include "core/instances.hpp"
#include "core/jobs.hpp"
#include "core/migration_blockers.hpp"
#include "core/settings.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// What is absent: live if it runs; its disks stay where they are; libvirt's judgement of caches.
struct NewMigration {
    std::string host;
    std::optional<bool> live;
    std::optional<bool> storage;       ///< copy its disks along
    std::optional<bool> unsafe_cache;  ///< although disks are cached by the host
    std::optional<std::int64_t> bandwidth_mib_s;
    std::optional<std::int64_t> max_downtime_ms;  ///< it may stand still so long in the end
};
BOOST_DESCRIBE_STRUCT(NewMigration, (),
                      (host, live, storage, unsafe_cache, bandwidth_mib_s, max_downtime_ms))

/// For a migration that runs; what is absent stays as it is. A restart of the portal forgets it.
struct MigrationChange {
    std::optional<std::int64_t> bandwidth_mib_s;
    std::optional<std::int64_t> max_downtime_ms;
};
BOOST_DESCRIBE_STRUCT(MigrationChange, (), (bandwidth_mib_s, max_downtime_ms))

struct MigrationTarget {
    std::string host;
    HostPhase state = HostPhase::connecting;
    std::vector<Blocker> blockers;  ///< empty: it can go there
    bool needs_storage = false;     ///< only if its disks are copied along
    std::optional<std::int64_t> memory_free_mib;
    std::vector<std::string> warnings;  ///< it can, but should rather not: cluster, tags
};
BOOST_DESCRIBE_STRUCT(MigrationTarget, (),
                      (host, state, blockers, needs_storage, memory_free_mib, warnings))

struct CopiedDisk {
    std::string target;
    std::string pool;
    std::string volume;
};
BOOST_DESCRIBE_STRUCT(CopiedDisk, (), (target, pool, volume))

/// The plan of a job "migrate", as its row keeps it.
struct MigrationPlan {
    InstanceId id;
    std::string instance;
    std::string from;
    std::string to;
    std::string actor;
    bool live = true;
    bool paused = false;  ///< before it went
    std::optional<std::int64_t> bandwidth_mib_s;
    std::optional<std::int64_t> max_downtime_ms;
    std::vector<std::string> pools;  ///< of its disks
    std::vector<CopiedDisk> copied;  ///< whose originals are deleted in the end
};
BOOST_DESCRIBE_STRUCT(MigrationPlan, (),
                      (id, instance, from, to, actor, live, paused, bandwidth_mib_s,
                       max_downtime_ms, pools, copied))

/// Lives on the event loop. Each throws as `Instances::allowed` for the verb `migrate`.
class Migrations {
public:
    Migrations(boost::asio::any_io_executor loop, db::Database& database, Inventory& inventory,
               Hosts& hosts, Instances& instances, Settings const& settings, Jobs& jobs);

    /// Every host with what speaks against it; those that may be asked are asked, all at once.
    awaitable<std::vector<MigrationTarget>> targets(Actor actor, InstanceId id);
    /// The same for one that exists, whoever asks; throws `unavailable` if its host is not online.
    awaitable<std::vector<MigrationTarget>> survey(InstanceId id);
    /// Throws `invalid` naming the field, or `conflict` with everything that stands in the way.
    awaitable<JobRecord> migrate(Actor actor, InstanceId id, NewMigration wanted);
    /// Throws `invalid` naming the field, or `conflict` if it is no migration that runs.
    awaitable<void> change(Actor actor, JobRecord job, MigrationChange wanted);
    /// The host that the machine is on its way to; nothing if it is not moving.
    std::optional<std::string> destination(InstanceId const& id) const;

private:
    using Outcome = std::shared_ptr<virt::Migrated>;
    MigrationPlan make_plan(Actor const& actor, Instance const& instance,
                            NewMigration const& wanted) const;
    std::vector<Blocker> known_blockers(Instance const& instance, HostPicture const& to,
                                        Way way) const;
    std::vector<MigrationTarget> candidates(Instance const& instance) const;
    Work make_work(JobRecord const& record);
    awaitable<void> check_target(std::shared_ptr<MigrationPlan const> plan);
    awaitable<void> move(std::shared_ptr<MigrationPlan const> plan, Progress progress,
                         Outcome outcome);
    awaitable<void> call_back(std::shared_ptr<MigrationPlan const> plan);
    awaitable<bool> arrived(std::shared_ptr<MigrationPlan const> plan);
    awaitable<void> take_link_away(std::shared_ptr<MigrationPlan const> plan);
    awaitable<void> delete_originals(std::shared_ptr<MigrationPlan const> plan);
    static awaitable<void> refresh_pools(std::shared_ptr<virt::Host> host,
                                         std::vector<std::string> pools);
    awaitable<void> after(std::shared_ptr<MigrationPlan const> plan, bool succeeded);

    boost::asio::any_io_executor loop_;
    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Instances& instances_;
    Settings const& settings_;
    Jobs& jobs_;
    /// One that is under way.
    struct Moving {
        std::string to;
        /// Changed since it began, and to be said again once it goes: what libvirt is told before
        /// then, it overwrites by what it was begun with.
        std::shared_ptr<virt::MigrationLimits> late = std::make_shared<virt::MigrationLimits>();
    };
    std::map<InstanceId, Moving> moving_;
};

}  // namespace ourea
