// SPDX-License-Identifier: Apache-2.0
// Brings a machine of another hypervisor here with its disks: for the command line.
#pragma once

#include "virt/foreign_xml.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ourea::virt {

struct ImportWish {
    std::string from;           ///< URI of the host that the machine is on, as in `HostAddress`
    std::string to;             ///< of the host that it comes to
    std::string configuration;  ///< of `xl`, or a definition in libvirt's XML
    std::string name;           ///< empty: as it is called
    std::string pool;           ///< for the disks
    std::string network;        ///< for its interfaces; empty: the bridges that it names
    bool dry_run = false;       ///< nothing is made
};

struct Imported {
    ForeignMachine machine;
    std::vector<std::uint64_t> bytes;  ///< that each of its disks takes now
};

/// Called between two pieces of a disk; false ends the import.
using ImportProgress = std::function<bool(ForeignDisk const& disk, std::uint64_t done_bytes)>;

/// Converts the configuration by the libvirt of `from` (virConnectDomainXMLFromNative), copies the
/// disks through the program (virStorageVolDownload, virStorageVolUpload; holes stay holes), and
/// defines the machine, which is off. Blocks. After a failure nothing of it is left on either host.
/// Throws `conflict` for a machine that runs there or exists here, and for what is in the way.
Imported import_machine(ImportWish const& wish, std::filesystem::path const& state_dir,
                        ImportProgress const& progress);

}  // namespace ourea::virt
