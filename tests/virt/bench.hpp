// SPDX-License-Identifier: Apache-2.0
// An event loop for tests of hosts: awaits results and conditions, never sleeps.
#pragma once

#include "base/error.hpp"
#include "virt/event_thread.hpp"
#include "virt/host.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

namespace ourea::virt {

inline std::string data_path(std::string const& name) {
    return std::string(TEST_DATA_DIR) + "/" + name;
}

inline std::string read_data(std::string const& name) {
    std::ifstream in(data_path(name));
    std::ostringstream out;
    out << in.rdbuf();
    if (out.str().empty()) throw std::runtime_error("no test data " + name);
    return out.str();
}

class Bench {
public:
    static constexpr std::chrono::seconds patience{30};

    EventThread events;
    boost::asio::io_context loop;

    /// Turns the loop until `condition` holds.
    template <class F>
    bool until(F condition, std::chrono::milliseconds limit = patience) {
        auto const end = std::chrono::steady_clock::now() + limit;
        auto guard = boost::asio::make_work_guard(loop);
        while (!condition()) {
            if (std::chrono::steady_clock::now() >= end) return false;
            loop.restart();
            loop.run_one_until(end);
        }
        return true;
    }

    template <class T>
    T await(awaitable<T> work) {
        std::optional<Result<T>> result;
        start(std::move(work), result);
        if (!until([&] { return result.has_value(); })) throw std::runtime_error("no answer");
        if (result->error) std::rethrow_exception(result->error);
        if constexpr (!std::is_void_v<T>) return std::move(*result->value);
    }

    /// The kind of error that the work ends with.
    template <class T>
    std::optional<Kind> refusal(awaitable<T> work) {
        try {
            await(std::move(work));
        } catch (Error const& e) {
            last_words = e.message();
            return e.kind();
        }
        return std::nullopt;
    }

    std::string last_words;

    template <class T>
    struct Result {
        std::optional<std::conditional_t<std::is_void_v<T>, char, T>> value;
        std::exception_ptr error;
    };

    /// Starts the work; `into` holds its result once it ended. Both outlive the loop's turning.
    template <class T>
    void start(awaitable<T> work, std::optional<Result<T>>& into) {
        if constexpr (std::is_void_v<T>) {
            boost::asio::co_spawn(loop, std::move(work), [&into](std::exception_ptr error) {
                into.emplace();
                into->error = std::move(error);
            });
        } else {
            boost::asio::co_spawn(loop, std::move(work),
                                  [&into](std::exception_ptr error, T value) {
                                      into.emplace();
                                      into->error = std::move(error);
                                      into->value.emplace(std::move(value));
                                  });
        }
    }
};

/// A host that is online before the test begins.
class OnlineHost : public ::testing::Test {
protected:
    explicit OnlineHost(std::string uri)
        : host(std::make_unique<Host>(bench.events, bench.loop.get_executor(),
                                      HostAddress{"h", std::move(uri), {}})) {
        host->on_event([this](HostEvent const& event) { heard.push_back(event); });
        host->open();
    }
    void SetUp() override {
        ASSERT_TRUE(bench.until([this] { return host->status().state == HostState::online; }))
            << host->status().error;
    }
    bool hears(HostEventKind kind, std::string const& name) {
        return bench.until([&] {
            for (auto const& event : heard) {
                if (event.kind == kind && event.name == name) return true;
            }
            return false;
        });
    }

    Bench bench;
    std::vector<HostEvent> heard;
    std::unique_ptr<Host> host;
};

}  // namespace ourea::virt
