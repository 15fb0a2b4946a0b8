// SPDX-License-Identifier: Apache-2.0
// What a hypervisor says about itself and its machines, as plain structs without libvirt's types.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "virt/definition.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ourea::virt {

// In all structs an empty string means "libvirt does not say".

/// A domain's state. `missing` is never said by a host: the inventory says it of a vanished
/// machine.
enum class DomainState {
    unknown,
    running,
    paused,
    suspended,  ///< by the guest's power management (S3)
    shutdown,   ///< being shut down
    shutoff,
    crashed,
    missing,
};

std::string_view to_string(DomainState state);

/// Our own element in a domain's `<metadata>`, from which the database can be rebuilt.
struct Mark {
    std::string owner;
    std::string name;  ///< the name under which the portal handed the machine out
    bool is_template = false;
    bool linked = false;      ///< its disks are overlays of its origin's disks
    InstanceId origin;        ///< the template it was cloned from; empty if none
    std::string origin_name;  ///< as it was called then
    std::optional<Time> created_at;

    bool operator==(Mark const&) const = default;
};

/// What `<source>` of a disk, or a storage volume, is made of.
enum class SourceKind { none, file, block, volume, network, other };

struct DiskFacts {
    std::string target;  ///< "vda"
    std::string device;  ///< "disk", "cdrom", "floppy" or "lun"
    std::string bus;
    std::string format;  ///< the driver's type, "qcow2"
    std::string cache;   ///< "none", "writeback", …; empty is the hypervisor's default
    SourceKind source = SourceKind::none;
    std::string path;      ///< of a file or block device
    std::string pool;      ///< of a volume
    std::string volume;    ///< of a volume
    std::string protocol;  ///< of a network disk
    std::string backing;   ///< path of the next image in the chain, where the XML shows it
    std::string serial;
    bool readonly = false;
    bool shareable = false;
};

struct NicFacts {
    std::string mac;
    std::string network;  ///< name of the libvirt network
    std::string bridge;
    std::string type;  ///< "network", "bridge", "direct", "user", …
    std::string model;
    std::string target;  ///< the tap device on the host, while running
};

struct GraphicsFacts {
    std::string type;  ///< "vnc", "spice", …
    std::string listen;
    std::optional<int> port;  ///< nothing while there is none, or it is not yet chosen
    std::string socket;       ///< path of a UNIX socket
    bool autoport = false;
    std::optional<std::string> password;  ///< only in what was read from secure XML
};

struct DomainFacts {
    InstanceId uuid;
    std::string name;
    std::string title;
    std::string description;
    DomainState state = DomainState::unknown;
    bool persistent = true;
    bool autostart = false;
    std::string type;     ///< "kvm", "qemu", "lxc", "test", …
    std::string os_type;  ///< "hvm", "exe", …
    std::string arch;
    std::string machine;
    std::string cpu;       ///< the model, or the mode where there is none ("host-passthrough")
    std::string firmware;  ///< "bios" or "efi"
    std::string loader_nvram;
    std::uint32_t vcpus = 0;           ///< those the machine runs with
    std::uint32_t max_vcpus = 0;       ///< those that could be plugged
    std::uint64_t memory_mib = 0;      ///< what it may take, whatever its balloon gave back
    std::uint64_t max_memory_mib = 0;  ///< with memory modules that could be plugged
    std::uint32_t next_vcpus = 0;      ///< after its next start
    std::uint64_t next_memory_mib = 0;
    std::vector<DiskFacts> disks;
    std::vector<NicFacts> nics;
    std::vector<GraphicsFacts> graphics;
    std::uint32_t serials = 0;
    bool has_agent = false;  ///< a channel for the guest agent is there
    bool has_hostdevs = false;
    bool has_tpm = false;
    std::optional<Mark> mark;
    /// What it is after its next start; null for one that is gone once it is off, or that cannot be
    /// read.
    std::shared_ptr<Definition const> definition;
};

struct BlockStats {
    std::string target;
    std::string path;
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
    std::uint64_t capacity_bytes = 0;
    std::uint64_t allocation_bytes = 0;
    std::uint64_t physical_bytes = 0;
};

struct DomainStats {
    InstanceId uuid;
    DomainState state = DomainState::unknown;
    std::optional<std::uint64_t> cpu_time_ns;  ///< of all its processors together, since its start
    std::optional<std::uint64_t> memory_kib;   ///< the balloon's present size
    std::optional<std::uint64_t> memory_max_kib;   ///< as it is defined
    std::optional<std::uint64_t> memory_used_kib;  ///< as the guest says; needs its balloon driver
    std::optional<std::uint64_t> memory_rss_kib;   ///< what it takes on the host
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_bytes = 0;
    std::uint64_t read_bytes = 0;
    std::uint64_t written_bytes = 0;
    std::vector<BlockStats> blocks;
};

struct HostInfo {
    std::string hostname;
    std::string hypervisor;          ///< "QEMU", "LXC", "TEST", …
    std::string hypervisor_version;  ///< "7.2.0"; empty where the driver does not say
    std::string libvirt_version;     ///< of the daemon
    std::string arch;
    std::string cpu_model;
    std::string uuid;  ///< of the machine, where libvirt says
    std::uint32_t cpus = 0;
    std::uint64_t memory_mib = 0;
    std::optional<std::uint64_t> memory_free_mib;  ///< with what the kernel would give back
    /// Since the host's start, summed over its processors; a load is a difference of two readings.
    std::optional<std::uint64_t> cpu_busy_ns;
    std::optional<std::uint64_t> cpu_total_ns;
    bool encrypted = false;  ///< the way to it cannot be listened to
};

struct PoolFacts {
    std::string name;
    std::string uuid;
    std::string type;   ///< "dir", "logical", …
    std::string state;  ///< "running", "inactive", "building", "degraded", "inaccessible"
    std::string path;
    std::uint64_t capacity_bytes = 0;
    std::uint64_t allocation_bytes = 0;
    std::uint64_t available_bytes = 0;
    bool autostart = false;
};

struct VolumeFacts {
    std::string pool;
    std::string name;
    std::string path;  ///< what a disk of kind `file` or `block` names
    std::string format;
    SourceKind kind = SourceKind::file;
    std::uint64_t capacity_bytes = 0;
    std::uint64_t allocation_bytes = 0;
    std::string backing_path;
    std::string backing_format;
};

struct NetworkFacts {
    std::string name;
    std::string uuid;
    std::string bridge;
    std::string forward;  ///< "nat", "route", "bridge", …; empty is an isolated network
    std::string domain;   ///< DNS domain
    bool active = false;
    bool autostart = false;
    bool persistent = false;
};

}  // namespace ourea::virt
