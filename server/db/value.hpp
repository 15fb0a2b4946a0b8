// SPDX-License-Identifier: Apache-2.0
// What travels between C++ types and SQL: parameters out, columns in, rows by name into structs.
#pragma once

#include "base/ids.hpp"
#include "base/reflect.hpp"
#include "base/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace ourea::db {

/// One SQL value. Text is UTF-8: what is not, and NUL, is stored as U+FFFD, because PostgreSQL
/// refuses it and SQLite would keep it.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

/// The whole answer of a query.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<Value>> rows;

    /// Index of a column, whatever its case; throws `Error(Kind::internal)` if there is none.
    std::size_t column(std::string_view name) const;
};

/// The two databases type the same column differently (COUNT, SUM, CAST, flags): these read a
/// number from whatever came. They throw `Error(Kind::internal)` for NULL and for what is no
/// number.
std::int64_t integer_of(Value const& value, std::string_view column);
double real_of(Value const& value, std::string_view column);
std::string text_of(Value const& value, std::string_view column);
[[noreturn]] void bad_column(std::string_view column, std::string_view expected);

template <class T>
Value to_value(T const& value) {
    using namespace reflect;
    if constexpr (std::same_as<T, std::nullopt_t> || std::same_as<T, std::nullptr_t> ||
                  std::same_as<T, std::monostate>) {
        return std::monostate{};
    } else if constexpr (std::integral<T>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<double>(value);
    } else if constexpr (std::convertible_to<T, std::string_view>) {
        return std::string(std::string_view(value));
    } else if constexpr (std::same_as<T, Time>) {
        return to_unix_ms(value);
    } else if constexpr (IsId<T>::value) {
        return value.str();
    } else if constexpr (DescribedEnum<T>) {
        return std::string(enum_name(value));
    } else if constexpr (IsOptional<T>::value) {
        return value ? to_value(*value) : Value{};
    } else {
        static_assert(unsupported<T>, "this type has no SQL form");
    }
}

template <class T>
T from_value(Value const& value, std::string_view column) {
    using namespace reflect;
    if constexpr (std::same_as<T, bool>) {
        return integer_of(value, column) != 0;
    } else if constexpr (std::integral<T>) {
        auto const wide = integer_of(value, column);
        if (!std::in_range<T>(wide)) bad_column(column, "a smaller number");
        return static_cast<T>(wide);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(real_of(value, column));
    } else if constexpr (std::same_as<T, std::string>) {
        return text_of(value, column);
    } else if constexpr (std::same_as<T, Time>) {
        return from_unix_ms(integer_of(value, column));
    } else if constexpr (IsId<T>::value) {
        return T(text_of(value, column));
    } else if constexpr (DescribedEnum<T>) {
        auto const found = enum_value<T>(text_of(value, column));
        if (!found) bad_column(column, enum_names<T>());
        return *found;
    } else if constexpr (IsOptional<T>::value) {
        if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
        return from_value<typename T::value_type>(value, column);
    } else {
        static_assert(unsupported<T>, "this type has no SQL form");
    }
}

/// Rows of a described struct (each member is a column of the same name, a trailing underscore
/// aside; columns that the struct lacks are ignored), or of a single value (the first column).
template <class Row>
std::vector<Row> rows_of(Table const& table) {
    std::vector<Row> rows;
    if (table.rows.empty()) return rows;  // without a row there may be no column names either
    rows.reserve(table.rows.size());
    if constexpr (reflect::DescribedStruct<Row>) {
        std::vector<std::size_t> index;
        boost::mp11::mp_for_each<reflect::Members<Row>>(
            [&](auto d) { index.push_back(table.column(reflect::member_name(d.name))); });
        for (auto const& values : table.rows) {
            Row row{};
            std::size_t next = 0;
            boost::mp11::mp_for_each<reflect::Members<Row>>([&](auto d) {
                using Member = std::remove_cvref_t<decltype(row.*d.pointer)>;
                row.*d.pointer = from_value<Member>(values[index[next++]], d.name);
            });
            rows.push_back(std::move(row));
        }
    } else {
        for (auto const& values : table.rows)
            rows.push_back(from_value<Row>(values.at(0), table.columns.at(0)));
    }
    return rows;
}

}  // namespace ourea::db
