// SPDX-License-Identifier: Apache-2.0
// Memory that consoles borrow while data flows.
#pragma once

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace ourea::http {

/// A large buffer while data flows; idle consoles hold none.
class LargeBuffer {
public:
    static constexpr std::size_t size = 256 * 1024;

    LargeBuffer() {
        auto& spare = pool();
        if (spare.empty()) {
            memory_ = std::make_unique_for_overwrite<char[]>(size);
        } else {
            memory_ = std::move(spare.back());
            spare.pop_back();
        }
    }
    LargeBuffer(LargeBuffer const&) = delete;
    LargeBuffer& operator=(LargeBuffer const&) = delete;
    ~LargeBuffer() {
        constexpr std::size_t most_spare = 8;
        if (pool().size() < most_spare) pool().push_back(std::move(memory_));
    }

    boost::asio::mutable_buffer all() { return boost::asio::buffer(memory_.get(), size); }
    char const* data() const { return memory_.get(); }

private:
    static std::vector<std::unique_ptr<char[]>>& pool() {
        thread_local std::vector<std::unique_ptr<char[]>> spare;
        return spare;
    }

    std::unique_ptr<char[]> memory_;
};

}  // namespace ourea::http
