// SPDX-License-Identifier: Apache-2.0
// Where a copy of a machine could be made, the best host first, and why.
#pragma once

#include "core/migration_blockers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea {

struct Needs {
    std::int64_t vcpus = 0;
    std::int64_t memory_mib = 0;
};

/// A host as a place for a new machine.
struct Place {
    std::string host;
    bool chosen = false;
    std::vector<std::string> reasons;                   ///< why not, in sentences
    std::optional<std::int64_t> unpromised_memory_mib;  ///< null: it does not say how much it has
};
BOOST_DESCRIBE_STRUCT(Place, (), (host, chosen, reasons, unpromised_memory_mib))

struct Places {
    std::vector<Place> possible;    ///< by memory that is promised to nobody, the most first
    std::vector<Place> impossible;  ///< by name
};

/// The disks of a copy lie beside those of its source, so a host qualifies that has the source, or
/// sees its pools as shared storage. Nothing is asked of the hosts.
Places places_for(Inventory const& inventory, Instance const& source, Needs const& needs,
                  IsShared const& is_shared);

}  // namespace ourea
