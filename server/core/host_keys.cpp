// SPDX-License-Identifier: Apache-2.0
// Compares what a host offers with what was confirmed.
#include "core/host_keys.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace ourea {

std::uint16_t ssh_port(virt::HostUri const& uri) {
    return uri.port.value_or(22);
}

virt::HostKey confirmed_key(std::vector<virt::HostKey> const& offered,
                            std::optional<std::string> const& confirmed) {
    if (offered.empty())
        throw Error(Kind::unavailable, "The host does not answer as an SSH server.", {}, "uri");
    if (!confirmed) {
        throw invalid("host_key", "host_key: the host shows the key " +
                                      offered.front().fingerprint +
                                      ". Compare it with the host's own and confirm it.");
    }
    auto const found = std::find_if(offered.begin(), offered.end(),
                                    [&](auto const& key) { return key.fingerprint == *confirmed; });
    if (found != offered.end()) return *found;
    throw Error(Kind::conflict,
                "The host shows the key " + offered.front().fingerprint +
                    ", not the confirmed one. Somebody may stand in between.",
                {}, "host_key");
}

void remember_host_key(std::filesystem::path const& state_dir, virt::HostUri const& uri,
                       virt::HostKey const& key) {
    virt::remember(virt::ensure_ssh(state_dir), uri.host, ssh_port(uri), {key});
}

}  // namespace ourea
