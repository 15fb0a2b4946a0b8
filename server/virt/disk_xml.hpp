// SPDX-License-Identifier: Apache-2.0
// Puts disks into a domain's document and takes them out. Only for virt/.
#pragma once

#include "virt/host.hpp"

#include <pugixml.hpp>

#include <string>

namespace ourea::virt {

/// The element of a disk by itself, as libvirt attaches it.
std::string print_disk(DiskSpec const& disk);
/// Beside the disks that are there.
void add_disk(pugi::xml_node domain, DiskSpec const& disk);
/// The disk whose content is at this path; nothing if there is none.
pugi::xml_node find_disk(pugi::xml_node domain, std::string const& path);

}  // namespace ourea::virt
