// SPDX-License-Identifier: Apache-2.0
// Points in time: milliseconds since 1970 UTC in the program and the database, RFC 3339 outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ourea {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

Time now();

/// Unix milliseconds, as the database stores them.
inline std::int64_t to_unix_ms(Time t) {
    return t.time_since_epoch().count();
}
inline Time from_unix_ms(std::int64_t ms) {
    return Time(std::chrono::milliseconds(ms));
}

/// "2026-01-31T12:00:00.000Z".
std::string to_rfc3339(Time t);

/// Reads an RFC 3339 time with any offset; nothing if it is none.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace ourea
