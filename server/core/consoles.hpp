// SPDX-License-Identifier: Apache-2.0
// Console tickets, and the consoles that are open: who looks at what, and how to end it.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "core/people.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ourea {

enum class ConsoleKind { vnc };
BOOST_DESCRIBE_ENUM(ConsoleKind, vnc)

/// Good for one console, for 30 seconds, for the session that asked.
struct Ticket {
    std::string secret;
    std::string session_id;
    std::string user;
    InstanceId instance;
    ConsoleKind kind = ConsoleKind::vnc;
    bool view_only = false;
    Time expires_at{};
};

/// Lives on the event loop.
class Consoles {
public:
    using Close = std::function<void(std::string reason)>;
    struct Open {
        Actor actor;
        InstanceId instance;
        bool view_only = false;
        Close close;
    };

    /// Throws `conflict` if the person has too many open.
    Ticket issue(Actor const& actor, InstanceId const& instance, ConsoleKind kind, bool view_only);
    /// Takes the ticket away. Throws `forbidden` if it is unknown, used, too old or another's.
    Ticket redeem(std::string const& secret, Actor const& actor);

    std::uint64_t opened(Open console);
    void closed(std::uint64_t number);
    /// Lets `change` bring the actor of each open console up to date.
    void renew(std::function<void(Actor&)> const& change);
    /// Ends every console for which `reason` has words.
    void close_where(std::function<std::string(Open const&)> const& reason);

private:
    void forget_old();

    static constexpr std::size_t per_user = 32;  ///< tickets and open consoles together
    std::map<std::string, Ticket> tickets_;
    std::map<std::uint64_t, Open> open_;
    std::uint64_t last_ = 0;
};

}  // namespace ourea
