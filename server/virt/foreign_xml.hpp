// SPDX-License-Identifier: Apache-2.0
// Makes a definition for QEMU of one for Xen, as libvirt's Xen driver writes it.
#pragma once

#include "base/ids.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ourea::virt {

/// A disk whose content comes along.
struct ForeignDisk {
    std::string was;     ///< its target on Xen, "xvda1"
    std::string target;  ///< in the new definition, "vda"
    std::string path;    ///< on the host it comes from
    std::string format;  ///< in libvirt's words, "qcow2"
    std::string volume;  ///< that it becomes in the pool
};

/// What the new host and whoever imports decide.
struct ForeignSpec {
    std::string name;     ///< empty: as it is called
    std::string folder;   ///< of the pool for the disks
    bool blocks = false;  ///< what lies there are block devices
    std::string network;  ///< for every interface; empty: the bridges that the definition names
    bool kvm = true;      ///< or emulated
};

struct ForeignMachine {
    std::string name;
    InstanceId id;
    std::string xml;
    std::vector<ForeignDisk> disks;
    std::vector<std::string> bridges;  ///< that the new definition needs
    std::vector<std::string> notes;  ///< what is other than it was, or has to be done, in sentences
};

/// Fully virtualised machines keep the kinds of their devices, so that what is installed finds
/// them; paravirtualised ones get virtio. A MAC address stays as it is, and so does the UUID.
/// Throws `invalid` for what is no definition of a machine and for disks that cannot come along.
ForeignMachine convert_definition(std::string_view xml, ForeignSpec const& spec);

}  // namespace ourea::virt
