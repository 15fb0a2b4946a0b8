// SPDX-License-Identifier: Apache-2.0
// Makes and checks UUIDs; randomness comes from libsodium.
#include "base/ids.hpp"

#include <sodium.h>

#include <array>

namespace ourea {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void append_hex(std::string& out, unsigned char byte) {
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
}

bool is_dash_position(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

}  // namespace

std::string random_uuid() {
    std::array<unsigned char, 16> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    std::string text;
    text.reserve(36);
    for (auto byte : bytes) {
        if (is_dash_position(text.size())) text += '-';
        append_hex(text, byte);
    }
    return text;
}

std::optional<std::string> canonical_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string result(text);
    for (std::size_t i = 0; i < result.size(); ++i) {
        char& c = result[i];
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        bool const hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash_position(i) ? c != '-' : !hex) return std::nullopt;
    }
    return result;
}

std::string random_hex(std::size_t bytes) {
    std::string raw(bytes, '\0');
    randombytes_buf(raw.data(), raw.size());
    std::string text;
    text.reserve(2 * bytes);
    for (char c : raw)
        append_hex(text, static_cast<unsigned char>(c));
    return text;
}

}  // namespace ourea
