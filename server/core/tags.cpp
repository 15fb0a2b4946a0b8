// SPDX-License-Identifier: Apache-2.0
// Checks tags, and carries them to the database and back.
#include "core/tags.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace ourea {
namespace {

constexpr std::size_t longest_tag = 40;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_tag_character(char c) {
    char const small = lower(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':';
}

}  // namespace

bool is_tag(std::string_view text) {
    return !text.empty() && text.size() <= longest_tag &&
           std::ranges::all_of(text, is_tag_character);
}

std::vector<std::string> checked_tags(std::vector<std::string> wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto const field = "tags[" + std::to_string(i) + "]";
        if (!is_tag(wanted[i]))
            throw invalid(field,
                          field +
                              ": expected 1 to 40 letters, digits, dashes, underscores, dots "
                              "and colons");
        std::ranges::transform(wanted[i], wanted[i].begin(), lower);
    }
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    if (wanted.size() > most_tags)
        throw invalid("tags", "tags: at most " + std::to_string(most_tags));
    return wanted;
}

std::string join_tags(std::vector<std::string> const& tags) {
    std::string text;
    for (auto const& tag : tags)
        text += (text.empty() ? "" : " ") + tag;
    return text;
}

std::vector<std::string> split_tags(std::string_view text) {
    std::vector<std::string> tags;
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        if (end > 0) tags.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return tags;
}

}  // namespace ourea
