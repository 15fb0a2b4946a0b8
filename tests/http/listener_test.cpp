// SPDX-License-Identifier: Apache-2.0
// HTTP over real sockets: limits, framing, keep-alive, pipelining and the orderly end.
#include "base/error.hpp"
#include "loopback.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <filesystem>

namespace ourea::http {
namespace {

using namespace std::chrono_literals;

std::atomic<int> begun;  // requests that are being answered slowly

awaitable<Response> echo(Request request) {
    if (request.path == "/throw") throw std::runtime_error("a secret detail");
    if (request.path == "/wait") {
        ++begun;
        auto const executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer timer(executor, 200ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    Response response;
    response.headers.add("Content-Type", "text/plain");
    if (request.path == "/empty") response.status = 204;
    if (request.path == "/cached") response.headers.add("Cache-Control", "max-age=1");
    response.body = request.method + " " + request.path + " " + request.body + " " +
                    request.remote_address + (request.local_socket ? " local" : "");
    co_return response;
}

std::string request_text(std::string const& fields, std::string const& body = "") {
    return "POST /x HTTP/1.1\r\nHost: ourea\r\n" + fields + "\r\n" + body;
}

void expect_security_headers(Reply const& reply) {
    EXPECT_NE(reply.header("Content-Security-Policy").find("frame-ancestors 'none'"),
              std::string::npos);
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.header("Referrer-Policy"), "no-referrer");
    EXPECT_EQ(reply.header("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_GT(reply.header("X-Request-Id").size(), 10u);
    EXPECT_NE(reply.header("Date"), "(absent)");
}

TEST(Listener, AnswersOverOneConnection) {
    Loopback server(echo);
    auto client = server.connect();
    for (int i = 0; i < 3; ++i) {
        client.send("GET /a%20b HTTP/1.1\r\nHost: ourea\r\n\r\n");
        auto const reply = read_reply(client);
        EXPECT_EQ(reply.status, 200u);
        EXPECT_EQ(reply.body, "GET /a b  127.0.0.1");
        EXPECT_EQ(reply.header("Cache-Control"), "no-store");
        EXPECT_EQ(reply.header("Connection"), "(absent)");
        expect_security_headers(reply);
    }
}

TEST(Listener, GivesEveryRequestAnIdOfItsOwn) {
    Loopback server(echo);
    EXPECT_NE(server.get("/").header("X-Request-Id"), server.get("/").header("X-Request-Id"));
}

TEST(Listener, AnswersPipelinedRequestsInOrder) {
    Loopback server(echo);
    auto client = server.connect();
    std::string requests;
    for (int i = 0; i < 20; ++i) {
        auto const path = i % 5 == 0 ? std::string("/wait") : "/" + std::to_string(i);
        requests += "POST " + path + " HTTP/1.1\r\nHost: ourea\r\nContent-Length: 2\r\n\r\n" +
                    std::to_string(10 + i);
    }
    client.send(requests);
    for (int i = 0; i < 20; ++i) {
        auto const path = i % 5 == 0 ? std::string("/wait") : "/" + std::to_string(i);
        EXPECT_EQ(read_reply(client).body,
                  "POST " + path + " " + std::to_string(10 + i) + " 127.0.0.1");
    }
}

TEST(Listener, TakesARequestByteByByte) {
    Loopback server(echo);
    auto client = server.connect();
    for (char c : request_text("Content-Length: 3\r\n", "abc"))
        client.send(std::string(1, c));
    EXPECT_EQ(read_reply(client).body, "POST /x abc 127.0.0.1");
}

TEST(Listener, KeepsHeadWithoutBody) {
    Loopback server(echo);
    auto client = server.connect();
    client.send("HEAD /x HTTP/1.1\r\nHost: ourea\r\n\r\nGET /y HTTP/1.1\r\nHost: ourea\r\n\r\n");
    auto const reply = read_reply(client, false);
    EXPECT_EQ(reply.header("Content-Length"), "18");
    EXPECT_EQ(read_reply(client).body, "GET /y  127.0.0.1");
}

TEST(Listener, GivesNoLengthWithoutContent) {
    Loopback server(echo);
    auto const reply = server.get("/empty");
    EXPECT_EQ(reply.status, 204u);
    EXPECT_EQ(reply.header("Content-Length"), "(absent)");
}

TEST(Listener, LeavesTheCacheToAResponseThatKnowsBetter) {
    Loopback server(echo);
    EXPECT_EQ(server.get("/cached").header("Cache-Control"), "max-age=1");
}

TEST(Listener, ClosesWhenAskedTo) {
    Loopback server(echo);
    auto [reply, closed] = server.raw("GET / HTTP/1.1\r\nHost: ourea\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(reply.header("Connection"), "close");
    EXPECT_TRUE(closed);
}

TEST(Listener, SpeaksToOldClients) {
    Loopback server(echo);
    EXPECT_EQ(server.raw("GET / HTTP/1.0\r\n\r\n").first.header("Connection"), "close");
    auto client = server.connect();
    for (int i = 0; i < 2; ++i) {
        client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(read_reply(client).header("Connection"), "keep-alive");
    }
}

TEST(Listener, TakesChunkedBodies) {
    Loopback server(echo);
    auto client = server.connect();
    client.send(request_text("Transfer-Encoding: chunked\r\n",
                             "3\r\nabc\r\n2;ext=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n") +
                "GET /next HTTP/1.1\r\nHost: ourea\r\n\r\n");
    EXPECT_EQ(read_reply(client).body, "POST /x abcde 127.0.0.1");
    EXPECT_EQ(read_reply(client).body, "GET /next  127.0.0.1");
}

TEST(Listener, InvitesABodyThatIsHeldBack) {
    Loopback server(echo);
    auto client = server.connect();
    client.send(request_text("Content-Length: 3\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_EQ(read_reply(client).body, "POST /x abc 127.0.0.1");
}

struct Bad {
    char const* what;
    std::string bytes;
    unsigned status = 400;
};

TEST(Listener, RefusesWhatIsAmbiguousOrBroken) {
    Loopback server(echo);
    std::string const get = "GET / HTTP/1.1\r\n";
    Bad const cases[] = {
        {"length and chunks",
         request_text("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"chunks and length",
         request_text("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
        {"two lengths", request_text("Content-Length: 1\r\nContent-Length: 2\r\n", "ab")},
        {"a list of lengths", request_text("Content-Length: 1, 1\r\n", "a")},
        {"a negative length", request_text("Content-Length: -1\r\n")},
        {"a signed length", request_text("Content-Length: +1\r\n", "a")},
        {"a bad chunk size", request_text("Transfer-Encoding: chunked\r\n", "x\r\n\r\n")},
        {"a chunk without end", request_text("Transfer-Encoding: chunked\r\n", "1\r\nabcd\r\n")},
        {"an unknown coding", request_text("Transfer-Encoding: gzip\r\n"), 501},
        {"two codings", request_text("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
        {"coding fields twice",
         request_text("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        {"chunks in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"bare line feeds", get + "Host: ourea\n\n"},
        {"a length twice", request_text("Content-Length: 1\r\nContent-Length: 1\r\n", "a")},
        {"a space before the colon", get + "Host : ourea\r\n\r\n"},
        {"no host", get + "\r\n"},
        {"two hosts", get + "Host: a\r\nHost: b\r\n\r\n"},
        {"a bad escape", "GET /%zz HTTP/1.1\r\nHost: ourea\r\n\r\n"},
        {"a NUL in a field", get + "Host: ourea\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n"},
        {"no HTTP at all", "\x16\x03\x01\x02 hello\r\n\r\n"},
        {"another version", "GET / HTTP/2.0\r\nHost: ourea\r\n\r\n", 505},
    };
    for (auto const& c : cases) {
        SCOPED_TRACE(c.what);
        auto [reply, closed] = server.raw(c.bytes);
        EXPECT_EQ(reply.status, c.status);
        EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
        EXPECT_TRUE(closed);
        expect_security_headers(reply);
    }
}

TEST(Listener, LimitsTheBody) {
    Limits limits;
    limits.body_bytes = 10'000;
    Loopback server(echo, limits);
    std::string const body(20'000, 'x');
    auto const length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
    auto [sized, closed] = server.raw(request_text(length, body));
    EXPECT_EQ(sized.status, 413u);
    EXPECT_NE(sized.body.find(R"("kind":"too_large")"), std::string::npos);
    EXPECT_TRUE(closed);
    auto const chunk = "4e20\r\n" + body + "\r\n0\r\n\r\n";
    EXPECT_EQ(server.raw(request_text("Transfer-Encoding: chunked\r\n", chunk)).first.status, 413u);
    auto const invited = request_text(length + "Expect: 100-continue\r\n");
    EXPECT_EQ(server.raw(invited).first.status, 413u);
    auto const fits = request_text("Content-Length: 10000\r\n", body.substr(0, 10'000));
    auto client = server.connect();
    client.send(fits);
    EXPECT_EQ(read_reply(client).status, 200u);
}

TEST(Listener, LimitsTheHead) {
    Loopback server(echo);
    auto const small = "X: " + std::string(8 * 1024, 'x') + "\r\n";
    EXPECT_EQ(server.get("/", small).status, 200u);
    auto const large = "X: " + std::string(16 * 1024, 'x') + "\r\n";
    auto [reply, closed] = server.raw(request_text(large));
    EXPECT_EQ(reply.status, 431u);
    EXPECT_TRUE(closed);
    auto const target = "GET /" + std::string(20'000, 'x');
    EXPECT_EQ(server.raw(target).first.status, 431u);
}

TEST(Listener, CutsOffSlowRequests) {
    Limits limits;
    limits.request = 100ms;
    Loopback server(echo, limits);
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\nHost: ou");
    EXPECT_EQ(read_reply(client).status, 408u);
    EXPECT_TRUE(client.ended());
    auto body = server.connect();
    body.send(request_text("Content-Length: 5\r\n", "a"));
    EXPECT_EQ(read_reply(body).status, 408u);
    auto silent = server.connect();
    EXPECT_TRUE(silent.ended());
}

TEST(Listener, ClosesIdleConnections) {
    Limits limits;
    limits.keep_alive = 100ms;
    Loopback server(echo, limits);
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
    EXPECT_EQ(read_reply(client).status, 200u);
    EXPECT_TRUE(client.ended());
}

TEST(Listener, HidesWhatFailed) {
    Loopback server(echo);
    auto const reply = server.get("/throw");
    EXPECT_EQ(reply.status, 500u);
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(reply.body.find("secret"), std::string::npos);
    EXPECT_NE(reply.body.find(reply.header("X-Request-Id")), std::string::npos);
    expect_security_headers(reply);
}

TEST(Listener, TurnsAwayMoreThanItCanServe) {
    Limits limits;
    limits.connections = 2;
    Loopback server(echo, limits);
    auto first = server.connect();
    auto second = server.connect();
    for (auto* client : {&first, &second}) {
        client->send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
        EXPECT_EQ(read_reply(*client).status, 200u);
    }
    auto third = server.connect();
    auto const refused = read_reply(third);
    EXPECT_EQ(refused.status, 503u);
    EXPECT_EQ(refused.header("Retry-After"), "5");
    expect_security_headers(refused);
    first.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
    EXPECT_EQ(read_reply(first).status, 200u);
}

TEST(Listener, LimitsOneAddress) {
    Limits limits;
    limits.connections_per_address = 1;
    Loopback exempt(echo, limits);
    auto kept = exempt.connect();
    EXPECT_EQ(exempt.get("/").status, 200u);
    limits.limit_loopback = true;
    Loopback server(echo, limits);
    auto first = server.connect();
    first.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
    EXPECT_EQ(read_reply(first).status, 200u);
    EXPECT_EQ(server.get("/").status, 503u);
}

TEST(Listener, ForgetsThoseWhoLeft) {
    Limits limits;
    limits.connections_per_address = 4;
    limits.limit_loopback = true;
    Loopback server(echo, limits);
    for (int i = 0; i < 50; ++i) {
        auto client = server.connect();
        client.send("GET / HTTP/1.1\r\nHost: ourea\r\nConnection: close\r\n\r\n");
        EXPECT_EQ(read_reply(client).status, 200u);
        EXPECT_TRUE(client.ended());
        client.close();
        while (server.on_loop([&] { return server.listener().connections(); }) > 0)
            std::this_thread::yield();
    }
}

TEST(Listener, SurvivesClientsThatLeaveEarly) {
    Loopback server(echo);
    for (int i = 0; i < 20; ++i) {
        auto client = server.connect();
        client.send(i % 2 ? "GET /wait HTTP/1.1\r\nHost: ourea\r\n\r\n" : "GET /wa");
    }
    EXPECT_EQ(server.get("/").status, 200u);
}

TEST(Listener, StopsWhenRequestsAreAnswered) {
    Loopback server(echo);
    auto idle = server.connect();
    idle.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
    EXPECT_EQ(read_reply(idle).status, 200u);
    auto busy = server.connect();
    int const before = begun;
    busy.send("GET /wait HTTP/1.1\r\nHost: ourea\r\n\r\n");
    while (begun == before)
        std::this_thread::yield();
    auto stopped = std::async(std::launch::async, [&] { return server.stop(); });
    EXPECT_TRUE(idle.ended());
    auto const last = read_reply(busy);
    EXPECT_EQ(last.status, 200u);
    EXPECT_EQ(last.header("Connection"), "close");
    busy.close();
    EXPECT_TRUE(stopped.get());
}

awaitable<Response> never(Request) {
    ++begun;
    auto const executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, 3s);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return Response();
}

TEST(Listener, LosesPatienceWhenStopping) {
    Loopback server(never);
    int const before = begun;
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
    while (begun == before)
        std::this_thread::yield();
    EXPECT_FALSE(server.stop(50ms));
    EXPECT_TRUE(client.ended());
}

TEST(Listener, RefusesAddressesThatAreTaken) {
    Loopback server(echo);
    boost::asio::io_context loop;
    Listener second(loop.get_executor(), {}, echo);
    auto const port = server.on_loop([&] { return server.listener().port(); });
    EXPECT_THROW(second.start("127.0.0.1", port), Error);
    EXPECT_THROW(second.start("localhost", 0), Error);
}

TEST(Listener, ServesAUnixSocket) {
    auto const path = (std::filesystem::temp_directory_path() /
                       ("ourea-http-" + std::to_string(::getpid()) + ".sock"))
                          .string();
    {
        Loopback server(echo);
        server.on_loop([&] { server.listener().start_unix(path, 0600); });
        EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
        Client client(path);
        client.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
        EXPECT_EQ(read_reply(client).body, "GET /  unix local");
        boost::asio::io_context loop;
        Listener second(loop.get_executor(), {}, echo);
        EXPECT_THROW(second.start_unix(path), Error);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ourea::http
