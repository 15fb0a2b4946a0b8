// SPDX-License-Identifier: Apache-2.0
// Error messages and paths of the JSON reader.
#include "base/reflect.hpp"

namespace ourea {

namespace reflect {

void fail(std::string const& path, std::string_view expected) {
    std::string message = path.empty() ? "the body" : path;
    message += path.empty() ? " must be " : ": expected ";
    message += expected;
    throw invalid(path, message);
}

std::string child(std::string const& path, std::string_view name) {
    std::string result = path;
    if (!result.empty()) result += '.';
    result += name;
    return result;
}

std::string element(std::string const& path, std::size_t index) {
    return path + "[" + std::to_string(index) + "]";
}

}  // namespace reflect

boost::json::value parse_json(std::string_view text) {
    if (text.empty()) return boost::json::object{};
    boost::json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code error;
    auto value = boost::json::parse(text, error, {}, options);
    if (error) throw Error(Kind::invalid, "The body is not valid JSON: " + error.message());
    return value;
}

}  // namespace ourea
