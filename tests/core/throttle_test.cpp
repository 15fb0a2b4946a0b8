// SPDX-License-Identifier: Apache-2.0
// Attempts run out, come back with time, and the memory stays bounded.
#include "core/throttle.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using namespace std::chrono_literals;

Throttle::Clock::time_point const start{};

TEST(Throttle, RunsOutAndRefills) {
    Throttle throttle({3, 10s, 100});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(throttle.take("a", start), std::nullopt);
    EXPECT_EQ(throttle.take("a", start), 10s);
    EXPECT_EQ(throttle.take("a", start + 4s), 6s);
    EXPECT_EQ(throttle.take("a", start + 10s), std::nullopt);
    EXPECT_NE(throttle.take("a", start + 10s), std::nullopt);
    EXPECT_EQ(throttle.take("b", start + 10s), std::nullopt);
}

TEST(Throttle, NeverHoldsMoreThanABurst) {
    Throttle throttle({2, 1s, 100});
    EXPECT_EQ(throttle.take("a", start), std::nullopt);
    throttle.give_back("a");
    throttle.give_back("a");
    throttle.give_back("unknown");
    EXPECT_EQ(throttle.take("a", start + 1h), std::nullopt);
    EXPECT_EQ(throttle.take("a", start + 1h), std::nullopt);
    EXPECT_NE(throttle.take("a", start + 1h), std::nullopt);
}

TEST(Throttle, AGoodAttemptCostsNothing) {
    Throttle throttle({1, 1h, 100});
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(throttle.take("a", start), std::nullopt);
        throttle.give_back("a");
    }
}

TEST(Throttle, ForgetsTheLeastRecentlyUsed) {
    Throttle throttle({1, 1h, 3});
    throttle.take("a", start);
    throttle.take("b", start);
    throttle.take("c", start);
    EXPECT_NE(throttle.take("a", start), std::nullopt);  // used again: "b" is the oldest now
    throttle.take("d", start);
    EXPECT_EQ(throttle.size(), 3U);
    EXPECT_NE(throttle.take("a", start), std::nullopt);
    EXPECT_EQ(throttle.take("b", start), std::nullopt);
    for (int i = 0; i < 1000; ++i)
        throttle.take("key" + std::to_string(i), start);
    EXPECT_EQ(throttle.size(), 3U);
}

TEST(Throttle, AClockThatStandsStillOrGoesBackGivesNothing) {
    Throttle throttle({1, 1s, 10});
    throttle.take("a", start + 10s);
    EXPECT_NE(throttle.take("a", start), std::nullopt);
    EXPECT_NE(throttle.take("a", start + 10s), std::nullopt);
    EXPECT_EQ(throttle.take("a", start + 11s), std::nullopt);
}

}  // namespace
}  // namespace ourea
