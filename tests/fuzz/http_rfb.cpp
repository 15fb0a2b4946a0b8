// SPDX-License-Identifier: Apache-2.0
// Fuzzes the view-only filter: however split, the same passes, and nothing that passed is input.
#include "http/rfb_filter.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

struct Seen {
    bool good = true;
    std::string passed;
};

Seen filter(std::string_view guest, std::string_view bytes, std::size_t piece) {
    ourea::http::RfbViewOnly rfb;
    rfb.from_guest(guest);
    Seen seen;
    for (std::size_t at = 0; at < bytes.size() && seen.good; at += piece)
        seen.good = rfb.from_browser(bytes.substr(at, piece), seen.passed);
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    constexpr std::size_t guest_head = 16;
    if (size < 1 + guest_head) return 0;
    std::string_view const all(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const guest = all.substr(0, guest_head);
    auto const bytes = all.substr(guest_head);
    auto const whole = filter(guest, bytes, bytes.size() + 1);
    auto const split = filter(guest, bytes, 1u + data[0] % 32u);
    if (whole.good != split.good || whole.passed != split.passed) std::abort();
    // What passed passes again unchanged, so it holds nothing that is dropped.
    if (filter(guest, whole.passed, whole.passed.size() + 1).passed != whole.passed) std::abort();
    return 0;
}
