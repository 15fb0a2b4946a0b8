// SPDX-License-Identifier: Apache-2.0
// The directory that holds everything the program writes.
#pragma once

#include "base/unique_fd.hpp"

#include <filesystem>
#include <string>

namespace ourea {

/// Makes the directory (mode 0700) if it is not there. Throws `Error`.
void ensure_state_dir(std::filesystem::path const& dir);

/// Held as long as a server uses the directory. Throws `Error(Kind::conflict)` if another one does.
UniqueFd lock_state_dir(std::filesystem::path const& dir);

/// The random name of this installation, made at the first call.
std::string replica_id(std::filesystem::path const& dir);

}  // namespace ourea
