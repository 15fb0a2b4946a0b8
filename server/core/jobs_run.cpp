// SPDX-License-Identifier: Apache-2.0
// Works through a job: each step is recorded before it is done and marked after it, or undone.
#include "base/log.hpp"
#include "core/jobs.hpp"
#include "core/jobs_running.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto host_patience = 120s;
constexpr auto longest_pause = 30s;

std::string done_words(Work const& work) {
    auto const words = work.outcome ? work.outcome() : std::string();
    return words.empty() ? "Done" : "Done: " + words;
}

}  // namespace

awaitable<void> Jobs::run(std::shared_ptr<Running> job) {
    auto& record = job->record;
    record.state = JobState::running;
    if (!record.started_at) record.started_at = now();
    bool succeeded = false;
    if (!record.undoing) succeeded = co_await run_steps(*job);
    if (!succeeded && !job->work.keep_going) co_await undo(*job);
    co_await finish(*job, succeeded);
}

/// False if a step failed or the job was cancelled; the reason is in the record then.
awaitable<bool> Jobs::run_steps(Running& job) {
    auto& record = job.record;
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
        if (job.steps[i].state == StepState::done) continue;
        if (job.decided()) record.cancel = false;
        bool const interrupted = job.may_be_done(i);
        std::exception_ptr failure;
        try {
            if (record.cancel && !interrupted) throw Error(Kind::conflict, "Cancelled.");
            co_await run_step(job, i);
        } catch (...) {
            failure = std::current_exception();
        }
        if (!failure) continue;
        // What was never begun needs no undoing.
        if (job.steps[i].state == StepState::running) job.set_step(i, StepState::failed);
        record.error = describe(failure);
        log::warning("a job's step failed", {{"job", record.id.str()},
                                             {"kind", record.kind},
                                             {"step", job.steps[i].name},
                                             {"error", *record.error}});
        co_return false;
    }
    if (job.decided()) record.cancel = false;
    co_return !record.cancel;
}

awaitable<void> Jobs::run_step(Running& job, std::size_t index) {
    for (auto pause = 1s;; pause = std::min(pause * 2, std::chrono::seconds(longest_pause))) {
        co_await wait_for_hosts(job, index);
        job.set_step(index, StepState::running);
        job.record.message = job.steps[index].name;
        job.record.progress.reset();
        co_await save(job);
        std::exception_ptr failure;
        try {
            Progress progress = [this, &job, index](Reached const& reached) {
                report(job, index, reached);
            };
            co_await job.work.steps[index].run(progress);
        } catch (Error const& error) {
            if (!job.work.keep_going || error.kind() != Kind::unavailable) throw;
            failure = std::current_exception();
        }
        if (!failure) break;
        job.record.message = job.steps[index].name + ": " + describe(failure);
        tell(job);
        co_await sleep(pause);
    }
    job.set_step(index, StepState::done);
    co_await save(job);
}

awaitable<void> Jobs::undo(Running& job) {
    job.record.undoing = true;
    job.record.progress.reset();
    co_await save(job);
    for (std::size_t i = job.steps.size(); i-- > 0;) {
        if (job.steps[i].state == StepState::pending || job.steps[i].state == StepState::undone)
            continue;
        co_await undo_step(job, i);
        bool const failed_here = job.steps[i].state == StepState::failed;
        if (!failed_here) job.set_step(i, StepState::undone);
        co_await save(job);
    }
}

/// Tries until it is undone: the reservation is held as long, and everybody sees why.
awaitable<void> Jobs::undo_step(Running& job, std::size_t index) {
    auto const& step = job.work.steps[index];
    if (!step.undo) co_return;
    for (auto pause = 1s;; pause = std::min(pause * 2, std::chrono::seconds(longest_pause))) {
        std::exception_ptr failure;
        try {
            job.record.message = "Undoing: " + step.name;
            tell(job);
            co_await step.undo();
        } catch (...) {
            failure = std::current_exception();
        }
        if (!failure) co_return;
        job.record.message = "Undoing waits: " + describe(failure);
        co_await save(job);
        co_await sleep(pause);
    }
}

/// Nobody hears of the end before all that belongs to it is done.
awaitable<void> Jobs::finish(Running& job, bool succeeded) {
    auto record = job.record;
    bool const crashed = !succeeded && !record.error && !record.cancel;
    record.state = succeeded       ? JobState::succeeded
                   : record.cancel ? JobState::cancelled
                   : crashed       ? JobState::undone
                                   : JobState::failed;
    record.finished_at = now();
    record.progress = succeeded ? std::optional(100) : std::nullopt;
    record.message = succeeded ? done_words(job.work) : record.cancel ? "Cancelled" : "Failed";
    auto end = [record, work = &job.work, succeeded](db::Transaction& tx) {
        if (succeeded && work->commit) work->commit(tx);
        if (!succeeded && work->roll_back) work->roll_back(tx, record.error.value_or(""));
        tx.exec(
            "UPDATE jobs SET state = :state, steps = :steps, undoing = :undoing, progress = "
            ":progress, message = :message, error = :error, finished_at = :at WHERE id = :id",
            record.state, record.steps, record.undoing, record.progress, record.message,
            record.error, record.finished_at, record.id);
    };
    co_await database_.write(end);
    if (job.work.after) co_await job.work.after(succeeded);
    job.record = record;
    tell(job);
    log::info("a job ended", {{"job", record.id.str()},
                              {"kind", record.kind},
                              {"state", reflect::enum_name(record.state)}});
}

/// The first of its hosts that is not online; throws `conflict` if one is gone for good.
HostPicture const* Jobs::absent_host(Work const& work) const {
    for (auto const& name : {work.host, work.other_host}) {
        if (name.empty()) continue;
        auto const* host = inventory_.host(name);
        if (!host) throw Error(Kind::conflict, "Host " + name + " was removed.");
        if (host->status.state != virt::HostState::online) return host;
    }
    return nullptr;
}

awaitable<void> Jobs::wait_for_hosts(Running& job, std::size_t index) {
    bool const stays = job.work.keep_going || job.may_be_done(index);
    auto const until = std::chrono::steady_clock::now() + host_patience;
    while (auto const* host = absent_host(job.work)) {
        auto const& name = host->record.name;
        if (job.record.cancel && !stays) throw Error(Kind::conflict, "Cancelled.");
        if (std::chrono::steady_clock::now() > until && !job.work.keep_going)
            throw Error(Kind::unavailable,
                        "Host " + name + " does not answer: " + host->status.error);
        job.record.message = "Waiting for host " + name;
        tell(job);
        co_await sleep(500ms);
    }
}

awaitable<void> Jobs::save(Running& job) {
    auto write = [record = job.record](db::Transaction& tx) {
        tx.exec(
            "UPDATE jobs SET state = :state, steps = :steps, undoing = :undoing, progress = "
            ":progress, message = :message, error = :error, started_at = :at WHERE id = :id",
            record.state, record.steps, record.undoing, record.progress, record.message,
            record.error, record.started_at, record.id);
    };
    tell(job);
    co_await database_.write(write);
}

awaitable<void> Jobs::sleep(std::chrono::milliseconds time) {
    asio::steady_timer timer(executor_, time);
    co_await timer.async_wait(asio::use_awaitable);
}

void Jobs::report(Running& job, std::size_t index, Reached const& reached) {
    if (job.record.cancel) throw Error(Kind::conflict, "Cancelled.");
    auto message = job.steps[index].name;
    if (!reached.note.empty()) message += ": " + reached.note;
    bool const news = job.record.progress != reached.percent || job.record.message != message;
    if (!news || now() - job.told_at <= 200ms) return;
    job.record.progress = std::clamp(reached.percent, 0, 100);
    job.record.message = std::move(message);
    job.told_at = now();
    tell(job);
}

}  // namespace ourea
