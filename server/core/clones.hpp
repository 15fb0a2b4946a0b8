// SPDX-License-Identifier: Apache-2.0
// New instances out of templates and own machines: planned, reserved in one transaction, made by a
// job.
#pragma once

#include "core/groups.hpp"
#include "core/instances.hpp"
#include "core/jobs.hpp"
#include "core/names.hpp"
#include "core/placement.hpp"
#include "core/quota.hpp"
#include "core/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// The step by which a clone is started; what it brings with it is told by its name.
inline constexpr std::string_view clone_start_step = "Start it";

/// What is absent is as the template has it, linked (from a template), started, one's own.
struct NewInstance {
    InstanceId from;
    std::optional<std::string> name;  ///< absent: the next free one of `pool`, or of any pool
    std::optional<std::string> pool;  ///< of names
    std::optional<std::int64_t> vcpus;
    std::optional<std::int64_t> memory_mib;
    std::optional<std::int64_t> disk_gib;  ///< of the first disk
    std::optional<bool> linked;
    std::optional<std::string> host;
    std::optional<bool> start;
    std::optional<std::string> owner;
    std::optional<std::string> title;
    std::vector<std::string> tags;  ///< those of the source are not taken over
    std::vector<std::string> ssh_keys;
    std::optional<std::string> user_data;
};
BOOST_DESCRIBE_STRUCT(NewInstance, (),
                      (from, name, pool, vcpus, memory_mib, disk_gib, linked, host, start, owner,
                       title, tags, ssh_keys, user_data))

/// What a `dry_run` answers.
struct Plan {
    std::string name;
    std::optional<std::string> mac;
    std::optional<std::string> ip;
    std::string host;
    std::string pool;  ///< of storage
    bool linked = false;
    std::optional<std::string> why;  ///< this host, in a sentence; for administrators
    std::vector<Place> places;       ///< every host, for administrators
    std::vector<std::string> steps;
    Quota quota;
    Usage usage_before;
    Usage usage_after;
    std::vector<std::string> problems;  ///< why it would be refused; empty if it would not
};
BOOST_DESCRIBE_STRUCT(Plan, (),
                      (name, mac, ip, host, pool, linked, why, places, steps, quota, usage_before,
                       usage_after, problems))

/// One disk of the clone, every name chosen beforehand.
struct PlannedDisk {
    std::string target;
    std::string source_pool;
    std::string source_volume;
    std::string source_path;
    std::string source_format;
    std::int64_t source_allocation = 0;  ///< bytes, for the progress
    std::string volume;
    std::string format;
    std::int64_t capacity_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(PlannedDisk, (),
                      (target, source_pool, source_volume, source_path, source_format,
                       source_allocation, volume, format, capacity_bytes))

/// The job's plan, as its row keeps it.
struct ClonePlan {
    InstanceId id;
    std::string name;
    std::string owner;
    InstanceId source;
    std::string source_name;
    std::string host;
    std::string source_host;
    bool linked = false;
    bool start = true;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::string title;
    std::vector<std::string> tags;
    std::vector<std::string> macs;
    std::vector<PlannedDisk> disks;
    std::string actor;
    Time created_at{};
};
BOOST_DESCRIBE_STRUCT(ClonePlan, (),
                      (id, name, owner, source, source_name, host, source_host, linked, start,
                       vcpus, memory_mib, title, tags, macs, disks, actor, created_at))

/// Takes part in the transaction that reserves an instance that somebody else decided about.
struct Approved {
    Actor by;  ///< stands in the log
    /// Before the quota is looked at.
    std::function<void(db::Transaction&, std::string const& owner, Demand const&)> before;
    std::function<void(db::Transaction&, JobRecord const&)> after;  ///< once all is reserved
};

/// Lives on the event loop.
class Clones {
public:
    Clones(boost::asio::any_io_executor executor, db::Database& database, Inventory& inventory,
           Hosts& hosts, Instances& instances, Names& names, Accounts& accounts, Groups& groups,
           Settings const& settings, Jobs& jobs);

    /// Reserves name and quota and starts the job. Throws `invalid` naming the field, `not_found`,
    /// `forbidden`, `conflict`, `quota` or `unavailable`; then nothing is reserved.
    awaitable<JobRecord> create(Actor actor, NewInstance wanted,
                                std::optional<Approved> approved = std::nullopt);
    /// What `create` would do; nothing is written.
    awaitable<Plan> preview(Actor actor, NewInstance wanted) const;

private:
    ClonePlan make_plan(Actor const& actor, NewInstance const& wanted) const;
    /// For as long as it lives, its machine counts where others are placed.
    class Arrival;
    Places places_of(ClonePlan const& plan) const;
    /// Sets the host: the wanted one, else the best that could run the machine. Hosts that say that
    /// they could not become impossible places.
    awaitable<void> place(ClonePlan& plan, Places& places, NewInstance const& wanted,
                          Actor const& actor) const;
    std::string choose_owner(Actor const& actor, NewInstance const& wanted) const;
    void choose_name(ClonePlan& plan, NewInstance const& wanted, Actor const& actor) const;
    std::vector<PlannedDisk> plan_disks(Instance const& source, NewInstance const& wanted) const;
    Work make_work(JobRecord const& record);
    Step disk_step(std::shared_ptr<ClonePlan const> plan, std::size_t index);
    Step define_step(std::shared_ptr<ClonePlan const> plan);
    Step start_step(std::shared_ptr<ClonePlan const> plan);
    awaitable<void> copy_disk(std::shared_ptr<ClonePlan const> plan, PlannedDisk disk,
                              Progress progress);
    awaitable<void> make_overlay(std::shared_ptr<ClonePlan const> plan, PlannedDisk disk);
    awaitable<void> delete_volume(std::shared_ptr<ClonePlan const> plan, std::size_t index);
    awaitable<void> define(std::shared_ptr<ClonePlan const> plan);
    awaitable<void> undefine(std::shared_ptr<ClonePlan const> plan);
    awaitable<void> start(std::shared_ptr<ClonePlan const> plan);
    awaitable<void> stop(std::shared_ptr<ClonePlan const> plan);
    awaitable<void> check_again(std::shared_ptr<ClonePlan const> plan) const;
    awaitable<void> after(std::shared_ptr<ClonePlan const> plan, bool succeeded);

    boost::asio::any_io_executor executor_;
    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Instances& instances_;
    Names& names_;
    Accounts& accounts_;
    Groups& groups_;
    Settings const& settings_;
    Jobs& jobs_;
    Arriving arriving_;
};

}  // namespace ourea
