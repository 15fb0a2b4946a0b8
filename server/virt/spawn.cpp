// SPDX-License-Identifier: Apache-2.0
// posix_spawn with the descriptors, signals and end of the child under control.
#include "virt/spawn.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" char** environ;

namespace ourea::virt {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_output = std::size_t{1} << 20;

class FileActions {
public:
    FileActions() { posix_spawn_file_actions_init(&actions_); }
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
    FileActions(FileActions const&) = delete;
    FileActions& operator=(FileActions const&) = delete;

    void place(int fd, int at) {
        if (fd >= 0) {
            posix_spawn_file_actions_adddup2(&actions_, fd, at);
        } else {
            posix_spawn_file_actions_addopen(&actions_, at, "/dev/null", O_RDWR, 0);
        }
    }
    void close_rest() { posix_spawn_file_actions_addclosefrom_np(&actions_, 3); }
    posix_spawn_file_actions_t* get() { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

class Attributes {
public:
    Attributes() {
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setflags(&attributes_,
                                 static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                    POSIX_SPAWN_SETSID));
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(Attributes const&) = delete;
    Attributes& operator=(Attributes const&) = delete;

    posix_spawnattr_t* get() { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

struct Pipe {
    UniqueFd read;
    UniqueFd write;

    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) < 0) {
            throw Error(Kind::unavailable, "The portal has no descriptors left.");
        }
        read = UniqueFd(ends[0]);
        write = UniqueFd(ends[1]);
    }
};

/// Appends what is there; closes `from` at its end.
void drain(UniqueFd& from, std::string& into) {
    std::array<char, 4096> buffer{};
    auto const n = ::read(from.get(), buffer.data(), buffer.size());
    if (n <= 0) {
        from = UniqueFd();
        return;
    }
    auto const room = most_output - std::min(most_output, into.size());
    into.append(buffer.data(), std::min(room, static_cast<std::size_t>(n)));
}

/// Reads both outputs until they end; false at the deadline.
bool read_both(Pipe& out, Pipe& err, Ran& ran, Clock::time_point end) {
    while (out.read || err.read) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0) return false;
        std::array<pollfd, 2> fds{pollfd{out.read.get(), POLLIN, 0},
                                  pollfd{err.read.get(), POLLIN, 0}};
        if (::poll(fds.data(), fds.size(), static_cast<int>(left.count())) < 0 && errno != EINTR) {
            return false;
        }
        if (fds[0].revents != 0) drain(out.read, ran.out);
        if (fds[1].revents != 0) drain(err.read, ran.err);
    }
    return true;
}

}  // namespace

pid_t spawn(std::vector<std::string> const& arguments, int in, int out, int err) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    // posix_spawn takes char* for C's sake and does not write there.
    for (auto const& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    FileActions actions;
    actions.place(in, STDIN_FILENO);
    actions.place(out, STDOUT_FILENO);
    actions.place(err, STDERR_FILENO);
    actions.close_rest();
    Attributes attributes;
    pid_t pid = -1;
    int const error =
        ::posix_spawn(&pid, argv[0], actions.get(), attributes.get(), argv.data(), environ);
    if (error != 0) {
        throw Error(Kind::internal, "The program " + arguments[0] + " cannot be started.",
                    std::strerror(error));
    }
    return pid;
}

Ran run_program(std::vector<std::string> const& arguments, std::chrono::milliseconds deadline) {
    auto const end = Clock::now() + deadline;
    Pipe out;
    Pipe err;
    pid_t const pid = spawn(arguments, -1, out.write.get(), err.write.get());
    out.write = {};
    err.write = {};
    Ran ran;
    if (!read_both(out, err, ran, end)) ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

}  // namespace ourea::virt
