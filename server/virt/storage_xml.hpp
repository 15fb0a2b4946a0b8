// SPDX-License-Identifier: Apache-2.0
// Reads pool and volume XML and writes the XML of new volumes.
#pragma once

#include "virt/facts.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace ourea::virt {

struct VolumeSpec {
    std::string name;
    std::uint64_t capacity_bytes = 0;
    std::string format = "qcow2";
    std::string backing_path;    ///< makes an overlay of this image
    std::string backing_format;  ///< required with `backing_path`: never probed
    bool sparse = false;         ///< also a raw one takes no more than is written; files only
};

std::string create_volume(VolumeSpec const& spec);

VolumeFacts parse_volume(std::string_view xml);
PoolFacts parse_pool(std::string_view xml);
NetworkFacts parse_network(std::string_view xml);

}  // namespace ourea::virt
