// SPDX-License-Identifier: Apache-2.0
// Scans SQL for parameters and text for broken UTF-8.
#include "db/sql_text.hpp"

#include <algorithm>
#include <cctype>

namespace ourea::db {
namespace {

bool in_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Length of the sequence that begins with `lead`, by its bits; 0 if none can.
std::size_t announced(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// Length of the valid sequence at the beginning of `text`, 0 if there is none.
std::size_t valid_length(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const length = announced(byte(0));
    if (length == 0 || length > text.size() || byte(0) == 0) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    bool const overlong =
        (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xF0 && byte(1) < 0x90);
    bool const surrogate = byte(0) == 0xED && byte(1) > 0x9F;
    bool const beyond = byte(0) == 0xF4 && byte(1) > 0x8F;
    return overlong || surrogate || beyond ? 0 : length;
}

}  // namespace

Parameters parameters(std::string_view sql) {
    Parameters result;
    std::vector<std::string_view> names;
    char quote = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        char const c = sql[i];
        if (quote) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == ':' && i + 1 < sql.size() && in_name(sql[i + 1])) {
            auto const end = std::find_if_not(sql.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                                              sql.end(), in_name);
            auto const length = static_cast<std::size_t>(end - sql.begin()) - i - 1;
            auto const name = sql.substr(i + 1, length);
            auto const known = std::find(names.begin(), names.end(), name);
            result.order.push_back(static_cast<std::size_t>(known - names.begin()));
            if (known == names.end()) names.push_back(name);
            result.sql += ":p" + std::to_string(result.order.size());
            i += length;
            continue;
        }
        result.sql += c;
    }
    result.count = names.size();
    return result;
}

std::string clean_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const length = valid_length(text);
        length ? out.append(text, 0, length) : out.append("\xEF\xBF\xBD");
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

}  // namespace ourea::db
