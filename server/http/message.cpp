// SPDX-License-Identifier: Apache-2.0
// Header fields without case, query parameters and the plainest problem answer.
#include "http/message.hpp"

#include "base/json_text.hpp"

#include <algorithm>

namespace ourea::http {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

struct Phrase {
    unsigned status;
    std::string_view text;
};

constexpr Phrase phrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (auto const& field : fields_)
        if (equal_ignoring_case(field.name, name)) return field.value;
    return std::nullopt;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
    std::optional<std::string> all;
    for (auto const& field : fields_) {
        if (!equal_ignoring_case(field.name, name)) continue;
        if (all)
            *all += ", " + field.value;
        else
            all = field.value;
    }
    return all;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fields_, [&](Header const& field) { return equal_ignoring_case(field.name, name); }));
}

void Headers::add(std::string name, std::string value) {
    fields_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_,
                  [&](Header const& field) { return equal_ignoring_case(field.name, name); });
    fields_.push_back({std::string(name), std::move(value)});
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
    for (auto const& [key, value] : query)
        if (key == name) return value;
    return std::nullopt;
}

std::string_view reason_phrase(unsigned status) {
    auto found = std::ranges::find(phrases, status, &Phrase::status);
    return found == std::end(phrases) ? std::string_view("Status") : found->text;
}

Response problem(unsigned status, std::string_view kind, std::string_view detail,
                 std::string_view request_id) {
    std::string json = R"({"type":"about:blank","title":)";
    append_json_string(json, reason_phrase(status));
    json += R"(,"status":)" + std::to_string(status) + R"(,"detail":)";
    append_json_string(json, detail);
    json += R"(,"kind":)";
    append_json_string(json, kind);
    json += R"(,"field":null,"request_id":)";
    if (request_id.empty())
        json += "null";
    else
        append_json_string(json, request_id);
    json += '}';
    Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/problem+json");
    response.body = std::move(json);
    return response;
}

}  // namespace ourea::http
