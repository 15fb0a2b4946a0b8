// SPDX-License-Identifier: Apache-2.0
// Password hashing (Argon2id) on its own bounded threads, and the rules a new password obeys.
#pragma once

#include "base/offload.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace ourea {

/// Throws `invalid` for the field "password": 8 to 1024 bytes of UTF-8, not the user's name.
void check_password(std::string_view user, std::string_view password);

/// Thread-safe. Each hash takes 19 MiB and some tens of milliseconds; two run at a time, some
/// wait, more are refused with `unavailable`, so that a flood costs neither memory nor time.
class Passwords {
public:
    Passwords();
    ~Passwords();

    awaitable<std::string> hash(std::string password);

    /// Whether `password` is the one that `stored` was made of. Without `stored` (no such user, no
    /// password) it works as long and answers false, so that nobody learns which users exist.
    awaitable<bool> verify(std::optional<std::string> stored, std::string password);

    /// Blocks; for the command line.
    static std::string hash_now(std::string_view password);

private:
    class Turn;

    static bool verify_now(std::string const& stored, std::string_view password);

    std::string dummy_;
    std::atomic<int> waiting_ = 0;
    boost::asio::thread_pool pool_;
};

}  // namespace ourea
