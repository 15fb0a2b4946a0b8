// SPDX-License-Identifier: Apache-2.0
// Merges what hosts show with what the database remembers, and tells whoever watches.
#include "core/inventory.hpp"

#include <algorithm>
#include <cmath>

namespace ourea {
namespace {

std::int64_t mib_of_kib(std::uint64_t kib) {
    return static_cast<std::int64_t>(kib / 1024);
}

/// How long a look at a host that began before a deletion may still show what is gone.
constexpr std::chrono::seconds settling{10};

bool contradicts(virt::DomainStats const& stats, virt::DomainFacts const& facts) {
    if (stats.state != facts.state) return true;
    return stats.memory_max_kib &&
           mib_of_kib(*stats.memory_max_kib) != static_cast<std::int64_t>(facts.memory_mib);
}

bool runs(virt::DomainFacts const& facts) {
    return facts.state == virt::DomainState::running || facts.state == virt::DomainState::paused;
}

}  // namespace

HostPhase HostPicture::phase() const {
    if (record.maintenance) return HostPhase::maintenance;
    switch (status.state) {
        case virt::HostState::online:
            return HostPhase::online;
        case virt::HostState::offline:
            return HostPhase::offline;
        case virt::HostState::connecting:
            break;
    }
    return HostPhase::connecting;
}

void Inventory::put_host(HostRecord record) {
    auto const name = record.name;
    hosts_[name].record = std::move(record);
    refresh_host(name);
}

void Inventory::remove_host(std::string const& name) {
    hosts_.erase(name);
    ++revision_;
    events_.publish("host", name, RawJson{}, {Audience::Kind::administrators, {}, {}});
    for (auto const& [id, instance] : instances_)
        if (instance->record.host == name) {
            instance->facts = nullptr;
            show({}, id);
        }
}

void Inventory::set_status(std::string const& host, virt::HostStatus status) {
    auto const found = hosts_.find(host);
    if (found == hosts_.end()) return;
    auto& picture = found->second;
    picture.status = std::move(status);
    // Until it is listed again, its machines were last seen when it last answered.
    if (picture.listed_at) picture.listed_at = std::max(picture.listed_at, picture.seen_at);
    refresh_host(host);
}

void Inventory::set_info(std::string const& host, virt::HostInfo info) {
    auto const found = hosts_.find(host);
    if (found == hosts_.end()) return;
    auto& picture = found->second;
    picture.seen_at = now();
    auto const& last = picture.info;
    if (last && last->cpu_busy_ns && info.cpu_busy_ns && info.cpu_total_ns &&
        *info.cpu_total_ns > last->cpu_total_ns.value_or(0) &&
        *info.cpu_busy_ns >= *last->cpu_busy_ns) {
        auto const busy = static_cast<double>(*info.cpu_busy_ns - *last->cpu_busy_ns);
        auto const total = static_cast<double>(*info.cpu_total_ns - *last->cpu_total_ns);
        picture.cpu_percent = std::round(1000.0 * busy / total) / 10.0;
    }
    picture.info = std::move(info);
    publish_host(host);
}

void Inventory::set_volumes(std::string const& host, std::vector<virt::PoolFacts> pools,
                            std::vector<virt::VolumeFacts> volumes) {
    auto const found = hosts_.find(host);
    if (found == hosts_.end()) return;
    auto& picture = found->second;
    picture.pools = std::move(pools);
    picture.volumes.clear();
    for (auto& volume : volumes) {
        auto path = volume.path;
        picture.volumes.insert_or_assign(std::move(path), std::move(volume));
    }
    for (auto const& entry : picture.domains)
        show(host, entry.first);
}

void Inventory::set_networks(std::string const& host, std::vector<virt::NetworkFacts> networks) {
    if (auto const found = hosts_.find(host); found != hosts_.end())
        found->second.networks = std::move(networks);
}

void Inventory::set_domains(std::string const& host, std::vector<virt::DomainFacts> domains) {
    auto const found = hosts_.find(host);
    if (found == hosts_.end()) return;
    auto& picture = found->second;
    auto const before = std::move(picture.domains);
    picture.domains.clear();
    picture.seen_at = picture.listed_at = now();
    for (auto& facts : domains) {
        auto const id = facts.uuid;
        picture.domains[id] = std::make_shared<virt::DomainFacts const>(std::move(facts));
    }
    for (auto const& [id, facts] : picture.domains)
        show(host, id);
    for (auto const& [id, facts] : before)
        if (!picture.domains.contains(id)) show(host, id);
    for (auto const& [id, instance] : instances_)
        if (instance->record.host == host && !picture.domains.contains(id)) show(host, id);
    publish_host(host);
}

void Inventory::set_domain(std::string const& host, InstanceId const& id,
                           std::optional<virt::DomainFacts> facts) {
    auto const found = hosts_.find(host);
    if (found == hosts_.end()) return;
    found->second.seen_at = now();
    if (facts)
        found->second.domains[id] = std::make_shared<virt::DomainFacts const>(std::move(*facts));
    else
        found->second.domains.erase(id);
    show(host, id);
    publish_host(host);
}

/// The host whose word counts for a machine that several show (a migration, or a host that lies):
/// the one it runs on, else the one it was on, else any.
std::string const* Inventory::choose_host(Instance const& instance) const {
    std::string const* chosen = nullptr;
    int best = 0;
    for (auto const& [name, picture] : hosts_) {
        auto const found = picture.domains.find(instance.id());
        if (found == picture.domains.end()) continue;
        int const score = 1 + (runs(*found->second) ? 4 : 0) +
                          (picture.status.state == virt::HostState::online ? 8 : 0) +
                          (instance.record.host == name ? 2 : 0);
        if (score > best) {
            best = score;
            chosen = &name;
        }
    }
    return chosen;
}

Instance& Inventory::obtain(InstanceId const& id, virt::DomainFacts const& facts,
                            std::string const& host) {
    auto& slot = instances_[id];
    if (!slot) {
        slot = std::make_unique<Instance>();
        slot->record.id = id;
        slot->record.name = facts.name;
        slot->record.host = host;
        slot->record.created_at = slot->record.changed_at = now();
        by_name_stale_ = true;
    }
    return *slot;
}

/// Brings the instance in line with what the hosts show of it; `host` is the one that spoke.
void Inventory::show(std::string const& host, InstanceId const& id) {
    auto known = instances_.find(id);
    Instance* instance = known == instances_.end() ? nullptr : known->second.get();
    if (!instance) {
        auto const picture = hosts_.find(host);
        if (picture == hosts_.end()) return;
        auto const facts = picture->second.domains.find(id);
        if (facts == picture->second.domains.end()) return;
        instance = &obtain(id, *facts->second, host);
    }
    auto const before = instance->facts;
    auto const host_before = instance->record.host;
    auto const* chosen = choose_host(*instance);
    if (chosen) {
        instance->record.host = *chosen;
        instance->facts = hosts_.at(*chosen).domains.at(id);
    } else {
        auto const at = instance->record.host ? hosts_.find(*instance->record.host) : hosts_.end();
        bool const proven = at == hosts_.end() || at->second.listed_at;
        if (proven) instance->facts = nullptr;
    }
    adopt_facts(*instance);
    compare_definition(*instance, before.get(), host_before != instance->record.host);
    auto const page = fingerprint_of_page(*instance);
    refresh(*instance, page != std::exchange(instance->page, page));
}

void take_size(InstanceRecord& record, virt::DomainFacts const& facts) {
    record.vcpus = std::max(facts.vcpus, facts.next_vcpus);
    record.memory_mib =
        static_cast<std::int64_t>(std::max(facts.memory_mib, facts.next_memory_mib));
}

/// Writes what the host shows into the record, and remembers to save it if that changed anything.
void Inventory::adopt_facts(Instance& instance) {
    auto& record = instance.record;
    auto const before = record;
    if (record.state == RecordState::creating) return;
    if (record.state == RecordState::gone && before.changed_at + settling > now()) {
        instance.facts = nullptr;
        return;
    }
    record.running = instance.facts && is_on(instance.facts->state);
    if (before.running && !record.running) record.ended = now();
    if (instance.facts) {
        auto const& facts = *instance.facts;
        if (record.state == RecordState::gone) {
            record.owner.reset();
            record.tags.clear();
        }
        if (record.state != RecordState::deleting) record.state = RecordState::present;
        by_name_stale_ =
            by_name_stale_ || record.name != facts.name || before.state == RecordState::gone;
        record.name = facts.name;
        take_size(record, facts);
        auto const picture = hosts_.find(record.host.value_or(""));
        if (picture != hosts_.end())
            record.disk_bytes = disk_bytes(picture->second, facts, record.disk_bytes);
    } else if (record.state == RecordState::present) {
        record.state = RecordState::missing;
    }
    bool const changed = before.state != record.state || before.name != record.name ||
                         before.host != record.host || before.vcpus != record.vcpus ||
                         before.memory_mib != record.memory_mib ||
                         before.disk_bytes != record.disk_bytes ||
                         before.running != record.running || !record.last_seen_at;
    if (!changed) return;
    record.changed_at = now();
    if (instance.facts) record.last_seen_at = record.changed_at;
    unsaved_.push_back(record.id);
    if (on_unsaved_) on_unsaved_();
}

virt::VolumeFacts const* Inventory::volume_of(HostPicture const& host,
                                              virt::DiskFacts const& disk) const {
    if (disk.source == virt::SourceKind::volume) {
        for (auto const& [path, volume] : host.volumes)
            if (volume.pool == disk.pool && volume.name == disk.volume) return &volume;
        return nullptr;
    }
    auto const found = host.volumes.find(disk.path);
    return found == host.volumes.end() ? nullptr : &found->second;
}

std::int64_t Inventory::disk_bytes(HostPicture const& host, virt::DomainFacts const& facts,
                                   std::int64_t fallback) const {
    std::int64_t sum = 0;
    bool known = false;
    for (auto const& disk : facts.disks) {
        if (disk.device != "disk" || disk.source == virt::SourceKind::none) continue;
        auto const* volume = volume_of(host, disk);
        known = known || volume;
        sum += volume ? static_cast<std::int64_t>(volume->capacity_bytes) : 0;
    }
    return known ? sum : fallback;
}

bool Inventory::sample(Instance& instance, virt::DomainStats const& stats) const {
    auto const before = std::pair(instance.cpu_percent, instance.memory_used_mib);
    auto const at = now();
    instance.cpu_percent.reset();
    if (stats.cpu_time_ns && stats.state == virt::DomainState::running) {
        bool const comparable = instance.sampled_at && *stats.cpu_time_ns >= instance.cpu_time_ns &&
                                at > *instance.sampled_at && instance.record.vcpus > 0;
        if (comparable) {
            auto const used = static_cast<double>(*stats.cpu_time_ns - instance.cpu_time_ns);
            auto const wall = static_cast<double>((at - *instance.sampled_at).count()) * 1e6 *
                              static_cast<double>(instance.record.vcpus);
            instance.cpu_percent = std::min(100.0, std::round(1000.0 * used / wall) / 10.0);
        }
        instance.cpu_time_ns = *stats.cpu_time_ns;
        instance.sampled_at = at;
    } else {
        instance.sampled_at.reset();
    }
    auto const memory = stats.memory_used_kib ? stats.memory_used_kib : stats.memory_rss_kib;
    instance.memory_used_mib.reset();
    if (memory && stats.state == virt::DomainState::running)
        instance.memory_used_mib = std::min(mib_of_kib(*memory), instance.record.memory_mib);
    return before != std::pair(instance.cpu_percent, instance.memory_used_mib);
}

std::vector<InstanceId> Inventory::set_stats(std::string const& host,
                                             std::vector<virt::DomainStats> const& stats) {
    std::vector<InstanceId> others;
    auto const picture = hosts_.find(host);
    if (picture == hosts_.end()) return others;
    picture->second.seen_at = now();
    std::vector<Events::Sample> samples;
    for (auto const& one : stats) {
        auto const found = instances_.find(one.uuid);
        if (found == instances_.end() || found->second->record.host != host) continue;
        auto& instance = *found->second;
        if (instance.facts && contradicts(one, *instance.facts)) others.push_back(one.uuid);
        if (!sample(instance, one)) continue;
        samples.push_back(
            {one.uuid, instance.cpu_percent.value_or(-1), instance.memory_used_mib.value_or(-1)});
        instance.row.cpu_percent = instance.cpu_percent;
        instance.row.memory_used_mib = instance.memory_used_mib;
        instance.row_json = to_json(instance.row);
    }
    if (samples.empty()) return others;
    ++revision_;
    events_.publish_stats(samples);
    return others;
}

/// Renders the row anew; tells the viewers if it changed, or if what lies behind it may have.
void Inventory::refresh(Instance& instance, bool always_publish) {
    auto row = make_row(instance);
    row.changed_at = instance.row.changed_at;
    if (row.seen_at != std::exchange(instance.row.seen_at, row.seen_at)) {
        instance.row_json = instance.row_json.empty() ? "" : to_json(instance.row);
        ++revision_;  // that it was seen again is no change to tell of
    }
    bool const changed = !(row == instance.row) || instance.row_json.empty();
    if (!changed && !always_publish) return;
    if (changed) {
        if (row.name != instance.row.name) by_name_stale_ = true;
        row.changed_at = instance.row_json.empty() ? instance.record.changed_at : now();
        instance.row = std::move(row);
        instance.row_json = to_json(instance.row);
    }
    ++revision_;
    bool const gone = instance.record.state == RecordState::gone;
    if (gone) by_name_stale_ = true;
    events_.publish("instance", instance.id().str(), RawJson{gone ? "null" : instance.row_json},
                    {Audience::Kind::viewers_of_instance, instance.id(), {}});
}

void Inventory::refresh_host(std::string const& host) {
    publish_host(host);
    for (auto const& [id, instance] : instances_)
        if (instance->record.host == host) refresh(*instance);
}

void Inventory::publish_host(std::string const& host) {
    ++revision_;
    auto const found = hosts_.find(host);
    if (found == hosts_.end() || !events_.watched()) return;
    events_.publish("host", host, RawJson{to_json(host_view(found->second))},
                    {Audience::Kind::administrators, {}, {}});
}

}  // namespace ourea
