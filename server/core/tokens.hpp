// SPDX-License-Identifier: Apache-2.0
// API tokens: how scripts come in, found in memory by the hash of what the script holds.
#pragma once

#include "core/accounts.hpp"
#include "core/groups.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ourea {

struct Token {
    std::string id;
    std::string user;
    std::string name;
    bool read_only = false;
    std::shared_ptr<std::set<InstanceId> const> only;  ///< null: whatever the user may see
    Time created_at;
    Time expires_at;
    std::optional<Time> last_used_at;
    std::optional<std::string> last_address;
};

struct NewToken {
    std::string name;
    std::optional<Time> expires_at;  ///< 90 days from now if absent
    bool read_only = false;
    std::optional<std::vector<InstanceId>> instances;  ///< which the caller made sure of
};

/// The answer to a new token; the only time that the secret is seen.
struct MadeToken {
    std::string secret;
    Token token;
};

/// Lives on the event loop. A token has its user's role as it is at the time of each call.
class Tokens {
public:
    using Ended = std::function<void(Token const&)>;

    /// Loads all tokens, waiting for the database.
    Tokens(db::Database& database, db::Revisions& revisions, Accounts& accounts, Groups& groups);

    /// Throws `invalid`, or `conflict` if the name is taken or there are too many.
    awaitable<MadeToken> create(Actor const& actor, NewToken wanted);
    /// Throws `not_found`.
    awaitable<void> revoke(Actor const& actor, std::string user, std::string id);
    /// By name.
    std::vector<Token> of_user(std::string_view user) const;

    /// Who asks by this secret; it counts as used now. Throws `unauthenticated` if it is unknown or
    /// has expired.
    Actor actor(std::string_view secret, std::string address, std::string request_id);

    /// Called once for each token that ends, for whatever reason.
    void on_end(Ended ended) { ended_.push_back(std::move(ended)); }
    /// Ends what expired, and writes down when tokens were last used; call it as Sessions::tidy.
    awaitable<void> tidy();

private:
    using Entries = std::unordered_map<std::string, Token>;  ///< by the secret's hash
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };
    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);

    db::Database& database_;
    db::Revisions& revisions_;
    Accounts& accounts_;
    Groups& groups_;
    Entries entries_;
    std::set<std::string> used_;  ///< ids whose last use is not written yet
    std::vector<Ended> ended_;
};

}  // namespace ourea
