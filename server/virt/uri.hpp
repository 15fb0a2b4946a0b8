// SPDX-License-Identifier: Apache-2.0
// The strict grammar of host addresses, and what libvirt is given for them.
#pragma once

#include "virt/ssh_keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ourea::virt {

struct HostUri {
    std::string driver;     ///< "qemu"
    std::string transport;  ///< "", "unix", "ssh", "tcp" or "tls"
    std::string user;
    std::string host;  ///< empty: this machine
    std::optional<std::uint16_t> port;
    std::string path;    ///< "/system"
    std::string socket;  ///< the only option that may be given: an absolute path

    bool is_ssh() const { return transport == "ssh"; }
    bool is_test() const { return driver == "test"; }
    bool is_local() const { return host.empty(); }
    std::string str() const;
};

/// Throws `Error` (invalid, field "uri") unless the text follows the grammar: nothing in it can be
/// taken for an option, reach a shell, or set what we set ourselves (command, netcat, keyfile, …).
HostUri parse_host_uri(std::string_view text);

/// What virConnectOpen is given: for SSH our key, known_hosts and time limits are built in.
std::string effective_uri(HostUri const& uri, SshFiles const& ssh);

}  // namespace ourea::virt
