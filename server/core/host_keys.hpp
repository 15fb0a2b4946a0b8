// SPDX-License-Identifier: Apache-2.0
// Which SSH key of a new host is trusted: the one that the administrator confirmed, no other.
#pragma once

#include "virt/ssh_keys.hpp"
#include "virt/uri.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

std::uint16_t ssh_port(virt::HostUri const& uri);

/// The offered key with the confirmed fingerprint. Throws for the field "host_key": `invalid` if
/// nothing was confirmed (it tells what the host shows), `conflict` if the host does not offer
/// that key; `unavailable` for the field "uri" if it offered none.
virt::HostKey confirmed_key(std::vector<virt::HostKey> const& offered,
                            std::optional<std::string> const& confirmed);

/// Blocks. Only this key is remembered: nobody confirmed the host's others.
void remember_host_key(std::filesystem::path const& state_dir, virt::HostUri const& uri,
                       virt::HostKey const& key);

}  // namespace ourea
