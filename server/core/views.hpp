// SPDX-License-Identifier: Apache-2.0
// What people and scripts see of instances, hosts and jobs: the shapes of API and events alike.
#pragma once

#include "base/reflect.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// What hosts leave empty is null to viewers.
inline std::optional<std::string> nonempty(std::string const& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

enum class JobState { queued, running, succeeded, failed, cancelled, undone };
BOOST_DESCRIBE_ENUM(JobState, queued, running, succeeded, failed, cancelled, undone)

enum class StepState { pending, running, done, undone, failed };
BOOST_DESCRIBE_ENUM(StepState, pending, running, done, undone, failed)

struct JobBrief {
    JobId id;
    std::string kind;
    JobState state = JobState::queued;
    std::optional<int> progress;  ///< percent, where there is one
    std::string message;          ///< the present step in words
    bool operator==(JobBrief const&) const = default;
};
BOOST_DESCRIBE_STRUCT(JobBrief, (), (id, kind, state, progress, message))

struct JobStep {
    std::string name;
    StepState state = StepState::pending;
    bool operator==(JobStep const&) const = default;
};
BOOST_DESCRIBE_STRUCT(JobStep, (), (name, state))

struct JobView : JobBrief {
    std::optional<InstanceId> instance;
    std::optional<std::string> instance_name;
    std::optional<std::string> host;
    std::string actor;
    std::vector<JobStep> steps;
    std::optional<std::string> error;
    Time created_at{};
    std::optional<Time> started_at;
    std::optional<Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(JobView, (JobBrief),
                      (instance, instance_name, host, actor, steps, error, created_at, started_at,
                       finished_at))

enum class InstanceState {
    running,
    paused,
    suspended,
    shutdown,
    shutoff,
    crashed,
    missing,
    unknown
};
BOOST_DESCRIBE_ENUM(InstanceState, running, paused, suspended, shutdown, shutoff, crashed, missing,
                    unknown)

enum class HostPhase { connecting, online, offline, maintenance };
BOOST_DESCRIBE_ENUM(HostPhase, connecting, online, offline, maintenance)

/// An instance as a list shows it. Null figures mean "no data".
struct InstanceRow {
    InstanceId id;
    std::string name;
    std::optional<std::string> title;
    std::optional<std::string> host;
    InstanceState state = InstanceState::unknown;
    bool template_ = false;
    bool managed = false;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_bytes = 0;
    std::vector<std::string> addresses;
    std::vector<std::string> owners;
    std::vector<std::string> tags;
    bool autostart = false;
    std::optional<double> cpu_percent;
    std::optional<std::int64_t> memory_used_mib;
    Time changed_at{};
    std::optional<Time> seen_at;
    std::optional<HostPhase> host_state;
    std::optional<JobBrief> job;
    bool drift = false;  ///< changed outside the portal, see `Drifts`
    bool operator==(InstanceRow const&) const = default;
};
BOOST_DESCRIBE_STRUCT(InstanceRow, (),
                      (id, name, title, host, state, template_, managed, vcpus, memory_mib,
                       disk_bytes, addresses, owners, tags, autostart, cpu_percent, memory_used_mib,
                       changed_at, seen_at, host_state, job, drift))

struct DiskView {
    std::string target;
    std::string device;
    std::optional<std::string> bus;
    std::optional<std::string> format;
    std::optional<std::string> pool;
    std::optional<std::string> volume;
    std::optional<std::int64_t> capacity_bytes;
    std::optional<std::int64_t> allocation_bytes;
    std::optional<std::string> backing;
    bool readonly = false;
};
BOOST_DESCRIBE_STRUCT(DiskView, (),
                      (target, device, bus, format, pool, volume, capacity_bytes, allocation_bytes,
                       backing, readonly))

struct InterfaceView {
    std::string mac;
    std::optional<std::string> network;
    std::optional<std::string> bridge;
    std::optional<std::string> model;
};
BOOST_DESCRIBE_STRUCT(InterfaceView, (), (mac, network, bridge, model))

struct GraphicsView {
    std::string type;
    std::optional<std::string> listen;
    std::optional<int> port;
};
BOOST_DESCRIBE_STRUCT(GraphicsView, (), (type, listen, port))

struct OriginView {
    InstanceId id;
    std::optional<std::string> name;
    bool linked = false;
};
BOOST_DESCRIBE_STRUCT(OriginView, (), (id, name, linked))

/// Whether the viewer may do something now, and if not, why.
struct ActionView {
    std::string action;
    bool allowed = false;
    std::optional<std::string> reason;
    std::optional<std::string> remedy;  ///< who could allow it, if a right is what lacks
};
BOOST_DESCRIBE_STRUCT(ActionView, (), (action, allowed, reason, remedy))

struct SizeView {
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    bool operator==(SizeView const&) const = default;
};
BOOST_DESCRIBE_STRUCT(SizeView, (), (vcpus, memory_mib))

/// An instance by itself.
struct InstanceView : InstanceRow {
    std::vector<DiskView> disks;
    std::vector<InterfaceView> interfaces;
    std::vector<GraphicsView> graphics;
    std::int64_t snapshots = 0;
    std::optional<std::string> machine;
    std::optional<std::string> cpu;
    std::optional<std::string> description;
    std::optional<OriginView> origin;
    std::optional<SizeView> pending_restart;  ///< what it has after its next start, if not now
    std::optional<Time> created_at;
    std::vector<ActionView> actions;
};
BOOST_DESCRIBE_STRUCT(InstanceView, (InstanceRow),
                      (disks, interfaces, graphics, snapshots, machine, cpu, description, origin,
                       pending_restart, created_at, actions))

struct TemplateView {
    InstanceId id;
    std::string name;
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::string> host;
    std::optional<HostPhase> host_state;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_bytes = 0;
    InstanceState state = InstanceState::unknown;
    std::int64_t linked_clones = 0;
};
BOOST_DESCRIBE_STRUCT(TemplateView, (),
                      (id, name, title, description, host, host_state, vcpus, memory_mib,
                       disk_bytes, state, linked_clones))

struct HostView {
    std::string name;
    std::string uri;
    HostPhase state = HostPhase::connecting;
    std::optional<Time> seen_at;
    std::optional<std::string> error;
    std::optional<std::string> hypervisor;
    std::optional<std::string> hypervisor_version;
    std::optional<std::string> libvirt_version;
    std::optional<std::string> arch;
    std::optional<std::string> cpu_model;
    std::optional<std::int64_t> cpus;
    std::optional<std::int64_t> memory_mib;
    std::optional<std::int64_t> memory_free_mib;
    std::optional<double> cpu_percent;
    std::int64_t instances = 0;
    std::int64_t running = 0;
    std::int64_t promised_vcpus = 0;
    std::int64_t promised_memory_mib = 0;
    std::optional<std::string> host_key;
    std::optional<std::int64_t> vcpu_percent;    ///< of its processors may be promised
    std::optional<std::int64_t> memory_percent;  ///< of its memory; null: no limit
    Time created_at{};
};
BOOST_DESCRIBE_STRUCT(HostView, (),
                      (name, uri, state, seen_at, error, hypervisor, hypervisor_version,
                       libvirt_version, arch, cpu_model, cpus, memory_mib, memory_free_mib,
                       cpu_percent, instances, running, promised_vcpus, promised_memory_mib,
                       host_key, vcpu_percent, memory_percent, created_at))

struct PoolView {
    std::string name;
    std::string type;
    std::string state;
    std::int64_t capacity_bytes = 0;
    std::int64_t allocation_bytes = 0;
    std::int64_t available_bytes = 0;
    std::optional<std::string> path;
    bool shared = false;  ///< the same storage on every host that has it
};
BOOST_DESCRIBE_STRUCT(PoolView, (),
                      (name, type, state, capacity_bytes, allocation_bytes, available_bytes, path,
                       shared))

struct NetworkView {
    std::string name;
    bool active = false;
    bool autostart = false;
    std::optional<std::string> bridge;
    std::optional<std::string> forward;
};
BOOST_DESCRIBE_STRUCT(NetworkView, (), (name, active, autostart, bridge, forward))

}  // namespace ourea
