// SPDX-License-Identifier: Apache-2.0
// Fans events out to subscriptions and remembers the last ones for those who reconnect.
#include "core/events.hpp"

#include <boost/asio/redirect_error.hpp>

#include <charconv>

namespace ourea {

namespace asio = boost::asio;

Subscription::Subscription(asio::any_io_executor executor, Actor actor)
    : actor_(std::move(actor)), wake_(executor, asio::steady_timer::time_point::max()) {}

awaitable<std::shared_ptr<std::string const>> Subscription::next() {
    while (queue_.empty() && !closed_) {
        boost::system::error_code woken;
        co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    if (queue_.empty()) co_return nullptr;
    auto frame = std::move(queue_.front());
    queue_.pop_front();
    co_return frame;
}

void Subscription::close() {
    closed_ = true;
    queue_.clear();
    wake_.cancel();
}

bool Subscription::push(std::shared_ptr<std::string const> frame) {
    if (closed_) return false;
    if (queue_.size() >= queue_limit) {
        close();
        return false;
    }
    queue_.push_back(std::move(frame));
    wake_.cancel();
    return true;
}

Events::Events(asio::any_io_executor executor)
    : executor_(std::move(executor)), boot_(random_hex(4)) {}

std::string Events::id_of(std::uint64_t number) const {
    return boot_ + "-" + std::to_string(number);
}

std::shared_ptr<Subscription> Events::subscribe(Actor actor, std::string_view last_event_id) {
    forget_closed();
    auto subscription = std::make_shared<Subscription>(executor_, std::move(actor));
    if (!last_event_id.empty()) replay(*subscription, last_event_id);
    subscriptions_.insert(subscription);
    return subscription;
}

void Events::replay(Subscription& to, std::string_view last_event_id) const {
    std::uint64_t last = 0;
    bool known = last_event_id.starts_with(boot_ + "-");
    if (known) {
        auto const digits = last_event_id.substr(boot_.size() + 1);
        auto const end = digits.data() + digits.size();
        auto const result = std::from_chars(digits.data(), end, last);
        known = result.ec == std::errc{} && result.ptr == end && last <= last_;
    }
    auto const oldest = memory_.empty() ? last_ + 1 : memory_.front().number;
    if (!known || last + 1 < oldest || last_ - last >= Subscription::queue_limit) {
        to.push(std::make_shared<std::string const>("event: reset\nid: " + id_of(last_) +
                                                    "\ndata: {\"kind\":\"reset\"}\n\n"));
        return;
    }
    for (auto const& entry : memory_)
        if (entry.number > last && visible_(to.actor(), entry.audience)) to.push(entry.frame);
}

void Events::publish(std::string_view kind, std::string_view id, RawJson const& row,
                     Audience audience) {
    auto frame = std::make_shared<std::string>("event: ");
    *frame += kind;
    *frame += "\nid: " + id_of(++last_) + "\ndata: {\"kind\":";
    append_json_string(*frame, kind);
    *frame += ",\"id\":";
    append_json_string(*frame, id);
    *frame += ",\"row\":" + row.text + "}\n\n";
    for (auto const& subscription : subscriptions_)
        if (visible_(subscription->actor(), audience)) subscription->push(frame);
    memory_.push_back({last_, std::move(audience), std::move(frame)});
    if (memory_.size() > memory_limit) memory_.pop_front();
    forget_closed();
}

void Events::publish_stats(std::vector<Sample> const& samples) {
    for (auto const& subscription : subscriptions_) {
        std::string items;
        for (auto const& sample : samples) {
            Audience audience{Audience::Kind::viewers_of_instance, sample.id, {}};
            if (!visible_(subscription->actor(), audience)) continue;
            items += items.empty() ? "[" : ",[";
            append_json_string(items, sample.id.str());
            items += ',';
            sample.cpu_percent < 0 ? void(items += "null") : print(items, sample.cpu_percent);
            items += ',';
            sample.memory_used_mib < 0 ? void(items += "null")
                                       : print(items, sample.memory_used_mib);
            items += ']';
        }
        if (items.empty()) continue;
        subscription->push(std::make_shared<std::string const>(
            "event: stats\ndata: {\"kind\":\"stats\",\"items\":[" + items + "]}\n\n"));
    }
    forget_closed();
}

void Events::renew(std::function<void(Actor&)> const& change) {
    for (auto const& subscription : subscriptions_)
        change(subscription->actor_);
}

void Events::close_if(std::function<bool(Actor const&)> const& matches) {
    for (auto const& subscription : subscriptions_)
        if (matches(subscription->actor())) subscription->close();
    forget_closed();
}

bool Events::watched() const {
    return !subscriptions_.empty();
}

void Events::forget_closed() {
    std::erase_if(subscriptions_, [](auto const& subscription) {
        return subscription->closed_ || subscription.use_count() == 1;
    });
}

}  // namespace ourea
