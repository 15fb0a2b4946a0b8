// SPDX-License-Identifier: Apache-2.0
// Blocking calls that move a machine to another host, for a host's threads. Only for virt/.
#pragma once

#include "virt/handles.hpp"
#include "virt/host.hpp"

#include <optional>
#include <string>

namespace ourea::virt {

/// virDomainMigrate3, driven from here: the hosts need no access to each other's libvirt, only
/// QEMU's stream goes from one to the other. A guest that writes faster than can be sent is slowed
/// down (VIR_MIGRATE_AUTO_CONVERGE). Throws `conflict` in words for a person; the machine then goes
/// on where it was.
Migrated migrate_domain(virConnectPtr source, virConnectPtr target, InstanceId const& id,
                        Migration const& how);
/// virDomainGetJobStats; nothing while no migration runs.
std::optional<MigrationProgress> migration_progress(virConnectPtr conn, InstanceId const& id);
/// virDomainMigrateSetMaxSpeed and virDomainMigrateSetMaxDowntime.
void limit_migration(virConnectPtr conn, InstanceId const& id, MigrationLimits const& limits);
void abort_migration(virConnectPtr conn, InstanceId const& id);
/// virConnectGetDomainCapabilities and virConnectCompareHypervisorCPU; a driver that has neither
/// is believed to fit.
Unfitness judge_fitness(virConnectPtr conn, std::string const& xml);

}  // namespace ourea::virt
