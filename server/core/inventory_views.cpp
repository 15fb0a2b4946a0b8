// SPDX-License-Identifier: Apache-2.0
// Turns the inventory's pictures into the shapes that people and scripts see.
#include "core/inventory.hpp"

#include <filesystem>

namespace ourea {
namespace {

InstanceState to_state(virt::DomainState state) {
    switch (state) {
        case virt::DomainState::running:
            return InstanceState::running;
        case virt::DomainState::paused:
            return InstanceState::paused;
        case virt::DomainState::suspended:
            return InstanceState::suspended;
        case virt::DomainState::shutdown:
            return InstanceState::shutdown;
        case virt::DomainState::shutoff:
            return InstanceState::shutoff;
        case virt::DomainState::crashed:
            return InstanceState::crashed;
        case virt::DomainState::missing:
            return InstanceState::missing;
        case virt::DomainState::unknown:
            break;
    }
    return InstanceState::unknown;
}

InstanceState state_of(Instance const& instance) {
    if (instance.record.state == RecordState::missing) return InstanceState::missing;
    if (instance.record.state == RecordState::creating || !instance.facts)
        return InstanceState::unknown;
    return to_state(instance.facts->state);
}

template <class Number>
std::optional<std::int64_t> positive(Number value) {
    return value == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(value));
}

void fill_facts(InstanceView& view, virt::DomainFacts const& facts) {
    for (auto const& nic : facts.nics)
        view.interfaces.push_back(
            {nic.mac, nonempty(nic.network), nonempty(nic.bridge), nonempty(nic.model)});
    for (auto const& one : facts.graphics)
        view.graphics.push_back({one.type, nonempty(one.listen), one.port});
    view.machine = nonempty(facts.machine);
    view.cpu = nonempty(facts.cpu);
    view.description = nonempty(facts.description);
    bool const differs =
        facts.next_vcpus != facts.vcpus || facts.next_memory_mib != facts.memory_mib;
    if (differs)
        view.pending_restart =
            SizeView{facts.next_vcpus, static_cast<std::int64_t>(facts.next_memory_mib)};
}

}  // namespace

InstanceRow Inventory::make_row(Instance const& instance) const {
    auto const& record = instance.record;
    InstanceRow row;
    row.id = record.id;
    row.name = record.name;
    row.host = record.host;
    row.state = state_of(instance);
    row.template_ = record.template_;
    row.vcpus = record.vcpus;
    row.memory_mib = record.memory_mib;
    row.disk_bytes = record.disk_bytes;
    row.addresses = instance.addresses;
    if (record.owner) row.owners.push_back(*record.owner);
    row.cpu_percent = instance.cpu_percent;
    row.memory_used_mib = instance.memory_used_mib;
    row.seen_at = record.last_seen_at;
    row.job = instance.job;
    row.drift = instance.drifted_at.has_value();
    if (instance.facts) {
        bool const reserved = record.state == RecordState::creating;
        if (!reserved) row.vcpus = instance.facts->vcpus;
        if (!reserved) row.memory_mib = static_cast<std::int64_t>(instance.facts->memory_mib);
        row.title = nonempty(instance.facts->title);
        row.autostart = instance.facts->autostart;
    }
    auto const* picture = record.host ? host(*record.host) : nullptr;
    if (!picture) return row;
    row.host_state = picture->phase();
    if (instance.facts)
        row.seen_at = row.host_state == HostPhase::online ? picture->listed_at : picture->seen_at;
    return row;
}

std::vector<DiskView> Inventory::disks(Instance const& instance) const {
    std::vector<DiskView> result;
    auto const* picture = instance.record.host ? host(*instance.record.host) : nullptr;
    if (!instance.facts || !picture) return result;
    for (auto const& disk : instance.facts->disks) {
        DiskView view{disk.target,
                      disk.device,
                      nonempty(disk.bus),
                      nonempty(disk.format),
                      nonempty(disk.pool),
                      nonempty(disk.volume),
                      {},
                      {},
                      {},
                      disk.readonly};
        if (auto const* volume = volume_of(*picture, disk)) {
            view.pool = volume->pool;
            view.volume = volume->name;
            view.capacity_bytes = static_cast<std::int64_t>(volume->capacity_bytes);
            view.allocation_bytes = static_cast<std::int64_t>(volume->allocation_bytes);
            if (!volume->backing_path.empty())
                view.backing = std::filesystem::path(volume->backing_path).filename().string();
        }
        result.push_back(std::move(view));
    }
    return result;
}

InstanceView Inventory::view(Instance const& instance) const {
    InstanceView view;
    static_cast<InstanceRow&>(view) = instance.row;
    auto const& record = instance.record;
    view.created_at = record.created_at;
    if (record.origin) {
        auto const* origin = find(*record.origin);
        view.origin = OriginView{*record.origin,
                                 origin ? std::optional(origin->record.name) : record.origin_name,
                                 record.linked};
    }
    view.disks = disks(instance);
    if (instance.facts) fill_facts(view, *instance.facts);
    return view;
}

/// A full comparison with a host of many machines must not tell of those that did not change: it
/// would fill every reader's queue.
std::size_t Inventory::fingerprint_of_page(Instance const& instance) const {
    auto page = view(instance);
    static_cast<InstanceRow&>(page) = {};
    return std::hash<std::string>{}(to_json(page));
}

HostView Inventory::host_view(HostPicture const& host) const {
    HostView view;
    view.name = host.record.name;
    view.uri = host.record.uri;
    view.state = host.phase();
    view.seen_at = host.seen_at;
    view.error = nonempty(host.status.error);
    view.cpu_percent = host.cpu_percent;
    view.host_key = host.record.host_key;
    view.vcpu_percent = host.record.vcpu_percent;
    view.memory_percent = host.record.memory_percent;
    view.created_at = host.record.created_at;
    if (host.info) {
        auto const& info = *host.info;
        view.hypervisor = nonempty(info.hypervisor);
        view.hypervisor_version = nonempty(info.hypervisor_version);
        view.libvirt_version = nonempty(info.libvirt_version);
        view.arch = nonempty(info.arch);
        view.cpu_model = nonempty(info.cpu_model);
        view.cpus = positive(info.cpus);
        view.memory_mib = positive(info.memory_mib);
        if (info.memory_free_mib)
            view.memory_free_mib = static_cast<std::int64_t>(*info.memory_free_mib);
    }
    for (auto const& [id, facts] : host.domains) {
        ++view.instances;
        if (facts->state == virt::DomainState::running) ++view.running;
        view.promised_vcpus += facts->vcpus;
        view.promised_memory_mib += static_cast<std::int64_t>(facts->memory_mib);
    }
    return view;
}

}  // namespace ourea
