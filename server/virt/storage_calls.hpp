// SPDX-License-Identifier: Apache-2.0
// Blocking calls about pools, volumes and networks, for a host's threads. Only for virt/.
#pragma once

#include "virt/handles.hpp"
#include "virt/host.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea::virt {

std::vector<PoolFacts> read_pools(virConnectPtr conn);
std::vector<NetworkFacts> read_networks(virConnectPtr conn);

std::vector<VolumeFacts> read_volumes(virConnectPtr conn, std::string const& pool);
std::optional<VolumeFacts> read_volume(virConnectPtr conn, std::string const& pool,
                                       std::string const& name);
std::optional<VolumeFacts> read_volume_at(virConnectPtr conn, std::string const& path);

VolumeFacts make_volume(virConnectPtr conn, std::string const& pool, VolumeSpec const& spec);
VolumeFacts copy_volume(virConnectPtr conn, CloneVolume const& what);
void grow_volume(virConnectPtr conn, std::string const& pool, std::string const& name,
                 std::uint64_t capacity_bytes);
bool remove_volume(virConnectPtr conn, std::string const& pool, std::string const& name);

}  // namespace ourea::virt
