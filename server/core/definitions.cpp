// SPDX-License-Identifier: Apache-2.0
// Compares definitions, and tells the portal's own changes from those of others.
#include "core/definitions.hpp"

#include "core/inventory.hpp"

#include <set>

namespace ourea {
namespace {

std::optional<std::string> value_of(virt::Definition const& definition, std::string const& key) {
    auto const found = definition.find(key);
    return found == definition.end() ? std::nullopt : std::optional(found->second);
}

std::set<std::string> keys_of(virt::Definition const& a, virt::Definition const& b) {
    std::set<std::string> keys;
    for (auto const* one : {&a, &b})
        for (auto const& entry : *one)
            keys.insert(entry.first);
    return keys;
}

/// What libvirt itself may write anew when a machine arrives on another host.
virt::Definition only_machine(virt::Definition const& definition) {
    virt::Definition part;
    if (auto const type = value_of(definition, "machine")) part.emplace("machine", *type);
    return part;
}

}  // namespace

std::vector<DriftChange> differences(virt::Definition const& before,
                                     virt::Definition const& after) {
    std::vector<DriftChange> changes;
    for (auto const& key : keys_of(before, after)) {
        auto old = value_of(before, key), now = value_of(after, key);
        if (old == now) continue;
        auto const colon = key.find(':');
        auto const item =
            colon == std::string::npos ? std::nullopt : std::optional(key.substr(colon + 1));
        changes.push_back({key.substr(0, colon), item, std::move(old), std::move(now)});
    }
    return changes;
}

std::shared_ptr<virt::Definition const> carried_over(std::shared_ptr<virt::Definition const> known,
                                                     virt::Definition const& before,
                                                     virt::Definition const& after) {
    auto carried = *known;
    for (auto const& key : keys_of(before, after)) {
        auto const now = value_of(after, key);
        if (value_of(before, key) == now) continue;
        if (now)
            carried.insert_or_assign(key, *now);
        else
            carried.erase(key);
    }
    if (carried == *known) return known;
    return std::make_shared<virt::Definition const>(std::move(carried));
}

// ---- the inventory's part
// ------------------------------------------------------------------------

/// While a job or a verb works on the machine, what changes is the portal's own doing; what
/// differed before goes on differing.
void Inventory::compare_definition(Instance& instance, virt::DomainFacts const* before,
                                   bool moved) {
    if (!instance.facts || !instance.facts->definition) return;
    if (instance.record.state == RecordState::creating) return;
    auto const& present = instance.facts->definition;
    auto const known = instance.known;
    auto const* old = before ? before->definition.get() : nullptr;
    if (!known)
        instance.known = present;
    else if (old && (instance.job || has_verb(instance.id())))
        instance.known = carried_over(known, *old, *present);
    else if (old && moved)
        instance.known = carried_over(known, only_machine(*old), only_machine(*present));
    if (instance.known != known && on_definition_)
        on_definition_(instance.id(), DefinitionNews::known);
    if (judge_definition(instance) && on_definition_)
        on_definition_(instance.id(), DefinitionNews::drifted);
}

/// Whether that is news.
bool Inventory::judge_definition(Instance& instance) const {
    if (!instance.facts || !instance.facts->definition || !instance.known) return false;
    bool const drifts = *instance.known != *instance.facts->definition;
    if (drifts == instance.drifted_at.has_value()) return false;
    instance.drifted_at = drifts ? std::optional(now()) : std::nullopt;
    return true;
}

void Inventory::forget_definition(Instance& instance) {
    if (!instance.known) return;
    instance.known = nullptr;
    instance.drifted_at.reset();
    if (on_definition_) on_definition_(instance.id(), DefinitionNews::known);
}

void Inventory::put_known(InstanceId const& id, std::shared_ptr<virt::Definition const> known,
                          std::optional<Time> drifted_at) {
    auto const found = instances_.find(id);
    if (found == instances_.end()) return;
    auto& instance = *found->second;
    instance.known = std::move(known);
    instance.drifted_at = drifted_at;
    judge_definition(instance);
    refresh(instance);
}

}  // namespace ourea
