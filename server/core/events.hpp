// SPDX-License-Identifier: Apache-2.0
// Bounded fan-out of changes to whoever watches, filtered by what each may see, resumable.
#pragma once

#include "base/ids.hpp"
#include "base/offload.hpp"
#include "base/reflect.hpp"
#include "core/people.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace ourea {

/// Who may receive an event.
struct Audience {
    enum class Kind {
        viewers_of_instance,
        user,
        only_user,
        staff,
        administrators,
        group,       ///< its members, and the staff
        who_gained,  ///< the user, or the members of the group, who see the instance
        who_lost     ///< and those who do not
    };
    Kind kind = Kind::administrators;
    InstanceId instance;  ///< for `viewers_of_instance`, `who_gained` and `who_lost`
    /// For `only_user`, and `user`: staff and administrators as well. For the last three "NAME" or
    /// "group:NAME".
    std::string user;
};

/// One watcher's queue. Lives on the event loop.
class Subscription {
public:
    explicit Subscription(boost::asio::any_io_executor executor, Actor actor);

    /// The next server-sent event frame; null once the subscription is closed.
    awaitable<std::shared_ptr<std::string const>> next();
    /// Ends the stream: the session ended, the server stops, or the reader was too slow.
    void close();
    Actor const& actor() const { return actor_; }

private:
    friend class Events;
    /// False if the queue is full; the subscription is then closed, and the browser resumes.
    bool push(std::shared_ptr<std::string const> frame);

    static constexpr std::size_t queue_limit = 512;
    Actor actor_;
    boost::asio::steady_timer wake_;
    std::deque<std::shared_ptr<std::string const>> queue_;
    bool closed_ = false;
};

/// Lives on the event loop.
class Events {
public:
    using Visible = std::function<bool(Actor const&, Audience const&)>;
    /// One running machine's figures of a tick: id, CPU percent, memory used in MiB; -1 is "no
    /// data".
    struct Sample {
        InstanceId id;
        double cpu_percent = -1;
        std::int64_t memory_used_mib = -1;
    };

    explicit Events(boost::asio::any_io_executor executor);

    /// Decides who sees what; set once by the composition root.
    void filter_by(Visible visible) { visible_ = std::move(visible); }

    /// Subscribes; with the id of the last event received, what was missed comes first, or a
    /// `reset` if that is no longer known. `last_event_id` empty: from now on.
    std::shared_ptr<Subscription> subscribe(Actor actor, std::string_view last_event_id);

    /// `row` is the object as its list shows it, "null" if it is gone.
    void publish(std::string_view kind, std::string_view id, RawJson const& row, Audience audience);
    /// Numbers of one tick; not resumable, the next tick replaces them.
    void publish_stats(std::vector<Sample> const& samples);
    /// Lets `change` bring each subscriber's actor up to date.
    void renew(std::function<void(Actor&)> const& change);
    /// Closes every subscription whose actor matches.
    void close_if(std::function<bool(Actor const&)> const& matches);
    bool watched() const;

private:
    struct Entry {
        std::uint64_t number;
        Audience audience;
        std::shared_ptr<std::string const> frame;
    };

    std::string id_of(std::uint64_t number) const;
    void replay(Subscription& to, std::string_view last_event_id) const;
    void forget_closed();

    static constexpr std::size_t memory_limit = 2000;
    boost::asio::any_io_executor executor_;
    Visible visible_;
    std::string boot_;  ///< tells ids of an earlier run of the server apart
    std::uint64_t last_ = 0;
    std::deque<Entry> memory_;
    std::set<std::shared_ptr<Subscription>> subscriptions_;
};

}  // namespace ourea
