// SPDX-License-Identifier: Apache-2.0
// Targets, headers, cookies and origins, without a socket.
#include "base/error.hpp"
#include "http/cookie.hpp"
#include "http/origin.hpp"
#include "http/target.hpp"
#include "http/wire.hpp"

#include <gtest/gtest.h>

namespace ourea::http {
namespace {

Request parsed(std::string target) {
    Request request;
    request.target = std::move(target);
    EXPECT_TRUE(parse_target(request)) << request.target;
    return request;
}

bool refused(std::string target) {
    Request request;
    request.target = std::move(target);
    return !parse_target(request);
}

TEST(Target, IsDecodedPerSegment) {
    auto const request = parsed("/api/v1/names/a%2Fb%20c?q=x%26y&q=z&empty=&flag");
    EXPECT_EQ(request.segments, (std::vector<std::string>{"api", "v1", "names", "a/b c"}));
    EXPECT_EQ(request.path, "/api/v1/names/a/b c");
}

TEST(Target, KeepsQueryParametersInOrder) {
    auto const request = parsed("/x?q=a%26b+c&q=second&empty=&flag");
    ASSERT_EQ(request.query.size(), 4u);
    EXPECT_EQ(request.parameter("q"), "a&b c");
    EXPECT_EQ(request.query[1].second, "second");
    EXPECT_EQ(request.parameter("empty"), "");
    EXPECT_EQ(request.parameter("flag"), "");
    EXPECT_EQ(request.parameter("absent"), std::nullopt);
}

TEST(Target, TakesAbsoluteFormAndAsterisk) {
    EXPECT_EQ(parsed("http://ourea:8080/healthz?x=1").path, "/healthz");
    EXPECT_EQ(parsed("http://ourea").path, "/");
    EXPECT_EQ(parsed("*").path, "*");
}

TEST(Target, RefusesWhatIsNoTarget) {
    for (char const* bad :
         {"", "/%", "/%4", "/%zz", "/a%00b", "ftp://x/y", "ourea:80", "/a b", "/<>", "/a#b"})
        EXPECT_TRUE(refused(bad)) << bad;
}

TEST(Headers, AreFoundWithoutCase) {
    Headers headers = {{"Accept", "a"}, {"ACCEPT", "b"}};
    EXPECT_EQ(headers.find("accept"), "a");
    EXPECT_EQ(headers.joined("Accept"), "a, b");
    EXPECT_EQ(headers.count("aCCept"), 2u);
    headers.set("accept", "c");
    EXPECT_EQ(headers.joined("Accept"), "c");
    EXPECT_EQ(headers.find("Accep"), std::nullopt);
}

TEST(Head, CannotBeSplitByAValue) {
    Response response;
    response.headers.add("Location", "/a\r\nSet-Cookie: evil=1");
    auto const text = head_text(response, {});
    EXPECT_EQ(text.find("\nSet-Cookie"), std::string::npos);
}

TEST(Problem, IsEscapedJson) {
    auto const response = problem(404, "not_found", "no \"such\"\nthing", "id-1");
    EXPECT_EQ(
        response.body.view(),
        R"({"type":"about:blank","title":"Not Found","status":404,)"
        R"("detail":"no \"such\"\nthing","kind":"not_found","field":null,"request_id":"id-1"})");
}

Request with_cookie(std::string value) {
    Request request;
    request.headers.add("Cookie", std::move(value));
    return request;
}

TEST(Cookie, IsFoundByItsWholeName) {
    auto const request =
        with_cookie("xsession=no; session = yes ;session=late; quoted=\"q\"; =; ;;");
    EXPECT_EQ(cookie(request, "session"), "yes");
    EXPECT_EQ(cookie(request, "quoted"), "q");
    EXPECT_EQ(cookie(request, "ession"), std::nullopt);
    EXPECT_EQ(cookie(Request(), "session"), std::nullopt);
}

TEST(Cookie, IsWrittenForNobodyElse) {
    SetCookie set;
    set.name = "s";
    set.value = "abc";
    EXPECT_EQ(to_string(set), "s=abc; Path=/; HttpOnly; SameSite=Strict");
    set.secure = true;
    set.max_age = std::chrono::hours(1);
    EXPECT_EQ(to_string(set), "s=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
    EXPECT_EQ(expired_cookie("s", "/", false), "s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(Cookie, RefusesWhatWouldAddAttributes) {
    SetCookie set;
    set.name = "s";
    for (char const* bad : {"a;b", "a b", "a\r\n", "\"", "a,b", "\\", "ä"}) {
        set.value = bad;
        EXPECT_THROW(to_string(set), Error) << bad;
    }
}

struct OriginCase {
    char const* host;
    char const* origin;
    bool same;
};

TEST(Origin, ComparesSchemeHostAndPort) {
    OriginCase const cases[] = {
        {"ourea:8080", "http://ourea:8080", true},
        {"Ourea", "http://oUREA", true},
        {"ourea", "http://ourea:80", true},
        {"ourea:80", "http://ourea", true},
        {"[::1]:8080", "http://[::1]:8080", true},
        {"ourea:8080", "http://ourea", false},
        {"ourea:8080", "https://ourea:8080", false},
        {"ourea", "null", false},
        {"ourea", "", false},
        {"ourea", "http://ourea.evil", false},
        {"ourea", "http://evil", false},
        {"ourea", "http://ourea/", false},
        {"", "http://", false},
        {"ourea", "http://evil@ourea", false},
    };
    for (auto const& c : cases) {
        Request request;
        request.headers = {{"Host", c.host}, {"Origin", c.origin}};
        EXPECT_EQ(same_origin(request), c.same) << c.host << " " << c.origin;
    }
}

TEST(Origin, BelievesTheProxyOnlyWhenTold) {
    Request request;
    request.headers = {
        {"Host", "ourea"}, {"X-Forwarded-Proto", "https"}, {"Origin", "https://ourea"}};
    EXPECT_FALSE(same_origin(request));
    EXPECT_TRUE(same_origin(request, true));
    EXPECT_TRUE(over_tls(request, true));
    EXPECT_FALSE(over_tls(request, false));
    request.headers.set("Origin", "http://ourea");
    EXPECT_FALSE(same_origin(request, true));
    request.headers = {
        {"Host", "127.0.0.1"}, {"X-Forwarded-Host", "ourea"}, {"Origin", "http://ourea"}};
    EXPECT_FALSE(same_origin(request));
    EXPECT_TRUE(same_origin(request, true));
}

TEST(Origin, MayBeAbsentUnlessTheBrowserSaysForeign) {
    Request request;
    request.headers = {{"Host", "ourea"}};
    EXPECT_TRUE(same_origin(request));
    request.headers.set("Sec-Fetch-Site", "same-origin");
    EXPECT_TRUE(same_origin(request));
    request.headers.set("Sec-Fetch-Site", "cross-site");
    EXPECT_FALSE(same_origin(request));
    request.headers = {{"Host", "ourea"}, {"Origin", "http://ourea"}, {"Origin", "http://evil"}};
    EXPECT_FALSE(same_origin(request));
}

}  // namespace
}  // namespace ourea::http
