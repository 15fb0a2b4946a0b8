// SPDX-License-Identifier: Apache-2.0
// The OpenAPI 3.1 document, derived from the route table.
#include "api/dispatch.hpp"
#include "api/problem.hpp"

namespace ourea::api {
namespace json = boost::json;
namespace {

/// "start_instance" for POST /instances/{id}/start would need the handler's name; method and path
/// give one that is as stable: "postInstancesIdStart".
std::string operation_id(Route const& route) {
    std::string id;
    for (char c : route.method)
        id += static_cast<char>(c - 'A' + 'a');
    bool upper = true;
    for (char c : route.path) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter) id += upper && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = !letter;
    }
    return id;
}

std::string_view access_name(Access access) {
    switch (access) {
        case Access::anyone:
            return "anyone";
        case Access::user:
            return "user";
        case Access::staff:
            return "staff";
        case Access::administrator:
            return "administrator";
    }
    return "administrator";
}

void add_path_parameters(json::object& operation, std::string_view path) {
    auto& parameters = operation["parameters"];
    if (!parameters.is_array()) parameters = json::array{};
    json::array first;
    for (auto open = path.find('{'); open != path.npos; open = path.find('{', open + 1)) {
        auto const name = path.substr(open + 1, path.find('}', open) - open - 1);
        json::object schema{{"type", "string"}};
        if (name == "id") schema["format"] = "uuid";
        first.push_back(
            {{"name", name}, {"in", "path"}, {"required", true}, {"schema", std::move(schema)}});
    }
    for (auto& parameter : parameters.as_array())
        first.push_back(std::move(parameter));
    if (first.empty())
        operation.erase("parameters");
    else
        parameters = std::move(first);
}

json::object operation_of(Route const& route, Schemas& schemas) {
    json::object operation{{"operationId", operation_id(route)},
                           {"summary", route.summary},
                           {"x-access", access_name(route.access)}};
    auto const tag = route.path.substr(1, route.path.find('/', 1) - 1);
    operation["tags"] = json::array{json::string(tag)};
    route.describe(operation, schemas);
    add_path_parameters(operation, route.path);
    operation["responses"].as_object()["default"] = {{"$ref", "#/components/responses/Problem"}};
    if (route.access == Access::anyone) operation["security"] = json::array{};
    return operation;
}

json::value problem_response() {
    json::value const text{{"type", "string"}};
    json::value const maybe{{"type", {"string", "null"}}};
    json::value const schema{
        {"type", "object"},
        {"properties",
         {{"type", text},
          {"title", text},
          {"status", {{"type", "integer"}}},
          {"detail", text},
          {"kind", text},
          {"field", maybe},
          {"remedy", maybe},
          {"request_id", text}}},
        {"required",
         {"type", "title", "status", "detail", "kind", "field", "remedy", "request_id"}}};
    return {{"description", "What is wrong, RFC 9457"},
            {"content", {{"application/problem+json", {{"schema", schema}}}}}};
}

}  // namespace

json::object openapi(std::string const& base) {
    Schemas schemas;
    json::object paths;
    for (auto const& route : routes()) {
        std::string method(route.method);
        for (auto& c : method)
            c = static_cast<char>(c - 'A' + 'a');
        auto& item = paths[route.path];
        if (!item.is_object()) item = json::object{};
        item.as_object()[method] = operation_of(route, schemas);
    }
    json::object components;
    components["schemas"] = schemas.components();
    components["responses"] = {{"Problem", problem_response()}};
    components["securitySchemes"] = {
        {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "ourea_session"}}},
        {"token", {{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "ourea_…"}}}};
    return {{"openapi", "3.1.0"},
            {"info", {{"title", "Ourea"}, {"version", OUREA_VERSION}}},
            {"servers", json::array{{{"url", base + std::string(base_path)}}}},
            {"security", json::array{{{"session", json::array{}}}, {{"token", json::array{}}}}},
            {"paths", std::move(paths)},
            {"components", std::move(components)}};
}

}  // namespace ourea::api
