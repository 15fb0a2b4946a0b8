// SPDX-License-Identifier: Apache-2.0
// Chooses the host of a clone.
#include "core/clones.hpp"

#include <algorithm>

namespace ourea {
namespace {

Place const* find_place(std::vector<Place> const& places, std::string const& host) {
    auto const found = std::ranges::find(places, host, &Place::host);
    return found == places.end() ? nullptr : &*found;
}

/// Whoever has no business with hosts hears what to do instead of their names.
Error no_room(Places const& places, Actor const& actor) {
    if (actor.role != Role::administrator)
        return {Kind::conflict,
                "No host has room for it at present. Try again later, or ask an administrator."};
    std::string text = "No host can take it.";
    for (auto const& place : places.impossible)
        for (auto const& reason : place.reasons)
            text += " " + place.host + ": " + reason;
    return {Kind::conflict, text};
}

Error not_there(Place const* place, std::string const& host) {
    std::string text = "host: ";
    if (!place) return invalid("host", text + "there is no host " + host);
    for (auto const& reason : place->reasons)
        text += host + ": " + reason + " ";
    text.pop_back();
    return invalid("host", text);
}

}  // namespace

Places Clones::places_of(ClonePlan const& plan) const {
    auto const& source = *inventory_.find(plan.source);
    return places_for(inventory_, source, {plan.vcpus, plan.memory_mib}, hosts_.shared_pools());
}

awaitable<void> Clones::place(ClonePlan& plan, Places const& places, NewInstance const& wanted,
                              Actor const& actor) const {
    if (wanted.host && !find_place(places.possible, *wanted.host))
        throw not_there(find_place(places.impossible, *wanted.host), *wanted.host);
    if (places.possible.empty()) throw no_room(places, actor);
    auto const source = hosts_.online(plan.source_host);
    std::string xml;
    for (auto const& place : places.possible) {
        if (wanted.host && *wanted.host != place.host) continue;
        plan.host = place.host;
        if (place.host == plan.source_host) co_return;
        if (xml.empty()) {
            auto reading = source->domain_xml(plan.source, virt::XmlView{true, false});
            xml = co_await std::move(reading);
        }
        auto const host = hosts_.online(place.host);
        auto asking = host->unfitness_for(xml);
        auto const unfit = co_await std::move(asking);
        if (unfit.machine.empty() && unfit.cpu.empty()) co_return;
        if (wanted.host) throw invalid("host", "host: " + unfit.machine + unfit.cpu);
    }
    throw no_room(places, actor);
}

}  // namespace ourea
