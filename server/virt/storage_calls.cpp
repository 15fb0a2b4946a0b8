// SPDX-License-Identifier: Apache-2.0
// Reads and changes pools, volumes and networks.
#include "virt/storage_calls.hpp"

#include "base/log.hpp"

#include <libvirt/virterror.h>

namespace ourea::virt {

namespace {

std::string pool_state(int state) {
    switch (state) {
        case VIR_STORAGE_POOL_INACTIVE:
            return "inactive";
        case VIR_STORAGE_POOL_BUILDING:
            return "building";
        case VIR_STORAGE_POOL_RUNNING:
            return "running";
        case VIR_STORAGE_POOL_DEGRADED:
            return "degraded";
        case VIR_STORAGE_POOL_INACCESSIBLE:
            return "inaccessible";
        default:
            return "unknown";
    }
}

PoolFacts pool_facts(virStoragePoolPtr pool) {
    TextPtr const xml(check(virStoragePoolGetXMLDesc(pool, 0)));
    PoolFacts out = parse_pool(xml.get());
    virStoragePoolInfo info{};
    if (virStoragePoolGetInfo(pool, &info) == 0) {
        out.state = pool_state(info.state);
        out.capacity_bytes = info.capacity;
        out.allocation_bytes = info.allocation;
        out.available_bytes = info.available;
    }
    int autostart = 0;
    if (virStoragePoolGetAutostart(pool, &autostart) == 0) out.autostart = autostart != 0;
    return out;
}

VolumeFacts volume_facts(virStorageVolPtr volume, std::string const& pool) {
    TextPtr const xml(check(virStorageVolGetXMLDesc(volume, 0)));
    VolumeFacts out = parse_volume(xml.get());
    out.pool = pool;
    virStorageVolInfo info{};
    if (virStorageVolGetInfo(volume, &info) == 0) {
        out.capacity_bytes = info.capacity;
        out.allocation_bytes = info.allocation;
    }
    return out;
}

NetworkFacts network_facts(virNetworkPtr network) {
    TextPtr const xml(check(virNetworkGetXMLDesc(network, 0)));
    NetworkFacts out = parse_network(xml.get());
    int autostart = 0;
    if (virNetworkGetAutostart(network, &autostart) == 0) out.autostart = autostart != 0;
    out.active = virNetworkIsActive(network) == 1;
    out.persistent = virNetworkIsPersistent(network) == 1;
    return out;
}

/// What vanishes while it is read, or cannot be read, is left out of a list.
template <class Facts, class Handles, class Read>
std::vector<Facts> read_each(Handles const& handles, char const* what, Read read) {
    std::vector<Facts> out;
    out.reserve(handles.size());
    for (auto const& handle : handles) {
        try {
            out.push_back(read(handle.get()));
        } catch (Error const& e) {
            if (e.kind() == Kind::not_found) continue;
            log::warning("a host's object cannot be read", {{"what", what}, {"error", e.detail()}});
        }
    }
    return out;
}

VolumePtr find_volume(virStoragePoolPtr pool, std::string const& name) {
    return VolumePtr(check(virStorageVolLookupByName(pool, name.c_str())));
}

/// libvirt finds volumes in running pools only; the pool's own words would be about its state.
PoolPtr find_running_pool(virConnectPtr conn, std::string const& name) {
    auto pool = find_pool(conn, name);
    if (virStoragePoolIsActive(pool.get()) == 0) {
        throw Error(Kind::conflict, "The storage pool " + name + " is not running.");
    }
    return pool;
}

}  // namespace

std::vector<PoolFacts> read_pools(virConnectPtr conn) {
    virStoragePoolPtr* items = nullptr;
    int const count = virConnectListAllStoragePools(conn, &items, 0);
    if (count < 0 && last_is_unsupported()) return {};
    return read_each<PoolFacts>(take_list<PoolPtr>(items, count), "pool", pool_facts);
}

std::vector<NetworkFacts> read_networks(virConnectPtr conn) {
    virNetworkPtr* items = nullptr;
    int const count = virConnectListAllNetworks(conn, &items, 0);
    if (count < 0 && last_is_unsupported()) return {};
    return read_each<NetworkFacts>(take_list<NetworkPtr>(items, count), "network", network_facts);
}

std::vector<VolumeFacts> read_volumes(virConnectPtr conn, std::string const& pool) {
    auto const handle = find_running_pool(conn, pool);
    virStorageVolPtr* items = nullptr;
    int const count = virStoragePoolListAllVolumes(handle.get(), &items, 0);
    auto const volumes = take_list<VolumePtr>(items, count);
    return read_each<VolumeFacts>(
        volumes, "volume", [&](virStorageVolPtr volume) { return volume_facts(volume, pool); });
}

std::optional<VolumeFacts> read_volume(virConnectPtr conn, std::string const& pool,
                                       std::string const& name) {
    auto const handle = find_running_pool(conn, pool);
    VolumePtr const volume(virStorageVolLookupByName(handle.get(), name.c_str()));
    if (volume) return volume_facts(volume.get(), pool);
    if (last_is(VIR_ERR_NO_STORAGE_VOL)) return std::nullopt;
    throw last_error();
}

std::optional<VolumeFacts> read_volume_at(virConnectPtr conn, std::string const& path) {
    VolumePtr const volume(virStorageVolLookupByPath(conn, path.c_str()));
    if (!volume) {
        if (last_is(VIR_ERR_NO_STORAGE_VOL)) return std::nullopt;
        throw last_error();
    }
    PoolPtr const pool(check(virStoragePoolLookupByVolume(volume.get())));
    return volume_facts(volume.get(), virStoragePoolGetName(pool.get()));
}

VolumeFacts make_volume(virConnectPtr conn, std::string const& pool, VolumeSpec const& spec) {
    auto const handle = find_running_pool(conn, pool);
    auto const xml = create_volume(spec);
    VolumePtr const volume(check(virStorageVolCreateXML(handle.get(), xml.c_str(), 0)));
    return volume_facts(volume.get(), pool);
}

VolumeFacts copy_volume(virConnectPtr conn, CloneVolume const& what) {
    if (!what.spec.backing_path.empty()) {
        throw Error(Kind::internal, "A full copy has no backing image.");
    }
    auto const from = find_running_pool(conn, what.source_pool);
    auto const source = find_volume(from.get(), what.source_volume);
    auto const to = find_running_pool(conn, what.pool);
    auto const xml = create_volume(what.spec);
    VolumePtr const volume(
        check(virStorageVolCreateXMLFrom(to.get(), xml.c_str(), source.get(), 0)));
    return volume_facts(volume.get(), what.pool);
}

void grow_volume(virConnectPtr conn, std::string const& pool, std::string const& name,
                 std::uint64_t capacity_bytes) {
    auto const handle = find_running_pool(conn, pool);
    auto const volume = find_volume(handle.get(), name);
    check(virStorageVolResize(volume.get(), capacity_bytes, 0));
}

bool remove_volume(virConnectPtr conn, std::string const& pool, std::string const& name) {
    auto const handle = find_running_pool(conn, pool);
    VolumePtr const volume(virStorageVolLookupByName(handle.get(), name.c_str()));
    if (!volume) {
        if (last_is(VIR_ERR_NO_STORAGE_VOL)) return false;
        throw last_error();
    }
    if (virStorageVolDelete(volume.get(), VIR_STORAGE_VOL_DELETE_NORMAL) == 0) return true;
    if (last_is(VIR_ERR_NO_STORAGE_VOL)) return false;
    throw last_error();
}

}  // namespace ourea::virt
