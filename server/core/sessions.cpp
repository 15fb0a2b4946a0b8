// SPDX-License-Identifier: Apache-2.0
// Signs people in and out, and keeps their sessions in memory and in the database.
#include "core/sessions.hpp"

#include "base/digest.hpp"
#include "db/reload.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ourea {
namespace {

struct SessionRow {
    std::string token_hash;
    std::string id;
    std::string user_name;
    std::string csrf_token;
    std::string address;
    std::string user_agent;
    Time created_at;
    Time last_seen_at;
    SessionSource source = SessionSource::password;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (),
                      (token_hash, id, user_name, csrf_token, address, user_agent, created_at,
                       last_seen_at, source))

/// A fast hash is right here: the token has 256 random bits.
std::string hash_of(std::string_view token) {
    return sha256_hex(token);
}

Error wrong() {
    return Error(Kind::unauthenticated, "The user name or the password is wrong.");
}

[[noreturn]] void too_many(std::chrono::milliseconds wait) {
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    throw Error(Kind::throttled,
                fmt::format("Too many attempts to sign in. Try again in {} second{}.", seconds,
                            seconds == 1 ? "" : "s"));
}

void insert(db::Transaction& tx, Session const& session, std::string const& token_hash) {
    tx.exec(
        "INSERT INTO sessions (token_hash, id, user_name, csrf_token, address, user_agent, "
        "created_at, last_seen_at, source) VALUES (:token_hash, :id, :user, :csrf, :address, "
        ":agent, :created, :seen, :source)",
        token_hash, session.id, session.user, session.csrf_token, session.address,
        session.user_agent, session.created_at, session.last_seen_at, session.source);
}

Session new_session(Actor const& actor, std::string user_agent, SessionSource source, Time at) {
    user_agent.resize(std::min<std::size_t>(user_agent.size(), 256));
    return {random_uuid(), actor.user, random_hex(16), actor.address, std::move(user_agent), at, at,
            source};
}

/// A password that was changed while this one was checked is the one that counts.
void touch_user(db::Transaction& tx, Session const& session,
                std::optional<std::string> const& password_hash) {
    bool const by_proxy = session.source == SessionSource::proxy;
    auto const changed = tx.exec(
        "UPDATE users SET last_sign_in_at = :at WHERE name = :name AND (password_hash = "
        ":hash OR 1 = :by_proxy)",
        session.created_at, session.user, password_hash, by_proxy);
    if (changed > 0) return;
    if (by_proxy) throw Error(Kind::unauthenticated, "This account has just been removed.");
    throw wrong();
}

}  // namespace

Sessions::Sessions(db::Database& database, db::Revisions& revisions, Accounts& accounts,
                   Groups& groups, Passwords& passwords)
    : Sessions(database, revisions, accounts, groups, passwords, Options{}) {}

Sessions::Sessions(db::Database& database, db::Revisions& revisions, Accounts& accounts,
                   Groups& groups, Passwords& passwords, Options options)
    : database_(database),
      revisions_(revisions),
      accounts_(accounts),
      groups_(groups),
      passwords_(passwords),
      options_(options),
      accounts_throttle_(options.per_account),
      address_throttle_(options.per_address) {
    auto snapshot = database_.read_now(&read_all);
    entries_ = std::move(snapshot.entries);
    revisions_.keep("sessions", snapshot.number, [this] { return load(); });
}

void Sessions::throttle(std::string const& name, std::string const& address) {
    auto const at = Throttle::Clock::now();
    if (auto const wait = address_throttle_.take(address, at)) too_many(*wait);
    if (auto const wait = accounts_throttle_.take(name, at)) too_many(*wait);
}

awaitable<SignedIn> Sessions::sign_in(std::string name, std::string password, std::string address,
                                      std::string user_agent, std::string request_id) {
    name.resize(std::min<std::size_t>(name.size(), 64));  // no longer name can be right
    throttle(name, address);
    Actor actor;
    actor.user = name;
    actor.address = address;
    actor.request_id = request_id;
    auto stored = accounts_.password_hash(name);
    bool const good = co_await passwords_.verify(stored, std::move(password));
    if (!good) {
        auto entry = audit_entry(actor, "session.sign_in", "user:" + name, name);
        entry.result = Result::failed;
        auto write = [entry = std::move(entry)](db::Transaction& tx) { Audit::append(tx, entry); };
        co_await database_.write(std::move(write));
        throw wrong();
    }
    accounts_throttle_.give_back(name);
    address_throttle_.give_back(address);
    auto session =
        new_session(actor, std::move(user_agent), SessionSource::password, options_.clock());
    auto entry = audit_entry(actor, "session.sign_in", "user:" + name, name);
    co_return co_await open(std::move(entry), std::move(session), std::move(stored));
}

awaitable<SignedIn> Sessions::sign_in_named(Actor actor, std::string user_agent, std::string said) {
    auto session =
        new_session(actor, std::move(user_agent), SessionSource::proxy, options_.clock());
    auto entry = audit_entry(actor, "session.sign_in", "user:" + actor.user, actor.user);
    boost::json::object const detail{{"named", said}};
    entry.detail = boost::json::serialize(detail);
    co_return co_await open(std::move(entry), std::move(session), std::nullopt);
}

awaitable<SignedIn> Sessions::open(AuditEntry entry, Session session,
                                   std::optional<std::string> password_hash) {
    SignedIn signed_in;
    signed_in.token = random_hex(32);
    signed_in.session = session;
    auto const token_hash = hash_of(signed_in.token);
    auto write = [entry = std::move(entry), session, token_hash,
                  password_hash](db::Transaction& tx) {
        touch_user(tx, session, password_hash);
        auto const number = db::bump(tx, "sessions");  // after the user's row, as in accounts.cpp
        insert(tx, session, token_hash);
        Audit::append(tx, entry);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    std::function<void()> apply = [&] { entries_.insert_or_assign(token_hash, session); };
    co_await revisions_.wrote("sessions", number, std::move(apply));
    accounts_.signed_in(session.user, session.created_at);
    if (auto const* user = accounts_.find(session.user)) signed_in.role = user->role;
    signed_in.expires_at = expires_at(session);
    co_return signed_in;
}

Session const* Sessions::find(std::string_view token) {
    auto const found = entries_.find(hash_of(token));
    if (found == entries_.end()) return nullptr;
    auto& session = found->second;
    auto const at = options_.clock();
    if (expired(session, at)) return nullptr;
    session.last_seen_at = std::max(session.last_seen_at, at);
    used_.insert(session.id);
    return &session;
}

Actor Sessions::actor(Session const& session, std::string address, std::string request_id) const {
    auto const* user = accounts_.find(session.user);
    if (!user) throw Error(Kind::unauthenticated, "Your account does not exist any more.");
    auto actor = groups_.actor_of(*user);
    actor.via = session.source == SessionSource::proxy ? Via::proxy : Via::session;
    actor.address = std::move(address);
    actor.request_id = std::move(request_id);
    actor.session_id = session.id;
    return actor;
}

Time Sessions::expires_at(Session const& session) const {
    return std::min(session.created_at + options_.absolute, session.last_seen_at + options_.idle);
}

bool Sessions::expired(Session const& session, Time at) const {
    return at >= expires_at(session);
}

std::vector<Session> Sessions::of_user(std::string_view user) const {
    std::vector<Session> found;
    auto const at = options_.clock();
    for (auto const& [hash, session] : entries_)
        if (session.user == user && !expired(session, at)) found.push_back(session);
    std::sort(found.begin(), found.end(),
              [](auto const& a, auto const& b) { return a.created_at > b.created_at; });
    return found;
}

awaitable<void> Sessions::end(Actor const& actor, std::string id) {
    auto entry = audit_entry(actor, "session.sign_out", "session:" + id, actor.user);
    for (auto const& [hash, session] : entries_)
        if (session.id == id) entry.object_name = session.user;
    return end_those(std::move(entry), "id = :v", std::move(id), {});
}

awaitable<void> Sessions::end_all(Actor const& actor, std::string user) {
    auto entry = audit_entry(actor, "session.end_all", "user:" + user, user);
    return end_those(std::move(entry), "user_name = :v AND id <> :kept", std::move(user),
                     actor.session_id);
}

awaitable<void> Sessions::end_those(AuditEntry entry, std::string condition, std::string value,
                                    std::optional<std::string> kept) {
    auto write = [entry = std::move(entry), sql = "DELETE FROM sessions WHERE " + condition,
                  value = std::move(value),
                  kept = std::move(kept)](db::Transaction& tx) -> std::int64_t {
        auto const number = db::bump(tx, "sessions");
        auto const ended = kept ? tx.exec(sql, value, *kept) : tx.exec(sql, value);
        if (ended > 0) Audit::append(tx, entry);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("sessions", number);
}

awaitable<void> Sessions::tidy() {
    std::vector<std::pair<std::string, Time>> used;
    for (auto const& [hash, session] : entries_)
        if (used_.contains(session.id)) used.emplace_back(session.id, session.last_seen_at);
    used_.clear();
    auto const at = options_.clock();
    bool const some_expired = std::any_of(entries_.begin(), entries_.end(),
                                          [&](auto const& e) { return expired(e.second, at); });
    if (used.empty() && !some_expired) co_return;
    auto write = [used = std::move(used), at, options = options_](db::Transaction& tx) {
        auto const number = db::bump(tx, "sessions");
        for (auto const& [id, seen] : used) {
            tx.exec(
                "UPDATE sessions SET last_seen_at = :seen WHERE id = :id AND last_seen_at < :seen",
                seen, id);
        }
        tx.exec("DELETE FROM sessions WHERE created_at <= :created OR last_seen_at <= :seen",
                at - options.absolute, at - options.idle);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("sessions", number);
}

Sessions::Snapshot Sessions::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "sessions");
    for (auto& row : tx.select<SessionRow>("SELECT * FROM sessions")) {
        Session session{std::move(row.id),         std::move(row.user_name),
                        std::move(row.csrf_token), std::move(row.address),
                        std::move(row.user_agent), row.created_at,
                        row.last_seen_at,          row.source};
        snapshot.entries.emplace(std::move(row.token_hash), std::move(session));
    }
    return snapshot;
}

awaitable<db::Revisions::Loaded> Sessions::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

void Sessions::install(Entries entries) {
    auto const before = std::exchange(entries_, std::move(entries));
    for (auto const& [hash, session] : before) {
        auto const found = entries_.find(hash);
        if (found == entries_.end()) continue;
        auto& seen = found->second.last_seen_at;
        seen = std::max(seen, session.last_seen_at);  // memory may be ahead of what is written
    }
    for (auto const& [hash, session] : before)
        if (!entries_.contains(hash)) tell(session);
}

void Sessions::tell(Session const& session) {
    used_.erase(session.id);
    for (auto const& ended : ended_)
        ended(session);
}

}  // namespace ourea
