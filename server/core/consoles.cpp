// SPDX-License-Identifier: Apache-2.0
// Issues and redeems console tickets.
#include "core/consoles.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <vector>

namespace ourea {

Ticket Consoles::issue(Actor const& actor, InstanceId const& instance, ConsoleKind kind,
                       bool view_only) {
    forget_old();
    auto const theirs = [&](auto const& entry) { return entry.second.user == actor.user; };
    auto const looks = [&](auto const& entry) { return entry.second.actor.user == actor.user; };
    auto const count = std::count_if(tickets_.begin(), tickets_.end(), theirs) +
                       std::count_if(open_.begin(), open_.end(), looks);
    if (static_cast<std::size_t>(count) >= per_user)
        throw Error(Kind::conflict, "You have too many consoles open; close one first.");
    Ticket ticket{random_hex(16),
                  actor.session_id,
                  actor.user,
                  instance,
                  kind,
                  view_only,
                  now() + std::chrono::seconds(30)};
    tickets_[ticket.secret] = ticket;
    return ticket;
}

Ticket Consoles::redeem(std::string const& secret, Actor const& actor) {
    forget_old();
    auto const found = tickets_.find(secret);
    bool const good = found != tickets_.end() && found->second.session_id == actor.session_id &&
                      found->second.user == actor.user;
    if (!good)
        throw Error(Kind::forbidden, "This console ticket is not valid any more; open it again.");
    auto ticket = std::move(found->second);
    tickets_.erase(found);
    return ticket;
}

std::uint64_t Consoles::opened(Open console) {
    open_[++last_] = std::move(console);
    return last_;
}

void Consoles::closed(std::uint64_t number) {
    open_.erase(number);
}

void Consoles::renew(std::function<void(Actor&)> const& change) {
    for (auto& [number, console] : open_)
        change(console.actor);
}

void Consoles::close_where(std::function<std::string(Open const&)> const& reason) {
    std::vector<std::pair<Close, std::string>> ending;
    for (auto const& [number, console] : open_)
        if (auto words = reason(console); !words.empty())
            ending.emplace_back(console.close, std::move(words));
    for (auto const& [close, words] : ending)
        close(words);
}

void Consoles::forget_old() {
    std::erase_if(tickets_,
                  [at = now()](auto const& entry) { return entry.second.expires_at < at; });
}

}  // namespace ourea
