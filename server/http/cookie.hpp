// SPDX-License-Identifier: Apache-2.0
// Reads the Cookie header and writes Set-Cookie, RFC 6265.
#pragma once

#include "http/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ourea::http {

/// The value of the first cookie of this name.
std::optional<std::string> cookie(Request const& request, std::string_view name);

struct SetCookie {
    std::string name;
    std::string value;  ///< of cookie octets only: no space, quote, comma, semicolon, backslash
    std::string path = "/";
    std::optional<std::chrono::seconds> max_age = std::nullopt;  ///< absent: until the browser ends
    bool secure = false;
};

/// The value of a Set-Cookie header: always HttpOnly and SameSite=Strict. Throws `Error` if name or
/// value hold what a cookie cannot.
std::string to_string(SetCookie const& cookie);

/// Makes the browser forget the cookie.
std::string expired_cookie(std::string_view name, std::string path, bool secure);

}  // namespace ourea::http
