// SPDX-License-Identifier: Apache-2.0
// Compares wanted sizes with what the host has.
#include "core/sizes.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ourea {
namespace {

std::int64_t within(std::optional<std::int64_t> wanted, std::int64_t fallback, std::int64_t most,
                    std::string const& field, std::string_view unit) {
    auto const value = wanted.value_or(fallback);
    if (value < 1 || value > most)
        throw invalid(field, fmt::format("{}: expected 1 to {}{}", field, most, unit));
    return value;
}

}  // namespace

std::int64_t checked_vcpus(HostPicture const* host, std::optional<std::int64_t> wanted,
                           std::int64_t fallback) {
    auto const most =
        host && host->info ? std::max<std::int64_t>(host->info->cpus, 1) : std::int64_t{1024};
    return within(wanted, fallback, most, "vcpus", "");
}

std::int64_t checked_memory_mib(HostPicture const* host, std::optional<std::int64_t> wanted,
                                std::int64_t fallback) {
    auto const most = host && host->info ? static_cast<std::int64_t>(host->info->memory_mib)
                                         : std::int64_t{1} << 24;
    return within(wanted, fallback, most, "memory_mib", " MiB");
}

}  // namespace ourea
