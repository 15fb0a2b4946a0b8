// SPDX-License-Identifier: Apache-2.0
// People sign in and out; sessions end when they must, and at once.
#include "support/people.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace ourea {
namespace {

using test::error_of;
using test::run;
using test::user_named;
using namespace std::chrono_literals;

class SessionsTest : public test::PeopleTest {
protected:
    void SetUp() override {
        PeopleTest::SetUp();
        if (IsSkipped()) return;
        run(people().accounts.create(root, user_named("alice", Role::staff, "correct horse")));
        run(people().accounts.create(root, user_named("root", Role::administrator)));
    }

    Sessions& sessions() { return people().sessions; }

    SignedIn sign_in(std::string name = "alice", std::string password = "correct horse") {
        return run(sessions().sign_in(std::move(name), std::move(password), "192.0.2.1", "browser",
                                      "request-1"));
    }
    std::size_t stored() {
        return static_cast<std::size_t>(db().read_now([](db::Transaction& tx) {
            return tx.first<std::int64_t>("SELECT COUNT(*) FROM sessions").value();
        }));
    }
    /// Ids of the sessions that end from now on.
    std::vector<std::string>& watch() {
        sessions().on_end([this](Session const& session) { ended_.push_back(session.id); });
        return ended_;
    }

private:
    std::vector<std::string> ended_;
};

TEST_P(SessionsTest, AGoodSignInOpensASession) {
    auto const in = sign_in();
    EXPECT_EQ(in.token.size(), 64U);
    EXPECT_EQ(in.role, Role::staff);
    EXPECT_EQ(in.session.user, "alice");
    EXPECT_EQ(in.session.csrf_token.size(), 32U);
    EXPECT_EQ(in.expires_at, in.session.last_seen_at + 12h);
    auto const* found = sessions().find(in.token);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, in.session.id);
    auto const actor = sessions().actor(*found, "192.0.2.2", "request-2");
    EXPECT_EQ(actor.user, "alice");
    EXPECT_EQ(actor.role, Role::staff);
    EXPECT_EQ(actor.session_id, in.session.id);
    EXPECT_NE(people().accounts.find("alice")->last_sign_in_at, std::nullopt);
    EXPECT_EQ(sessions().find(in.session.id), nullptr);
    EXPECT_EQ(sessions().find(""), nullptr);
}

TEST_P(SessionsTest, TwoSignInsAreTwoSessions) {
    auto const one = sign_in(), two = sign_in();
    EXPECT_NE(one.token, two.token);
    EXPECT_NE(one.session.id, two.session.id);
    EXPECT_NE(one.session.csrf_token, two.session.csrf_token);
    EXPECT_EQ(sessions().of_user("alice").size(), 2U);
}

TEST_P(SessionsTest, TheTokenIsStoredNowhere) {
    auto const in = sign_in();
    auto const table = db().read_now(
        [](db::Transaction& tx) { return tx.select_values("SELECT * FROM sessions", {}); });
    for (auto const& row : table.rows)
        for (auto const& value : row)
            EXPECT_NE(value, db::Value(in.token));
    for (auto const& record : records())
        EXPECT_EQ(to_json(record).find(in.token), std::string::npos);
}

TEST_P(SessionsTest, AWrongPasswordAndAnUnknownUserLookTheSame) {
    auto const wrong = error_of([&] { sign_in("alice", "correct horsf"); });
    auto const unknown = error_of([&] { sign_in("ghost", "correct horse"); });
    auto const passwordless = error_of([&] { sign_in("root", "correct horse"); });
    EXPECT_EQ(wrong.kind(), Kind::unauthenticated);
    for (auto const& other : {unknown, passwordless}) {
        EXPECT_EQ(other.kind(), wrong.kind());
        EXPECT_EQ(other.message(), wrong.message());
    }
    EXPECT_EQ(stored(), 0U);
}

TEST_P(SessionsTest, SignInsAreAuditedTheFailedOnesToo) {
    error_of([&] { sign_in("alice", "my secret typo"); });
    auto const in = sign_in();
    run(sessions().end(sessions().actor(in.session, "192.0.2.1", ""), in.session.id));
    auto const all = records();
    ASSERT_GE(all.size(), 3U);
    EXPECT_EQ(all[2].action, "session.sign_in");
    EXPECT_EQ(all[2].result, Result::failed);
    EXPECT_EQ(all[2].address, "192.0.2.1");
    EXPECT_EQ(to_json(all[2]).find("my secret typo"), std::string::npos);
    EXPECT_EQ(all[1].action, "session.sign_in");
    EXPECT_EQ(all[1].result, Result::ok);
    EXPECT_EQ(all[0].action, "session.sign_out");
    EXPECT_EQ(all[0].actor, "alice");
}

TEST_P(SessionsTest, SigningOutEndsThatSessionOnly) {
    auto& ended = watch();
    auto const one = sign_in(), two = sign_in();
    run(sessions().end(root, one.session.id));
    EXPECT_EQ(sessions().find(one.token), nullptr);
    EXPECT_NE(sessions().find(two.token), nullptr);
    EXPECT_EQ(ended, std::vector<std::string>{one.session.id});
    EXPECT_EQ(stored(), 1U);
    run(sessions().end(root, one.session.id));
    EXPECT_EQ(ended.size(), 1U);
}

TEST_P(SessionsTest, ANewPasswordEndsThemAll) {
    auto& ended = watch();
    auto const one = sign_in(), two = sign_in();
    UserChange change;
    change.password = "battery staple";
    run(people().accounts.update(root, "alice", change));
    EXPECT_EQ(sessions().find(one.token), nullptr);
    EXPECT_EQ(sessions().find(two.token), nullptr);
    EXPECT_EQ(ended.size(), 2U);
    EXPECT_EQ(stored(), 0U);
    EXPECT_EQ(error_of([&] { sign_in(); }).kind(), Kind::unauthenticated);
    EXPECT_NO_THROW(sign_in("alice", "battery staple"));
}

TEST_P(SessionsTest, ALostRoleEndsThemAGainedOneDoesNot) {
    auto const in = sign_in();
    UserChange change;
    change.role = Role::administrator;
    run(people().accounts.update(root, "alice", change));
    auto const* session = sessions().find(in.token);
    ASSERT_TRUE(session);
    EXPECT_EQ(sessions().actor(*session, "", "").role, Role::administrator);
    change.role = Role::user;
    run(people().accounts.update(root, "alice", change));
    EXPECT_EQ(sessions().find(in.token), nullptr);
}

TEST_P(SessionsTest, ARemovedUserIsSignedOut) {
    auto& ended = watch();
    auto const in = sign_in();
    run(people().accounts.remove(root, "alice"));
    EXPECT_EQ(sessions().find(in.token), nullptr);
    EXPECT_EQ(ended, std::vector<std::string>{in.session.id});
    EXPECT_EQ(error_of([&] { sessions().actor(in.session, "", ""); }).kind(),
              Kind::unauthenticated);
}

/// `ourea user passwd` beside a running server.
TEST_P(SessionsTest, ANewPasswordByAnotherProcessEndsThemAtTheNextPoll) {
    auto& ended = watch();
    auto const in = sign_in();
    test::People other(db());
    UserChange change;
    change.password = "battery staple";
    run(other.accounts.update(cli_actor("root"), "alice", change));
    EXPECT_NE(sessions().find(in.token), nullptr);
    run(people().revisions.poll());
    EXPECT_EQ(sessions().find(in.token), nullptr);
    EXPECT_EQ(ended, std::vector<std::string>{in.session.id});
}

TEST_P(SessionsTest, SessionsSurviveARestart) {
    auto const in = sign_in();
    restarted();
    auto const* session = sessions().find(in.token);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->csrf_token, in.session.csrf_token);
    EXPECT_EQ(session->user, "alice");
}

TEST_P(SessionsTest, AnUnusedSessionExpires) {
    auto at = now();
    Sessions::Options options;
    options.clock = [&] { return at; };
    test::People quick(db(), options);
    auto sign = [&] {
        return run(quick.sessions.sign_in("alice", "correct horse", "192.0.2.1", "b", "r"));
    };
    int ended = 0;
    quick.sessions.on_end([&](Session const&) { ++ended; });
    auto const used = sign(), unused = sign();
    at += options.idle - 1ms;
    ASSERT_NE(quick.sessions.find(used.token), nullptr);
    at += 1ms;
    EXPECT_EQ(quick.sessions.find(unused.token), nullptr);
    run(quick.sessions.tidy());
    EXPECT_EQ(ended, 1);
    EXPECT_EQ(stored(), 1U);
    EXPECT_NE(quick.sessions.find(used.token), nullptr);
}

TEST_P(SessionsTest, EvenAUsedSessionEndsSomeDay) {
    auto at = now();
    Sessions::Options options;
    options.clock = [&] { return at; };
    test::People quick(db(), options);
    auto const in = run(quick.sessions.sign_in("alice", "correct horse", "192.0.2.1", "b", "r"));
    EXPECT_EQ(in.expires_at, in.session.created_at + options.idle);
    for (; at < in.session.created_at + options.absolute; at += 1h)
        ASSERT_NE(quick.sessions.find(in.token), nullptr);
    EXPECT_EQ(quick.sessions.find(in.token), nullptr);
    run(quick.sessions.tidy());
    EXPECT_EQ(stored(), 0U);
}

TEST_P(SessionsTest, TheLastUseIsWrittenLazilyAndKept) {
    auto const in = sign_in();
    std::this_thread::sleep_for(5ms);
    auto const* session = sessions().find(in.token);
    ASSERT_TRUE(session);
    auto const seen = session->last_seen_at;
    EXPECT_GT(seen, in.session.last_seen_at);
    run(sessions().tidy());
    EXPECT_EQ(sessions().of_user("alice").at(0).last_seen_at, seen);
    restarted();
    EXPECT_EQ(sessions().of_user("alice").at(0).last_seen_at, seen);
}

/// Another process signs somebody in: what is loaded then knows an older last use than memory.
TEST_P(SessionsTest, ALoadDoesNotForgetTheLastUse) {
    auto const in = sign_in();
    test::People other(db());
    std::this_thread::sleep_for(5ms);
    auto const seen = sessions().find(in.token)->last_seen_at;
    auto const there = run(other.sessions.sign_in("alice", "correct horse", "192.0.2.1", "b", "r"));
    run(people().revisions.poll());
    EXPECT_NE(sessions().find(there.token), nullptr);
    for (auto const& session : sessions().of_user("alice"))
        EXPECT_TRUE(session.id != in.session.id || session.last_seen_at == seen);
}

TEST_P(SessionsTest, AttemptsPerAccountRunOut) {
    Sessions::Options options;
    options.per_account = {3, 1h, 100};
    test::People strict(db(), options);
    auto sign = [&](std::string name, std::string password, std::string address) {
        return run(strict.sessions.sign_in(name, password, address, "b", "r"));
    };
    for (int i = 0; i < 5; ++i)
        sign("alice", "correct horse", "192.0.2.1");  // good ones cost nothing
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(error_of([&] { sign("alice", "wrong", "192.0.2.1"); }).kind(),
                  Kind::unauthenticated);
    for (char const* address : {"192.0.2.1", "192.0.2.2"}) {
        auto const error = error_of([&] { sign("alice", "correct horse", address); });
        EXPECT_EQ(error.kind(), Kind::throttled);
        EXPECT_NE(error.message().find("Try again in"), std::string::npos);
    }
    EXPECT_EQ(error_of([&] { sign("bob", "wrong", "192.0.2.1"); }).kind(), Kind::unauthenticated);
}

TEST_P(SessionsTest, AttemptsPerAddressRunOut) {
    Sessions::Options options;
    options.per_address = {3, 1h, 100};
    test::People strict(db(), options);
    auto sign = [&](std::string name, std::string address) {
        return error_of([&] { run(strict.sessions.sign_in(name, "wrong", address, "b", "r")); })
            .kind();
    };
    EXPECT_EQ(sign("a", "192.0.2.1"), Kind::unauthenticated);
    EXPECT_EQ(sign("b", "192.0.2.1"), Kind::unauthenticated);
    EXPECT_EQ(sign("c", "192.0.2.1"), Kind::unauthenticated);
    EXPECT_EQ(sign("d", "192.0.2.1"), Kind::throttled);
    EXPECT_EQ(sign("d", "192.0.2.2"), Kind::unauthenticated);
}

/// A sign-in whose password was right when it began, and is not any more when it ends: memory still
/// has the old hash, the database the new one.
TEST_P(SessionsTest, APasswordChangedMeanwhileDoesNotLetIn) {
    db().write_now([](db::Transaction& tx) {
        tx.exec("UPDATE users SET password_hash = 'another' WHERE name = 'alice'");
    });
    EXPECT_EQ(error_of([&] { sign_in(); }).kind(), Kind::unauthenticated);
    EXPECT_EQ(stored(), 0U);
}

ON_EVERY_DATABASE(SessionsTest);

}  // namespace
}  // namespace ourea
