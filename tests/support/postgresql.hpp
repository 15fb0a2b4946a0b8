// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL server of the test process itself, on a UNIX socket in a temporary folder.
#pragma once

#include "support/temporary_folder.hpp"

#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <pwd.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace ourea::test {

/// Started when first used, ended with the process; each test gets a database of its own in it.
class PostgreSql {
public:
    static bool available() { return !programs().empty(); }

    static PostgreSql& instance() {
        static PostgreSql server;
        return server;
    }

    /// URL of a new, empty database.
    std::string new_database() {
        auto const name = "test" + std::to_string(++databases_);
        run({programs() + "/createdb", "-h", socket_folder(), "-U", "postgres", name});
        return url_of(name);
    }

    /// Ends the server at once, as a crash would, and starts it again.
    void restart() {
        stop();
        start();
    }

private:
    PostgreSql() {
        if (::geteuid() == 0) give_folder_to_postgres();
        auto const ready = prepared();
        if (std::filesystem::exists(ready)) {
            run({"/bin/cp", "-a", ready.string(), data()}, false);
        } else {
            run({programs() + "/initdb", "-D", data(), "-A", "trust", "-U", "postgres", "-N",
                 "--no-instructions", "-E", "UTF8", "--locale=C", "--wal-segsize=1"});
            keep(ready);
        }
        start();
    }

    ~PostgreSql() { stop(); }

    /// The server is a child that dies with the test process, even if that is killed.
    void start() {
        pid_ = begin({programs() + "/postgres", "-D", data(), "-k", socket_folder(), "-h", "", "-F",
                      "-c", "full_page_writes=off", "-c", "deadlock_timeout=50ms", "-c",
                      "max_wal_size=1GB", "-c", "max_connections=60", "-c", "shared_buffers=32MB"});
        for (int i = 0; i < 500; ++i) {
            ::usleep(20'000);
            pid_t const asked =
                begin({programs() + "/pg_isready", "-h", socket_folder(), "-U", "postgres"});
            if (exit_status(asked) == 0) return;
        }
        throw std::runtime_error("PostgreSQL does not start, see " + (folder_ / "log"));
    }

    void stop() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGQUIT);  // the fast way out; nothing has to be kept
        exit_status(pid_);
        pid_ = 0;
    }

    /// The folder with pg_ctl and initdb of the newest version; empty if there is none.
    static std::string const& programs() {
        static std::string const found = [] {
            std::string newest;
            std::error_code ignored;
            for (auto const& each :
                 std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
                if (std::filesystem::exists(each.path() / "bin/initdb", ignored))
                    newest = std::max(newest, (each.path() / "bin").string());
            return newest;
        }();
        return found;
    }

    /// initdb takes a second, and ctest runs each test in a process of its own: beside the test
    /// program stands a cluster that is ready to be copied.
    static std::filesystem::path prepared() {
        auto const version = std::filesystem::path(programs()).parent_path().filename().string();
        return std::filesystem::read_symlink("/proc/self/exe").parent_path() /
               ("postgresql-" + version);
    }
    /// Another process may do the same at this moment: the last step is one rename.
    void keep(std::filesystem::path const& ready) const {
        auto const mine = ready.string() + "." + std::to_string(::getpid());
        run({"/bin/cp", "-a", data(), mine}, false);
        std::error_code taken;
        std::filesystem::rename(mine, ready, taken);
        if (taken) std::filesystem::remove_all(mine, taken);
    }

    std::string data() const { return folder_ / "data"; }
    std::string socket_folder() const { return folder_.path().string(); }
    std::string url_of(std::string const& database) const {
        std::string host = socket_folder();
        for (auto at = host.find('/'); at != host.npos; at = host.find('/', at))
            host.replace(at, 1, "%2F");
        return "postgresql://postgres@" + host + "/" + database;
    }

    /// The server refuses to run as root.
    void give_folder_to_postgres() {
        auto const* user = ::getpwnam("postgres");
        if (!user || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
            throw std::runtime_error("there is no user postgres");
    }

    /// Starts a program, its output in the log.
    pid_t begin(std::vector<std::string> command, bool as_postgres = true) const {
        auto const log = folder_ / "log";
        std::vector<char*> arguments;
        for (auto& each : command)
            arguments.push_back(each.data());
        arguments.push_back(nullptr);
        pid_t const child = ::fork();
        if (child < 0) throw std::runtime_error("fork failed");
        if (child > 0) return child;
        int const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (as_postgres) become_postgres();
        ::dup2(out, 1);
        ::dup2(out, 2);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }

    static int exit_status(pid_t child) {
        int status = -1;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }

    void run(std::vector<std::string> const& command, bool as_postgres = true) const {
        if (exit_status(begin(command, as_postgres)) != 0)
            throw std::runtime_error(command.front() + " failed, see " + (folder_ / "log"));
    }

    static void become_postgres() {
        auto const* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
        if (user && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(125);
        if (::chdir("/") != 0) ::_exit(124);
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which clears it
    }

    TemporaryFolder folder_;
    std::atomic<int> databases_ = 0;
    pid_t pid_ = 0;
};

}  // namespace ourea::test
