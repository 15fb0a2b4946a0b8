// SPDX-License-Identifier: Apache-2.0
// A log line cannot be forged by what is logged.
#include "base/log.hpp"

#include "base/error.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

using namespace ourea;

TEST(Log, EscapesWhatPeopleSend) {
    auto const text = log::line(log::Level::info, "sign-in",
                                {{"user", "x\"}\n{\"level\":\"error"}, {"count", 3}, {"ok", true}});
    EXPECT_EQ(text.find('\n'), std::string::npos);
    auto const line = boost::json::parse(text).as_object();
    EXPECT_EQ(line.at("user").as_string(), "x\"}\n{\"level\":\"error");
    EXPECT_EQ(line.at("count").as_int64(), 3);
    EXPECT_EQ(line.at("level").as_string(), "info");
}

TEST(Log, RefusesAnUnknownLevel) {
    EXPECT_THROW(log::set_level("loud"), Error);
}
