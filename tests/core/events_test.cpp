// SPDX-License-Identifier: Apache-2.0
// Tests of the event fan-out: order, filtering, resuming, and readers that are too slow.
#include "core/events.hpp"

#include "support/event_loop.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using test::run;

Actor actor(std::string user, Role role = Role::user) {
    Actor actor;
    actor.user = std::move(user);
    actor.role = role;
    return actor;
}

Audience for_all() {
    return {Audience::Kind::viewers_of_instance, InstanceId("open"), {}};
}

class EventsTest : public testing::Test {
protected:
    EventsTest() {
        events.filter_by([](Actor const& who, Audience const& audience) {
            if (audience.kind == Audience::Kind::administrators)
                return who.role == Role::administrator;
            return audience.instance.str() != "secret" || who.role == Role::administrator;
        });
    }

    void publish(int from, int to) {
        for (int i = from; i <= to; ++i)
            events.publish("instance", "i" + std::to_string(i), RawJson{"null"}, for_all());
    }

    /// The next frame; the test fails by a null, and never waits for what does not come.
    std::string next(std::shared_ptr<Subscription> const& from) {
        auto const frame = run(loop, from->next());
        return frame ? *frame : std::string();
    }

    static std::string id_of(std::string const& frame) {
        auto const at = frame.find("\nid: ") + 5;
        return frame.substr(at, frame.find('\n', at) - at);
    }

    boost::asio::io_context loop;
    Events events{loop.get_executor()};
};

TEST_F(EventsTest, ArriveInOrderAsFrames) {
    auto const reader = events.subscribe(actor("alice"), "");
    events.publish("instance", "a\"b", RawJson{"{\"x\":1}"}, for_all());
    publish(1, 1);
    auto const first = next(reader);
    EXPECT_TRUE(first.starts_with("event: instance\nid: ")) << first;
    EXPECT_NE(first.find("\ndata: {\"kind\":\"instance\",\"id\":\"a\\\"b\",\"row\":{\"x\":1}}\n\n"),
              std::string::npos)
        << first;
    EXPECT_NE(next(reader).find("\"i1\""), std::string::npos);
}

TEST_F(EventsTest, WakeAReaderWhoWaits) {
    auto const reader = events.subscribe(actor("alice"), "");
    boost::asio::post(loop, [this] { publish(7, 7); });
    EXPECT_NE(next(reader).find("\"i7\""), std::string::npos);
}

TEST_F(EventsTest, ReachOnlyThoseWhoMaySee) {
    auto const alice = events.subscribe(actor("alice"), "");
    auto const admin = events.subscribe(actor("root", Role::administrator), "");
    events.publish("instance", "hidden", RawJson{},
                   {Audience::Kind::viewers_of_instance, InstanceId("secret"), {}});
    events.publish("host", "node1", RawJson{}, {Audience::Kind::administrators, {}, {}});
    publish(1, 1);
    EXPECT_NE(next(alice).find("\"i1\""), std::string::npos);
    EXPECT_NE(next(admin).find("\"hidden\""), std::string::npos);
    EXPECT_NE(next(admin).find("\"node1\""), std::string::npos);
}

TEST_F(EventsTest, ResumeAfterTheLastOneReceived) {
    auto reader = events.subscribe(actor("alice"), "");
    publish(1, 1);
    auto const last = id_of(next(reader));
    reader->close();
    publish(2, 3);
    events.publish("instance", "hidden", RawJson{},
                   {Audience::Kind::viewers_of_instance, InstanceId("secret"), {}});
    reader = events.subscribe(actor("alice"), last);
    publish(4, 4);
    EXPECT_NE(next(reader).find("\"i2\""), std::string::npos);
    EXPECT_NE(next(reader).find("\"i3\""), std::string::npos);
    EXPECT_NE(next(reader).find("\"i4\""), std::string::npos) << "the hidden one must not come";
}

TEST_F(EventsTest, ResetWhatIsNoLongerKnown) {
    auto reader = events.subscribe(actor("alice"), "");
    publish(1, 1);
    auto const last = id_of(next(reader));
    reader->close();
    publish(2, 3000);
    reader = events.subscribe(actor("alice"), last);
    auto const frame = next(reader);
    EXPECT_TRUE(frame.starts_with("event: reset\n")) << frame;
    EXPECT_NE(frame.find("data: {\"kind\":\"reset\"}\n\n"), std::string::npos);
    auto const resumed = events.subscribe(actor("alice"), id_of(frame));
    publish(3001, 3001);
    EXPECT_NE(next(resumed).find("\"i3001\""), std::string::npos);
}

TEST_F(EventsTest, ResetIdsOfAnotherRunAndNonsense) {
    publish(1, 3);
    for (auto const* id : {"00000000-2", "2", "-", "x-", "%%%", "00000000-99999999999999999999"}) {
        auto const reader = events.subscribe(actor("alice"), id);
        EXPECT_TRUE(next(reader).starts_with("event: reset\n")) << id;
    }
}

TEST_F(EventsTest, DropAReaderWhoIsTooSlow) {
    auto const slow = events.subscribe(actor("slow"), "");
    auto const other = events.subscribe(actor("other"), "");
    for (int i = 1; i <= 600; ++i) {
        publish(i, i);
        EXPECT_FALSE(next(other).empty());
    }
    EXPECT_EQ(run(loop, slow->next()), nullptr);
    publish(601, 601);
    EXPECT_NE(next(other).find("\"i601\""), std::string::npos);
}

TEST_F(EventsTest, GiveFiguresOfVisibleMachinesOnly) {
    auto const alice = events.subscribe(actor("alice"), "");
    auto const admin = events.subscribe(actor("root", Role::administrator), "");
    events.publish_stats({{InstanceId("secret"), 12.5, 100}, {InstanceId("open"), -1, 512}});
    EXPECT_EQ(next(alice),
              "event: stats\ndata: {\"kind\":\"stats\",\"items\":[[\"open\",null,512]]}\n\n");
    EXPECT_EQ(next(admin),
              "event: stats\ndata: {\"kind\":\"stats\",\"items\":"
              "[[\"secret\",12.5,100],[\"open\",null,512]]}\n\n");
}

TEST_F(EventsTest, EndWithTheSession) {
    auto const alice = events.subscribe(actor("alice"), "");
    auto const bob = events.subscribe(actor("bob"), "");
    events.close_if([](Actor const& who) { return who.user == "alice"; });
    EXPECT_EQ(run(loop, alice->next()), nullptr);
    EXPECT_TRUE(events.watched());
    publish(1, 1);
    EXPECT_FALSE(next(bob).empty());
    events.close_if([](Actor const&) { return true; });
    EXPECT_FALSE(events.watched());
}

}  // namespace
}  // namespace ourea
