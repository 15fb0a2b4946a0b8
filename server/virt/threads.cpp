// SPDX-License-Identifier: Apache-2.0
// Counts the detached threads, so that an orderly end can wait for them.
#include "virt/threads.hpp"

#include <condition_variable>
#include <pthread.h>
#include <signal.h>

namespace ourea::virt {

namespace {

struct Count {
    std::mutex mutex;
    std::condition_variable none;
    int running = 0;
};

/// Never destroyed: a thread left behind may end after the statics are gone.
Count& count() {
    // lint-allow(raw-new): outlives the statics on purpose
    static auto* const instance = new Count;
    return *instance;
}

/// Signals are the main thread's, but for those that a fault of this one raises: blocked, they
/// would end the process without a word.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t most;
        sigfillset(&most);
        for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) {
            sigdelset(&most, fault);
        }
        pthread_sigmask(SIG_SETMASK, &most, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(SignalsBlocked const&) = delete;
    SignalsBlocked& operator=(SignalsBlocked const&) = delete;

private:
    sigset_t before_{};
};

void enter() {
    std::lock_guard guard(count().mutex);
    ++count().running;
}

void leave() {
    std::lock_guard guard(count().mutex);
    if (--count().running == 0) count().none.notify_all();
}

}  // namespace

std::thread quiet_thread(std::function<void()> f) {
    SignalsBlocked const blocked;
    return std::thread(std::move(f));
}

void start_thread(std::function<void()> f) {
    enter();
    try {
        quiet_thread([f = std::move(f)]() mutable {
            f();
            f = nullptr;
            leave();
        }).detach();
    } catch (...) {
        leave();
        throw;
    }
}

bool wait_for_threads(std::chrono::milliseconds patience) {
    std::unique_lock lock(count().mutex);
    return count().none.wait_for(lock, patience, [] { return count().running == 0; });
}

Workers::Workers(int threads)
    : queue_(std::make_shared<boost::asio::io_context>(threads)),
      open_(boost::asio::make_work_guard(*queue_)) {
    for (int i = 0; i < threads; ++i) {
        start_thread([queue = queue_] { queue->run(); });
    }
}

Workers::~Workers() {
    open_.reset();
    if (!retired_) queue_->stop();
}

}  // namespace ourea::virt
