// SPDX-License-Identifier: Apache-2.0
// Names and references of the JSON Schema document.
#include "base/schema.hpp"

namespace ourea {

std::string schema_name(std::string const& cpp_name) {
    std::string plain;
    for (std::size_t i = 0; i < cpp_name.size(); ++i) {
        plain += cpp_name[i];
        if (plain.ends_with("::")) {
            auto const start = plain.find_last_of("<, ");
            plain.erase(start == std::string::npos ? 0 : start + 1);
        }
    }
    auto const open = plain.find('<');
    if (open == std::string::npos) return plain;
    auto const inner = plain.substr(open + 1, plain.rfind('>') - open - 1);
    return schema_name(inner) + plain.substr(0, open);
}

boost::json::value Schemas::nullable(boost::json::value schema) {
    auto& object = schema.as_object();
    if (auto* type = object.if_contains("type"); type && type->is_string()) {
        *type = boost::json::array{*type, "null"};
        if (auto* values = object.if_contains("enum")) values->as_array().push_back(nullptr);
        return schema;
    }
    return {{"anyOf", boost::json::array{schema, {{"type", "null"}}}}};
}

boost::json::value Schemas::reference(std::string const& name) {
    return {{"$ref", "#/components/schemas/" + name}};
}

/// A type that is both read and answered gets a second name for the direction that came later.
std::string Schemas::claim(std::string const& cpp_name, Direction direction) {
    auto& taken = names_[cpp_name];
    if (auto const found = taken.find(direction); found != taken.end()) return found->second;
    std::string name = schema_name(cpp_name);
    if (!taken.empty()) name += direction == Direction::input ? "Input" : "Output";
    taken[direction] = name;
    return name;
}

}  // namespace ourea
