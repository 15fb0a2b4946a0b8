// SPDX-License-Identifier: Apache-2.0
// Makes and locks the state directory.
#include "base/state_dir.hpp"

#include "base/error.hpp"
#include "base/ids.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>

namespace ourea {
namespace {

[[noreturn]] void fail(std::string const& what, std::filesystem::path const& path) {
    throw Error(Kind::unavailable, what + " " + path.string() + ": " + std::strerror(errno));
}

}  // namespace

void ensure_state_dir(std::filesystem::path const& dir) {
    std::error_code error;
    if (std::filesystem::is_directory(dir, error)) return;
    std::filesystem::create_directories(dir, error);
    if (error || ::chmod(dir.c_str(), 0700) != 0) fail("Cannot make the state directory", dir);
}

UniqueFd lock_state_dir(std::filesystem::path const& dir) {
    auto const path = dir / "lock";
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) fail("Cannot open", path);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        throw Error(Kind::conflict, "Another server uses " + dir.string() + " already.");
    return fd;
}

std::string replica_id(std::filesystem::path const& dir) {
    auto const path = dir / "replica";
    std::string id;
    if (std::ifstream in(path); in >> id && canonical_uuid(id)) return id;
    id = random_uuid();
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    auto const line = id + "\n";
    if (!fd || ::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        fail("Cannot write", path);
    return id;
}

}  // namespace ourea
