// SPDX-License-Identifier: Apache-2.0
// Who is signed in: sessions found in memory by the hash of their token, kept across restarts.
#pragma once

#include "core/groups.hpp"
#include "core/throttle.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ourea {

/// What a session began with: a password, or the word of the web server in front.
enum class SessionSource { password, proxy };
BOOST_DESCRIBE_ENUM(SessionSource, password, proxy)

struct Session {
    std::string id;  ///< public name of the session; the token is known to the browser alone
    std::string user;
    std::string csrf_token;
    std::string address;
    std::string user_agent;
    Time created_at;
    Time last_seen_at;
    SessionSource source = SessionSource::password;
    bool operator==(Session const&) const = default;
};

/// The answer to a good sign-in; the only time that the token is seen.
struct SignedIn {
    std::string token;
    Session session;
    Role role = Role::user;
    Time expires_at;
};

/// Lives on the event loop. A session ends by itself 12 hours after it was last used, and 7 days
/// after it began.
class Sessions {
public:
    using Ended = std::function<void(Session const&)>;
    struct Options {
        std::chrono::milliseconds idle = std::chrono::hours(12);
        std::chrono::milliseconds absolute = std::chrono::hours(7 * 24);
        std::function<Time()> clock = now;  ///< what the life of a session is measured by
        Throttle::Limits per_account{10, std::chrono::seconds(30), 10'000};
        Throttle::Limits per_address{50, std::chrono::seconds(5), 10'000};
    };

    /// Loads all sessions, waiting for the database.
    Sessions(db::Database& database, db::Revisions& revisions, Accounts& accounts, Groups& groups,
             Passwords& passwords);
    Sessions(db::Database& database, db::Revisions& revisions, Accounts& accounts, Groups& groups,
             Passwords& passwords, Options options);

    /// Throws `unauthenticated`, the same for an unknown user and a wrong password, or `throttled`.
    /// Good and failed ones are audited.
    awaitable<SignedIn> sign_in(std::string name, std::string password, std::string address,
                                std::string user_agent, std::string request_id);

    /// Opens a session for whom the web server in front names, who has an account; that it may say
    /// so is the caller's to know. `said` goes to the audit.
    awaitable<SignedIn> sign_in_named(Actor actor, std::string user_agent, std::string said);

    /// The live session of a token; it counts as used now. Valid until the next suspension.
    Session const* find(std::string_view token);
    /// Who asks by this session: the user's role and rights as they are at this moment. Throws
    /// `unauthenticated` if the user is gone.
    Actor actor(Session const& session, std::string address, std::string request_id) const;
    Time expires_at(Session const& session) const;
    std::vector<Session> of_user(std::string_view user) const;

    /// Sign-out, audited. Nothing happens if there is no such session.
    awaitable<void> end(Actor const& actor, std::string id);
    /// All of the user, except the one that the actor asks by.
    awaitable<void> end_all(Actor const& actor, std::string user);

    /// Called once for each session that ends, for whatever reason: close its streams and consoles.
    void on_end(Ended ended) { ended_.push_back(std::move(ended)); }

    /// Ends what expired, and writes down when sessions were last used; call it about once a minute
    /// and before the program ends.
    awaitable<void> tidy();

private:
    using Entries = std::unordered_map<std::string, Session>;  ///< by the token's hash
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };
    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    /// Throws `throttled`; otherwise one attempt is taken from both.
    void throttle(std::string const& name, std::string const& address);
    awaitable<SignedIn> open(AuditEntry entry, Session session,
                             std::optional<std::string> password_hash);
    awaitable<void> end_those(AuditEntry entry, std::string condition, std::string value,
                              std::optional<std::string> kept);
    bool expired(Session const& session, Time at) const;
    void tell(Session const& session);

    db::Database& database_;
    db::Revisions& revisions_;
    Accounts& accounts_;
    Groups& groups_;
    Passwords& passwords_;
    Options options_;
    Throttle accounts_throttle_;
    Throttle address_throttle_;
    Entries entries_;
    std::set<std::string> used_;  ///< ids whose last use is not written yet
    std::vector<Ended> ended_;
};

}  // namespace ourea
