// SPDX-License-Identifier: Apache-2.0
// The RFB messages of a client, RFC 6143 and the extensions that noVNC and QEMU know.
#include "http/rfb_filter.hpp"

#include <algorithm>

namespace ourea::http {

namespace {

constexpr std::size_t version_size = 12;
constexpr std::size_t guest_head_size = version_size + 4;
constexpr std::uint32_t most_encodings = 1024;
constexpr std::uint32_t most_fence_bytes = 64;

enum Message : std::uint8_t {
    set_pixel_format = 0,
    set_encodings = 2,
    framebuffer_update_request = 3,
    key_event = 4,
    pointer_event = 5,
    client_cut_text = 6,
    enable_continuous_updates = 150,
    fence = 248,
    xvp = 250,
    set_desktop_size = 251,
    qemu = 255,
};

std::uint8_t byte_at(std::string const& text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

std::uint32_t u16_at(std::string const& text, std::size_t at) {
    return (std::uint32_t{byte_at(text, at)} << 8) | byte_at(text, at + 1);
}

std::uint32_t u32_at(std::string const& text, std::size_t at) {
    return (u16_at(text, at) << 16) | u16_at(text, at + 2);
}

/// 3, 7 or 8 for "RFB 003.008\n"; what is newer counts as 8, anything else as 0.
int minor_version(std::string const& text) {
    if (text.size() < version_size || !text.starts_with("RFB 00")) return 0;
    auto const number = text.substr(4, 7);
    if (number < "003.003" || number > "009.999") return 0;
    return number < "003.007" ? 3 : number < "003.008" ? 7 : 8;
}

}  // namespace

void RfbViewOnly::from_guest(std::string_view bytes) {
    if (guest_head_.size() < guest_head_size)
        guest_head_.append(bytes.substr(0, guest_head_size - guest_head_.size()));
}

bool RfbViewOnly::from_browser(std::string_view bytes, std::string& out) {
    out_ = &out;
    while (!bytes.empty() && error_.empty()) {
        if (state_ == State::guest_choice) {
            follow_guest_choice();
        } else if (dropping_ > 0) {
            auto const gone = std::min<std::uint64_t>(dropping_, bytes.size());
            bytes.remove_prefix(static_cast<std::size_t>(gone));
            dropping_ -= gone;
        } else {
            auto const taken = std::min(needed_ - head_.size(), bytes.size());
            head_.append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            while (head_.size() == needed_ && error_.empty())
                step();
        }
    }
    out_ = nullptr;
    return error_.empty();
}

/// Either wants to see more of what is being gathered, or keeps, drops or refuses it.
void RfbViewOnly::step() {
    switch (state_) {
        case State::version:
            return read_version();
        case State::guest_choice:
            return;
        case State::security:
            return read_security();
        case State::vnc_response:
            return keep(State::client_init, 1);
        case State::client_init:
            // Without the shared flag the guest would throw everybody else out.
            head_[0] = 1;
            return keep(State::message, 1);
        case State::message:
            return read_message();
    }
}

void RfbViewOnly::read_version() {
    int const client = head_ == "RFB 003.003\n"   ? 3
                       : head_ == "RFB 003.007\n" ? 7
                       : head_ == "RFB 003.008\n" ? 8
                                                  : 0;
    if (client == 0) return fail("The console's client speaks an unknown version of VNC");
    // A guest that is older than the client claims would read the handshake differently.
    if (client > minor_version(guest_head_))
        return fail("The console's client speaks a newer version of VNC than the guest");
    keep(client == 3 ? State::guest_choice : State::security, 1);
}

void RfbViewOnly::follow_guest_choice() {
    if (guest_head_.size() < guest_head_size) return fail("The console's client spoke out of turn");
    switch (u32_at(guest_head_, version_size)) {
        case 1:
            state_ = State::client_init;
            return want(1);
        case 2:
            state_ = State::vnc_response;
            return want(16);
        default:
            return fail("View-only consoles need VNC security None or VNC");
    }
}

void RfbViewOnly::read_security() {
    switch (byte_at(head_, 0)) {
        case 1:
            return keep(State::client_init, 1);
        case 2:
            return keep(State::vnc_response, 16);
        default:
            return fail("View-only consoles need VNC security None or VNC");
    }
}

void RfbViewOnly::read_message() {
    auto const size = head_.size();
    auto keep_fixed = [&](std::size_t whole) {
        return size == whole ? keep(State::message, 1) : want(whole);
    };
    switch (byte_at(head_, 0)) {
        case set_pixel_format:
            return keep_fixed(20);
        case framebuffer_update_request:
            return keep_fixed(10);
        case enable_continuous_updates:
            return keep_fixed(10);
        case set_encodings:
            if (size < 4) return want(4);
            if (u16_at(head_, 2) > most_encodings) break;
            return keep_fixed(4 + 4 * u16_at(head_, 2));
        case fence:
            if (size < 9) return want(9);
            if (byte_at(head_, 8) > most_fence_bytes) break;
            return keep_fixed(9 + std::size_t{byte_at(head_, 8)});
        case key_event:
            return drop(7);
        case pointer_event:
            return drop(5);
        case client_cut_text: {
            if (size < 8) return want(8);
            // Extended clipboard messages carry their length negated.
            auto const length = static_cast<std::int32_t>(u32_at(head_, 4));
            auto const signed_length = std::int64_t{length};
            return drop(static_cast<std::uint64_t>(length < 0 ? -signed_length : signed_length));
        }
        case xvp:
            return drop(3);
        case set_desktop_size:
            return size < 8 ? want(8) : drop(16 * std::uint64_t{byte_at(head_, 6)});
        case qemu:
            return read_qemu_message();
        default:
            break;
    }
    fail("The console's client sent a message that view-only consoles do not know");
}

void RfbViewOnly::read_qemu_message() {
    constexpr std::uint8_t extended_key = 0;
    constexpr std::uint8_t audio = 1;
    if (head_.size() < 2) return want(2);
    if (byte_at(head_, 1) == extended_key) return drop(10);
    if (byte_at(head_, 1) != audio)
        return fail("The console's client sent a message that view-only consoles do not know");
    if (head_.size() < 4) return want(4);
    constexpr std::uint32_t set_format = 2;
    drop(u16_at(head_, 2) == set_format ? 6 : 0);
}

void RfbViewOnly::keep(State next, std::size_t size) {
    out_->append(head_);
    head_.clear();
    state_ = next;
    needed_ = size;
}

void RfbViewOnly::drop(std::uint64_t rest) {
    head_.clear();
    dropping_ = rest;
    needed_ = 1;
}

void RfbViewOnly::fail(std::string why) {
    error_ = std::move(why);
}

}  // namespace ourea::http
