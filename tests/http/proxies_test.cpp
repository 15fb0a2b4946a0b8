// SPDX-License-Identifier: Apache-2.0
// Who is believed as a web server in front, and what of its words.
#include "http/proxies.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace ourea::http {
namespace {

constexpr char header[] = "X-Remote-User";

Request from(std::string address, Headers headers = {}) {
    Request request;
    request.local_socket = address == "unix";
    request.remote_address = std::move(address);
    request.headers = std::move(headers);
    return request;
}

Proxies believing(std::string trusted, std::string forms = {}) {
    return Proxies({std::move(trusted), header, std::move(forms)});
}

TEST(Proxies, AreTheAddressesAndNetworksThatAreListed) {
    auto const proxies = believing("192.0.2.128/25, 2001:db8::/33,10.0.0.1");
    for (auto const* good : {"192.0.2.128", "192.0.2.255", "2001:db8::1", "2001:db8:7fff::1",
                             "10.0.0.1", "::ffff:10.0.0.1"})
        EXPECT_TRUE(proxies.trusts(from(good))) << good;
    for (auto const* bad :
         {"192.0.2.127", "10.0.0.2", "2001:db8:8000::1", "127.0.0.1", "::1", "unix", "unknown", ""})
        EXPECT_FALSE(proxies.trusts(from(bad))) << bad;
    EXPECT_TRUE(believing("unix").trusts(from("unix")));
    EXPECT_TRUE(believing("0.0.0.0/0").trusts(from("198.51.100.1")));
    EXPECT_FALSE(believing("0.0.0.0/0").trusts(from("::1")));
    EXPECT_FALSE(Proxies().trusts(from("127.0.0.1")));
}

TEST(Proxies, AreRefusedWhenTheyAreNoAddresses) {
    for (auto const* bad : {"example.org", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x",
                            "2001:db8::/129", "10.0.0.0/-1", "unix:/run/x"})
        EXPECT_THROW(believing(bad), Error) << bad;
    for (auto const* bad : {"@REALM", "*", "CORP\\", "*@A*"})
        EXPECT_THROW(believing("unix", bad), Error) << bad;
    EXPECT_THROW(Proxies({"", header, ""}), Error);
    EXPECT_THROW(Proxies({"unix", "X Remote", ""}), Error);
}

TEST(Proxies, SayWhereThePersonIs) {
    auto const proxies = believing("127.0.0.1,10.0.0.0/8,unix");
    auto const address = [&](std::string peer, std::string forwarded) {
        return proxies.client_address(from(std::move(peer), {{"X-Forwarded-For", forwarded}}));
    };
    EXPECT_EQ(address("127.0.0.1", "198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(address("unix", "198.51.100.7"), "198.51.100.7");
    // What the person wrote themselves stands before what the proxies added.
    EXPECT_EQ(address("127.0.0.1", "203.0.113.1, 198.51.100.7, 10.1.2.3"), "198.51.100.7");
    EXPECT_EQ(address("127.0.0.1", "10.1.2.3"), "10.1.2.3");
    EXPECT_EQ(address("127.0.0.1", "198.51.100.7, nonsense"), "127.0.0.1");
    EXPECT_EQ(address("127.0.0.1", "::FFFF:198.51.100.7"), "198.51.100.7");
    EXPECT_EQ(address("127.0.0.1", ""), "127.0.0.1");
    EXPECT_EQ(address("192.0.2.1", "198.51.100.7"), "192.0.2.1") << "not a proxy of ours";
}

TEST(Proxies, SayWhoIsSignedIn) {
    auto const proxies = believing("unix", "*@EXAMPLE.ORG, CORP\\*");
    auto const user = [&](std::string said) {
        return proxies.user(from("unix", {{"x-remote-user", std::move(said)}}));
    };
    EXPECT_EQ(user("Alice"), "alice");
    EXPECT_EQ(user("alice@example.org"), "alice");
    EXPECT_EQ(user("corp\\Alice"), "alice");
    EXPECT_EQ(user("alice@elsewhere.org"), "alice@elsewhere.org");
    EXPECT_EQ(user("alice@notexample.org"), "alice@notexample.org");
    EXPECT_EQ(user("@example.org"), std::nullopt);
    EXPECT_EQ(user(""), std::nullopt);
    EXPECT_EQ(proxies.user(from("unix")), std::nullopt);
    EXPECT_EQ(proxies.user(from("127.0.0.1", {{header, "alice"}})), std::nullopt);
    EXPECT_EQ(Proxies({"unix", "", ""}).user(from("unix", {{header, "alice"}})), std::nullopt);
}

TEST(Proxies, ObjectToTheHeaderFromOthersAndTwice) {
    auto const proxies = believing("unix");
    EXPECT_EQ(proxies.objection(from("unix", {{header, "alice"}})), "");
    EXPECT_EQ(proxies.objection(from("127.0.0.1")), "");
    EXPECT_NE(proxies.objection(from("127.0.0.1", {{header, "alice"}})), "");
    EXPECT_NE(proxies.objection(from("127.0.0.1", {{"x-REMOTE-user", ""}})), "");
    Headers const twice{{header, "alice"}, {header, "bob"}};
    EXPECT_NE(proxies.objection(from("unix", twice)), "");
    EXPECT_EQ(proxies.user(from("unix", twice)), std::nullopt);
}

}  // namespace
}  // namespace ourea::http
