// SPDX-License-Identifier: Apache-2.0
// Reads query strings and bodies for the handlers and describes them for the document.
#include "api/route.hpp"

#include <charconv>

namespace ourea::api {
namespace json = boost::json;
namespace {

bool is_type(json::value const& schema, std::string_view wanted) {
    auto const* type = schema.as_object().if_contains("type");
    if (!type) return false;
    if (auto const* one = type->if_string()) return *one == wanted;
    for (auto const& alternative : type->as_array())
        if (alternative == json::value(wanted)) return true;
    return false;
}

/// Text that does not fit the wanted type stays text; the reader then names the field.
json::value typed(std::string const& text, json::value const& schema) {
    if (is_type(schema, "integer")) {
        std::int64_t number = 0;
        auto const end = text.data() + text.size();
        auto const result = std::from_chars(text.data(), end, number);
        if (result.ec == std::errc{} && result.ptr == end) return number;
    }
    if (is_type(schema, "boolean")) {
        if (text == "true" || text == "1") return true;
        if (text == "false" || text == "0") return false;
    }
    return json::string(text);
}

}  // namespace

std::string const& Call::parameter(std::string_view name) const {
    auto const found = parameters.find(name);
    if (found == parameters.end())
        throw Error(Kind::internal, "An internal error.", std::string(name));
    return found->second;
}

json::value query_object(http::Request const& request, json::object const& properties) {
    json::object result;
    for (auto const& [name, value] : request.query) {
        if (result.contains(name)) throw invalid(name, name + ": given twice");
        auto const* schema = properties.if_contains(name);
        result[name] = schema ? typed(value, *schema) : json::value(json::string(value));
    }
    return result;
}

void describe_query(json::object& operation, json::object const& properties) {
    auto& parameters = operation["parameters"];
    if (!parameters.is_array()) parameters = json::array{};
    for (auto const& property : properties)
        parameters.as_array().push_back(
            {{"name", property.key()}, {"in", "query"}, {"schema", property.value()}});
}

void describe_body(json::object& operation, json::value schema) {
    operation["requestBody"] = {
        {"required", true}, {"content", {{"application/json", {{"schema", std::move(schema)}}}}}};
}

void describe_upload(json::object& operation, json::value schema) {
    describe_body(operation, std::move(schema));
    operation["requestBody"].at("content").as_object()["text/csv"] = {
        {"schema", {{"type", "string"}}}};
}

bool is_csv(http::Request const& request) {
    auto const type = request.headers.find("Content-Type").value_or("");
    return http::equal_ignoring_case(type.substr(0, 8), "text/csv");
}

void refuse_query(http::Request const& request) {
    if (request.query.empty()) return;
    auto const& name = request.query.front().first;
    throw invalid(name, name + ": unknown field");
}

void refuse_body(http::Request const& request) {
    if (!request.body.empty() && request.body != "{}")
        throw Error(Kind::invalid, "This request takes no body.");
}

json::value json_body(http::Request const& request) {
    auto const type = request.headers.find("Content-Type").value_or("application/json");
    if (!http::equal_ignoring_case(type.substr(0, 16), "application/json"))
        throw Error(Kind::invalid, "The body must be sent as application/json.");
    return parse_json(request.body);
}

std::size_t page_limit(std::optional<std::int64_t> limit) {
    auto const value = limit.value_or(100);
    if (value < 1 || value > 1000) throw invalid("limit", "limit: expected 1 to 1000");
    return static_cast<std::size_t>(value);
}

std::size_t page_offset(std::optional<std::string> const& cursor) {
    if (!cursor) return 0;
    std::size_t offset = 0;
    auto const end = cursor->data() + cursor->size();
    auto const result = std::from_chars(cursor->data(), end, offset);
    if (result.ec != std::errc{} || result.ptr != end)
        throw invalid("cursor", "cursor: not one that this list gave");
    return offset;
}

http::Response json_response(unsigned status, std::string text) {
    http::Response response;
    response.status = status;
    response.headers.add("Content-Type", "application/json");
    response.body = std::move(text);
    return response;
}

}  // namespace ourea::api
