// SPDX-License-Identifier: Apache-2.0
// Reads numbers and text from whatever type a database gave a column.
#include "db/value.hpp"

#include "base/error.hpp"

#include <charconv>
#include <cmath>

namespace ourea::db {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

template <class Number>
std::optional<Number> parse(std::string const& text) {
    Number number{};
    auto const* last = text.data() + text.size();
    auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc{} || end != last || text.empty()) return std::nullopt;
    return number;
}

/// A sum of BIGINT is NUMERIC in PostgreSQL and arrives as a double.
std::optional<std::int64_t> whole(double number) {
    constexpr double limit = 9007199254740992.0;  // beyond it a double skips integers
    if (std::trunc(number) != number || std::abs(number) > limit) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

}  // namespace

std::size_t Table::column(std::string_view name) const {
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (same_name(columns[i], name)) return i;
    throw Error(Kind::internal, "The database answered without a column that was asked for.",
                "no column " + std::string(name));
}

void bad_column(std::string_view column, std::string_view expected) {
    throw Error(Kind::internal, "The database holds a value that was not expected.",
                "column " + std::string(column) + ": expected " + std::string(expected));
}

std::int64_t integer_of(Value const& value, std::string_view column) {
    std::optional<std::int64_t> found;
    if (auto const* number = std::get_if<std::int64_t>(&value)) {
        found = *number;
    } else if (auto const* real = std::get_if<double>(&value)) {
        found = whole(*real);
    } else if (auto const* text = std::get_if<std::string>(&value)) {
        found = parse<std::int64_t>(*text);
    }
    if (!found) bad_column(column, "a whole number");
    return *found;
}

double real_of(Value const& value, std::string_view column) {
    std::optional<double> found;
    if (auto const* number = std::get_if<std::int64_t>(&value)) {
        found = static_cast<double>(*number);
    } else if (auto const* real = std::get_if<double>(&value)) {
        found = *real;
    } else if (auto const* text = std::get_if<std::string>(&value)) {
        found = parse<double>(*text);
    }
    if (!found) bad_column(column, "a number");
    return *found;
}

std::string text_of(Value const& value, std::string_view column) {
    if (auto const* text = std::get_if<std::string>(&value)) return *text;
    if (auto const* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    bad_column(column, "text");
}

}  // namespace ourea::db
