// SPDX-License-Identifier: Apache-2.0
// Appends JSON strings to a growing text.
#pragma once

#include <string>
#include <string_view>

namespace ourea {

/// Appends `text` quoted and escaped (RFC 8259); bytes that are not UTF-8 become U+FFFD, because
/// names and errors of hosts and guests may hold anything.
void append_json_string(std::string& out, std::string_view text);

}  // namespace ourea
