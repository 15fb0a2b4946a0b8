// SPDX-License-Identifier: Apache-2.0
// The database: SQLite or PostgreSQL behind one face, worked on its own threads only.
#pragma once

#include "base/offload.hpp"
#include "db/constraint.hpp"
#include "db/transaction.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

namespace ourea::db {

struct Location;
enum class Mode { read, write };
enum class Backend { sqlite, postgresql };

/// Thread-safe. Every call runs a function of a `Transaction&` on a database thread, commits, and
/// hands the result back; what the function throws rolls back and is thrown to the caller.
///
/// **The function may run more than once** (PostgreSQL chose it as the victim of a deadlock, or the
/// connection was lost before the commit): it must not change anything but the database.
class Database {
public:
    /// "sqlite:PATH", "sqlite::memory:" or "postgresql://…". Throws `Error(Kind::unavailable)`.
    explicit Database(std::string const& url);
    ~Database();
    Database(Database const&) = delete;
    Database& operator=(Database const&) = delete;

    Backend backend() const;

    /// Awaitables; name the lambda before awaiting (GCC 12). The caller resumes on its own
    /// executor.
    template <class F>
    auto write(F f) {
        return start(Mode::write, std::move(f));
    }
    template <class F>
    auto read(F f) {
        return start(Mode::read, std::move(f));
    }

    /// The same, waiting: for the command line and the start of the program, never for a coroutine.
    template <class F>
    auto write_now(F f) {
        return wait(Mode::write, std::move(f));
    }
    template <class F>
    auto read_now(F f) {
        return wait(Mode::read, std::move(f));
    }

    /// A consistent copy of a SQLite database while it is in use, mode 0600. `file` must not exist.
    void backup(std::filesystem::path const& file);

private:
    template <class F>
    using Result = std::invoke_result_t<F&, Transaction&>;
    using Body = std::function<void(Transaction&)>;

    /// Begin, body, commit on the calling (database) thread, with the retries described above.
    void run(Mode mode, Body const& body);
    /// `run` on a database thread, waited for.
    void run_and_wait(Mode mode, Body const& body);
    boost::asio::any_io_executor executor(Mode mode);
    Location const& location() const;

    template <class F>
    static auto keep(F& f, auto& result) {
        return [&f, &result](Transaction& tx) {
            if constexpr (std::is_void_v<Result<F>>) {
                f(tx);
            } else {
                result.reset();
                result.emplace(f(tx));
            }
        };
    }

    template <class F>
    awaitable<Result<F>> start(Mode mode, F f) {
        return offload(executor(mode), [this, mode, f = std::move(f)]() mutable -> Result<F> {
            if constexpr (std::is_void_v<Result<F>>) {
                run(mode, std::ref(f));
            } else {
                std::optional<Result<F>> result;
                run(mode, keep(f, result));
                return std::move(*result);
            }
        });
    }

    template <class F>
    Result<F> wait(Mode mode, F f) {
        if constexpr (std::is_void_v<Result<F>>) {
            run_and_wait(mode, std::ref(f));
        } else {
            std::optional<Result<F>> result;
            run_and_wait(mode, keep(f, result));
            return std::move(*result);
        }
    }

    struct Threads;
    std::unique_ptr<Threads> threads_;
};

/// Puts a backup in the place of the SQLite database at `url`, after checking that it is a sound
/// database of this program; the server must not run. What was there is kept beside it, ".before".
void restore(std::string const& url, std::filesystem::path const& file);

}  // namespace ourea::db
