// SPDX-License-Identifier: Apache-2.0
// Blocking calls that move a machine to another host, for a host's threads. Only for virt/.
#pragma once

#include "virt/handles.hpp"
#include "virt/host.hpp"

#include <optional>
#include <string>

namespace ourea::virt {

/// virDomainMigrate3, driven from here: the hosts need no access to each other's libvirt, only
/// QEMU's stream goes from one to the other. Throws `conflict` in words for a person; the machine
/// then goes on where it was.
void migrate_domain(virConnectPtr source, virConnectPtr target, InstanceId const& id,
                    Migration const& how);
/// Percent of what is to be sent; nothing while no migration runs.
std::optional<int> migration_progress(virConnectPtr conn, InstanceId const& id);
void abort_migration(virConnectPtr conn, InstanceId const& id);
/// virConnectGetDomainCapabilities and virConnectCompareHypervisorCPU; a driver that has neither
/// is believed to fit.
Unfitness judge_fitness(virConnectPtr conn, std::string const& xml);

}  // namespace ourea::virt
