// SPDX-License-Identifier: Apache-2.0
// Lets a VNC client see but not touch: reads its RFB messages and drops those that are input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ourea::http {

/// Follows RFB 3.3, 3.7 and 3.8 with security "None" and "VNC". Only whole messages of known kinds
/// are passed on, so the guest never reads what the filter did not. Input may be split anywhere.
class RfbViewOnly {
public:
    /// Bytes from the browser; what may pass is appended to `out`. False once the browser has sent
    /// what the filter does not know: the console must end, `error()` says why.
    bool from_browser(std::string_view bytes, std::string& out);

    /// Bytes from the guest, before the browser gets them: in RFB 3.3 it is the guest that chooses
    /// the security type.
    void from_guest(std::string_view bytes);

    std::string const& error() const noexcept { return error_; }

private:
    enum class State { version, guest_choice, security, vnc_response, client_init, message };

    void step();
    void read_version();
    void follow_guest_choice();
    void read_security();
    void read_message();
    void read_qemu_message();
    void want(std::size_t size) { needed_ = size; }
    void keep(State next, std::size_t size);
    void drop(std::uint64_t rest);
    void fail(std::string why);

    State state_ = State::version;
    std::string head_;            ///< the message being gathered
    std::size_t needed_ = 12;     ///< bytes of `head_` that the next step wants to see
    std::uint64_t dropping_ = 0;  ///< bytes of a dropped message still to come
    std::string error_;
    std::string* out_ = nullptr;  ///< only while `from_browser` runs
    std::string guest_head_;      ///< the guest's version and, in 3.3, its security type
};

}  // namespace ourea::http
