// SPDX-License-Identifier: Apache-2.0
// Registers libvirt's events of one connection. Only for virt/.
#pragma once

#include "virt/connection.hpp"

#include <memory>
#include <vector>

namespace ourea::virt {

/// What every callback's opaque pointer is: a sink's owner, freed by `free_sink`.
std::shared_ptr<EventSink> const& sink_of(void* opaque);
void free_sink(void* opaque);

/// The callbacks' ids; kinds of events that the driver does not know are left out.
std::vector<int> register_domain_events(virConnectPtr conn, std::shared_ptr<EventSink> const& sink);
std::vector<int> register_pool_events(virConnectPtr conn, std::shared_ptr<EventSink> const& sink);
std::vector<int> register_network_events(virConnectPtr conn,
                                         std::shared_ptr<EventSink> const& sink);

}  // namespace ourea::virt
