// SPDX-License-Identifier: Apache-2.0
// Structured log: one JSON object a line on standard error; values are escaped, so nobody can
// inject.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace ourea::log {

enum class Level { debug, info, warning, error };

struct Field {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, double, bool> value;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, std::string const& v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, char const* v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, bool v) : key(k), value(v) {}
    Field(std::string_view k, double v) : key(k), value(v) {}
    template <class Int>
    requires std::is_integral_v<Int> Field(std::string_view k, Int v)
        : key(k), value(static_cast<std::int64_t>(v)) {}
};

using Fields = std::initializer_list<Field>;

/// "debug", "info", "warning", "error"; throws `Error` for anything else.
void set_level(std::string_view name);

void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warning(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

/// The line as it is written, without the newline; exposed for the tests.
std::string line(Level level, std::string_view message, Fields fields);

}  // namespace ourea::log
