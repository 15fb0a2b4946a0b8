// SPDX-License-Identifier: Apache-2.0
// Lists a host's machines once, without watching it: for the command line.
#pragma once

#include "virt/facts.hpp"

#include <boost/asio/awaitable.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace ourea::virt {

/// Throws `unavailable` if the host cannot be reached within a minute. `uri` is as in
/// `HostAddress`. Blocking work runs on a thread of its own; resumes on the caller's executor.
boost::asio::awaitable<std::vector<DomainFacts>> survey(std::string uri,
                                                        std::filesystem::path state_dir);

}  // namespace ourea::virt
