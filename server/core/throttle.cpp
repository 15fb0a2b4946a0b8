// SPDX-License-Identifier: Apache-2.0
// Token buckets in order of their last use.
#include "core/throttle.hpp"

#include <algorithm>
#include <cmath>

namespace ourea {

Throttle::Bucket& Throttle::bucket(std::string_view key, Clock::time_point now) {
    auto const found = buckets_.find(key);
    if (found != buckets_.end()) {
        used_.splice(used_.begin(), used_, found->second);
        return used_.front();
    }
    if (buckets_.size() >= limits_.max_keys) {
        buckets_.erase(used_.back().key);
        used_.pop_back();
    }
    used_.push_front(Bucket{std::string(key), limits_.burst, now});
    buckets_.emplace(used_.front().key, used_.begin());
    return used_.front();
}

std::optional<std::chrono::milliseconds> Throttle::take(std::string_view key,
                                                        Clock::time_point now) {
    auto& b = bucket(key, now);
    std::chrono::duration<double, std::milli> const passed = now - b.at;
    std::chrono::duration<double, std::milli> const refill = limits_.refill;
    b.tokens = std::min(limits_.burst, b.tokens + std::max(0.0, passed / refill));
    b.at = std::max(b.at, now);
    if (b.tokens >= 1) {
        b.tokens -= 1;
        return std::nullopt;
    }
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::ceil((1 - b.tokens) * refill.count())));
}

void Throttle::give_back(std::string_view key) {
    auto const found = buckets_.find(key);
    if (found == buckets_.end()) return;
    auto& tokens = found->second->tokens;
    tokens = std::min(limits_.burst, tokens + 1);
}

}  // namespace ourea
