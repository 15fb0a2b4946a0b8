// SPDX-License-Identifier: Apache-2.0
// Argon2id by libsodium.
#include "core/passwords.hpp"

#include "base/error.hpp"
#include "base/ids.hpp"

#include <sodium.h>

#include <algorithm>
#include <cctype>

namespace ourea {
namespace {

constexpr std::size_t threads = 2;
constexpr int max_waiting = 64;
constexpr std::size_t min_length = 8;
constexpr std::size_t max_length = 1024;

// The second choice of OWASP's password storage cheat sheet: 19 MiB, two passes.
constexpr unsigned long long passes = 2;
constexpr std::size_t memory = 19UL * 1024 * 1024;

bool same_word(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

}  // namespace

void check_password(std::string_view user, std::string_view password) {
    if (password.size() < min_length)
        throw invalid("password", "The password must have at least 8 characters.");
    if (password.size() > max_length)
        throw invalid("password", "The password must have at most 1024 characters.");
    if (same_word(user, password))
        throw invalid("password", "The password must not be the user name.");
    if (std::all_of(password.begin(), password.end(),
                    [&](char c) { return c == password.front(); }))
        throw invalid("password", "The password must not be one character repeated.");
}

/// One place among those who wait.
class Passwords::Turn {
public:
    explicit Turn(std::atomic<int>& waiting) : waiting_(waiting) {
        if (++waiting_ <= max_waiting) return;
        --waiting_;
        throw Error(Kind::unavailable, "Too many sign-ins at once. Try again in a moment.");
    }
    ~Turn() { --waiting_; }
    Turn(Turn const&) = delete;
    Turn& operator=(Turn const&) = delete;

private:
    std::atomic<int>& waiting_;
};

Passwords::Passwords() : pool_(threads) {
    if (::sodium_init() < 0) throw Error(Kind::internal, "libsodium does not start.");
    dummy_ = hash_now(random_hex(16));
}

Passwords::~Passwords() = default;

std::string Passwords::hash_now(std::string_view password) {
    if (::sodium_init() < 0) throw Error(Kind::internal, "libsodium does not start.");
    char text[crypto_pwhash_STRBYTES];
    if (::crypto_pwhash_str(text, password.data(), password.size(), passes, memory) != 0)
        throw Error(Kind::unavailable, "There is not enough memory to check a password.");
    return text;
}

bool Passwords::verify_now(std::string const& stored, std::string_view password) {
    return ::crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
}

awaitable<std::string> Passwords::hash(std::string password) {
    Turn const turn(waiting_);
    auto work = [&password] { return hash_now(password); };
    auto result = co_await offload(pool_, work);
    ::sodium_memzero(password.data(), password.size());
    co_return result;
}

awaitable<bool> Passwords::verify(std::optional<std::string> stored, std::string password) {
    Turn const turn(waiting_);
    auto work = [this, &stored, &password] {
        return verify_now(stored ? *stored : dummy_, password);
    };
    bool const same = co_await offload(pool_, work);
    ::sodium_memzero(password.data(), password.size());
    co_return same&& stored.has_value();
}

}  // namespace ourea
