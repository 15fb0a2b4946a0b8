// SPDX-License-Identifier: Apache-2.0
// Words by which people group instances: what may be one, and how the database holds them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ourea {

inline constexpr std::size_t most_tags = 20;

/// Whether it is 1 to 40 letters, digits and `-_.:`; letters are ASCII.
bool is_tag(std::string_view text);

/// In lower case, sorted, each once. Throws `invalid` for "tags" where there are more than
/// `most_tags`, and for "tags[2]" where the third is no tag.
std::vector<std::string> checked_tags(std::vector<std::string> wanted);

/// "db web", and back.
std::string join_tags(std::vector<std::string> const& tags);
std::vector<std::string> split_tags(std::string_view text);

}  // namespace ourea
