// SPDX-License-Identifier: Apache-2.0
// The web servers in front that are believed: who the client is, and whom they signed in.
#pragma once

#include "http/message.hpp"

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ourea::http {

class Proxies {
public:
    struct Options {
        std::string trusted;      ///< addresses, networks and "unix", separated by commas
        std::string user_header;  ///< names who was signed in; empty: nobody is
        std::string forms;        ///< "*@REALM" and "DOMAIN\*" by commas: * is the user name
    };

    Proxies() = default;
    /// Throws `invalid` for the setting that is wrong.
    explicit Proxies(Options options);

    bool trusts(Request const& request) const;
    /// Of the person's machine: the last one in X-Forwarded-For that is no trusted proxy.
    std::string client_address(Request const& request) const;
    /// Whom a trusted proxy signed in, in small letters and without what the form has around it; it
    /// may still be no good name.
    std::optional<std::string> user(Request const& request) const;
    /// Why the request must be refused: the header comes from somebody else, or twice. Empty if it
    /// need not.
    std::string objection(Request const& request) const;
    /// The header as it was sent.
    std::optional<std::string_view> claimed(Request const& request) const;
    /// Whether a proxy that is trusted sent this, and could name somebody.
    bool offers(Request const& request) const { return names_users() && trusts(request); }

private:
    struct Network {
        boost::asio::ip::address address;
        unsigned bits = 0;
    };
    struct Form {
        std::string before;
        std::string after;
    };
    bool names_users() const { return !options_.user_header.empty(); }
    bool holds(std::string const& address) const;
    void add(std::string const& text);
    void add_form(std::string const& text);

    Options options_;
    bool unix_ = false;
    std::vector<Network> networks_;
    std::vector<Form> forms_;
};

}  // namespace ourea::http
