// SPDX-License-Identifier: Apache-2.0
// The live picture of all hosts and their machines, which every read is answered from.
#pragma once

#include "base/time.hpp"
#include "core/events.hpp"
#include "core/views.hpp"
#include "virt/facts.hpp"
#include "virt/host.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace ourea {

/// Whether a machine takes the processors and memory of its host, or may at any time: everything
/// but off, also what is not known.
inline bool is_on(virt::DomainState state) {
    return state != virt::DomainState::shutoff && state != virt::DomainState::crashed;
}
inline bool is_on(InstanceState state) {
    return state != InstanceState::shutoff && state != InstanceState::crashed;
}

enum class RecordState { creating, present, missing, deleting, gone };
BOOST_DESCRIBE_ENUM(RecordState, creating, present, missing, deleting, gone)

/// What the database remembers of an instance, one row per UUID ever seen.
struct InstanceRecord {
    InstanceId id;
    std::string name;
    std::optional<std::string> host;
    std::optional<std::string> owner;
    bool template_ = false;
    std::optional<InstanceId> origin;
    std::optional<std::string> origin_name;
    bool linked = false;
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::int64_t disk_bytes = 0;
    RecordState state = RecordState::present;
    Time created_at{};
    std::optional<Time> last_seen_at;
    Time changed_at{};
    bool running = false;           ///< or paused; anything but off
    std::int64_t decided = 0;       ///< number of the latest decision that this one knows of
    std::vector<std::string> tags;  ///< see core/tags.hpp; in the table they are one text
    Time ended{};                   ///< when it was last seen to go off; not kept in the table
};
BOOST_DESCRIBE_STRUCT(InstanceRecord, (),
                      (id, name, host, owner, template_, origin, origin_name, linked, vcpus,
                       memory_mib, disk_bytes, state, created_at, last_seen_at, changed_at, running,
                       decided))

struct HostRecord {
    std::string name;
    std::string uri;
    std::optional<std::string> host_key;
    bool maintenance = false;
    Time created_at{};
    std::optional<std::int64_t> vcpu_percent;           ///< of its processors may be promised
    std::optional<std::int64_t> memory_percent;         ///< of its memory; null: no limit
    std::optional<std::string> cluster = std::nullopt;  ///< of hosts that share pools and networks
};
BOOST_DESCRIBE_STRUCT(HostRecord, (),
                      (name, uri, host_key, maintenance, created_at, vcpu_percent, memory_percent,
                       cluster))

/// Takes over what counts of a machine's size: a restart needs no quota any more, so what that
/// brings counts before.
void take_size(InstanceRecord& record, virt::DomainFacts const& facts);

/// A machine as record and hypervisor together show it.
struct Instance {
    InstanceRecord record;
    std::shared_ptr<virt::DomainFacts const> facts;  ///< null while no host shows it
    std::vector<std::string> addresses;
    std::optional<JobBrief> job;
    std::optional<double> cpu_percent;
    std::optional<std::int64_t> memory_used_mib;
    std::uint64_t cpu_time_ns = 0;  ///< at `sampled_at`, for the next difference
    std::optional<Time> sampled_at;
    InstanceRow row;
    std::string row_json;  ///< `row`, rendered
    std::size_t page = 0;  ///< fingerprint of what only the page of the machine shows
    /// Its definition as the portal last made, saw first or accepted it; null: not seen yet.
    std::shared_ptr<virt::Definition const> known;
    std::optional<Time> drifted_at;  ///< since when its host shows another one

    InstanceId const& id() const { return record.id; }
};

/// What became of a machine's definition.
enum class DefinitionNews {
    known,    ///< it was seen for the first time, the portal changed it, or it is gone
    drifted,  ///< it differs from what is known, or does not any more
};

/// One host as last seen.
struct HostPicture {
    HostRecord record;
    virt::HostStatus status;
    std::optional<Time> seen_at;    ///< when it last answered
    std::optional<Time> listed_at;  ///< when its machines were last listed
    std::optional<virt::HostInfo> info;
    std::optional<double> cpu_percent;
    std::unordered_map<InstanceId, std::shared_ptr<virt::DomainFacts const>> domains;
    std::vector<virt::PoolFacts> pools;
    std::unordered_map<std::string, virt::VolumeFacts> volumes;  ///< by path
    std::vector<virt::NetworkFacts> networks;

    HostPhase phase() const;
};

/// Lives on the event loop. Nothing here waits: writers are the hosts' monitors and the use cases,
/// and each change that a viewer could see becomes an event.
class Inventory {
public:
    explicit Inventory(Events& events) : events_(events) {}

    // What the hosts show.
    void put_host(HostRecord record);
    void remove_host(std::string const& name);
    void set_status(std::string const& host, virt::HostStatus status);
    void set_info(std::string const& host, virt::HostInfo info);
    void set_volumes(std::string const& host, std::vector<virt::PoolFacts> pools,
                     std::vector<virt::VolumeFacts> volumes);
    void set_networks(std::string const& host, std::vector<virt::NetworkFacts> networks);
    /// Everything that the host has; what it no longer shows becomes missing.
    void set_domains(std::string const& host, std::vector<virt::DomainFacts> domains);
    /// One machine of the host; nothing if it is not there any more.
    void set_domain(std::string const& host, InstanceId const& id,
                    std::optional<virt::DomainFacts> facts);
    /// Answers which machines the figures show to be other than known: libvirt tells of no event
    /// when a definition's memory is changed.
    std::vector<InstanceId> set_stats(std::string const& host,
                                      std::vector<virt::DomainStats> const& stats);

    // What the database remembers and the use cases decide.
    void put_record(InstanceRecord record);
    /// Takes over what another process decided about it. What the hosts show stays as it is.
    void follow_record(InstanceRecord const& row);
    /// After the job that made or deleted it has ended.
    void settle(InstanceId const& id, RecordState state);
    void set_job(InstanceId const& id, std::optional<JobBrief> job);
    void set_addresses(std::unordered_map<InstanceId, std::vector<std::string>> addresses);
    /// As the database has it; what the host shows is compared anew.
    void put_known(InstanceId const& id, std::shared_ptr<virt::Definition const> known,
                   std::optional<Time> drifted_at);
    /// Called with what a host's word changed in what is known of a definition, to be written.
    using DefinitionHandler = std::function<void(InstanceId const& id, DefinitionNews news)>;
    void on_definition(DefinitionHandler handler) { on_definition_ = std::move(handler); }
    /// While the portal itself does something to the machine; as often ended as begun.
    void begin_verb(InstanceId const& id) { verbs_.insert(id); }
    void end_verb(InstanceId const& id);
    bool has_verb(InstanceId const& id) const { return verbs_.contains(id); }
    /// Records that changed because of what a host showed, to be written; empties the list.
    std::vector<InstanceRecord> take_unsaved();
    /// Called when `take_unsaved` has something to give.
    void on_unsaved(std::function<void()> wake) { on_unsaved_ = std::move(wake); }

    // Reads.
    Instance const* find(InstanceId const& id) const;
    /// Also one that is gone: those who saw it must hear of its end.
    Instance const* find_even_gone(InstanceId const& id) const;
    /// Everything that is not gone, by name.
    std::vector<Instance const*> const& by_name() const;
    HostPicture const* host(std::string const& name) const;
    std::map<std::string, HostPicture> const& hosts() const { return hosts_; }
    HostView host_view(HostPicture const& host) const;
    InstanceView view(Instance const& instance) const;
    std::vector<DiskView> disks(Instance const& instance) const;
    /// Paths of disks that lie in a pool's folder and are no volume that the host knows of: another
    /// host put them there, or they vanished.
    std::vector<std::string> unknown_images(std::string const& host) const;
    /// The same for one machine of the host.
    std::vector<std::string> unknown_images(std::string const& host, InstanceId const& id) const;
    /// Names of the machines whose disks are based on this one's.
    std::vector<std::string> linked_clones(InstanceId const& id) const;
    /// Whether a job is making a copy of its disks.
    bool being_copied(InstanceId const& id) const;
    /// Grows with every change; what was rendered at a revision is true for that revision.
    std::uint64_t revision() const { return revision_; }
    /// A change that lists depend on but the inventory does not see: rights.
    void touch() { ++revision_; }
    /// Tells revisions of an earlier run of the server apart.
    std::string const& boot() const { return boot_; }

private:
    Instance& obtain(InstanceId const& id, virt::DomainFacts const& facts, std::string const& host);
    void show(std::string const& host, InstanceId const& id);
    void adopt_facts(Instance& instance);
    void compare_definition(Instance& instance, virt::DomainFacts const* before, bool moved);
    bool judge_definition(Instance& instance) const;
    void forget_definition(Instance& instance);
    void refresh(Instance& instance, bool always_publish = false);
    std::size_t fingerprint_of_page(Instance const& instance) const;
    void refresh_host(std::string const& host);
    void publish_host(std::string const& host);
    bool sample(Instance& instance, virt::DomainStats const& stats) const;
    std::string const* choose_host(Instance const& instance) const;
    InstanceRow make_row(Instance const& instance) const;
    std::int64_t disk_bytes(HostPicture const& host, virt::DomainFacts const& facts,
                            std::int64_t fallback) const;
    virt::VolumeFacts const* volume_of(HostPicture const& host, virt::DiskFacts const& disk) const;

    Events& events_;
    std::map<std::string, HostPicture> hosts_;
    std::unordered_map<InstanceId, std::unique_ptr<Instance>> instances_;
    std::vector<InstanceId> unsaved_;
    std::multiset<InstanceId> verbs_;
    std::function<void()> on_unsaved_;
    DefinitionHandler on_definition_;
    mutable std::vector<Instance const*> by_name_;
    mutable bool by_name_stale_ = true;
    std::uint64_t revision_ = 1;
    std::string boot_ = random_hex(4);
};

}  // namespace ourea
