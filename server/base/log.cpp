// SPDX-License-Identifier: Apache-2.0
// Writes structured log lines through spdlog.
#include "base/log.hpp"

#include "base/error.hpp"
#include "base/json_text.hpp"
#include "base/time.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ourea::log {
namespace {

constexpr std::string_view names[] = {"debug", "info", "warning", "error"};

spdlog::level::level_enum to_spdlog(Level level) {
    constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                    spdlog::level::warn, spdlog::level::err};
    return levels[static_cast<std::size_t>(level)];
}

spdlog::logger& logger() {
    static auto const instance = [] {
        auto made = spdlog::stderr_logger_mt("ourea");
        made->set_pattern("%v");
        return made;
    }();
    return *instance;
}

void write(Level level, std::string_view message, Fields fields) {
    auto const target = to_spdlog(level);
    if (logger().should_log(target)) logger().log(target, line(level, message, fields));
}

struct AppendValue {
    std::string& out;
    void operator()(std::string_view v) const { append_json_string(out, v); }
    void operator()(std::int64_t v) const { out += fmt::format_int(v).c_str(); }
    void operator()(double v) const { out += fmt::format("{}", v); }
    void operator()(bool v) const { out += v ? "true" : "false"; }
};

}  // namespace

void set_level(std::string_view name) {
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (names[i] == name) return logger().set_level(to_spdlog(static_cast<Level>(i)));
    throw invalid("log_level", "log_level must be debug, info, warning or error");
}

std::string line(Level level, std::string_view message, Fields fields) {
    std::string out = "{\"time\":\"" + to_rfc3339(now()) + "\",\"level\":\"";
    out += names[static_cast<std::size_t>(level)];
    out += "\",\"message\":";
    append_json_string(out, message);
    for (auto const& field : fields) {
        out += ',';
        append_json_string(out, field.key);
        out += ':';
        std::visit(AppendValue{out}, field.value);
    }
    out += '}';
    return out;
}

void debug(std::string_view message, Fields fields) {
    write(Level::debug, message, fields);
}
void info(std::string_view message, Fields fields) {
    write(Level::info, message, fields);
}
void warning(std::string_view message, Fields fields) {
    write(Level::warning, message, fields);
}
void error(std::string_view message, Fields fields) {
    write(Level::error, message, fields);
}

}  // namespace ourea::log
