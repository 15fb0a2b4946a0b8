// SPDX-License-Identifier: Apache-2.0
// Request targets in origin and absolute form, by Boost.URL.
#include "http/target.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace ourea::http {

namespace {

bool holds_nul(std::string_view text) {
    return text.find('\0') != std::string_view::npos;
}

bool fill(Request& request, boost::urls::url_view const& url) {
    request.path = std::string(url.path());
    if (request.path.empty()) request.path = "/";
    for (auto const& segment : url.segments())
        request.segments.emplace_back(segment);
    for (auto const& parameter : url.params())
        request.query.emplace_back(std::string(parameter.key), std::string(parameter.value));
    return !holds_nul(request.path);
}

}  // namespace

bool parse_target(Request& request) {
    if (request.target == "*") {
        request.path = "*";
        return true;
    }
    boost::urls::string_view text(request.target.data(), request.target.size());
    if (request.target.starts_with('/')) {
        auto url = boost::urls::parse_origin_form(text);
        return url.has_value() && fill(request, *url);
    }
    auto url = boost::urls::parse_absolute_uri(text);
    if (!url.has_value()) return false;
    auto scheme = url->scheme_id();
    if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https) return false;
    return fill(request, *url);
}

}  // namespace ourea::http
