// SPDX-License-Identifier: Apache-2.0
// The view-only filter: what passes, what is dropped, what ends the console; split in every way.
#include "http/rfb_filter.hpp"

#include <gtest/gtest.h>

#include <random>

namespace ourea::http {
namespace {

using namespace std::string_literals;

std::string const version_38 = "RFB 003.008\n";
std::string const pixel_format = "\0\0\0\0"s + "0123456789abcdef";
std::string const encodings = "\2\0\0\2"s + "aaaabbbb";
std::string const update_request = "\3\1"s + "xxyywwhh";
std::string const continuous = "\x96\1"s + "xxyywwhh";
std::string const fence = "\xf8\0\0\0ffff\3abc"s;
std::string const key = "\4\1\0\0kkkk"s;
std::string const pointer = "\5\1xxyy"s;
std::string const cut_text = "\6\0\0\0\0\0\0\5hello"s;
std::string const extended_cut_text = "\6\0\0\0\xff\xff\xff\xfa"s + "\4\4\4\4\4\4";
std::string const xvp = "\xfa\0\1\2"s;
std::string const desktop_size = "\xfb\0wwhh\2\0"s + std::string(32, '\4');
std::string const qemu_key = "\xff\0\0\1kkkkcccc"s;
std::string const qemu_audio_on = "\xff\1\0\0"s;
std::string const qemu_audio_format = "\xff\1\0\2\1\2ffff"s;

struct Seen {
    bool good = true;
    std::string passed;
    std::string error;
};

/// Feeds `bytes` in pieces of `piece`, after the guest has introduced itself.
Seen filter(std::string const& bytes, std::size_t piece,
            std::string const& guest = "RFB 003.008\n") {
    RfbViewOnly rfb;
    rfb.from_guest(guest);
    Seen seen;
    for (std::size_t at = 0; at < bytes.size() && seen.good; at += piece)
        seen.good = rfb.from_browser(std::string_view(bytes).substr(at, piece), seen.passed);
    seen.error = rfb.error();
    return seen;
}

void expect_passed(std::string const& bytes, std::string const& passed,
                   std::string const& guest = "RFB 003.008\n") {
    for (std::size_t piece :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, bytes.size()}) {
        auto const seen = filter(bytes, piece, guest);
        EXPECT_TRUE(seen.good) << seen.error << " in pieces of " << piece;
        EXPECT_EQ(seen.passed, passed) << "in pieces of " << piece;
    }
}

TEST(RfbViewOnly, LetsSeeButNotTouch) {
    auto const handshake = version_38 + "\1\1";
    auto const sees = pixel_format + encodings + update_request + continuous + fence;
    auto const touches = key + pointer + cut_text + extended_cut_text + xvp + desktop_size +
                         qemu_key + qemu_audio_on + qemu_audio_format;
    expect_passed(handshake + sees + touches + update_request, handshake + sees + update_request);
    expect_passed(handshake + touches + sees, handshake + sees);
}

TEST(RfbViewOnly, FollowsThePasswordHandshake) {
    auto const response = "0123456789abcdef"s;
    auto const handshake = "RFB 003.007\n\2"s + response + "\1";
    expect_passed(handshake + key + update_request, handshake + update_request);
}

TEST(RfbViewOnly, TakesTheSecurityOf33FromTheGuest) {
    auto const version = "RFB 003.003\n"s;
    auto const response = "0123456789abcdef"s;
    expect_passed(version + "\1" + key, version + "\1", version + "\0\0\0\1"s);
    expect_passed(version + response + "\1" + key, version + response + "\1",
                  version + "\0\0\0\2"s);
    EXPECT_FALSE(filter(version + "\1", 1, version).good);
    EXPECT_FALSE(filter(version + "\1", 1, version + "\0\0\0\x13"s).good);
}

TEST(RfbViewOnly, AlwaysShares) {
    expect_passed(version_38 + "\1\0"s, version_38 + "\1\1");
}

TEST(RfbViewOnly, RefusesToBeFooledAboutTheVersion) {
    // A guest of 3.3 would read "VNC, 16 bytes" as ClientInit and two key events.
    EXPECT_FALSE(filter(version_38 + "\2" + key + key, 1, "RFB 003.003\n\0\0\0\1"s).good);
    EXPECT_FALSE(filter("RFB 003.008\n", 12, "").good);
    for (char const* odd : {"RFB 003.005\n", "RFB 003.889\n", "RFB 004.000\n", "GET / HTTP/1"})
        EXPECT_FALSE(filter(odd, 12).good) << odd;
    EXPECT_TRUE(filter(version_38, 12, "RFB 003.889\n").good);
}

TEST(RfbViewOnly, RefusesWhatItDoesNotKnow) {
    auto const handshake = version_38 + "\1\1";
    for (std::string const& odd :
         {"\1"s, "\7"s, "\xfd"s, "\xff\2"s, "\2\0\xff\xff"s, "\xf8\0\0\0ffff\x41"s}) {
        auto const seen = filter(handshake + odd, 1);
        EXPECT_FALSE(seen.good);
        EXPECT_FALSE(seen.error.empty());
        EXPECT_EQ(seen.passed, handshake);
    }
    EXPECT_FALSE(filter(version_38 + "\x10", 1).good);
}

TEST(RfbViewOnly, StaysRefused) {
    RfbViewOnly rfb;
    std::string out;
    rfb.from_guest(version_38);
    EXPECT_FALSE(rfb.from_browser(version_38 + "\x10", out));
    out.clear();
    EXPECT_FALSE(rfb.from_browser(update_request, out));
    EXPECT_EQ(out, "");
}

/// Whatever comes, in whatever pieces: only whole messages of the kinds that only look come out.
TEST(RfbViewOnly, PassesNoInputOfRandomBytes) {
    std::mt19937 random(42);
    std::uniform_int_distribution<int> any(0, 255);
    std::string const parts[] = {pixel_format, encodings, update_request, key,  pointer,
                                 cut_text,     qemu_key,  desktop_size,   fence};
    for (int round = 0; round < 2000; ++round) {
        std::string bytes = version_38 + "\1\1";
        for (int i = 0; i < 8; ++i) {
            bytes += parts[static_cast<std::size_t>(any(random)) % std::size(parts)];
            if (any(random) < 32) bytes[bytes.size() / 2] = static_cast<char>(any(random));
            if (any(random) < 32) bytes += static_cast<char>(any(random));
        }
        auto const whole = filter(bytes, bytes.size());
        auto const split = filter(bytes, 1 + static_cast<std::size_t>(any(random)) % 9);
        EXPECT_EQ(whole.passed, split.passed);
        EXPECT_EQ(whole.good, split.good);
        // What passed is itself a stream that passes unchanged: it holds no input.
        auto const again = filter(whole.passed, whole.passed.size() + 1);
        EXPECT_EQ(again.passed, whole.passed);
    }
}

}  // namespace
}  // namespace ourea::http
