// SPDX-License-Identifier: Apache-2.0
// What runs at the start, and again and again.
#include "app.hpp"
#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;

void App::log_failure(char const* what, std::exception_ptr error) {
    if (error) log::error(what, {{"error", describe(error)}});
}

void App::start() {
    listen();
    hosts.open();
    every(1s, "following the database failed", &App::poll_database);
    every(10s, "renewing leases failed", &App::renew_leases);
    every(60s, "tidying sessions failed", &App::tidy_sessions);
    every(30s, "writing marks failed", &App::mend_marks);
    every(std::chrono::seconds(config.audit_anchor_seconds), "anchoring the audit failed",
          &App::anchor_audit);
    every(1h, "shortening the audit failed", &App::tidy_audit);
    every(std::chrono::seconds(config.history_seconds), "keeping the history failed",
          &App::keep_history);
    every(24h, "checking the audit failed", &App::check_audit);
    once("checking the audit failed", check_audit());
    once("shortening the audit failed", tidy_audit());
    once("unfinished jobs could not be taken up", take_up_jobs());
}

void App::once(char const* what, awaitable<void> task) {
    asio::co_spawn(loop, std::move(task),
                   [what](std::exception_ptr error) { log_failure(what, error); });
}

awaitable<void> App::repeat(App& app, std::chrono::milliseconds period, char const* what,
                            awaitable<void> (App::*task)()) {
    asio::steady_timer timer(app.loop);
    while (!app.stopping_) {
        timer.expires_after(period);
        co_await timer.async_wait(asio::use_awaitable);
        std::exception_ptr failure;
        try {
            if (!app.stopping_) co_await (app.*task)();
        } catch (...) {
            failure = std::current_exception();
        }
        log_failure(what, failure);
    }
}

void App::every(std::chrono::milliseconds period, char const* what,
                awaitable<void> (App::*task)()) {
    asio::co_spawn(loop, repeat(*this, period, what, task),
                   [what](std::exception_ptr error) { log_failure(what, error); });
}

awaitable<void> App::poll_database() {
    co_await revisions.poll();
    loans.tell_expired();
}

awaitable<void> App::renew_leases() {
    co_await jobs.renew_leases();
    co_await jobs.recover();
}

awaitable<void> App::tidy_sessions() {
    co_await sessions.tidy();
    co_await tokens.tidy();
}

awaitable<void> App::mend_marks() {
    co_await instances.mend_marks();
}

awaitable<void> App::anchor_audit() {
    co_await audit_keeper.anchor();
}

awaitable<void> App::tidy_audit() {
    co_await audit_keeper.shorten();
}

awaitable<void> App::keep_history() {
    co_await history.flush();
    co_await history.prune();
}

awaitable<void> App::check_audit() {
    co_await audit_keeper.check();
}

awaitable<void> App::take_up_jobs() {
    co_await jobs.recover();
    recovered = true;
}

}  // namespace ourea
