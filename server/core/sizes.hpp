// SPDX-License-Identifier: Apache-2.0
// How large an instance and its disks may be, whatever the quota.
#pragma once

#include "core/inventory.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ourea {

inline constexpr std::int64_t bytes_per_gib = std::int64_t{1} << 30;
inline constexpr std::int64_t most_disk_gib = 64 * 1024;

/// Throws `invalid` for the field unless 1 to what the host has; `fallback` if nothing is wanted.
std::int64_t checked_vcpus(HostPicture const* host, std::optional<std::int64_t> wanted,
                           std::int64_t fallback);
std::int64_t checked_memory_mib(HostPicture const* host, std::optional<std::int64_t> wanted,
                                std::int64_t fallback);

}  // namespace ourea
