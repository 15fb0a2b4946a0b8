// SPDX-License-Identifier: Apache-2.0
// Compares the Origin header with the address that the request was sent to.
#include "http/origin.hpp"

#include <algorithm>

namespace ourea::http {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return out;
}

/// "host:port" without the port that the scheme implies anyway.
std::string authority(std::string_view scheme, std::string_view host) {
    auto text = lower(host);
    std::string_view const implied = scheme == "https" ? ":443" : ":80";
    if (text.ends_with(implied)) text.resize(text.size() - implied.size());
    return text;
}

std::string_view last_of_list(std::string_view list) {
    auto comma = list.rfind(',');
    if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
    while (list.starts_with(' '))
        list.remove_prefix(1);
    while (list.ends_with(' '))
        list.remove_suffix(1);
    return list;
}

std::string_view own_host(Request const& request, bool trust_proxy) {
    if (trust_proxy)
        if (auto forwarded = request.headers.find("X-Forwarded-Host"))
            return last_of_list(*forwarded);
    return request.headers.find("Host").value_or("");
}

}  // namespace

bool over_tls(Request const& request, bool trust_proxy) {
    if (!trust_proxy) return false;
    auto protocol = request.headers.find("X-Forwarded-Proto");
    return protocol && equal_ignoring_case(last_of_list(*protocol), "https");
}

bool same_origin(Request const& request, bool trust_proxy) {
    if (request.headers.count("Origin") > 1) return false;
    auto origin = request.headers.find("Origin");
    if (!origin) {
        auto site = request.headers.find("Sec-Fetch-Site");
        return !site || *site == "same-origin" || *site == "none";
    }
    std::string_view const scheme = over_tls(request, trust_proxy) ? "https" : "http";
    auto separator = origin->find("://");
    if (separator == std::string_view::npos) return false;
    if (!equal_ignoring_case(origin->substr(0, separator), scheme)) return false;
    auto own = authority(scheme, own_host(request, trust_proxy));
    return !own.empty() && authority(scheme, origin->substr(separator + 3)) == own;
}

}  // namespace ourea::http
