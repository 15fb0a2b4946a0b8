// SPDX-License-Identifier: Apache-2.0
// Tries a host's address step by step before it is added.
#pragma once

#include "virt/ssh_keys.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ourea::virt {

struct ProbeStep {
    std::string step;  ///< "address", "name", "port", "key", "libvirt"
    bool ok = false;
    std::string detail;  ///< what was found, or what to do about it
};

struct ProbeReport {
    std::vector<ProbeStep> steps;         ///< ends at the first that failed
    std::optional<std::string> host_key;  ///< fingerprint of the strongest key the host offers
    std::vector<HostKey> keys;            ///< all it offers; remember only the confirmed one
};

/// Never throws for what is wrong with the host: that is in the steps. An unknown host key ends it
/// at "key" unless `confirmed_key` is one of those offered; known_hosts is not changed. Blocking
/// work runs on a thread of its own; resumes on the caller's executor.
boost::asio::awaitable<ProbeReport> probe(std::string uri, std::filesystem::path state_dir,
                                          std::optional<std::string> confirmed_key = std::nullopt);

}  // namespace ourea::virt
