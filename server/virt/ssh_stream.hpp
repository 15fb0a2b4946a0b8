// SPDX-License-Identifier: Apache-2.0
// A byte stream to a port of a host behind SSH. Only for virt/.
#pragma once

#include "base/unique_fd.hpp"
#include "virt/uri.hpp"

#include <string>
#include <vector>

namespace ourea::virt {

/// Runs `ssh -W address:port` and waits until the far side speaks, which a VNC server does first.
/// The child ends with the descriptor, and is reaped. Blocks; throws `Error` (unavailable).
UniqueFd open_ssh_stream(SshFiles const& ssh, HostUri const& uri, std::string const& address,
                         int port);

/// The arguments of that ssh, its name included.
std::vector<std::string> ssh_stream_command(SshFiles const& ssh, HostUri const& uri,
                                            std::string const& address, int port);

}  // namespace ourea::virt
