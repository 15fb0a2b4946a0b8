// SPDX-License-Identifier: Apache-2.0
// Cryptographic digests of texts.
#pragma once

#include <string>
#include <string_view>

namespace ourea {

/// SHA-256 (FIPS 180-4) as lower-case hex.
std::string sha256_hex(std::string_view text);

}  // namespace ourea
