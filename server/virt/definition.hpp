// SPDX-License-Identifier: Apache-2.0
// What of a machine's definition a person would call a change, field by field.
#pragma once

#include <map>
#include <string>

namespace ourea::virt {

struct DomainFacts;

/// By field: "vcpus", "memory_mib", "disk:vda", "interface:52:54:00:…", "graphics:vnc", …; the
/// values are words to show. What libvirt fills in by itself (addresses, aliases, labels, ports,
/// the NVRAM's path, tap devices, backing chains) is not in it, so that two of them differ only
/// where somebody changed something.
using Definition = std::map<std::string, std::string>;

/// Of the facts of a persistent machine's inactive document.
Definition definition_of(DomainFacts const& facts);

/// The place of a disk is a path at the beginning of its words; what is left shows the file's name
/// alone.
std::string without_folder(std::string const& words);

}  // namespace ourea::virt
