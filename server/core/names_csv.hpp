// SPDX-License-Identifier: Apache-2.0
// Reads names to register from CSV (RFC 4180): a pure function on text.
#pragma once

#include "core/names.hpp"

#include <string_view>
#include <vector>

namespace ourea {

/// Columns name, mac, ip, pool; a first line with these words may put them in another order. Empty
/// cells are absent. Throws `invalid` with "line 3: …"; what the cells hold is not judged here,
/// except that name and pool are there.
NamesBatch parse_names_csv(std::string_view text);

}  // namespace ourea
