// SPDX-License-Identifier: Apache-2.0
// Parses host addresses and builds libvirt's connection URIs.
#include "virt/uri.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <regex>

namespace ourea::virt {

namespace {

constexpr std::size_t longest = 512;

Error wrong(std::string why) {
    return invalid("uri", "This is no usable address of a host: " + std::move(why));
}

template <std::size_t N>
bool one_of(std::string_view word, std::array<std::string_view, N> const& words) {
    return std::ranges::find(words, word) != words.end();
}

constexpr std::array<std::string_view, 8> drivers{"qemu", "test",  "xen", "lxc",
                                                  "ch",   "bhyve", "vz",  "vbox"};
constexpr std::array<std::string_view, 4> transports{"unix", "ssh", "tcp", "tls"};

/// Takes what stands before `end` off `text`; all of it if `end` does not occur.
std::string_view take_until(std::string_view& text, std::string_view end) {
    auto const at = text.find(end);
    auto const out = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
    return out;
}

bool is_ipv6(std::string const& text) {
    in6_addr address{};
    return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

void check_host(std::string const& host) {
    static std::regex const grammar(
        "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}"
        "[A-Za-z0-9])?)*");
    if (host.size() > 253 || (!is_ipv6(host) && !std::regex_match(host, grammar))) {
        throw wrong("the host's name has characters that no name has.");
    }
}

void check_user(std::string const& user) {
    static std::regex const grammar("[A-Za-z_][A-Za-z0-9_.-]{0,31}");
    if (!std::regex_match(user, grammar)) throw wrong("the user's name is not usable.");
}

void check_path(std::string const& path) {
    static std::regex const grammar("(/[A-Za-z0-9._+@-]*)+");
    bool const up = path.find("/../") != std::string::npos || path.ends_with("/..");
    if (path.size() > 255 || up || !std::regex_match(path, grammar)) {
        throw wrong("\"" + path + "\" is no path that can be used here.");
    }
}

std::uint16_t read_port(std::string_view text) {
    std::uint16_t port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) {
        throw wrong("a port is a number from 1 to 65535.");
    }
    return port;
}

/// "[user@]host[:port]", an IPv6 address in brackets.
void read_authority(std::string_view text, HostUri& out) {
    if (auto const at = text.find('@'); at != std::string_view::npos) {
        out.user = text.substr(0, at);
        check_user(out.user);
        text.remove_prefix(at + 1);
    }
    if (text.starts_with('[')) {
        text.remove_prefix(1);
        if (text.find(']') == std::string_view::npos) throw wrong("a ']' is missing.");
        out.host = take_until(text, "]");
        if (!is_ipv6(out.host)) throw wrong("there is no IPv6 address in the brackets.");
        if (!text.empty() && !text.starts_with(':')) throw wrong("after ']' comes ':' and a port.");
    } else {
        out.host = text.substr(0, text.find(':'));
        text.remove_prefix(out.host.size());
        check_host(out.host);
    }
    // As ssh does it, so that the name is found in known_hosts.
    std::ranges::transform(out.host, out.host.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (!text.empty()) out.port = read_port(text.substr(1));
}

void read_options(std::string_view text, HostUri& out) {
    while (!text.empty()) {
        auto value = take_until(text, "&");
        auto const key = take_until(value, "=");
        if (key != "socket") {
            throw wrong("the option \"" + std::string(key) +
                        "\" cannot be given; keys and commands are the portal's own.");
        }
        out.socket = value;
        check_path(out.socket);
    }
}

void check_combination(HostUri const& uri) {
    bool const remote = uri.transport == "ssh" || uri.transport == "tcp" || uri.transport == "tls";
    if (remote && uri.host.empty()) throw wrong("over this transport a host is named.");
    if (!remote && !uri.host.empty()) throw wrong("this transport stays on this machine.");
    if (!uri.user.empty() && !uri.is_ssh()) throw wrong("a user is named with SSH only.");
    if (!uri.socket.empty() && uri.transport != "unix" && !uri.is_ssh()) {
        throw wrong("a socket is named with the transports unix and ssh only.");
    }
    if (uri.is_test() && !uri.transport.empty()) throw wrong("the test driver has no transport.");
}

/// Inside a query every byte that is not plainly harmless is escaped (RFC 3986).
std::string escape(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        bool const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '/' || c == '-' || c == '_' || c == '.';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0xFU];
        }
    }
    return out;
}

}  // namespace

std::string HostUri::str() const {
    std::string out = driver;
    if (!transport.empty()) out += "+" + transport;
    out += "://";
    if (!user.empty()) out += user + "@";
    out += is_ipv6(host) ? "[" + host + "]" : host;
    if (port) out += ":" + std::to_string(*port);
    out += path;
    if (!socket.empty()) out += "?socket=" + socket;
    return out;
}

HostUri parse_host_uri(std::string_view text) {
    if (text.size() > longest) throw wrong("it is too long.");
    bool const odd = std::ranges::any_of(text, [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte >= 0x7F || c == '%' || c == '#';
    });
    if (odd) throw wrong("it has characters that do not belong there.");
    if (text.find("://") == std::string_view::npos) {
        throw wrong("it looks like qemu+ssh://user@host/system.");
    }
    HostUri out;
    auto scheme = take_until(text, "://");
    out.driver = take_until(scheme, "+");
    out.transport = scheme;
    if (!one_of(out.driver, drivers)) throw wrong("the driver is not known.");
    if (!out.transport.empty() && !one_of(out.transport, transports)) {
        throw wrong("the transports are unix, ssh, tcp and tls.");
    }
    auto const query = text.find('?');
    auto const options = query == std::string_view::npos ? "" : text.substr(query + 1);
    text = text.substr(0, query);
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) throw wrong("after the host comes a path, as in /system.");
    if (slash > 0) read_authority(text.substr(0, slash), out);
    out.path = text.substr(slash);
    check_path(out.path);
    // libvirt's own default for a host that is named without a transport.
    if (!out.host.empty() && out.transport.empty() && !out.is_test()) out.transport = "tls";
    read_options(options, out);
    check_combination(out);
    return out;
}

std::string effective_uri(HostUri const& uri, SshFiles const& ssh) {
    auto out = uri.str();
    if (!uri.is_ssh()) return out;
    out += uri.socket.empty() ? "?" : "&";
    return out + "command=" + escape(ssh.command.string()) + "&no_tty=1";
}

}  // namespace ourea::virt
