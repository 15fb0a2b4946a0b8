// SPDX-License-Identifier: Apache-2.0
// Kills a process in the middle of its writes: the SQLite file is usable, and what was confirmed is
// in it.
#include "db/database.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace ourea::db {
namespace {

constexpr int rows = 40;
constexpr std::int64_t in_the_middle = 0;

void tell(int pipe, std::int64_t what) {
    if (::write(pipe, &what, sizeof what) != sizeof what) ::_exit(1);
}

/// Rewrites every row in each transaction, four megabytes at once: SQLite keeps half of that in
/// memory, so in the middle some is in the file already. Tells the middle and each confirmed
/// number.
[[noreturn]] void write_until_killed(std::string const& url, int pipe, std::int64_t from) {
    Database database(url);
    for (std::int64_t n = from;; ++n) {
        std::string const filler(100'000, static_cast<char>('a' + n % 26));
        database.write_now([&](Transaction& tx) {
            for (int id = 0; id < rows; ++id) {
                tx.exec("UPDATE pages SET n = :n, filler = :filler WHERE id = :id", n, filler, id);
                if (id == rows * 3 / 4) tell(pipe, in_the_middle);
            }
        });
        tell(pipe, n);
    }
}

/// Kills a writer `later` after the middle of its second transaction; answers the last number that
/// it confirmed.
std::int64_t kill_in_the_middle(std::string const& url, std::int64_t from,
                                std::chrono::milliseconds later) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    pid_t const child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        write_until_killed(url, ends[1], from);
    }
    ::close(ends[1]);
    std::int64_t last = 0, told = 0;
    auto next = [&] { return ::read(ends[0], &told, sizeof told) == sizeof told; };
    for (int middles = 0; middles < 2 && next();)
        told == in_the_middle ? void(++middles) : void(last = told);
    std::this_thread::sleep_for(later);
    ::kill(child, SIGKILL);
    while (next())
        if (told != in_the_middle) last = told;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return last;
}

TEST(Crash, AKilledWriterLosesNothingThatWasConfirmed) {
    test::TemporaryFolder folder;
    auto const url = "sqlite:" + folder / "ourea.db";
    {
        Database database(url);
        database.write_now([](Transaction& tx) {
            tx.exec("CREATE TABLE pages (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, filler TEXT)");
            for (int id = 0; id < rows; ++id)
                tx.exec("INSERT INTO pages VALUES (:id, 0, '')", id);
        });
    }
    std::int64_t from = 1;
    for (int round = 0; round < 5; ++round) {
        auto const confirmed = kill_in_the_middle(url, from, std::chrono::milliseconds(3 * round));
        ASSERT_GE(confirmed, from);
        Database database(url);
        auto first = [&](std::string_view sql) {
            return database.write_now(
                [&](Transaction& tx) { return tx.first<std::string>(sql).value(); });
        };
        EXPECT_EQ(first("PRAGMA integrity_check"), "ok");
        auto const n = std::stoll(first("SELECT MIN(n) FROM pages"));
        EXPECT_EQ(std::stoll(first("SELECT MAX(n) FROM pages")), n);
        EXPECT_EQ(std::stoll(first("SELECT COUNT(DISTINCT filler) FROM pages")), 1);
        EXPECT_EQ(std::stoll(first("SELECT COUNT(*) FROM pages")), rows);
        EXPECT_GE(n, confirmed);
        EXPECT_LE(n, confirmed + 1);  // one may be written whose word did not come through
        from = n + 1;
    }
}

}  // namespace
}  // namespace ourea::db
