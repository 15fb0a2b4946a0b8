// SPDX-License-Identifier: Apache-2.0
// Cookies as the portal uses them: one name, one value, never for scripts or foreign pages.
#include "http/cookie.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace ourea::http {

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

std::optional<std::string> find_in(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        auto end = list.find(';');
        auto pair = list.substr(0, end);
        list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
        auto equals = pair.find('=');
        if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
        auto value = trim(pair.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        return std::string(value);
    }
    return std::nullopt;
}

bool cookie_octet(char c) {
    auto const u = static_cast<unsigned char>(c);
    return u > 0x20 && u < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

void require(std::string_view text, std::string_view what) {
    if (!std::ranges::all_of(text, cookie_octet))
        throw Error(Kind::internal, "A cookie could not be written", std::string(what));
}

}  // namespace

std::optional<std::string> cookie(Request const& request, std::string_view name) {
    for (auto const& field : request.headers) {
        if (!equal_ignoring_case(field.name, "Cookie")) continue;
        if (auto value = find_in(field.value, name)) return value;
    }
    return std::nullopt;
}

std::string to_string(SetCookie const& cookie) {
    require(cookie.name, "cookie name");
    require(cookie.value, "cookie value");
    require(cookie.path, "cookie path");
    if (cookie.name.empty() || cookie.name.find('=') != std::string::npos)
        throw Error(Kind::internal, "A cookie could not be written", "cookie name");
    std::string text = cookie.name + '=' + cookie.value + "; Path=" + cookie.path;
    if (cookie.max_age) text += "; Max-Age=" + std::to_string(cookie.max_age->count());
    text += "; HttpOnly; SameSite=Strict";
    if (cookie.secure) text += "; Secure";
    return text;
}

std::string expired_cookie(std::string_view name, std::string path, bool secure) {
    SetCookie gone;
    gone.name = std::string(name);
    gone.path = std::move(path);
    gone.max_age = std::chrono::seconds(0);
    gone.secure = secure;
    return to_string(gone);
}

}  // namespace ourea::http
