// SPDX-License-Identifier: Apache-2.0
// Makes, finds and revokes API tokens.
#include "core/tokens.hpp"

#include "base/digest.hpp"
#include "db/reload.hpp"

#include <algorithm>

namespace ourea {
namespace {

using namespace std::chrono_literals;

constexpr auto default_life = 24h * 90, longest_life = 24h * 365;
constexpr std::int64_t per_user = 50;
constexpr std::size_t most_instances = 500;

struct TokenRow {
    std::string token_hash;
    std::string id;
    std::string user_name;
    std::string name;
    bool read_only = false;
    std::optional<std::string> instances;
    Time created_at;
    Time expires_at;
    std::optional<Time> last_used_at;
    std::optional<std::string> last_address;
};
BOOST_DESCRIBE_STRUCT(TokenRow, (),
                      (token_hash, id, user_name, name, read_only, instances, created_at,
                       expires_at, last_used_at, last_address))

/// What the audit says of a token.
struct TokenDetail {
    std::string name;
    bool read_only = false;
    std::optional<std::vector<InstanceId>> instances;
    Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(TokenDetail, (), (name, read_only, instances, expires_at))

std::shared_ptr<std::set<InstanceId> const> narrowed(
    std::optional<std::vector<InstanceId>> const& instances) {
    if (!instances) return nullptr;
    return std::make_shared<std::set<InstanceId> const>(instances->begin(), instances->end());
}

void check_name(std::string const& name) {
    bool const plain = std::all_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
    });
    if (name.empty() || name.size() > 64 || !plain || name.front() == ' ' || name.back() == ' ')
        throw invalid("name", "name: 1 to 64 characters, without a space at either end");
}

Time checked_end(std::optional<Time> wanted, Time at) {
    auto const end = wanted.value_or(at + default_life);
    if (end <= at) throw invalid("expires_at", "expires_at: this time is past");
    // A minute's grace, so that a caller may compute "in one year" with its own clock.
    if (end > at + longest_life + 1min)
        throw invalid("expires_at", "expires_at: at most one year from now");
    return end;
}

void check_instances(std::optional<std::vector<InstanceId>> const& instances) {
    if (!instances) return;
    if (instances->empty())
        throw invalid("instances", "instances: name at least one, or leave it out for all");
    if (instances->size() > most_instances)
        throw invalid("instances", "instances: at most 500 in one token");
}

/// In the transaction of the insertion; the topic's lock lets no other write between.
void check_room(db::Transaction& tx, std::string const& user, std::string const& name) {
    auto const same = tx.first<std::string>(
        "SELECT id FROM tokens WHERE user_name = :user AND name = :name", user, name);
    if (same) throw Error(Kind::conflict, "You have a token of this name already.", {}, "name");
    auto const count =
        tx.first<std::int64_t>("SELECT COUNT(*) FROM tokens WHERE user_name = :user", user);
    if (count.value_or(0) >= per_user)
        throw Error(Kind::conflict, "You have 50 tokens already; revoke one first.");
}

void insert(db::Transaction& tx, Token const& token, std::string const& hash,
            std::optional<std::string> const& instances) {
    tx.exec(
        "INSERT INTO tokens (token_hash, id, user_name, name, read_only, instances, created_at, "
        "expires_at) VALUES (:hash, :id, :user, :name, :read_only, :instances, :created, :expires)",
        hash, token.id, token.user, token.name, token.read_only, instances, token.created_at,
        token.expires_at);
}

}  // namespace

Tokens::Tokens(db::Database& database, db::Revisions& revisions, Accounts& accounts, Groups& groups)
    : database_(database), revisions_(revisions), accounts_(accounts), groups_(groups) {
    auto snapshot = database_.read_now(&read_all);
    entries_ = std::move(snapshot.entries);
    revisions_.keep("tokens", snapshot.number, [this] { return load(); });
}

awaitable<MadeToken> Tokens::create(Actor const& actor, NewToken wanted) {
    check_name(wanted.name);
    check_instances(wanted.instances);
    MadeToken made;
    made.secret = "ourea_" + random_hex(32);
    auto& token = made.token;
    token.id = random_uuid();
    token.user = actor.user;
    token.name = wanted.name;
    token.read_only = wanted.read_only;
    token.only = narrowed(wanted.instances);
    token.created_at = now();
    token.expires_at = checked_end(wanted.expires_at, token.created_at);
    auto entry = audit_entry(actor, "token.create", "token:" + token.id, token.name);
    TokenDetail const detail{token.name, token.read_only, wanted.instances, token.expires_at};
    entry.detail = "{\"before\":null,\"after\":" + to_json(detail) + "}";
    auto const hash = sha256_hex(made.secret);
    std::optional<std::string> instances;
    if (wanted.instances) instances = to_json(*wanted.instances);
    auto write = [entry = std::move(entry), token, hash, instances](db::Transaction& tx) {
        auto const number = db::bump(tx, "tokens");
        check_room(tx, token.user, token.name);
        insert(tx, token, hash, instances);
        Audit::append(tx, entry);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    std::function<void()> apply = [&] { entries_.insert_or_assign(hash, token); };
    co_await revisions_.wrote("tokens", number, std::move(apply));
    co_return made;
}

awaitable<void> Tokens::revoke(Actor const& actor, std::string user, std::string id) {
    auto entry = audit_entry(actor, "token.revoke", "token:" + id, {});
    auto write = [entry = std::move(entry), user = std::move(user),
                  id = std::move(id)](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "tokens");
        auto const name = tx.first<std::string>(
            "SELECT name FROM tokens WHERE id = :id AND user_name = :user", id, user);
        if (!name) throw Error(Kind::not_found, "There is no such token.");
        tx.exec("DELETE FROM tokens WHERE id = :id", id);
        entry.object_name = *name;
        entry.detail = "{\"user\":" + to_json(user) + "}";
        Audit::append(tx, entry);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("tokens", number);
}

std::vector<Token> Tokens::of_user(std::string_view user) const {
    std::vector<Token> found;
    for (auto const& [hash, token] : entries_)
        if (token.user == user) found.push_back(token);
    std::sort(found.begin(), found.end(),
              [](auto const& a, auto const& b) { return a.name < b.name; });
    return found;
}

Actor Tokens::actor(std::string_view secret, std::string address, std::string request_id) {
    auto const found = entries_.find(sha256_hex(secret));
    auto const at = now();
    auto const* user = found == entries_.end() ? nullptr : accounts_.find(found->second.user);
    if (!user || at >= found->second.expires_at)
        throw Error(Kind::unauthenticated, "This token is unknown, revoked or expired.");
    auto& token = found->second;
    token.last_used_at = at;
    token.last_address = address;
    used_.insert(token.id);
    auto actor = groups_.actor_of(*user);
    actor.via = Via::token;
    actor.means = token.name;
    actor.read_only = actor.read_only || token.read_only;
    actor.only = token.only;
    actor.address = std::move(address);
    actor.request_id = std::move(request_id);
    actor.session_id = "token:" + token.id;
    return actor;
}

awaitable<void> Tokens::tidy() {
    std::vector<Token> used;
    auto const at = now();
    bool expired = false;
    for (auto const& [hash, token] : entries_) {
        if (used_.contains(token.id)) used.push_back(token);
        expired = expired || at >= token.expires_at;
    }
    used_.clear();
    if (used.empty() && !expired) co_return;
    auto write = [used = std::move(used), at](db::Transaction& tx) {
        auto const number = db::bump(tx, "tokens");
        for (auto const& token : used) {
            tx.exec("UPDATE tokens SET last_used_at = :at, last_address = :address WHERE id = :id",
                    token.last_used_at, token.last_address, token.id);
        }
        tx.exec("DELETE FROM tokens WHERE expires_at <= :at", at);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("tokens", number);
}

Tokens::Snapshot Tokens::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "tokens");
    for (auto& row : tx.select<TokenRow>("SELECT * FROM tokens")) {
        std::optional<std::vector<InstanceId>> instances;
        if (row.instances) instances = read_text<std::vector<InstanceId>>(*row.instances);
        Token token{std::move(row.id), std::move(row.user_name), std::move(row.name),
                    row.read_only,     narrowed(instances),      row.created_at,
                    row.expires_at,    row.last_used_at,         std::move(row.last_address)};
        snapshot.entries.emplace(std::move(row.token_hash), std::move(token));
    }
    return snapshot;
}

awaitable<db::Revisions::Loaded> Tokens::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

void Tokens::install(Entries entries) {
    auto const before = std::exchange(entries_, std::move(entries));
    for (auto const& [hash, token] : before) {
        auto const found = entries_.find(hash);
        if (found == entries_.end()) {
            used_.erase(token.id);
            for (auto const& ended : ended_)
                ended(token);
        } else if (token.last_used_at > found->second.last_used_at) {
            // memory may be ahead of what is written
            found->second.last_used_at = token.last_used_at;
            found->second.last_address = token.last_address;
        }
    }
}

}  // namespace ourea
