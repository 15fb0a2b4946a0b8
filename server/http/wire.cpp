// SPDX-License-Identifier: Apache-2.0
// The head of an answer as text; a body never passes through here, so it is never copied.
#include "http/wire.hpp"

#include <array>
#include <ctime>

namespace ourea::http {

namespace {

constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

std::string security_text() {
    std::string text;
    for (auto const& field : security_headers())
        text += field.name + ": " + field.value + "\r\n";
    return text;
}

/// A line break in a value would let its author write fields, or a whole answer, of their own.
void append_value(std::string& out, std::string_view value) {
    for (char c : value)
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    append_value(out, value);
    out += "\r\n";
}

/// The text changes once a second, far less often than it is asked for.
std::string const& date_line() {
    thread_local std::time_t written_at = 0;
    thread_local std::string line;
    auto const now = std::time(nullptr);
    if (now != written_at) {
        std::tm utc{};
        gmtime_r(&now, &utc);
        std::array<char, 64> text{};
        auto size =
            std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
        line.assign(text.data(), size);
        written_at = now;
    }
    return line;
}

void append_framing(std::string& out, Response const& response, HeadOptions const& options) {
    if (!may_have_body(response.status)) return;
    if (options.framing == Framing::length)
        append_field(out, "Content-Length", std::to_string(response.body.size()));
    else if (options.framing == Framing::chunked)
        append_field(out, "Transfer-Encoding", "chunked");
}

}  // namespace

bool may_have_body(unsigned status) {
    return status >= 200 && status != 204 && status != 304;
}

Headers const& security_headers() {
    static Headers const fields = {
        {"Content-Security-Policy", std::string(content_security_policy)},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    return fields;
}

std::string head_text(Response const& response, HeadOptions const& options) {
    static std::string const security = security_text();
    std::string out;
    out.reserve(1024);
    out += "HTTP/1.1 " + std::to_string(response.status) + ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    out += date_line();
    out += security;
    append_field(out, "X-Request-Id", options.request_id);
    bool cache_control = false;
    for (auto const& field : response.headers) {
        append_field(out, field.name, field.value);
        cache_control = cache_control || equal_ignoring_case(field.name, "Cache-Control");
    }
    if (!cache_control) append_field(out, "Cache-Control", "no-store");
    append_framing(out, response, options);
    if (!options.keep_alive)
        append_field(out, "Connection", "close");
    else if (options.http_1_0)
        append_field(out, "Connection", "keep-alive");
    out += "\r\n";
    return out;
}

}  // namespace ourea::http
