// SPDX-License-Identifier: Apache-2.0
// Consoles over real sockets: bytes both ways, each end's close, view-only, and the end from
// outside.
#include "http/websocket.hpp"

#include "websocket_client.hpp"

#include <boost/asio/this_coro.hpp>

#include <random>

namespace ourea::http {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

/// A console server whose guest end the test holds.
class Guest {
public:
    explicit Guest(RelayInput input = RelayInput::all)
        : input_(input), server_([this](Request) { return answer(this); }) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::runtime_error("socketpair");
        far_ = UniqueFd(ends[0]);
        near_ = UniqueFd(ends[1]);
        timeval const patience{10, 0};
        ::setsockopt(far_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~Guest() { server_.stop(); }

    WebSocketClient browser(std::string const& fields = "") {
        return WebSocketClient(server_.connect(), fields);
    }
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(far_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the guest cannot send");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    /// Less than `size` if the relay closed the guest's end.
    std::string receive(std::size_t size) {
        std::string bytes(size, '\0');
        std::size_t have = 0;
        while (have < size) {
            auto const got = ::recv(far_.get(), bytes.data() + have, size - have, 0);
            if (got < 0) throw std::runtime_error("the guest was told nothing for ten seconds");
            if (got == 0) break;
            have += static_cast<std::size_t>(got);
        }
        bytes.resize(have);
        return bytes;
    }
    void close() { far_ = UniqueFd(); }
    void revoke(std::string const& reason) {
        server_.on_loop([&] { close_(reason); });
    }
    RelayEnd end() { return end_.get_future().get(); }
    Loopback& server() { return server_; }

private:
    static awaitable<Response> answer(Guest* self) {
        Response response;
        response.subprotocol = "binary";
        response.websocket = [self](WebSocket& socket) { return serve(self, socket); };
        co_return response;
    }

    static awaitable<void> serve(Guest* self, WebSocket& socket) {
        RelayOptions options;
        options.input = self->input_;
        options.on_start = [self](RelayClose close) { self->close_ = std::move(close); };
        auto running = socket.relay(std::move(self->near_), std::move(options));
        self->end_.set_value(co_await std::move(running));
    }

    RelayInput input_;
    UniqueFd far_, near_;
    RelayClose close_;
    std::promise<RelayEnd> end_;
    Loopback server_;
};

std::string noise(std::size_t size) {
    std::mt19937 random(7);
    std::string bytes(size, '\0');
    for (auto& c : bytes)
        c = static_cast<char>(random());
    return bytes;
}

TEST(WebSocket, ShakesHandsWithTheSubprotocolAndOurHeaders) {
    Guest guest;
    auto browser = guest.browser("Sec-WebSocket-Protocol: binary, ourea.ticket.x\r\n");
    EXPECT_EQ(browser.handshake.status, 101u);
    EXPECT_EQ(browser.handshake.header("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(browser.handshake.header("Sec-WebSocket-Protocol"), "binary");
    EXPECT_EQ(browser.handshake.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(browser.handshake.header("Sec-WebSocket-Extensions"), "(absent)");
    EXPECT_NE(browser.handshake.header("X-Request-Id"), "(absent)");
}

TEST(WebSocket, IsRequired) {
    Guest guest;
    auto const reply = guest.server().get("/console");
    EXPECT_EQ(reply.status, 426u);
    EXPECT_EQ(reply.header("Upgrade"), "websocket");
    auto const version = guest.server().get(
        "/console",
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 7\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    EXPECT_GE(version.status, 400u);
    EXPECT_EQ(version.header("X-Content-Type-Options"), "nosniff");
}

TEST(WebSocket, CarriesBytesBothWays) {
    Guest guest;
    auto browser = guest.browser();
    guest.send("RFB 003.008\n");
    EXPECT_EQ(browser.receive_bytes(12), "RFB 003.008\n");
    browser.send(binary_frame, "hello");
    browser.send(text_frame, " text");
    EXPECT_EQ(guest.receive(10), "hello text");
    browser.send(ping_frame, "are you there");
    auto const pong = browser.receive();
    EXPECT_EQ(pong.opcode, pong_frame);
    EXPECT_EQ(pong.payload, "are you there");
}

TEST(WebSocket, CarriesMuchBothWaysAtOnce) {
    Guest guest;
    auto browser = guest.browser();
    auto const down = noise(16 * 1024 * 1024);
    auto const up = noise(4 * 1024 * 1024);
    auto sending = std::async(std::launch::async, [&] { guest.send(down); });
    auto pasting = std::async(std::launch::async, [&] {
        for (std::size_t at = 0, size = 1; at < up.size();
             at += size, size = size * 3 % 150'001 + 1)
            browser.send(binary_frame, up.substr(at, size));
    });
    auto receiving = std::async(std::launch::async, [&] { return guest.receive(up.size()); });
    EXPECT_TRUE(browser.receive_bytes(down.size()) == down);
    EXPECT_TRUE(receiving.get() == up);
    sending.get();
    pasting.get();
    browser.send(close_frame, "\x03\xe8");
    auto const end = guest.end();
    EXPECT_EQ(end.to_browser_bytes, down.size());
    EXPECT_EQ(end.to_guest_bytes, up.size());
}

TEST(WebSocket, TellsTheBrowserThatTheGuestClosed) {
    Guest guest;
    auto browser = guest.browser();
    guest.send("last words");
    guest.close();
    EXPECT_EQ(browser.receive_bytes(10), "last words");
    auto const [code, reason] = browser.receive_close();
    EXPECT_EQ(code, 1000u);
    EXPECT_EQ(reason, "The machine closed the console");
    EXPECT_EQ(guest.end().ender, RelayEnder::guest);
    EXPECT_TRUE(browser.socket().ended());
}

TEST(WebSocket, ClosesTheGuestWhenTheBrowserDoes) {
    Guest guest;
    auto browser = guest.browser();
    browser.send(binary_frame, "bye");
    browser.send(close_frame, "\x03\xe8");
    EXPECT_EQ(guest.receive(4), "bye");
    EXPECT_EQ(browser.receive_close().first, 1000u);
    EXPECT_EQ(guest.end().ender, RelayEnder::browser);
}

TEST(WebSocket, DeliversAllThatCameBeforeTheClose) {
    Guest guest;
    auto browser = guest.browser();
    auto const text = noise(300'000);
    for (std::size_t at = 0; at < text.size(); at += 1000)
        browser.send(binary_frame, text.substr(at, 1000));
    browser.send(close_frame, "\x03\xe8");
    EXPECT_TRUE(guest.receive(text.size()) == text);
    EXPECT_EQ(guest.receive(1), "");
    EXPECT_EQ(guest.end().to_guest_bytes, text.size());
}

TEST(WebSocket, KeepsControlFramesApartFromAFlood) {
    Guest guest;
    auto browser = guest.browser();
    auto const down = noise(8 * 1024 * 1024);
    auto sending = std::async(std::launch::async, [&] { guest.send(down); });
    std::string received;
    std::size_t pongs = 0;
    for (int i = 0; i < 200; ++i)
        browser.send(ping_frame, std::to_string(i));
    while (received.size() < down.size() || pongs < 200) {
        auto const frame = browser.receive();
        if (frame.opcode == pong_frame)
            ++pongs;
        else
            received += frame.payload;
    }
    sending.get();
    EXPECT_TRUE(received == down);
}

TEST(WebSocket, ClosesTheGuestWhenTheBrowserVanishes) {
    Guest guest;
    auto browser = guest.browser();
    browser.socket().close();
    EXPECT_EQ(guest.receive(1), "");
    EXPECT_EQ(guest.end().ender, RelayEnder::browser);
}

TEST(WebSocket, EndsWhenTheBrowserVanishesInAFlood) {
    Guest guest;
    auto browser = guest.browser();
    auto flood = std::async(std::launch::async, [&] {
        EXPECT_THROW(guest.send(std::string(64 * 1024 * 1024, 'x')), std::runtime_error);
    });
    browser.receive_bytes(100'000);
    browser.socket().close();
    EXPECT_EQ(guest.end().ender, RelayEnder::browser);
}

TEST(WebSocket, EndsWhenARightIsRevoked) {
    Guest guest;
    auto browser = guest.browser();
    guest.send("x");
    EXPECT_EQ(browser.receive_bytes(1), "x");
    auto const sentence = "The right to use this console was withdrawn"s;
    guest.revoke(sentence);
    auto const [code, reason] = browser.receive_close();
    EXPECT_EQ(code, 1008u);
    EXPECT_EQ(reason, sentence);
    EXPECT_EQ(guest.receive(1), "");
    auto const end = guest.end();
    EXPECT_EQ(end.ender, RelayEnder::portal);
    EXPECT_EQ(end.reason, sentence);
    guest.revoke("once more, when it is long gone");
}

TEST(WebSocket, CutsLongReasonsBetweenCharacters) {
    Guest guest;
    auto browser = guest.browser();
    guest.send("x");
    EXPECT_EQ(browser.receive_bytes(1), "x");
    std::string umlauts;
    for (int i = 0; i < 100; ++i)
        umlauts += "ü";
    guest.revoke(umlauts);
    EXPECT_EQ(browser.receive_close().second, umlauts.substr(0, 122));
}

TEST(WebSocket, EndsWhenTheServerStops) {
    Guest guest;
    auto browser = guest.browser();
    guest.send("x");
    EXPECT_EQ(browser.receive_bytes(1), "x");
    auto stopped = std::async(std::launch::async, [&] { return guest.server().stop(); });
    auto const [code, reason] = browser.receive_close();
    EXPECT_EQ(code, 1001u);
    EXPECT_EQ(reason, "The portal is shutting down");
    EXPECT_TRUE(stopped.get());
}

TEST(WebSocket, CutsOffABrowserThatDoesNotRead) {
    Guest guest;
    auto browser = guest.browser();
    auto flood = std::async(std::launch::async, [&] {
        EXPECT_THROW(guest.send(std::string(64 * 1024 * 1024, 'x')), std::runtime_error);
    });
    browser.receive_bytes(1);
    guest.revoke("enough");
    EXPECT_EQ(guest.end().ender, RelayEnder::portal);
}

TEST(WebSocket, DropsInputWhereOneMayOnlyLook) {
    Guest guest(RelayInput::rfb_view_only);
    auto browser = guest.browser();
    guest.send("RFB 003.008\n");
    EXPECT_EQ(browser.receive_bytes(12), "RFB 003.008\n");
    auto const request = "\3\1xxyywwhh"s;
    browser.send(binary_frame, "RFB 003.008\n\1\1"s);
    browser.send(binary_frame, "\4\1\0\0kkkk"s + request + "\5\1xxyy");
    EXPECT_EQ(guest.receive(24), "RFB 003.008\n\1\1"s + request);
    browser.send(binary_frame, "\x63");
    EXPECT_EQ(browser.receive_close().first, 1002u);
    EXPECT_EQ(guest.receive(1), "");
    EXPECT_EQ(guest.end().ender, RelayEnder::refused);
}

TEST(WebSocket, DropsAllInputOfASerialConsoleThatIsOnlyWatched) {
    Guest guest(RelayInput::none);
    auto browser = guest.browser();
    browser.send(binary_frame, "rm -rf /\n");
    browser.send(ping_frame, "");
    EXPECT_EQ(browser.receive().opcode, pong_frame);
    guest.send("login: ");
    EXPECT_EQ(browser.receive_bytes(7), "login: ");
    guest.close();
    EXPECT_EQ(browser.receive_close().first, 1000u);
    EXPECT_EQ(guest.end().to_guest_bytes, 0u);
}

TEST(WebSocket, RefusesFramesWithoutAMask) {
    Guest guest;
    auto browser = guest.browser();
    browser.socket().send("\x82\x01x");
    EXPECT_EQ(browser.receive_close().first, 1002u);
    EXPECT_EQ(guest.end().ender, RelayEnder::browser);
}

awaitable<Response> closing(Request request) {
    Response response;
    if (request.path == "/console") {
        response.websocket = [](WebSocket& socket) -> awaitable<void> {
            std::string reason = "The machine is switched off";
            co_await socket.close(close_code::try_later, std::move(reason));
        };
    }
    co_return response;
}

TEST(WebSocket, ClosesWithAReasonBeforeARelay) {
    Loopback server(closing);
    WebSocketClient browser(server.connect());
    auto const [code, reason] = browser.receive_close();
    EXPECT_EQ(code, 1013u);
    EXPECT_EQ(reason, "The machine is switched off");
}

awaitable<Response> failing(Request) {
    Response response;
    response.websocket = [](WebSocket& socket) -> awaitable<void> {
        RelayOptions options;
        UniqueFd none;
        co_await socket.relay(std::move(none), std::move(options));
    };
    co_return response;
}

TEST(WebSocket, SaysThatSomethingFailed) {
    Loopback server(failing);
    WebSocketClient browser(server.connect());
    EXPECT_EQ(browser.receive_close().first, 1011u);
}

}  // namespace
}  // namespace ourea::http
