// SPDX-License-Identifier: Apache-2.0
// Idempotency keys: the same request sent twice is done once and answered twice.
#pragma once

#include "db/database.hpp"

#include <optional>
#include <string>

namespace ourea {

struct StoredAnswer {
    std::int64_t status = 0;
    std::string text;  ///< the JSON body
};

/// Thread-safe: nothing is kept in memory. Keys are remembered for a day.
class Replays {
public:
    explicit Replays(db::Database& database) : database_(database) {}

    /// The answer of an earlier request with this key, or nothing: then the caller does the work
    /// and says `done` or `failed`. Throws `conflict` while the first is being done, and for a key
    /// that stood for another request. `request` is its method, target and body.
    awaitable<std::optional<StoredAnswer>> begin(std::string actor, std::string key,
                                                 std::string request);
    awaitable<void> done(std::string actor, std::string key, StoredAnswer answer);
    /// The key may be used again.
    awaitable<void> failed(std::string actor, std::string key);

private:
    db::Database& database_;
};

}  // namespace ourea
