// SPDX-License-Identifier: Apache-2.0
// Runs coroutines on an event loop of the test, to their end.
#pragma once

#include "base/offload.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace ourea::test {

namespace detail {

/// Where a coroutine's end is written down.
template <class T>
struct Outcome {
    bool done = false;
    std::exception_ptr error;
    std::conditional_t<std::is_void_v<T>, std::optional<int>, std::optional<T>> result;

    T take() {
        if (error) std::rethrow_exception(error);
        if (!done)
            throw std::logic_error("the event loop ran out of work before the coroutine did");
        if constexpr (!std::is_void_v<T>) return std::move(*result);
    }
};

template <class T>
void spawn(boost::asio::io_context& loop, awaitable<T> work, Outcome<T>& outcome) {
    if constexpr (std::is_void_v<T>) {
        boost::asio::co_spawn(loop, std::move(work), [&outcome](std::exception_ptr e) {
            outcome.error = e;
            outcome.done = true;
        });
    } else {
        boost::asio::co_spawn(loop, std::move(work), [&outcome](std::exception_ptr e, T value) {
            outcome.error = e;
            if (!e) outcome.result.emplace(std::move(value));
            outcome.done = true;
        });
    }
}

}  // namespace detail

/// A base, so that the loop outlives the database's threads, which post to it.
struct WithLoop {
    boost::asio::io_context loop;
};

/// Runs the loop until the coroutine ended; answers what it returned, throws what it threw. What
/// else is on the loop stays there; the loop must outlive the thread pools that work for it.
template <class T>
T run(boost::asio::io_context& loop, awaitable<T> work) {
    detail::Outcome<T> outcome;
    detail::spawn(loop, std::move(work), outcome);
    loop.restart();
    while (!outcome.done && loop.run_one() > 0) {
    }
    return outcome.take();
}

/// The same on a loop of its own, which runs until nothing is left to do.
template <class T>
T run(awaitable<T> work) {
    boost::asio::io_context loop(1);
    detail::Outcome<T> outcome;
    detail::spawn(loop, std::move(work), outcome);
    loop.run();
    return outcome.take();
}

/// Runs all of them at once; answers for each the exception it ended with, or null.
template <class T>
std::vector<std::exception_ptr> run_all(std::vector<awaitable<T>> works) {
    boost::asio::io_context loop(1);
    std::vector<std::exception_ptr> errors(works.size());
    for (std::size_t i = 0; i < works.size(); ++i) {
        boost::asio::co_spawn(
            loop, std::move(works[i]),
            [&errors, i](std::exception_ptr e, auto const&...) { errors[i] = e; });
    }
    loop.run();
    return errors;
}

}  // namespace ourea::test
