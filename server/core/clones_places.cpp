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

/// Nor does whoever may not see hosts hear from a refusal which there are, and how it is with them.
Error not_there(Places const& places, std::string const& host, Actor const& actor) {
    std::string text = "host: ";
    if (actor.role != Role::administrator)
        return invalid("host", text + "it cannot be made there; leave the choice of the host open");
    auto const* place = find_place(places.impossible, host);
    if (!place) return invalid("host", text + "there is no host " + host);
    for (auto const& reason : place->reasons)
        text += host + ": " + reason + " ";
    text.pop_back();
    return invalid("host", text);
}

/// The host has said that it could not run it.
void reject(Places& places, std::string const& host, virt::Unfitness const& unfit) {
    auto const found = std::ranges::find(places.possible, host, &Place::host);
    for (auto const& reason : {unfit.machine, unfit.cpu})
        if (!reason.empty()) found->reasons.push_back(reason);
    auto const after = std::ranges::upper_bound(places.impossible, host, {}, &Place::host);
    places.impossible.insert(after, std::move(*found));
    places.possible.erase(found);
}

/// The wanted one, else the best of those that are left.
std::optional<std::string> next_place(Places const& places, NewInstance const& wanted) {
    if (places.possible.empty()) return std::nullopt;
    if (!wanted.host) return places.possible.front().host;
    return find_place(places.possible, *wanted.host) ? wanted.host : std::nullopt;
}

}  // namespace

Places Clones::places_of(ClonePlan const& plan) const {
    auto const& source = *inventory_.find(plan.source);
    Needs const needs{plan.vcpus, plan.memory_mib, plan.tags};
    return places_for(inventory_, source, needs, settings_.placement(), hosts_.shared_pools(),
                      arriving_);
}

awaitable<void> Clones::place(ClonePlan& plan, Places& places, NewInstance const& wanted,
                              Actor const& actor) const {
    auto const source = hosts_.online(plan.source_host);
    std::string xml;
    while (auto const host = next_place(places, wanted)) {
        plan.host = *host;
        if (*host == plan.source_host) co_return;
        if (xml.empty()) {
            auto reading = source->domain_xml(plan.source, virt::XmlView{true, false});
            xml = co_await std::move(reading);
        }
        auto const connection = hosts_.online(*host);
        auto asking = connection->unfitness_for(xml);
        auto const unfit = co_await std::move(asking);
        if (unfit.machine.empty() && unfit.cpu.empty()) co_return;
        reject(places, *host, unfit);
    }
    if (wanted.host) throw not_there(places, *wanted.host, actor);
    throw no_room(places, actor);
}

}  // namespace ourea
