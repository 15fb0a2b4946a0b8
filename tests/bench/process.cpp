// SPDX-License-Identifier: Apache-2.0
// Measures by /proc.
#include "bench/process.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace ourea::bench {

namespace {

std::string slurp(std::string const& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

/// The fields of /proc/PID/stat after the name, which may hold anything: [0] is the state.
std::vector<std::string> stat_of(pid_t pid) {
    auto const text = slurp("/proc/" + std::to_string(pid) + "/stat");
    auto const name_end = text.rfind(')');
    std::vector<std::string> fields;
    if (name_end == std::string::npos) return fields;
    std::istringstream rest(text.substr(name_end + 1));
    for (std::string field; rest >> field;)
        fields.push_back(field);
    return fields;
}

}  // namespace

Process::Process(std::vector<std::string> const& command) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    std::vector<char*> arguments;
    for (auto const& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::setpgid(0, 0);
        ::dup2(ends[1], STDOUT_FILENO);
        int const quiet = ::open("/dev/null", O_WRONLY);
        ::dup2(quiet, STDERR_FILENO);
        ::execvp(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::setpgid(pid_, pid_);
    ::close(ends[1]);
    output_ = ends[0];
}

Process::~Process() {
    ::close(output_);
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::string Process::read_line() {
    std::string line;
    for (char c = 0; ::read(output_, &c, 1) == 1 && c != '\n';)
        line += c;
    return line;
}

std::vector<pid_t> Process::tree() const {
    std::vector<pid_t> all = {pid_};
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const id = std::to_string(all[i]);
        std::istringstream children(slurp("/proc/" + id + "/task/" + id + "/children"));
        for (pid_t child = 0; children >> child;)
            all.push_back(child);
    }
    return all;
}

double Process::cpu_seconds() const {
    constexpr std::size_t first = 11, last = 14;  // utime, stime and both of children that ended
    double ticks = 0;
    for (auto const pid : tree()) {
        auto const fields = stat_of(pid);
        for (auto i = first; i <= last && i < fields.size(); ++i)
            ticks += std::stod(fields[i]);
    }
    return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double Process::memory_kib() const {
    double sum = 0;
    for (auto const pid : tree()) {
        std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
        for (std::string line; std::getline(in, line);)
            if (line.starts_with("Pss:")) sum += std::stod(line.substr(4));
    }
    return sum;
}

}  // namespace ourea::bench
