// SPDX-License-Identifier: Apache-2.0
// Copies a SQLite database while it is in use, and puts a copy back.
#include "base/unique_fd.hpp"
#include "db/database.hpp"
#include "db/migrate.hpp"
#include "db/session.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <unistd.h>

namespace ourea::db {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(std::string message) {
    throw Error(Kind::conflict, std::move(message));
}

void only_sqlite(Location const& location) {
    if (location.backend == Backend::postgresql)
        refuse("This is for SQLite; a PostgreSQL database is saved with pg_dump.");
    if (location.in_memory()) refuse("A database in memory has no file.");
}

void check_system(bool good, fs::path const& file) {
    if (!good) throw Error(Kind::unavailable, file.string() + ": " + std::strerror(errno));
}

/// A file or a folder is on the disk, not only in the system's memory.
void sync_to_disk(fs::path const& path) {
    UniqueFd const fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    check_system(fd && ::fsync(fd.get()) == 0, path);
}

/// Without a folder in the path the file is in the current one.
fs::path folder_of(fs::path const& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

void create_new(fs::path const& file) {
    UniqueFd const fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    check_system(static_cast<bool>(fd), file);
}

/// Sound, and written by this program or an older one.
void check_copy(fs::path const& copy, fs::path const& shown) {
    std::set<std::string> known;
    for (auto const& migration : migrations())
        known.insert(migration.name);
    try {
        Session session(Location{Backend::sqlite, copy.string()}, Mode::write);
        auto const sound = rows_of<std::string>(session.select("PRAGMA integrity_check"));
        if (sound != std::vector<std::string>{"ok"}) refuse(shown.string() + " is damaged.");
        for (auto const& name :
             rows_of<std::string>(session.select("SELECT name FROM schema_migrations")))
            if (!known.contains(name))
                refuse(shown.string() + " was written by a newer version of this program.");
        // Back from the write-ahead log: the copy must be one file when it is renamed.
        session.select("PRAGMA journal_mode = DELETE");
    } catch (Error const& error) {
        if (error.kind() == Kind::conflict) throw;
        throw Error(Kind::conflict, shown.string() + " is not a database of this program.",
                    error.detail());
    }
}

/// SQLite gives up its write-ahead log only to the single user of a file.
void take_alone(fs::path const& file) {
    Session session(Location{Backend::sqlite, file.string()}, Mode::write);
    session.exec("PRAGMA busy_timeout = 500");
    try {
        auto const mode = rows_of<std::string>(session.select("PRAGMA journal_mode = DELETE"));
        if (mode == std::vector<std::string>{"delete"}) return;
    } catch (Error const& error) {
        if (error.kind() != Kind::unavailable) throw;
    }
    refuse("The database is in use. Stop the server first.");
}

}  // namespace

void Database::backup(fs::path const& file) {
    only_sqlite(location());
    create_new(file);
    try {
        Session session(location(), Mode::write);
        session.exec("VACUUM INTO :file", {file.string()});
        sync_to_disk(file);
        sync_to_disk(folder_of(file));
    } catch (...) {
        std::error_code ignored;
        fs::remove(file, ignored);
        throw;
    }
}

void restore(std::string const& url, fs::path const& file) {
    auto const location = parse_url(url);
    only_sqlite(location);
    fs::path const target = location.target;
    fs::path const copy = location.target + ".restoring";
    std::error_code ignored;
    fs::remove(copy, ignored);
    create_new(copy);
    try {
        fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
        check_copy(copy, file);
        sync_to_disk(copy);
        if (fs::exists(target)) {
            take_alone(target);
            fs::rename(target, location.target + ".before");
        }
        fs::rename(copy, target);
        sync_to_disk(folder_of(target));
    } catch (fs::filesystem_error const& error) {
        fs::remove(copy, ignored);
        throw Error(Kind::unavailable, error.path1().string() + ": " + error.code().message());
    } catch (...) {
        fs::remove(copy, ignored);
        throw;
    }
}

}  // namespace ourea::db
