// SPDX-License-Identifier: Apache-2.0
// Tokens open what their user may and no more, and end with what made them.
#include "core/tokens.hpp"

#include "support/people.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using test::error_of;
using test::run;
using test::user_named;
using namespace std::chrono_literals;

NewToken named(std::string name, std::optional<Time> expires_at = {}) {
    return {std::move(name), expires_at, false, {}};
}

/// A server's tokens beside the people they belong to.
struct Process {
    explicit Process(db::Database& database)
        : people(database), tokens(database, people.revisions, people.accounts, people.groups) {}

    test::People people;
    Tokens tokens;
};

class TokensTest : public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        run(people().accounts.create(root_, user_named("alice", Role::staff)));
        run(people().accounts.create(root_, user_named("root", Role::administrator)));
        alice_ = people().groups.actor_of(*people().accounts.find("alice"));
    }

    Process& process() {
        if (!process_) process_ = std::make_unique<Process>(db());
        return *process_;
    }
    test::People& people() { return process().people; }
    Tokens& tokens() { return process().tokens; }

    MadeToken make(NewToken wanted) { return run(tokens().create(alice_, std::move(wanted))); }
    Actor use(MadeToken const& made) {
        return tokens().actor(made.secret, "192.0.2.9", "request-2");
    }
    static Kind refusal(Tokens& tokens, std::string_view secret) {
        return error_of([&] { tokens.actor(secret, "192.0.2.9", "request-2"); }).kind();
    }

    Actor const root_ = test::actor_named("root");
    Actor alice_;

private:
    std::unique_ptr<Process> process_;
};

TEST_P(TokensTest, TheSecretIsKeptAsAHashOnly) {
    auto const made = make(named("backup"));
    auto const stored = db().read_now([](db::Transaction& tx) {
        return tx.first<std::string>("SELECT token_hash FROM tokens").value();
    });
    EXPECT_EQ(stored.find(made.secret.substr(6)), std::string::npos);
    EXPECT_EQ(use(made).user, "alice");
    EXPECT_EQ(refusal(tokens(), stored), Kind::unauthenticated);
}

TEST_P(TokensTest, TheActorIsItsUserAsNarrowed) {
    auto const id = InstanceId::parse("0a1b2c3d-0000-4000-8000-000000000001").value();
    auto const actor = use(make({"narrow", {}, true, std::vector{id}}));
    EXPECT_EQ(actor.role, Role::staff);
    EXPECT_EQ(actor.via, Via::token);
    EXPECT_TRUE(actor.read_only);
    ASSERT_TRUE(actor.only);
    EXPECT_EQ(*actor.only, std::set{id});
}

TEST_P(TokensTest, ATokenHasTheRoleOfTheMoment) {
    auto const made = make(named("backup"));
    UserChange change;
    change.role = Role::user;
    run(people().accounts.update(root_, "alice", std::move(change)));
    EXPECT_EQ(use(made).role, Role::user);
}

TEST_P(TokensTest, AnotherProcessKnowsItAndWhatBecameOfIt) {
    auto const made = make(named("backup"));
    Process other(db());
    EXPECT_EQ(other.tokens.actor(made.secret, "", "").user, "alice");
    run(tokens().revoke(alice_, "alice", made.token.id));
    run(other.people.revisions.poll());
    EXPECT_EQ(refusal(other.tokens, made.secret), Kind::unauthenticated);
}

TEST_P(TokensTest, AnExpiredOneOpensNothingAndIsEnded) {
    auto const made = make(named("short", now() + 1h));
    db().write_now([](db::Transaction& tx) { tx.exec("UPDATE tokens SET expires_at = 1"); });
    Process later(db());
    std::vector<std::string> ended;
    later.tokens.on_end([&](Token const& token) { ended.push_back(token.name); });
    EXPECT_EQ(refusal(later.tokens, made.secret), Kind::unauthenticated);
    run(later.tokens.tidy());
    EXPECT_EQ(ended, std::vector<std::string>{"short"});
    EXPECT_TRUE(later.tokens.of_user("alice").empty());
}

TEST_P(TokensTest, TheLastUseIsWrittenDown) {
    auto const made = make(named("backup"));
    use(made);
    run(tokens().tidy());
    Process later(db());
    auto const found = later.tokens.of_user("alice").at(0);
    EXPECT_TRUE(found.last_used_at);
    EXPECT_EQ(found.last_address, "192.0.2.9");
}

TEST_P(TokensTest, ANameIsTakenOnce) {
    make(named("backup"));
    auto const error = error_of([&] { make(named("backup")); });
    EXPECT_EQ(error.kind(), Kind::conflict);
}

TEST_P(TokensTest, TheyEndWithTheirAccount) {
    auto const made = make(named("backup"));
    run(people().accounts.remove(root_, "alice"));
    EXPECT_EQ(refusal(tokens(), made.secret), Kind::unauthenticated);
    EXPECT_EQ(db().read_now([](db::Transaction& tx) {
        return tx.first<std::int64_t>("SELECT COUNT(*) FROM tokens").value();
    }),
              0);
}

ON_EVERY_DATABASE(TokensTest);

}  // namespace
}  // namespace ourea
