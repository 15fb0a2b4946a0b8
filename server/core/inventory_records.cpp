// SPDX-License-Identifier: Apache-2.0
// What the use cases put into the inventory, and what is read from it.
#include "core/inventory.hpp"

#include <algorithm>

namespace ourea {

void Inventory::put_record(InstanceRecord record) {
    auto& slot = instances_[record.id];
    if (!slot) slot = std::make_unique<Instance>();
    slot->record = std::move(record);
    if (slot->record.state == RecordState::gone) forget_definition(*slot);
    by_name_stale_ = true;
    refresh(*slot, true);
}

void Inventory::follow_record(InstanceRecord const& row) {
    auto const found = instances_.find(row.id);
    if (found == instances_.end()) return put_record(row);
    auto record = found->second->record;
    if (row.decided <= record.decided) return;
    record.decided = row.decided;
    record.owner = row.owner;
    record.template_ = row.template_;
    record.origin = row.origin;
    record.origin_name = row.origin_name;
    record.linked = row.linked;
    record.created_at = row.created_at;
    auto const shown = [](RecordState state) {
        return state == RecordState::present || state == RecordState::missing;
    };
    if (!shown(row.state) || !shown(record.state)) record.state = row.state;
    if (record.state == RecordState::gone) {
        record.changed_at = now();
        found->second->facts = nullptr;
    }
    found->second->record = std::move(record);
    if (found->second->facts) adopt_facts(*found->second);
    put_record(found->second->record);
}

void Inventory::settle(InstanceId const& id, RecordState state) {
    auto const found = instances_.find(id);
    if (found == instances_.end()) return;
    auto record = found->second->record;
    record.state = state;
    record.changed_at = now();
    if (state == RecordState::gone) found->second->facts = nullptr;
    put_record(std::move(record));
}

void Inventory::set_job(InstanceId const& id, std::optional<JobBrief> job) {
    auto const found = instances_.find(id);
    if (found == instances_.end() || found->second->job == job) return;
    found->second->job = std::move(job);
    refresh(*found->second);
}

void Inventory::end_verb(InstanceId const& id) {
    auto const found = verbs_.find(id);
    if (found != verbs_.end()) verbs_.erase(found);
}

void Inventory::set_addresses(std::unordered_map<InstanceId, std::vector<std::string>> addresses) {
    for (auto const& [id, instance] : instances_) {
        auto const found = addresses.find(id);
        auto wanted = found == addresses.end() ? std::vector<std::string>{} : found->second;
        if (instance->addresses == wanted) continue;
        instance->addresses = std::move(wanted);
        refresh(*instance);
    }
}

std::vector<InstanceRecord> Inventory::take_unsaved() {
    std::vector<InstanceRecord> records;
    std::sort(unsaved_.begin(), unsaved_.end());
    unsaved_.erase(std::unique(unsaved_.begin(), unsaved_.end()), unsaved_.end());
    for (auto const& id : unsaved_)
        if (auto const found = instances_.find(id); found != instances_.end())
            records.push_back(found->second->record);
    unsaved_.clear();
    return records;
}

Instance const* Inventory::find_even_gone(InstanceId const& id) const {
    auto const found = instances_.find(id);
    return found == instances_.end() ? nullptr : found->second.get();
}

Instance const* Inventory::find(InstanceId const& id) const {
    auto const* instance = find_even_gone(id);
    return instance && instance->record.state != RecordState::gone ? instance : nullptr;
}

std::vector<Instance const*> const& Inventory::by_name() const {
    if (by_name_stale_) {
        by_name_.clear();
        for (auto const& [id, instance] : instances_)
            if (instance->record.state != RecordState::gone) by_name_.push_back(instance.get());
        std::sort(by_name_.begin(), by_name_.end(), [](Instance const* a, Instance const* b) {
            return std::tie(a->record.name, a->record.id) < std::tie(b->record.name, b->record.id);
        });
        by_name_stale_ = false;
    }
    return by_name_;
}

HostPicture const* Inventory::host(std::string const& name) const {
    auto const found = hosts_.find(name);
    return found == hosts_.end() ? nullptr : &found->second;
}

std::vector<std::string> Inventory::unknown_images(std::string const& host) const {
    std::vector<std::string> paths;
    auto const* picture = this->host(host);
    if (!picture) return paths;
    for (auto const& [id, facts] : picture->domains)
        for (auto const& disk : facts->disks) {
            auto const folder = disk.path.substr(0, disk.path.rfind('/'));
            bool const in_pool = std::ranges::find(picture->pools, folder,
                                                   &virt::PoolFacts::path) != picture->pools.end();
            if (in_pool && !folder.empty() && !picture->volumes.contains(disk.path))
                paths.push_back(disk.path);
        }
    return paths;
}

std::vector<std::string> Inventory::linked_clones(InstanceId const& id) const {
    std::vector<std::string> names;
    for (auto const* instance : by_name())
        if (instance->record.linked && instance->record.origin == id)
            names.push_back(instance->record.name);
    return names;
}

bool Inventory::being_copied(InstanceId const& id) const {
    return std::any_of(instances_.begin(), instances_.end(), [&](auto const& entry) {
        auto const& record = entry.second->record;
        return record.origin == id && record.state == RecordState::creating;
    });
}

}  // namespace ourea
