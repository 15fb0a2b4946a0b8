// SPDX-License-Identifier: Apache-2.0
// Deletion of instances with their volumes: never one that somebody else's disk depends on.
#pragma once

#include "core/instances.hpp"
#include "core/jobs.hpp"
#include "core/names.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// A volume of the instance, and why it would be kept, if so.
struct DoomedVolume {
    std::string pool;
    std::string name;
    std::int64_t capacity_bytes = 0;
    std::optional<std::string> kept_reason;
};
BOOST_DESCRIBE_STRUCT(DoomedVolume, (), (pool, name, capacity_bytes, kept_reason))

/// What a `dry_run` of a deletion answers.
struct RemovalPlan {
    InstanceId id;
    std::string instance;
    std::optional<std::string> host;  ///< null: no host shows it, only what we remember goes
    std::vector<DoomedVolume> volumes;
};
BOOST_DESCRIBE_STRUCT(RemovalPlan, (), (id, instance, host, volumes))

/// Lives on the event loop.
class Removals {
public:
    Removals(db::Database& database, Inventory& inventory, Hosts& hosts, Instances& instances,
             Names& names, Jobs& jobs);

    /// Throws as `Instances::allowed`. Without `volumes` only the definition goes.
    awaitable<JobRecord> remove(Actor actor, InstanceId id, bool volumes);
    RemovalPlan preview(Actor const& actor, InstanceId const& id, bool volumes) const;

private:
    RemovalPlan plan(Instance const& instance, bool volumes) const;
    std::optional<std::string> dependant(Instance const& instance, std::string const& path) const;
    Work make_work(JobRecord const& record);
    awaitable<void> stop(std::shared_ptr<RemovalPlan const> plan);
    awaitable<void> undefine(std::shared_ptr<RemovalPlan const> plan);
    awaitable<void> delete_volume(std::shared_ptr<RemovalPlan const> plan, DoomedVolume volume);
    awaitable<void> after(std::shared_ptr<RemovalPlan const> plan, bool succeeded);

    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Instances& instances_;
    Names& names_;
    Jobs& jobs_;
};

}  // namespace ourea
