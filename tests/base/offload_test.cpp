// SPDX-License-Identifier: Apache-2.0
// Offloaded work runs on the pool, the caller goes on where it was, exceptions travel.
#include "base/offload.hpp"

#include "base/error.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <future>
#include <thread>

using namespace ourea;
namespace asio = boost::asio;

namespace {

awaitable<void> use(asio::thread_pool& pool, std::thread::id home) {
    std::string const text(1000, 'x');
    auto work = [text] { return std::pair(std::this_thread::get_id(), text.size()); };
    auto const [where, size] = co_await offload(pool, work);
    EXPECT_NE(where, home);
    EXPECT_EQ(size, 1000u);
    EXPECT_EQ(std::this_thread::get_id(), home);

    auto failing = [text]() -> int { throw Error(Kind::conflict, text); };
    bool thrown = false;
    try {
        co_await offload(pool, failing);
    } catch (Error const& e) {
        thrown = e.kind() == Kind::conflict && std::this_thread::get_id() == home;
    }
    EXPECT_TRUE(thrown);
}

}  // namespace

TEST(Offload, ManyCallsFromOneLoop) {
    asio::thread_pool pool(4);
    asio::io_context loop;
    int finished = 0;
    for (int i = 0; i < 200; ++i)
        asio::co_spawn(loop, use(pool, std::this_thread::get_id()), [&](std::exception_ptr error) {
            EXPECT_FALSE(error);
            ++finished;
        });
    loop.run();
    EXPECT_EQ(finished, 200);
}
