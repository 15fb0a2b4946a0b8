// SPDX-License-Identifier: Apache-2.0
// Where a copy of a machine could be made, the best host first, and why.
#pragma once

#include "core/migration_blockers.hpp"
#include "core/placement_rules.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

struct Needs {
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
    std::vector<std::string> tags;
};

struct Promised {
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
};

/// By host.
std::map<std::string, Promised> promised_on_hosts(
    std::vector<InstanceRecord const*> const& machines);

/// What the host's limits say against promising this much of it in all, in sentences.
std::vector<std::string> beyond_limits(HostPicture const& host, Promised const& in_all);

/// What is weighed of a possible place, in this order; less is better.
struct Rank {
    bool outside = false;       ///< of the source's cluster
    std::size_t company = 0;    ///< tags that are kept apart and are there
    bool overcommitted = true;  ///< less memory is promised to nobody than the machine has
    std::int64_t room = 0;      ///< by the strategy
    bool elsewhere = false;     ///< than the source
    auto operator<=>(Rank const&) const = default;
};

/// A host as a place for a new machine.
struct Place {
    std::string host;
    bool chosen = false;
    std::vector<std::string> reasons;                   ///< why not, in sentences
    std::vector<std::string> notes;                     ///< what speaks against it, but may be
    std::optional<std::int64_t> unpromised_memory_mib;  ///< null: it does not say how much it has
    Rank rank;
};
BOOST_DESCRIBE_STRUCT(Place, (), (host, chosen, reasons, notes, unpromised_memory_mib))

struct Places {
    std::vector<Place> possible;    ///< the best first
    std::vector<Place> impossible;  ///< by name
    Strategy strategy = Strategy::spread;
};

/// The disks of a copy lie beside those of its source, so a host qualifies that has the source, or
/// sees its pools as shared storage. Nothing is asked of the hosts.
Places places_for(Inventory const& inventory, Instance const& source, Needs const& needs,
                  PlacementRules const& rules, IsShared const& is_shared,
                  Arriving const& arriving = {});

/// The sentence that says why the first of the possible places is before the second.
std::string why_the_first(Places const& places);

}  // namespace ourea
