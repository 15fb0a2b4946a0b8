// SPDX-License-Identifier: Apache-2.0
// Pure text work on the way to SQL: parameters by name into parameters by position, clean UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ourea::db {

/// SQL in which each occurrence of a parameter has a name of its own (":p1", ":p2", …), since the
/// two drivers disagree about a name that occurs twice.
struct Parameters {
    std::string sql;
    std::vector<std::size_t> order;  ///< for each occurrence the index of its value
    std::size_t count = 0;           ///< different names
};
Parameters parameters(std::string_view sql);

/// `text` with U+FFFD for NUL and for bytes that are not UTF-8 (RFC 3629).
std::string clean_utf8(std::string_view text);

}  // namespace ourea::db
