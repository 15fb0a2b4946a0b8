// SPDX-License-Identifier: Apache-2.0
// Changes processors and memory in a domain's document. Only for virt/.
#pragma once

#include <pugixml.hpp>

#include <cstdint>

namespace ourea::virt {

/// Also what must agree with the count: topology, NUMA cell, pinning. Throws `Error` (conflict)
/// where only a person can decide.
void set_vcpus(pugi::xml_node domain, std::uint32_t count);
void set_memory(pugi::xml_node domain, std::uint64_t mib);

}  // namespace ourea::virt
