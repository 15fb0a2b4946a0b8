// SPDX-License-Identifier: Apache-2.0
// Digests by libsodium.
#include "base/digest.hpp"

#include <sodium.h>

namespace ourea {

std::string sha256_hex(std::string_view text) {
    unsigned char digest[crypto_hash_sha256_BYTES];
    ::crypto_hash_sha256(digest, reinterpret_cast<unsigned char const*>(text.data()), text.size());
    char hex[2 * sizeof digest + 1];
    return ::sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
}

}  // namespace ourea
