// SPDX-License-Identifier: Apache-2.0
// Starts other programs without a shell. Only for virt/.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ourea::virt {

/// Starts `arguments[0]`, an absolute path, with nothing open but the three given descriptors (a
/// negative one is /dev/null) and the signals as they are by default. Throws `Error` (internal).
pid_t spawn(std::vector<std::string> const& arguments, int in, int out, int err);

struct Ran {
    int status = 0;  ///< its exit status; -1 if it was ended by a signal or the deadline
    std::string out;
    std::string err;
};

/// Runs it to its end, or kills it at the deadline; keeps at most 1 MiB of each output.
Ran run_program(std::vector<std::string> const& arguments, std::chrono::milliseconds deadline);

}  // namespace ourea::virt
