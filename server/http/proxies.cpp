// SPDX-License-Identifier: Apache-2.0
// Reads what a web server in front says, from those alone that are trusted.
#include "http/proxies.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <charconv>

namespace ourea::http {
namespace {

namespace ip = boost::asio::ip;

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return out;
}

/// The parts between commas without the blanks around them; empty ones are left out.
std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        auto part = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        while (part.starts_with(' ') || part.starts_with('\t'))
            part.remove_prefix(1);
        while (part.ends_with(' ') || part.ends_with('\t'))
            part.remove_suffix(1);
        if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
}

std::vector<unsigned char> bytes_of(ip::address const& address) {
    if (address.is_v4()) {
        auto const bytes = address.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    auto const bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.end()};
}

bool same_start(ip::address const& one, ip::address const& other, unsigned bits) {
    auto const a = bytes_of(one), b = bytes_of(other);
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size() && i * 8 < bits; ++i) {
        auto const rest = std::min<std::size_t>(8, bits - i * 8);
        auto const mask = static_cast<unsigned char>(0xffU << (8 - rest));
        if (((a[i] ^ b[i]) & mask) != 0) return false;
    }
    return true;
}

/// An IPv4 address that came in through an IPv6 socket is the IPv4 address.
ip::address plain(ip::address address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

/// RFC 9110, 5.6.2, without the characters that nobody uses.
bool name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

}  // namespace

Proxies::Proxies(Options options) : options_(std::move(options)) {
    for (auto const& text : parts_of(options_.trusted))
        add(text);
    for (auto const& text : parts_of(options_.forms))
        add_form(text);
    if (!std::ranges::all_of(options_.user_header, name_character))
        throw invalid("remote-user-header",
                      "remote-user-header: expected the name of a header, such as X-Remote-User");
    if (names_users() && networks_.empty() && !unix_)
        throw invalid("remote-user-header",
                      "remote-user-header: say in trusted-proxies from whom it is believed");
}

void Proxies::add_form(std::string const& text) {
    auto const star = text.find('*');
    if (star == std::string::npos || text.size() < 2 || text.find('*', star + 1) != text.npos)
        throw invalid("remote-user-forms",
                      "remote-user-forms: expected *@REALM or DOMAIN\\*, not " + text);
    forms_.push_back({lower(text.substr(0, star)), lower(text.substr(star + 1))});
}

void Proxies::add(std::string const& text) {
    if (text == "unix") {
        unix_ = true;
        return;
    }
    auto const slash = std::min(text.find('/'), text.size());
    boost::system::error_code error;
    auto const address = ip::make_address(text.substr(0, slash), error);
    auto const longest = address.is_v4() ? 32U : 128U;
    unsigned bits = longest;
    bool good = !error;
    if (good && slash < text.size()) {
        auto const* const end = text.data() + text.size();
        auto const read = std::from_chars(text.data() + slash + 1, end, bits);
        good = read.ec == std::errc{} && read.ptr == end && bits <= longest;
    }
    if (!good)
        throw invalid("trusted-proxies",
                      "trusted-proxies: expected addresses, networks such as 192.0.2.0/24, and "
                      "unix, not " +
                          text);
    networks_.push_back({plain(address), bits});
}

bool Proxies::holds(std::string const& text) const {
    boost::system::error_code error;
    auto const address = ip::make_address(text, error);
    if (error) return false;
    return std::ranges::any_of(networks_, [&](Network const& network) {
        return same_start(plain(address), network.address, network.bits);
    });
}

bool Proxies::trusts(Request const& request) const {
    return request.local_socket ? unix_ : holds(request.remote_address);
}

std::string Proxies::client_address(Request const& request) const {
    if (!trusts(request)) return request.remote_address;
    auto const hops = parts_of(request.headers.joined("X-Forwarded-For").value_or(""));
    auto address = request.remote_address;
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        boost::system::error_code error;
        auto const parsed = ip::make_address(*hop, error);
        if (error) break;  // no address: whoever stands before it is as near as we get
        address = plain(parsed).to_string();
        if (!holds(address)) break;
    }
    return address;
}

std::optional<std::string_view> Proxies::claimed(Request const& request) const {
    if (!names_users()) return std::nullopt;
    return request.headers.find(options_.user_header);
}

std::string Proxies::objection(Request const& request) const {
    if (!claimed(request)) return {};
    auto const& header = options_.user_header;
    if (!trusts(request))
        return "Only the web server in front of the portal may send the header " + header + ".";
    if (request.headers.count(header) > 1) return "The header " + header + " came twice.";
    return {};
}

std::optional<std::string> Proxies::user(Request const& request) const {
    auto const said = claimed(request);
    if (!said || !objection(request).empty()) return std::nullopt;
    auto name = lower(*said);
    auto const fits = [&](Form const& form) {
        return name.size() >= form.before.size() + form.after.size() &&
               name.starts_with(form.before) && name.ends_with(form.after);
    };
    auto const form = std::ranges::find_if(forms_, fits);
    if (form != forms_.end())
        name = name.substr(form->before.size(),
                           name.size() - form->before.size() - form->after.size());
    if (name.empty()) return std::nullopt;
    return name;
}

}  // namespace ourea::http
