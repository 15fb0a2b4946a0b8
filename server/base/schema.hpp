// SPDX-License-Identifier: Apache-2.0
// JSON Schema (2020-12, as OpenAPI 3.1 uses it) of described structs.
#pragma once

#include "base/reflect.hpp"

#include <boost/core/demangle.hpp>

#include <typeinfo>

namespace ourea {

/// Direction matters: an answer carries every member, an input may leave optional ones out.
enum class Direction { input, output };

/// The name of a type in the document: without namespaces, `List<Host>` as `HostList`.
std::string schema_name(std::string const& cpp_name);

/// Collects the named schemas that a document refers to.
class Schemas {
public:
    /// The schema of T: inline for plain types, a `$ref` for structs and enums.
    template <class T>
    boost::json::value of(Direction direction);

    boost::json::object const& components() const { return components_; }

private:
    template <class T>
    boost::json::value of_struct(Direction direction);
    template <class T>
    static boost::json::value of_enum();

    static boost::json::value nullable(boost::json::value schema);
    static boost::json::value reference(std::string const& name);
    std::string claim(std::string const& cpp_name, Direction direction);

    boost::json::object components_;
    std::map<std::string, std::map<Direction, std::string>> names_;
};

template <class T>
boost::json::value Schemas::of(Direction direction) {
    using namespace reflect;
    if constexpr (std::same_as<T, RawJson>) {
        return json::object{};
    } else if constexpr (std::same_as<T, bool>) {
        return {{"type", "boolean"}};
    } else if constexpr (Integer<T>) {
        json::object schema{{"type", "integer"}};
        if (std::is_unsigned_v<T>) schema["minimum"] = 0;
        return schema;
    } else if constexpr (std::floating_point<T>) {
        return {{"type", "number"}};
    } else if constexpr (std::same_as<T, std::string>) {
        return {{"type", "string"}};
    } else if constexpr (std::same_as<T, Time>) {
        return {{"type", "string"}, {"format", "date-time"}};
    } else if constexpr (IsId<T>::value) {
        return {{"type", "string"}, {"format", "uuid"}};
    } else if constexpr (DescribedEnum<T>) {
        return of_enum<T>();
    } else if constexpr (IsOptional<T>::value) {
        using Inner = typename T::value_type;
        if constexpr (IsOptional<Inner>::value) return of<Inner>(direction);
        return nullable(of<Inner>(direction));
    } else if constexpr (IsVector<T>::value) {
        return {{"type", "array"}, {"items", of<typename T::value_type>(direction)}};
    } else if constexpr (IsMap<T>::value) {
        return {{"type", "object"},
                {"additionalProperties", of<typename T::mapped_type>(direction)}};
    } else {
        return of_struct<T>(direction);
    }
}

template <class T>
boost::json::value Schemas::of_enum() {
    boost::json::array values;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto d) { values.push_back(boost::json::string(reflect::member_name(d.name))); });
    return {{"type", "string"}, {"enum", std::move(values)}};
}

template <class T>
boost::json::value Schemas::of_struct(Direction direction) {
    auto const name = claim(boost::core::demangle(typeid(T).name()), direction);
    if (components_.contains(name)) return reference(name);
    components_[name] = nullptr;  // Marks it as being made, for types that contain themselves.
    boost::json::object properties;
    boost::json::array required;
    boost::mp11::mp_for_each<reflect::Members<T>>([&](auto d) {
        using Member = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
        auto const member = boost::json::string(reflect::member_name(d.name));
        properties[member] = of<Member>(direction);
        bool const may_miss =
            reflect::IsOptional<Member>::value || reflect::IsVector<Member>::value;
        if (direction == Direction::output || !may_miss) required.push_back(member);
    });
    boost::json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    if (direction == Direction::input) schema["additionalProperties"] = false;
    components_[name] = std::move(schema);
    return reference(name);
}

}  // namespace ourea
