// SPDX-License-Identifier: Apache-2.0
// How what is kept in memory reads its tables again, the same for every topic of Revisions.
#pragma once

#include "db/database.hpp"
#include "db/revisions.hpp"

#include <memory>
#include <utility>

namespace ourea::db {

/// A Revisions::Load: `read_all` answers `number` and `entries`, and `install` puts these in the
/// place of what memory holds.
template <class Snapshot, class Install>
awaitable<Revisions::Loaded> reload(Database& database, Snapshot (*read_all)(Transaction&),
                                    Install install) {
    auto snapshot = co_await database.read(read_all);
    auto const entries = std::make_shared<decltype(snapshot.entries)>(std::move(snapshot.entries));
    Revisions::Loaded loaded;
    loaded.number = snapshot.number;
    loaded.install = [install, entries] { install(std::move(*entries)); };
    co_return loaded;
}

}  // namespace ourea::db
