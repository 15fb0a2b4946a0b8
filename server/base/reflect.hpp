// SPDX-License-Identifier: Apache-2.0
// JSON to and from described structs (Boost.Describe), and the JSON Schema of them: one description
// of a type gives its reader, its printer and its place in the OpenAPI document.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "base/time.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <boost/mp11.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace ourea {

/// JSON that is text already: a row kept rendered, or details whose shape varies.
struct RawJson {
    std::string text = "null";
    bool operator==(RawJson const&) const = default;
};

namespace reflect {

namespace json = boost::json;
namespace describe = boost::describe;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};

template <class T>
concept DescribedEnum = std::is_enum_v<T> && describe::has_describe_enumerators<T>::value;
template <class T>
concept DescribedStruct = std::is_class_v<T> && describe::has_describe_members<T>::value;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

template <class T>
inline constexpr bool unsupported = false;

template <class T>
using Members = describe::describe_members<T, describe::mod_public | describe::mod_inherited>;

/// A member's name in JSON; a trailing underscore ("delete_") keeps clear of C++ keywords.
constexpr std::string_view member_name(char const* name) {
    std::string_view text(name);
    if (text.ends_with('_')) text.remove_suffix(1);
    return text;
}

template <DescribedEnum T>
std::string_view enum_name(T value) {
    return member_name(describe::enum_to_string(value, "?"));
}

template <DescribedEnum T>
std::optional<T> enum_value(std::string_view name) {
    std::optional<T> found;
    boost::mp11::mp_for_each<describe::describe_enumerators<T>>([&](auto d) {
        if (member_name(d.name) == name) found = d.value;
    });
    return found;
}

/// "a, b or c", for messages.
template <DescribedEnum T>
std::string enum_names() {
    std::vector<std::string_view> all;
    boost::mp11::mp_for_each<describe::describe_enumerators<T>>(
        [&](auto d) { all.push_back(member_name(d.name)); });
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) text += i + 1 == all.size() ? " or " : ", ";
        text += all[i];
    }
    return text;
}

[[noreturn]] void fail(std::string const& path, std::string_view expected);
std::string child(std::string const& path, std::string_view name);
std::string element(std::string const& path, std::size_t index);

}  // namespace reflect

// ---- printing
// ------------------------------------------------------------------------------------

inline void print(std::string& out, RawJson const& value) {
    out += value.text;
}

template <class T>
void print(std::string& out, T const& value);

namespace reflect {

template <class T>
concept Plain = std::is_arithmetic_v<T> || std::convertible_to<T, std::string_view> ||
    std::same_as<T, Time> || IsId<T>::value || DescribedEnum<T>;

template <class Number>
void print_number(std::string& out, Number value) {
    char buffer[32];
    auto const end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
}

template <Plain T>
void print_plain(std::string& out, T const& value) {
    if constexpr (std::same_as<T, bool>)
        out += value ? "true" : "false";
    else if constexpr (Integer<T>)
        print_number(out, value);
    else if constexpr (std::floating_point<T>)
        std::isfinite(value) ? print_number(out, value) : void(out += "null");
    else if constexpr (std::convertible_to<T, std::string_view>)
        append_json_string(out, value);
    else if constexpr (std::same_as<T, Time>)
        append_json_string(out, to_rfc3339(value));
    else if constexpr (IsId<T>::value)
        append_json_string(out, value.str());
    else
        append_json_string(out, enum_name(value));
}

template <class T>
void print_list(std::string& out, T const& values) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        print(out, static_cast<typename T::value_type const&>(values[i]));
    }
    out += ']';
}

template <class T>
void print_map(std::string& out, T const& entries) {
    out += '{';
    for (char const* comma = ""; auto const& [key, entry] : entries) {
        out += comma;
        append_json_string(out, key);
        out += ':';
        print(out, entry);
        comma = ",";
    }
    out += '}';
}

template <DescribedStruct T>
void print_struct(std::string& out, T const& value) {
    char separator = '{';
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
        out += separator;
        out += '"';
        out += member_name(d.name);
        out += "\":";
        print(out, value.*d.pointer);
        separator = ',';
    });
    out += separator == '{' ? "{}" : "}";
}

}  // namespace reflect

template <class T>
void print(std::string& out, T const& value) {
    using namespace reflect;
    if constexpr (Plain<T>)
        print_plain(out, value);
    else if constexpr (IsOptional<T>::value)
        value ? print(out, *value) : void(out += "null");
    else if constexpr (IsVector<T>::value)
        print_list(out, value);
    else if constexpr (IsMap<T>::value)
        print_map(out, value);
    else if constexpr (DescribedStruct<T>)
        print_struct(out, value);
    else
        static_assert(unsupported<T>, "describe this type with BOOST_DESCRIBE_STRUCT");
}

template <class T>
std::string to_json(T const& value) {
    std::string out;
    print(out, value);
    return out;
}

// ---- reading
// -------------------------------------------------------------------------------------

template <class T>
T read(boost::json::value const& input, std::string const& path = {});

namespace reflect {

template <Integer T>
T read_integer(json::value const& input, std::string const& path) {
    boost::system::error_code error;
    T const value = input.to_number<T>(error);
    if (error || input.is_double())
        fail(path, std::is_unsigned_v<T> ? "a whole number, 0 or more" : "a whole number");
    return value;
}

/// Reads each described member and refuses what is not described.
template <DescribedStruct T>
T read_struct(json::value const& input, std::string const& path) {
    auto const* object = input.if_object();
    if (!object) fail(path, "an object");
    T result{};
    std::size_t known = 0;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
        using Member = std::remove_cvref_t<decltype(result.*d.pointer)>;
        auto const name = member_name(d.name);
        auto const* entry = object->if_contains(name);
        if (entry) {
            ++known;
            result.*d.pointer = read<Member>(*entry, child(path, name));
        } else if constexpr (!IsOptional<Member>::value && !IsVector<Member>::value) {
            throw invalid(child(path, name), child(path, name) + ": required");
        }
    });
    if (known == object->size()) return result;
    for (auto const& entry : *object) {
        bool described = false;
        boost::mp11::mp_for_each<Members<T>>(
            [&](auto d) { described = described || member_name(d.name) == entry.key(); });
        if (!described)
            throw invalid(child(path, entry.key()), child(path, entry.key()) + ": unknown field");
    }
    return result;
}

/// What `parse` makes of a string, or an error that says what was expected.
template <class Parse>
auto read_string_as(json::value const& input, std::string const& path, std::string_view expected,
                    Parse parse) {
    auto const* text = input.if_string();
    auto value = text ? parse(std::string_view(*text)) : decltype(parse(std::string_view()))();
    if (!value) fail(path, expected);
    return *std::move(value);
}

template <Plain T>
T read_plain(json::value const& input, std::string const& path) {
    if constexpr (std::same_as<T, bool>) {
        if (auto const* value = input.if_bool()) return *value;
        fail(path, "true or false");
    } else if constexpr (Integer<T>) {
        return read_integer<T>(input, path);
    } else if constexpr (std::floating_point<T>) {
        if (!input.is_number()) fail(path, "a number");
        return input.to_number<T>();
    } else if constexpr (std::same_as<T, std::string>) {
        if (auto const* value = input.if_string()) return std::string(*value);
        fail(path, "a string");
    } else if constexpr (std::same_as<T, Time>) {
        return read_string_as(input, path, "a time such as 2026-01-31T12:00:00Z", parse_rfc3339);
    } else if constexpr (IsId<T>::value) {
        return read_string_as(input, path, "an id (UUID)", T::parse);
    } else {
        return read_string_as(input, path, enum_names<T>(), enum_value<T>);
    }
}

template <class T>
T read_list(json::value const& input, std::string const& path) {
    auto const* array = input.if_array();
    if (!array) fail(path, "a list");
    T result;
    for (std::size_t i = 0; i < array->size(); ++i)
        result.push_back(read<typename T::value_type>((*array)[i], element(path, i)));
    return result;
}

template <class T>
T read_map(json::value const& input, std::string const& path) {
    auto const* object = input.if_object();
    if (!object) fail(path, "an object");
    T result;
    for (auto const& entry : *object)
        result.emplace(entry.key(),
                       read<typename T::mapped_type>(entry.value(), child(path, entry.key())));
    return result;
}

}  // namespace reflect

/// Reads `input` as a T. Throws `Error(Kind::invalid)` whose field is the path of the offending
/// place, e.g. "disks[1].size: expected a whole number". An optional member may be absent or null;
/// an `optional<optional<X>>` tells the two apart; an absent list is empty.
template <class T>
T read(boost::json::value const& input, std::string const& path) {
    using namespace reflect;
    if constexpr (std::same_as<T, RawJson>) {
        return RawJson{json::serialize(input)};
    } else if constexpr (Plain<T>) {
        return read_plain<T>(input, path);
    } else if constexpr (IsOptional<T>::value) {
        using Inner = typename T::value_type;
        if constexpr (IsOptional<Inner>::value) return T(read<Inner>(input, path));
        if (input.is_null()) return std::nullopt;
        return T(read<Inner>(input, path));
    } else if constexpr (IsVector<T>::value) {
        return read_list<T>(input, path);
    } else if constexpr (IsMap<T>::value) {
        return read_map<T>(input, path);
    } else if constexpr (DescribedStruct<T>) {
        return read_struct<T>(input, path);
    } else {
        static_assert(unsupported<T>, "describe this type with BOOST_DESCRIBE_STRUCT");
    }
}

/// Parses JSON text (depth at most 32); an empty text counts as "{}".
boost::json::value parse_json(std::string_view text);

template <class T>
T read_text(std::string_view text) {
    return read<T>(parse_json(text));
}

}  // namespace ourea
