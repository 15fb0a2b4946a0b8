// SPDX-License-Identifier: Apache-2.0
// Threads that may be left behind in a call that never returns, and how their results come home.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>

namespace ourea::virt {

/// A thread that leaves signals to the main thread.
std::thread quiet_thread(std::function<void()> f);

/// Runs `f` on such a thread that nobody joins.
void start_thread(std::function<void()> f);

/// Waits until none of the above runs any more; false if that takes longer than `patience`.
bool wait_for_threads(std::chrono::milliseconds patience);

/// The way from those threads to the event loop. It has a lock, the only kind in the program,
/// because a thread that returns from a dead host after an hour must not post to a loop that is
/// gone.
class Mailbox {
public:
    explicit Mailbox(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

    template <class F>
    void post(F&& f) {
        std::lock_guard guard(mutex_);
        if (loop_) boost::asio::post(*loop_, std::forward<F>(f));
    }
    void close() {
        std::lock_guard guard(mutex_);
        loop_.reset();
    }

private:
    std::mutex mutex_;
    std::optional<boost::asio::any_io_executor> loop_;
};

/// A fixed number of such threads with one queue.
class Workers {
public:
    explicit Workers(int threads);
    ~Workers();  ///< drops what is queued, unless retired; does not wait for what runs
    void retire() { retired_ = true; }  ///< lets what is queued run to its end
    Workers(Workers const&) = delete;
    Workers& operator=(Workers const&) = delete;

    template <class F>
    void post(F&& f) {
        boost::asio::post(*queue_, std::forward<F>(f));
    }

private:
    std::shared_ptr<boost::asio::io_context> queue_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_;
    bool retired_ = false;
};

template <class R>
using Stored = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

/// What a call gave: a value or what it threw.
template <class R>
struct Outcome {
    std::optional<Stored<R>> value;
    std::exception_ptr error;
};

template <class F, class... Args>
auto outcome_of(F& f, Args&&... args) {
    using R = std::invoke_result_t<F&, Args...>;
    Outcome<R> out;
    try {
        if constexpr (std::is_void_v<R>) {
            f(std::forward<Args>(args)...);
            out.value.emplace();
        } else {
            out.value.emplace(f(std::forward<Args>(args)...));
        }
    } catch (...) {
        out.error = std::current_exception();
    }
    return out;
}

/// Where a coroutine waits; only ever touched on the loop. The timer's end is the deadline.
struct SlotBase {
    explicit SlotBase(boost::asio::any_io_executor loop) : done(std::move(loop)) {}
    boost::asio::steady_timer done;
};

template <class R>
struct Slot : SlotBase {
    using SlotBase::SlotBase;
    std::optional<Outcome<R>> outcome;
};

/// Called on a worker: takes the outcome home, unless nobody waits for it any more.
template <class R>
void deliver(Mailbox& mailbox, std::weak_ptr<Slot<R>> waiting, Outcome<R> outcome) {
    mailbox.post([waiting = std::move(waiting), outcome = std::move(outcome)]() mutable {
        if (auto slot = waiting.lock()) {
            slot->outcome = std::move(outcome);
            slot->done.cancel();
        }
    });
}

/// The outcome's value; nothing if the deadline came first. Rethrows what the call threw.
template <class R>
boost::asio::awaitable<std::optional<Stored<R>>> arrival(std::shared_ptr<Slot<R>> slot) {
    boost::system::error_code ignored;
    auto waiting =
        slot->done.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    co_await std::move(waiting);
    if (!slot->outcome) co_return std::nullopt;
    if (slot->outcome->error) std::rethrow_exception(std::move(slot->outcome->error));
    co_return std::move(slot->outcome->value);
}

/// Runs `f` on a thread of its own; nothing if it takes longer than `deadline`.
template <class F, class R = std::invoke_result_t<F&>>
boost::asio::awaitable<std::optional<Stored<R>>> on_thread(F f,
                                                           std::chrono::milliseconds deadline) {
    auto loop = co_await boost::asio::this_coro::executor;
    auto mailbox = std::make_shared<Mailbox>(loop);
    auto slot = std::make_shared<Slot<R>>(loop);
    slot->done.expires_after(deadline);
    auto work = std::make_shared<F>(std::move(f));
    std::function<void()> task = [mailbox, work, waiting = std::weak_ptr<Slot<R>>(slot)] {
        deliver<R>(*mailbox, waiting, outcome_of(*work));
    };
    start_thread(std::move(task));
    auto waiting = arrival<R>(slot);
    auto result = co_await std::move(waiting);
    mailbox->close();
    co_return result;
}

}  // namespace ourea::virt
