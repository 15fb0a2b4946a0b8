// SPDX-License-Identifier: Apache-2.0
// Counts the writes to each topic and loads again what somebody else wrote.
#include "db/revisions.hpp"

#include "base/log.hpp"
#include "db/database.hpp"

#include <exception>

namespace ourea::db {
namespace {

struct Row {
    std::string topic;
    std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Row, (), (topic, n))

}  // namespace

std::int64_t bump(Transaction& tx, std::string_view topic) {
    tx.exec(
        "INSERT INTO revisions (topic, n) VALUES (:topic, 1) "
        "ON CONFLICT (topic) DO UPDATE SET n = revisions.n + 1",
        topic);
    return revision(tx, topic);
}

std::int64_t revision(Transaction& tx, std::string_view topic) {
    return tx.first<std::int64_t>("SELECT n FROM revisions WHERE topic = :topic", topic)
        .value_or(0);
}

void Revisions::keep(std::string topic, std::int64_t number, Load load) {
    topics_.insert_or_assign(std::move(topic), Topic{number, std::move(load)});
}

/// What was read may be older than what memory learned meanwhile from an own write: then once more.
awaitable<void> Revisions::load_until(Topic& topic, std::int64_t number) {
    while (topic.number < number) {
        auto const loaded = co_await topic.load();
        if (loaded.number < topic.number || loaded.number < number) continue;
        topic.number = loaded.number;
        loaded.install();
    }
}

awaitable<void> Revisions::wrote(std::string_view topic, std::int64_t number,
                                 std::function<void()> apply) {
    auto const found = topics_.find(topic);
    if (found == topics_.end()) {
        throw Error(Kind::internal, "A change was not taken over.",
                    "nobody keeps the topic " + std::string(topic));
    }
    auto& kept = found->second;
    if (number == kept.number + 1) {
        kept.number = number;
        apply();
    } else {
        co_await load_until(kept, number);  // nothing to do if a load has read it already
    }
}

awaitable<void> Revisions::follow(std::string_view topic, std::int64_t number) {
    auto const found = topics_.find(topic);
    if (found != topics_.end()) co_await load_until(found->second, number);
}

awaitable<void> Revisions::poll() {
    auto query = [](Transaction& tx) { return tx.select<Row>("SELECT topic, n FROM revisions"); };
    auto const rows = co_await database_.read(query);
    for (auto const& row : rows) {
        auto const found = topics_.find(row.topic);
        if (found == topics_.end() || row.n <= found->second.number) continue;
        log::debug("another process wrote", {{"topic", row.topic}});
        co_await load_until(found->second, row.n);
    }
}

}  // namespace ourea::db
