// SPDX-License-Identifier: Apache-2.0
// Tells what is kept in memory that another process (the command line, a replica) wrote the tables.
#pragma once

#include "base/offload.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace ourea::db {

class Database;
class Transaction;

/// In the transaction of each write to a topic's tables; answers the topic's new number. Call it
/// first: its row lock makes the writers of one topic take turns.
std::int64_t bump(Transaction& tx, std::string_view topic);

/// The topic's number, 0 if nothing was ever written; in the transaction that reads the tables.
std::int64_t revision(Transaction& tx, std::string_view topic);

/// Lives on the event loop. One owner per topic keeps the topic's rows in memory:
///
///     revisions.keep("users", [this] { return load(); });      // once, in the constructor
///     … tx: auto n = bump(tx, "users"); INSERT …               // each own write
///     co_await revisions.wrote("users", n, apply);             // then memory follows
class Revisions {
public:
    /// What a read of the tables found, and how to put it in the place of what memory holds.
    struct Loaded {
        std::int64_t number = 0;
        std::function<void()> install;
    };
    using Load = std::function<awaitable<Loaded>()>;

    explicit Revisions(Database& database) : database_(database) {}

    /// `number` is what memory holds at the time of the call.
    void keep(std::string topic, std::int64_t number, Load load);

    /// After an own write that made the topic's number `number`: runs `apply` if nobody else wrote
    /// in between, loads the tables otherwise.
    awaitable<void> wrote(std::string_view topic, std::int64_t number, std::function<void()> apply);

    /// After a write to a topic that somebody else in this process keeps, if anybody does.
    awaitable<void> follow(std::string_view topic, std::int64_t number);

    /// Loads the topics that somebody else wrote; call it about once a second.
    awaitable<void> poll();

private:
    struct Topic {
        std::int64_t number = 0;
        Load load;
    };

    awaitable<void> load_until(Topic& topic, std::int64_t number);

    Database& database_;
    std::map<std::string, Topic, std::less<>> topics_;
};

}  // namespace ourea::db
