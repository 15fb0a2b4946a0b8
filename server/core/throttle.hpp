// SPDX-License-Identifier: Apache-2.0
// Limits attempts per key (an account, an address) with token buckets; pure, memory bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ourea {

/// A bucket holds `burst` attempts and gains one per `refill`. The least recently used keys beyond
/// `max_keys` are forgotten.
class Throttle {
public:
    using Clock = std::chrono::steady_clock;

    struct Limits {
        double burst = 10;
        std::chrono::milliseconds refill{30'000};
        std::size_t max_keys = 10'000;
    };

    explicit Throttle(Limits limits) : limits_(limits) {}

    /// Takes one attempt; if there is none, how long until there is.
    std::optional<std::chrono::milliseconds> take(std::string_view key, Clock::time_point now);
    /// Gives one back: the attempt was a good one.
    void give_back(std::string_view key);
    std::size_t size() const { return buckets_.size(); }

private:
    struct Bucket {
        std::string key;
        double tokens;
        Clock::time_point at;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    Bucket& bucket(std::string_view key, Clock::time_point now);

    Limits limits_;
    std::list<Bucket> used_;  ///< most recently used first
    std::unordered_map<std::string_view, std::list<Bucket>::iterator, Hash, std::equal_to<>>
        buckets_;
};

}  // namespace ourea
