// SPDX-License-Identifier: Apache-2.0
// Hashes verify, unknown users take as long, floods are refused, and bad passwords are named.
#include "core/passwords.hpp"

#include "base/error.hpp"
#include "support/event_loop.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <limits>

namespace ourea {
namespace {

std::string problem(std::string_view user, std::string_view password) {
    try {
        check_password(user, password);
        return "";
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::invalid);
        EXPECT_EQ(error.field(), "password");
        return error.message();
    }
}

TEST(PasswordRules, NameWhatIsWrong) {
    EXPECT_EQ(problem("alice", "correct horse"), "");
    EXPECT_EQ(problem("alice", "12345678"), "");
    EXPECT_NE(problem("alice", "1234567").find("at least 8"), std::string::npos);
    EXPECT_NE(problem("alice", "").find("at least 8"), std::string::npos);
    EXPECT_NE(problem("alice", std::string(1025, 'x')).find("at most 1024"), std::string::npos);
    EXPECT_NE(problem("alice.smith", "Alice.Smith").find("user name"), std::string::npos);
    EXPECT_NE(problem("alice", "aaaaaaaaaaaa").find("repeated"), std::string::npos);
}

TEST(Passwords, AHashVerifiesItsPasswordOnly) {
    Passwords passwords;
    auto const hash = test::run(passwords.hash("correct horse"));
    EXPECT_TRUE(hash.starts_with("$argon2id$")) << hash;
    EXPECT_NE(hash.find("m=19456,t=2"), std::string::npos) << hash;
    EXPECT_TRUE(test::run(passwords.verify(hash, "correct horse")));
    EXPECT_FALSE(test::run(passwords.verify(hash, "correct horsf")));
    EXPECT_FALSE(test::run(passwords.verify("no hash at all", "correct horse")));
    EXPECT_NE(Passwords::hash_now("correct horse"), hash);
}

/// In processor time, which does not depend on what else the machine does.
TEST(Passwords, WithoutAHashTheAnswerIsNoAfterTheSameTime) {
    Passwords passwords;
    auto const hash = Passwords::hash_now("correct horse");
    auto work = [&](std::optional<std::string> const& stored) {
        auto least = std::numeric_limits<std::clock_t>::max();
        for (int i = 0; i < 5; ++i) {
            auto const start = std::clock();
            EXPECT_FALSE(test::run(passwords.verify(stored, "wrong")));
            least = std::min(least, std::clock() - start);
        }
        return static_cast<double>(least);
    };
    auto const known = work(hash), unknown = work(std::nullopt);
    EXPECT_LT(std::abs(known - unknown), 0.5 * known);
}

TEST(Passwords, AFloodIsRefused) {
    Passwords passwords;
    std::vector<awaitable<bool>> works;
    for (int i = 0; i < 100; ++i)
        works.push_back(passwords.verify(std::nullopt, "wrong"));
    int refused = 0;
    for (auto const& error : test::run_all(std::move(works))) {
        if (!error) continue;
        ++refused;
        EXPECT_NE(describe(error).find("Too many sign-ins"), std::string::npos);
    }
    EXPECT_EQ(refused, 36);
    EXPECT_FALSE(test::run(passwords.verify(std::nullopt, "wrong")));
}

}  // namespace
}  // namespace ourea
