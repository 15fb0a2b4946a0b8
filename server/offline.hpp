// SPDX-License-Identifier: Apache-2.0
// What the commands beside a running server work with: the database, who types, a wait.
#pragma once

#include "base/config.hpp"
#include "base/state_dir.hpp"
#include "core/accounts.hpp"
#include "core/passwords.hpp"
#include "core/settings.hpp"
#include "db/migrate.hpp"
#include "db/revisions.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <pwd.h>
#include <string>
#include <unistd.h>

namespace ourea::commands {

inline Actor this_person() {
    auto const* entry = ::getpwuid(::getuid());
    return cli_actor(entry ? entry->pw_name : std::to_string(::getuid()));
}

/// The database of the state directory, up to date, for one command beside a running server.
struct Offline {
    explicit Offline(Config const& config)
        : database((ensure_state_dir(config.state_dir), config.database_url())) {}
    db::Database database;
    std::size_t migrations = db::migrate(database);  ///< before what follows reads it
    db::Revisions revisions{database};
    Passwords passwords;
    Accounts accounts{database, revisions, passwords};
    Settings settings{database, revisions};
};

/// Waits for an awaitable on a loop of its own.
template <class T>
T wait_for(awaitable<T> work) {
    boost::asio::io_context loop;
    std::exception_ptr failure;
    std::optional<T> result;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
        failure = error;
        if (!failure) result.emplace(std::move(value));
    });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
}

}  // namespace ourea::commands
