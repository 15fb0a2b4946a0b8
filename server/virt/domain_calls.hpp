// SPDX-License-Identifier: Apache-2.0
// Blocking calls about domains, for a host's threads. Only for virt/.
#pragma once

#include "virt/handles.hpp"
#include "virt/host.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea::virt {

DomainState state_of(int libvirt_state);

/// Every domain; one whose XML is unusable still appears, with what its handle says.
std::vector<DomainFacts> read_domains(virConnectPtr conn);
std::optional<DomainFacts> read_domain(virConnectPtr conn, InstanceId const& id);
std::string read_domain_xml(virDomainPtr domain, XmlView view);

InstanceId define_domain(virConnectPtr conn, std::string const& xml);
bool undefine_domain(virConnectPtr conn, InstanceId const& id);
void resume_domain(virDomainPtr domain);
/// `type` is a virDomainMetadataType; nothing as `text` removes it.
void set_metadata(virDomainPtr domain, int type, std::optional<std::string> const& text);

std::vector<DomainStats> read_stats(virConnectPtr conn);
HostInfo read_info(virConnectPtr conn);
/// Only what capabilities say: `arch`, `cpu_model`, `uuid`.
HostInfo read_capabilities(virConnectPtr conn);

}  // namespace ourea::virt
