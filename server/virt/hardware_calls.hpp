// SPDX-License-Identifier: Apache-2.0
// Blocking calls that change what a machine is made of, for a host's threads. Only for virt/.
#pragma once

#include "virt/handles.hpp"
#include "virt/host.hpp"

namespace ourea::virt {

void resize_domain(virConnectPtr conn, InstanceId const& id, DomainSize const& size);
void attach_disk(virConnectPtr conn, InstanceId const& id, DiskSpec const& disk);
void detach_disk(virConnectPtr conn, InstanceId const& id, std::string const& path);
void grow_disk(virConnectPtr conn, InstanceId const& id, DiskGrowth const& growth);

}  // namespace ourea::virt
