// SPDX-License-Identifier: Apache-2.0
// Connects to a domain's VNC server, wherever its host is. Only for virt/.
#pragma once

#include "virt/domain_xml.hpp"
#include "virt/handles.hpp"
#include "virt/host.hpp"
#include "virt/uri.hpp"

#include <cstddef>
#include <string>

namespace ourea::virt {

/// Where a domain's VNC server is to be found.
struct VncServer {
    std::size_t index = 0;  ///< among the domain's graphics devices
    std::string address;    ///< numeric; as seen on the host
    int port = 0;           ///< 0: none
    std::string socket;     ///< path; empty: none
    std::optional<std::string> password;
};

/// Throws `Error` (conflict) in words when the machine is off or has no VNC display.
VncServer find_vnc(DomainFacts const& running);

/// Blocks. `state_dir` holds the SSH files, for hosts behind SSH.
GraphicsConnection connect_graphics(virConnectPtr conn, InstanceId const& id, HostUri const& uri,
                                    std::filesystem::path const& state_dir);

}  // namespace ourea::virt
