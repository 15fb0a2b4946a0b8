// SPDX-License-Identifier: Apache-2.0
// Runs blocking work on a thread pool and resumes the caller on its own executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace ourea {

using boost::asio::awaitable;

namespace detail {

struct Nothing {};

template <class F>
using OffloadResult =
    std::conditional_t<std::is_void_v<std::invoke_result_t<F&>>, Nothing, std::invoke_result_t<F&>>;

template <class F>
OffloadResult<F> call(F& f) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
        f();
        return {};
    } else {
        return f();
    }
}

/// Runs `f` on `pool`; the completion carries the result or the exception. The exception pointer is
/// moved, never copied: its count is not visible to the thread sanitizer. Cancellation is ignored
/// on purpose, because a blocking call cannot be interrupted.
template <class F>
awaitable<std::optional<OffloadResult<F>>> start_offload(boost::asio::any_io_executor pool, F f) {
    using Result = std::optional<OffloadResult<F>>;
    auto initiate = [](auto handler, boost::asio::any_io_executor where, F work) {
        auto home = boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                        boost::asio::execution::outstanding_work.tracked);
        boost::asio::post(where, [handler = std::move(handler), work = std::move(work),
                                  home = std::move(home)]() mutable {
            std::exception_ptr error;
            Result result;
            try {
                result.emplace(call(work));
            } catch (...) {
                error = std::current_exception();
            }
            boost::asio::post(home, [handler = std::move(handler), error = std::move(error),
                                     result = std::move(result)]() mutable {
                std::move(handler)(std::move(error), std::move(result));
            });
        });
    };
    return boost::asio::async_initiate<decltype(boost::asio::use_awaitable) const,
                                       void(std::exception_ptr, Result)>(
        std::move(initiate), boost::asio::use_awaitable, std::move(pool), std::move(f));
}

template <class F>
awaitable<std::invoke_result_t<F&>> finish_offload(
    awaitable<std::optional<OffloadResult<F>>> running) {
    auto result = co_await std::move(running);
    if constexpr (!std::is_void_v<std::invoke_result_t<F&>>) co_return std::move(*result);
}

}  // namespace detail

/// Awaitable for the result of `f()`, run on `pool` (a `thread_pool` or its executor). What `f`
/// throws is thrown to the awaiting coroutine. Name the lambda before awaiting (GCC 12).
template <class F>
awaitable<std::invoke_result_t<F&>> offload(boost::asio::any_io_executor pool, F f) {
    return detail::finish_offload<F>(detail::start_offload(std::move(pool), std::move(f)));
}

template <class F>
auto offload(boost::asio::thread_pool& pool, F f) {
    return offload(boost::asio::any_io_executor(pool.get_executor()), std::move(f));
}

}  // namespace ourea
