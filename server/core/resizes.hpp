// SPDX-License-Identifier: Apache-2.0
// Other processors, memory and disks for instances: reserved in one transaction, made by a job.
#pragma once

#include "core/groups.hpp"
#include "core/instances.hpp"
#include "core/jobs.hpp"
#include "core/quota.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// What is absent stays as it is.
struct NewSize {
    std::optional<std::int64_t> vcpus;
    std::optional<std::int64_t> memory_mib;
};

enum class DiskBus { virtio, scsi, sata };
BOOST_DESCRIBE_ENUM(DiskBus, virtio, scsi, sata)

/// Where nothing is said, pool and bus are those of the first disk.
struct NewDisk {
    std::int64_t size_gib = 0;
    std::optional<std::string> pool;  ///< of storage; another one is an administrator's choice
    std::optional<DiskBus> bus;
};
BOOST_DESCRIBE_STRUCT(NewDisk, (), (size_gib, pool, bus))

struct DiskChange {
    std::int64_t size_gib = 0;
};
BOOST_DESCRIBE_STRUCT(DiskChange, (), (size_gib))

/// What a `dry_run` answers; without an owner there is no quota.
struct GrowthPlan {
    Quota quota;
    Usage usage_before;
    Usage usage_after;
    std::vector<std::string> problems;  ///< why it would be refused; empty if it would not
};
BOOST_DESCRIBE_STRUCT(GrowthPlan, (), (quota, usage_before, usage_after, problems))

/// The plan of a job "resize", as its row keeps it.
struct ResizePlan {
    InstanceId id;
    std::string instance;
    std::string host;
    std::string actor;
    SizeView before;
    SizeView after;
};
BOOST_DESCRIBE_STRUCT(ResizePlan, (), (id, instance, host, actor, before, after))

/// The plan of a job "add_disk" or "grow_disk", every name chosen beforehand.
struct DiskPlan {
    InstanceId id;
    std::string instance;
    std::string host;
    std::string actor;
    std::string target;
    std::string bus;
    std::string pool;
    std::string volume;
    std::int64_t before_bytes = 0;  ///< 0: it is new
    std::int64_t after_bytes = 0;
};
BOOST_DESCRIBE_STRUCT(DiskPlan, (),
                      (id, instance, host, actor, target, bus, pool, volume, before_bytes,
                       after_bytes))

/// Lives on the event loop. Each of these throws as `Instances::allowed` for the verb `resize`,
/// `invalid` naming the field, `conflict`, or `quota`; then nothing is reserved.
class Resizes {
public:
    Resizes(db::Database& database, Inventory& inventory, Hosts& hosts, Instances& instances,
            Jobs& jobs);

    /// Nothing if it has that size already.
    awaitable<std::optional<JobRecord>> resize(Actor actor, InstanceId id, NewSize size);
    awaitable<JobRecord> add_disk(Actor actor, InstanceId id, NewDisk disk);
    awaitable<JobRecord> grow_disk(Actor actor, InstanceId id, std::string target,
                                   DiskChange change);

    /// What they would do; nothing is written.
    awaitable<GrowthPlan> preview(Actor actor, InstanceId id, NewSize size) const;
    awaitable<GrowthPlan> preview(Actor actor, InstanceId id, NewDisk disk) const;
    awaitable<GrowthPlan> preview(Actor actor, InstanceId id, std::string target,
                                  DiskChange change) const;

private:
    /// What the kinds of job have in common.
    struct Request {
        std::string kind;
        std::string plan;
        Growth growth;
        std::string detail;  ///< of the audit record
    };

    ResizePlan plan_size(Actor const& actor, InstanceId const& id, NewSize const& size) const;
    DiskPlan plan_disk(Actor const& actor, InstanceId const& id, NewDisk const& disk) const;
    DiskPlan plan_growth(Actor const& actor, InstanceId const& id, std::string const& target,
                         DiskChange const& change) const;
    std::string choose_pool(Actor const& actor, Instance const& instance,
                            std::optional<std::string> const& wanted) const;
    awaitable<GrowthPlan> outlook(InstanceRecord record, Growth growth) const;
    awaitable<JobRecord> begin(Actor actor, InstanceRecord record, Request request,
                               std::vector<std::string> steps);
    Work make_resize(JobRecord const& record);
    Work make_addition(JobRecord const& record);
    Work make_growth(JobRecord const& record);
    void finish_with(Work& work, std::string action, InstanceId id, std::string name,
                     std::string actor);
    awaitable<void> set_size(std::shared_ptr<ResizePlan const> plan, SizeView size);
    awaitable<void> make_volume(std::shared_ptr<DiskPlan const> plan);
    awaitable<void> delete_volume(std::shared_ptr<DiskPlan const> plan);
    awaitable<void> attach(std::shared_ptr<DiskPlan const> plan);
    awaitable<void> detach(std::shared_ptr<DiskPlan const> plan);
    awaitable<void> grow(std::shared_ptr<DiskPlan const> plan);
    /// So that memory shows what is there before the reservation ends.
    awaitable<void> look(std::string host, InstanceId id);

    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Instances& instances_;
    Jobs& jobs_;
};

}  // namespace ourea
