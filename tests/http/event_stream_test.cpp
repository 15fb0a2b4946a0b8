// SPDX-License-Identifier: Apache-2.0
// Event streams: chunks, heartbeats, peers that leave, and the end from our side.
#include "http/event_stream.hpp"

#include "loopback.hpp"

#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ourea::http {
namespace {

using namespace std::chrono_literals;
using Channel = boost::asio::experimental::channel<void(boost::system::error_code, std::string)>;

/// One subscriber whose frames the test decides; says when the stream function has ended.
class Feed {
public:
    explicit Feed(Limits limits = {}) : server_([this](Request) { return answer(this); }, limits) {}

    void push(std::string frame) {
        server_.on_loop([this, frame = std::move(frame)] {
            channel_->try_send(boost::system::error_code(), frame);
        });
    }
    void close() {
        server_.on_loop([this] { stream_->close(); });
    }
    bool ended_within(std::chrono::seconds patience) {
        return ended_.get_future().wait_for(patience) == std::future_status::ready;
    }
    Loopback& server() { return server_; }

private:
    static awaitable<Response> answer(Feed* self) {
        Response response;
        response.stream = [self](EventStream& stream) { return feed(self, stream); };
        co_return response;
    }

    static awaitable<void> feed(Feed* self, EventStream& stream) {
        struct AtEnd {
            Feed* self;
            ~AtEnd() { self->ended_.set_value(); }
        } const at_end{self};
        auto const executor = co_await boost::asio::this_coro::executor;
        Channel channel(executor, 64);
        self->channel_ = &channel;
        self->stream_ = &stream;
        co_await stream.send("event: hello\n\n");
        for (;;) {
            auto const frame = co_await channel.async_receive(boost::asio::use_awaitable);
            if (frame == "end") co_return;
            if (frame == "throw") throw std::runtime_error("failed on purpose");
            co_await stream.send(frame);
        }
    }

    Channel* channel_ = nullptr;
    EventStream* stream_ = nullptr;
    std::promise<void> ended_;
    Loopback server_;
};

std::string read_chunk(Client& client) {
    auto const size = std::stoul(client.read_until("\r\n"), nullptr, 16);
    auto text = client.read_exactly(size);
    EXPECT_EQ(client.read_exactly(2), "\r\n");
    return text;
}

Client subscribe(Feed& feed, std::string const& version = "1.1") {
    auto client = feed.server().connect();
    client.send("GET /events HTTP/" + version + "\r\nHost: ourea\r\n\r\n");
    return client;
}

TEST(EventStream, CarriesFramesAsTheyCome) {
    Feed feed;
    auto client = subscribe(feed);
    auto const head = read_head(client);
    EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
    EXPECT_EQ(head.header("Cache-Control"), "no-store");
    EXPECT_EQ(head.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(read_chunk(client), "event: hello\n\n");
    for (int i = 0; i < 100; ++i) {
        auto const frame = "id: " + std::to_string(i) + "\ndata: x\n\n";
        feed.push(frame);
        EXPECT_EQ(read_chunk(client), frame);
    }
    feed.push("end");
    EXPECT_EQ(read_chunk(client), "");
    EXPECT_TRUE(client.ended());
}

TEST(EventStream, SpeaksToOldClientsWithoutChunks) {
    Feed feed;
    auto client = subscribe(feed, "1.0");
    EXPECT_EQ(read_head(client).header("Transfer-Encoding"), "(absent)");
    EXPECT_EQ(client.read_until("\n\n"), "event: hello\n\n");
    feed.push("end");
    EXPECT_TRUE(client.ended());
}

TEST(EventStream, NoticesThatThePeerLeft) {
    Feed feed;
    auto client = subscribe(feed);
    read_head(client);
    EXPECT_EQ(read_chunk(client), "event: hello\n\n");
    client.close();
    EXPECT_TRUE(feed.ended_within(5s));
}

TEST(EventStream, BeatsWhenThereIsNothingToSay) {
    Limits limits;
    limits.heartbeat = 20ms;
    Feed feed(limits);
    auto client = subscribe(feed);
    read_head(client);
    EXPECT_EQ(read_chunk(client), "event: hello\n\n");
    EXPECT_EQ(read_chunk(client), ":\n\n");
    EXPECT_EQ(read_chunk(client), ":\n\n");
}

TEST(EventStream, EndsWhenTheServerStops) {
    Feed feed;
    auto client = subscribe(feed);
    read_head(client);
    EXPECT_EQ(read_chunk(client), "event: hello\n\n");
    auto stopped = std::async(std::launch::async, [&] { return feed.server().stop(); });
    EXPECT_EQ(read_chunk(client), "");
    EXPECT_TRUE(client.ended());
    client.close();
    EXPECT_TRUE(stopped.get());
    EXPECT_TRUE(feed.ended_within(5s));
}

TEST(EventStream, CanBeClosedFromOutside) {
    Feed feed;
    auto client = subscribe(feed);
    read_head(client);
    EXPECT_EQ(read_chunk(client), "event: hello\n\n");
    feed.close();
    EXPECT_EQ(read_chunk(client), "");
    EXPECT_TRUE(client.ended());
    EXPECT_TRUE(feed.ended_within(5s));
}

TEST(EventStream, SurvivesAFeederThatFails) {
    Feed feed;
    auto client = subscribe(feed);
    read_head(client);
    EXPECT_EQ(read_chunk(client), "event: hello\n\n");
    feed.push("throw");
    EXPECT_TRUE(client.ended());  // without the last chunk, which would say that all was sent
}

awaitable<Response> flood(Request) {
    Response response;
    response.stream = [](EventStream& stream) -> awaitable<void> {
        std::string const frame(100'000, 'x');
        for (;;)
            co_await stream.send(frame);
    };
    co_return response;
}

TEST(EventStream, WaitsForASlowReader) {
    Loopback server(flood);
    auto client = server.connect();
    client.send("GET / HTTP/1.1\r\nHost: ourea\r\n\r\n");
    read_head(client);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(read_chunk(client).size(), 100'000u);
    client.close();
    EXPECT_TRUE(server.stop());
}

}  // namespace
}  // namespace ourea::http
