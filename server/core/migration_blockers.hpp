// SPDX-License-Identifier: Apache-2.0
// Why a machine cannot go to another host, from what is known of both; nothing is asked of them.
#pragma once

#include "core/inventory.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

enum class BlockerKind {
    host,     ///< offline, in maintenance, or the one it is on
    driver,   ///< another hypervisor or architecture
    cpu,      ///< the processor lacks something
    machine,  ///< the machine type, such as a Q35 version
    memory,
    name,     ///< another machine is called so there
    pool,     ///< a storage pool is missing
    storage,  ///< a pool is there but not the same storage
    cache,    ///< the host's cache of a disk could be stale
    network,
    device,  ///< a device of this host is handed through
    iso      ///< a medium that only this host has
};
BOOST_DESCRIBE_ENUM(BlockerKind, host, driver, cpu, machine, memory, name, pool, storage, cache,
                    network, device, iso)

struct Blocker {
    BlockerKind kind = BlockerKind::host;
    std::string reason;  ///< a sentence
    bool operator==(Blocker const&) const = default;
};
BOOST_DESCRIBE_STRUCT(Blocker, (), (kind, reason))

/// How somebody wants it to move.
struct Way {
    bool live = true;
    bool copy_storage = false;
    bool trust_cache = false;  ///< somebody says that the hosts' caches do no harm
};

/// Whether a pool is the same storage on every host that has it.
using IsShared = std::function<bool(virt::PoolFacts const&)>;

/// Empty if nothing that is known speaks against it. `instance.facts` must be there.
std::vector<Blocker> migration_blockers(Instance const& instance, HostPicture const& from,
                                        HostPicture const& to, Way way, IsShared const& is_shared);

/// Where a disk's own image is.
struct DiskPlace {
    std::string target;  ///< "vda"
    virt::PoolFacts pool;
    std::string volume;
};
/// Those that are in a pool.
std::vector<DiskPlace> disks_of(HostPicture const& from, virt::DomainFacts const& facts);

}  // namespace ourea
