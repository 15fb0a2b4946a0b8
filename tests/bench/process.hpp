// SPDX-License-Identifier: Apache-2.0
// A program under measurement: its processor time and memory, with its children's.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

namespace ourea::bench {

class Process {
public:
    /// Standard output is kept for `read_line()`.
    explicit Process(std::vector<std::string> const& command);
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;
    ~Process();

    std::string read_line();
    /// Processor seconds of the program and all that it started, also of those that have ended.
    double cpu_seconds() const;
    /// Proportional set size of the program and all that it started.
    double memory_kib() const;

private:
    std::vector<pid_t> tree() const;

    pid_t pid_ = -1;
    int output_ = -1;
};

}  // namespace ourea::bench
