// SPDX-License-Identifier: Apache-2.0
// Checks the rules of distribution, and finds the machines that they keep apart.
#include "core/placement_rules.hpp"

#include "base/error.hpp"
#include "core/tags.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ourea {
namespace {

/// So many machines are named; the others are counted.
constexpr std::size_t most_named = 3;
constexpr std::size_t most_entries = 50;

void check_entries(std::vector<std::string>& entries, std::string const& field) {
    if (entries.size() > most_entries)
        throw invalid(field, fmt::format("{}: at most {}", field, most_entries));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto const at = fmt::format("{}[{}]", field, i);
        std::string_view entry = entries[i];
        bool const prefix = entry.ends_with('*');
        if (prefix) entry.remove_suffix(1);
        if (!is_tag(entry))
            throw invalid(at, at + ": expected a tag, or the beginning of tags and a star");
        entries[i] = checked_tags({std::string(entry)}).front() + (prefix ? "*" : "");
    }
    std::ranges::sort(entries);
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
}

bool names(std::vector<std::string> const& entries, std::string const& tag) {
    return std::ranges::any_of(entries, [&](std::string const& entry) {
        return entry.ends_with('*') ? tag.starts_with(entry.substr(0, entry.size() - 1))
                                    : tag == entry;
    });
}

}  // namespace

PlacementRules checked_rules(PlacementRules wanted) {
    check_entries(wanted.spread_tags, "placement.spread_tags");
    check_entries(wanted.strict_spread_tags, "placement.strict_spread_tags");
    return wanted;
}

std::string Company::sentence() const {
    std::string who;
    for (std::size_t i = 0; i < std::min(most_named, machines.size()); ++i)
        who += (i == 0 ? "" : ", ") + machines[i];
    if (machines.size() > most_named)
        who += fmt::format(" and {} more", machines.size() - most_named);
    return fmt::format("Kept apart by the tag {}: {} {} there.", tag, who,
                       machines.size() == 1 ? "is" : "are");
}

std::vector<InstanceRecord const*> placed_machines(Inventory const& inventory,
                                                   Arriving const& arriving) {
    std::vector<InstanceRecord const*> machines;
    for (auto const* instance : inventory.by_name())
        if (instance->record.host && !instance->record.template_)
            machines.push_back(&instance->record);
    for (auto const& [id, record] : arriving)
        if (record.host && !inventory.find(id)) machines.push_back(&record);
    return machines;
}

std::map<std::string, std::vector<Company>> company_on_hosts(
    std::vector<InstanceRecord const*> const& machines, PlacementRules const& rules,
    std::vector<std::string> const& tags, std::optional<InstanceId> const& self) {
    std::map<std::string, std::vector<Company>> result;
    for (auto const& tag : tags) {
        bool const strict = names(rules.strict_spread_tags, tag);
        if (!strict && !names(rules.spread_tags, tag)) continue;
        std::map<std::string, Company> by_host;
        for (auto const* record : machines) {
            if (record->id == self) continue;
            if (std::ranges::find(record->tags, tag) == record->tags.end()) continue;
            auto& company = by_host[*record->host];
            company.tag = tag;
            company.strict = strict;
            company.machines.push_back(record->name);
        }
        for (auto& [host, company] : by_host)
            result[host].push_back(std::move(company));
    }
    return result;
}

std::optional<std::string> outside_cluster(HostPicture const& from, HostPicture const& to) {
    auto const& cluster = from.record.cluster;
    if (!cluster || to.record.cluster == cluster) return std::nullopt;
    return "It is not in the cluster " + *cluster + ".";
}

std::vector<std::string> reservations(HostPicture const& from, HostPicture const& to,
                                      std::vector<Company> const& company) {
    std::vector<std::string> sentences;
    if (auto outside = outside_cluster(from, to)) sentences.push_back(std::move(*outside));
    for (auto const& one : company)
        sentences.push_back(one.sentence());
    return sentences;
}

}  // namespace ourea
