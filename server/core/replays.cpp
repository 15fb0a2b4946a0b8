// SPDX-License-Identifier: Apache-2.0
// Keeps idempotency keys and answers in the database.
#include "core/replays.hpp"

#include "base/digest.hpp"

namespace ourea {
namespace {

constexpr std::chrono::hours kept{24};
/// After a crash in the middle of a request nobody else finishes it.
constexpr std::chrono::minutes abandoned{2};

struct KeyRow {
    std::string request;
    std::optional<std::int64_t> status;
    std::optional<std::string> answer;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (request, status, answer))

}  // namespace

awaitable<std::optional<StoredAnswer>> Replays::begin(std::string actor, std::string key,
                                                      std::string request) {
    if (key.size() > 200)
        throw invalid("Idempotency-Key", "Idempotency-Key: at most 200 characters");
    auto claim = [actor = std::move(actor), key = std::move(key),
                  digest = sha256_hex(request)](db::Transaction& tx) {
        auto const at = now();
        tx.exec(
            "DELETE FROM idempotency_keys WHERE created_at < :old OR (status IS NULL AND "
            "created_at < :abandoned)",
            at - kept, at - abandoned);
        auto const added = tx.exec(
            "INSERT INTO idempotency_keys (actor, key, request, created_at) VALUES (:actor, :key, "
            ":request, :at) ON CONFLICT (actor, key) DO NOTHING",
            actor, key, digest, at);
        if (added > 0) return std::optional<StoredAnswer>();
        auto const row = tx.first<KeyRow>(
            "SELECT request, status, answer FROM idempotency_keys WHERE actor = :actor AND key = "
            ":key",
            actor, key);
        if (!row || row->request != digest)
            throw Error(Kind::conflict, "This Idempotency-Key stood for another request.");
        if (!row->status)
            throw Error(Kind::conflict, "The first request with this Idempotency-Key is not done.");
        return std::optional(StoredAnswer{*row->status, row->answer.value_or("")});
    };
    return database_.write(std::move(claim));
}

awaitable<void> Replays::done(std::string actor, std::string key, StoredAnswer answer) {
    auto store = [actor = std::move(actor), key = std::move(key),
                  answer = std::move(answer)](db::Transaction& tx) {
        tx.exec(
            "UPDATE idempotency_keys SET status = :status, answer = :answer WHERE actor = :actor "
            "AND key = :key",
            answer.status, answer.text, actor, key);
    };
    return database_.write(std::move(store));
}

awaitable<void> Replays::failed(std::string actor, std::string key) {
    auto forget = [actor = std::move(actor), key = std::move(key)](db::Transaction& tx) {
        tx.exec("DELETE FROM idempotency_keys WHERE actor = :actor AND key = :key", actor, key);
    };
    return database_.write(std::move(forget));
}

}  // namespace ourea
