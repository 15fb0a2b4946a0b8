// SPDX-License-Identifier: Apache-2.0
// Compares hosts by what they have, what is promised, and what the administrator allows.
#include "core/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace ourea {
namespace {

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

void judge_company(std::vector<Company> const& companies, Place& place) {
    place.rank.company = companies.size();
    for (auto const& company : companies)
        (company.strict ? place.reasons : place.notes).push_back(company.sentence());
}

void judge_cluster(HostPicture const& from, HostPicture const& to, Place& place) {
    auto outside = outside_cluster(from, to);
    place.rank.outside = outside.has_value();
    if (outside) place.notes.push_back(std::move(*outside));
}

void judge_room(HostPicture const& host, Promised const& promised, Needs const& needs,
                Strategy strategy, Place& place) {
    if (!host.info) return;
    auto const there = static_cast<std::int64_t>(host.info->memory_mib);
    auto const unpromised = there - promised.memory_mib;
    place.unpromised_memory_mib = unpromised;
    for (auto& reason : beyond_limits(
             host, {promised.vcpus + needs.vcpus, promised.memory_mib + needs.memory_mib}))
        place.reasons.push_back(std::move(reason));
    place.rank.overcommitted = unpromised < needs.memory_mib;
    bool const fill = strategy == Strategy::pack && !place.rank.overcommitted;
    place.rank.room = fill ? unpromised : -unpromised;
}

}  // namespace

std::map<std::string, Promised> promised_on_hosts(
    std::vector<InstanceRecord const*> const& machines) {
    std::map<std::string, Promised> sums;
    for (auto const* record : machines) {
        auto& sum = sums[*record->host];
        sum.vcpus += record->vcpus;
        sum.memory_mib += record->memory_mib;
    }
    return sums;
}

std::vector<std::string> beyond_limits(HostPicture const& host, Promised const& in_all) {
    std::vector<std::string> reasons;
    if (!host.info) return reasons;
    judge_limit("MiB of memory", in_all.memory_mib,
                static_cast<std::int64_t>(host.info->memory_mib), host.record.memory_percent,
                reasons);
    judge_limit("processors", in_all.vcpus, host.info->cpus, host.record.vcpu_percent, reasons);
    return reasons;
}

Places places_for(Inventory const& inventory, Instance const& source, Needs const& needs,
                  PlacementRules const& rules, IsShared const& is_shared,
                  Arriving const& arriving) {
    Places places;
    places.strategy = rules.strategy;
    auto const& from = *inventory.host(*source.record.host);
    auto const machines = placed_machines(inventory, arriving);
    auto promises = promised_on_hosts(machines);
    auto companies = company_on_hosts(machines, rules, needs.tags, std::nullopt);
    for (auto const& [name, picture] : inventory.hosts()) {
        Place place;
        place.host = name;
        place.reasons = obstacles(source, from, picture, is_shared);
        place.rank.elsewhere = name != from.record.name;
        judge_cluster(from, picture, place);
        judge_company(companies[name], place);
        judge_room(picture, promises[name], needs, rules.strategy, place);
        (place.reasons.empty() ? places.possible : places.impossible).push_back(std::move(place));
    }
    std::ranges::sort(places.possible, {},
                      [](Place const& place) { return std::tie(place.rank, place.host); });
    return places;
}

namespace {

std::string why_by_room(Places const& places) {
    auto const& first = places.possible.front();
    auto const room = first.unpromised_memory_mib.value_or(0);
    if (places.strategy == Strategy::pack && !first.rank.overcommitted)
        return fmt::format(
            "It is the fullest host with room: {} MiB of its memory are promised to nobody.", room);
    return fmt::format("It has the most memory that is promised to nobody: {} MiB.", room);
}

/// Whether this is what puts the first before the second, or what kept another from being the
/// first.
template <class T>
bool decides(Places const& places, T Rank::*what) {
    auto const& best = places.possible.front();
    if (best.rank.*what != places.possible[1].rank.*what) return true;
    return std::ranges::any_of(places.possible, [&](Place const& other) {
        auto rank = other.rank;
        rank.*what = best.rank.*what;
        return other.rank.*what != best.rank.*what &&
               std::tie(rank, other.host) < std::tie(best.rank, best.host);
    });
}

}  // namespace

std::string why_the_first(Places const& places) {
    if (places.possible.size() < 2) return "No other host can take it.";
    auto const& best = places.possible[0].rank;
    auto const& next = places.possible[1].rank;
    if (decides(places, &Rank::outside)) return "It is in the cluster of the source.";
    if (decides(places, &Rank::company))
        return best.company == 0 ? "No machine is there from which its tags keep it apart."
                                 : "Its tags keep it apart from the fewest machines there.";
    if (best.overcommitted != next.overcommitted)
        return "Only there is so much memory promised to nobody.";
    if (best.room != next.room) return why_by_room(places);
    if (best.elsewhere != next.elsewhere) return "Others are as good, but its source is there.";
    return "Others are as good.";
}

}  // namespace ourea
