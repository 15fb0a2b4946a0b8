// SPDX-License-Identifier: Apache-2.0
// Runs transactions on the database's threads, with retries where the database asks for them.
#include "db/database.hpp"

#include "base/log.hpp"
#include "db/session.hpp"

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <future>
#include <random>
#include <thread>

namespace ourea::db {
namespace {

constexpr int max_attempts = 8;
constexpr std::size_t postgresql_threads = 4;

/// Each database thread belongs to one Database and keeps one session, opened when first needed.
thread_local std::unique_ptr<Session> thread_session;

void once(Session& session, Mode mode, std::function<void(Transaction&)> const& body) {
    session.begin(mode);
    try {
        Transaction transaction(session);
        body(transaction);
    } catch (...) {
        if (!session.rollback()) thread_session.reset();
        throw;
    }
    try {
        session.commit();
    } catch (Transient const& error) {
        if (!session.rollback()) thread_session.reset();
        if (!error.lost()) throw;
        // Nobody knows whether the server got the COMMIT: to run it again might do it twice.
        throw Error(Kind::unavailable,
                    "The connection to the database was lost while saving. Look whether the change "
                    "was made before trying again.",
                    error.detail());
    } catch (...) {
        if (!session.rollback()) thread_session.reset();
        throw;
    }
}

/// Victims of a deadlock that all come back at once would meet again.
void pause_before(int attempt) {
    thread_local std::minstd_rand random(std::random_device{}());
    std::uniform_int_distribution<int> spread(1, 5 << attempt);
    std::this_thread::sleep_for(std::chrono::milliseconds(spread(random)));
}

}  // namespace

struct Database::Threads {
    explicit Threads(Location where)
        : location(std::move(where)),
          writer(location.backend == Backend::postgresql ? postgresql_threads : 1) {
        if (location.backend == Backend::sqlite && !location.in_memory()) reader.emplace(1);
    }

    Location location;
    boost::asio::thread_pool writer;
    /// SQLite in a file only: readers go on while a long transaction writes.
    std::optional<boost::asio::thread_pool> reader;
};

Database::Database(std::string const& url) : threads_(std::make_unique<Threads>(parse_url(url))) {
    auto const nothing = [](Transaction&) {};
    run_and_wait(Mode::write, nothing);
    run_and_wait(Mode::read, nothing);
}

Database::~Database() = default;

Backend Database::backend() const {
    return threads_->location.backend;
}

Location const& Database::location() const {
    return threads_->location;
}

boost::asio::any_io_executor Database::executor(Mode mode) {
    if (mode == Mode::read && threads_->reader) return threads_->reader->get_executor();
    return threads_->writer.get_executor();
}

void Database::run(Mode mode, Body const& body) {
    for (int attempt = 1;; ++attempt) {
        if (!thread_session) thread_session = std::make_unique<Session>(threads_->location, mode);
        try {
            return once(*thread_session, mode, body);
        } catch (Transient const& error) {
            if (error.lost()) thread_session.reset();
            if (attempt == max_attempts) throw;
            log::debug("running a database transaction again", {{"error", error.detail()}});
        }
        pause_before(attempt);
    }
}

void Database::run_and_wait(Mode mode, Body const& body) {
    std::promise<void> done;
    boost::asio::post(executor(mode), [&] {
        try {
            run(mode, body);
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    });
    done.get_future().get();
}

}  // namespace ourea::db
