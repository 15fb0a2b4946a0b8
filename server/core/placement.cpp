// SPDX-License-Identifier: Apache-2.0
// Compares hosts by what they have, what is promised, and what the administrator allows.
#include "core/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ourea {
namespace {

struct Promised {
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
};

/// By host, also to machines that are still being made; templates are not to be started.
std::map<std::string, Promised> promised_on_hosts(Inventory const& inventory) {
    std::map<std::string, Promised> sums;
    for (auto const* instance : inventory.by_name()) {
        if (!instance->record.host || instance->record.template_) continue;
        auto& sum = sums[*instance->record.host];
        sum.vcpus += instance->record.vcpus;
        sum.memory_mib += instance->record.memory_mib;
    }
    return sums;
}

void judge_limit(std::string_view unit, std::int64_t wanted, std::int64_t there,
                 std::optional<std::int64_t> percent, std::vector<std::string>& reasons) {
    if (!percent || wanted * 100 <= there * *percent) return;
    reasons.push_back(fmt::format("{0} {1} would be promised of {2} {1} ({3} % are allowed).",
                                  wanted, unit, there, *percent));
}

std::vector<std::string> obstacles(Instance const& source, HostPicture const& from,
                                   HostPicture const& to, IsShared const& is_shared) {
    std::vector<std::string> reasons;
    if (to.record.name == from.record.name) {
        if (to.record.maintenance) reasons.emplace_back("It is in maintenance.");
        return reasons;
    }
    for (auto const& blocker :
         migration_blockers(source, from, to, {false, false, false}, is_shared))
        if (blocker.kind != BlockerKind::name) reasons.push_back(blocker.reason);
    return reasons;
}

}  // namespace

Places places_for(Inventory const& inventory, Instance const& source, Needs const& needs,
                  IsShared const& is_shared) {
    Places places;
    auto const& from = *inventory.host(*source.record.host);
    auto promises = promised_on_hosts(inventory);
    for (auto const& [name, picture] : inventory.hosts()) {
        Place place;
        place.host = name;
        place.reasons = obstacles(source, from, picture, is_shared);
        if (picture.info) {
            auto const& info = *picture.info;
            auto const promised = promises[name];
            auto const memory = static_cast<std::int64_t>(info.memory_mib);
            place.unpromised_memory_mib = memory - promised.memory_mib;
            judge_limit("MiB of memory", promised.memory_mib + needs.memory_mib, memory,
                        picture.record.memory_percent, place.reasons);
            judge_limit("processors", promised.vcpus + needs.vcpus, info.cpus,
                        picture.record.vcpu_percent, place.reasons);
        }
        (place.reasons.empty() ? places.possible : places.impossible).push_back(std::move(place));
    }
    auto const rank = [&](Place const& place) {
        bool const elsewhere = place.host != from.record.name;
        return std::tuple(-place.unpromised_memory_mib.value_or(0), elsewhere, place.host);
    };
    std::ranges::sort(places.possible, {}, rank);
    return places;
}

}  // namespace ourea
