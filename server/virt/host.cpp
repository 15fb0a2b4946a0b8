// SPDX-License-Identifier: Apache-2.0
// A host's connection: opens it, notices its end, and tries again.
#include "virt/host.hpp"

#include "virt/host_core.hpp"

#include <algorithm>

namespace ourea::virt {

namespace {

/// Attempts to connect that may hang inside libvirt before no other is made.
constexpr int most_unanswered = 4;
constexpr char perhaps_done[] =
    " What was asked for may still have happened: look again once the host is back.";

}  // namespace

std::string name_host(std::string words, std::string const& name) {
    constexpr std::string_view anonymous = "The host ";
    if (words.starts_with(anonymous)) words.replace(0, anonymous.size(), "Host " + name + " ");
    return words;
}

std::string prepare_uri(HostUri const& uri, std::filesystem::path const& state_dir) {
    if (!uri.is_ssh()) return effective_uri(uri, {});
    return effective_uri(uri, ensure_ssh(state_dir));
}

HostCore::HostCore(boost::asio::any_io_executor executor, HostAddress where, HostTimes limits)
    : loop(executor),
      address(std::move(where)),
      times(limits),
      mailbox(std::make_shared<Mailbox>(executor)),
      timer(executor),
      watch(executor),
      next_delay(limits.first_retry),
      random(std::random_device{}()) {
    status.since = now();
}

void HostCore::open() {
    try {
        uri = parse_host_uri(address.uri);
    } catch (Error const& e) {
        mailbox->post([weak = weak_from_this(), words = e.message()] {
            if (auto core = weak.lock()) core->say(HostState::offline, words);
        });
        return;
    }
    connect();
}

void HostCore::close() {
    closed = true;
    mailbox->close();
    on_state = nullptr;
    on_event = nullptr;
    timer.cancel();
    watch.cancel();
    connection.reset();
    drop_queue();
    verbs.reset();
    jobs.reset();
    for (SlotBase* slot : waiting)
        slot->done.cancel();
}

void HostCore::connect() {
    unsigned const number = ++attempts;
    ++unanswered;
    watch_attempt(number);
    start_thread([box = mailbox, weak = weak_from_this(), sink = make_sink(number), number,
                  where = uri, state_dir = address.state_dir] {
        try {
            auto fresh = Connection::open(prepare_uri(where, state_dir), sink);
            box->post([weak, number, fresh = std::move(fresh)]() mutable {
                if (auto core = weak.lock()) core->connected(number, std::move(fresh));
            });
        } catch (std::exception const& e) {
            box->post([weak, number, words = std::string(e.what())] {
                if (auto core = weak.lock()) core->failed(number, words);
            });
        }
    });
}

std::shared_ptr<EventSink> HostCore::make_sink(unsigned number) {
    auto sink = std::make_shared<EventSink>();
    sink->mailbox = mailbox;
    sink->on_event = [weak = weak_from_this(), number](HostEvent const& event) {
        auto core = weak.lock();
        if (core && core->connection && core->current == number) core->tell(event);
    };
    sink->on_close = [weak = weak_from_this(), number](std::string const& reason) {
        if (auto core = weak.lock()) core->lost(number, reason);
    };
    return sink;
}

void HostCore::watch_attempt(unsigned number) {
    watch.expires_after(times.attempt);
    watch.async_wait([weak = weak_from_this(), number](boost::system::error_code ec) {
        auto core = weak.lock();
        if (ec || !core || core->closed || core->connection || core->attempts != number) return;
        core->say(HostState::offline, "The host does not answer.");
        if (core->closed) return;
        // The silent attempt stays: it succeeds when the daemon wakes up. Another one finds a
        // daemon that took its place.
        if (core->unanswered < most_unanswered) core->retry_later();
    });
}

void HostCore::connected(unsigned number, std::shared_ptr<Connection> fresh) {
    --unanswered;
    if (closed || connection) return;
    connection = std::move(fresh);
    current = number;
    next_delay = times.first_retry;
    describing = false;
    timer.cancel();
    watch.cancel();
    start_queue();
    say(HostState::online, {});
}

void HostCore::failed(unsigned number, std::string reason) {
    --unanswered;
    if (closed || connection || number != attempts) return;
    watch.cancel();
    say(HostState::offline, std::move(reason));
    if (!closed) retry_later();
}

void HostCore::lost(unsigned number, std::string const& reason) {
    if (closed || !connection || number != current) return;
    connection.reset();
    described.reset();
    drop_queue();
    // Some of its threads may hang for good; the next connection gets others.
    verbs->retire();
    verbs.reset();
    say(HostState::offline, reason);
    if (!closed) retry_later();
}

/// Doubles the pause each time, and spreads it, so that a site's hosts do not all come at once.
void HostCore::retry_later() {
    std::uniform_real_distribution<double> spread(0.5, 1.5);
    auto const delay = std::chrono::duration<double, std::milli>(
        static_cast<double>(next_delay.count()) * spread(random));
    next_delay = std::min(next_delay * 2, times.last_retry);
    connect_after(std::chrono::duration_cast<std::chrono::milliseconds>(delay));
}

void HostCore::connect_after(std::chrono::milliseconds delay) {
    timer.expires_after(delay);
    timer.async_wait([weak = weak_from_this(), number = attempts](boost::system::error_code ec) {
        auto core = weak.lock();
        if (ec || !core || core->closed || core->connection || core->attempts != number) return;
        core->connect();
    });
}

void HostCore::say(HostState state, std::string error) {
    if (closed || (status.state == state && status.error == error)) return;
    if (status.state != state) status.since = now();
    status.state = state;
    status.error = std::move(error);
    // A copy of each, because the handler may close or destroy the host.
    auto const keep = shared_from_this();
    auto const handler = on_state;
    HostStatus const said = status;
    if (handler) handler(said);
}

void HostCore::tell(HostEvent const& event) {
    auto const keep = shared_from_this();
    auto const handler = on_event;
    if (handler) handler(event);
}

void HostCore::admit(std::size_t running, std::size_t limit) const {
    if (closed) throw no_answer();
    if (!connection) {
        throw Error(
            Kind::unavailable,
            "Host " + address.name + " cannot be reached at present. Try again once it is back.",
            status.error);
    }
    if (running >= limit) {
        throw Error(Kind::unavailable,
                    "Host " + address.name + " is busy with too many requests. Try again soon.");
    }
}

Error HostCore::told_by(Error const& error) const {
    auto words = name_host(error.message(), address.name);
    bool const silent = error.message().starts_with(host_is_silent);
    bool const nameless = words == error.message() && error.kind() == Kind::unavailable;
    if (nameless) words = "Host " + address.name + ": " + words;
    if (silent) words += (words.ends_with('.') ? "" : ".") + std::string(perhaps_done);
    return {error.kind(), std::move(words), error.detail(), error.field()};
}

Error HostCore::no_answer() const {
    auto const host = "Host " + address.name;
    if (closed) return {Kind::unavailable, host + " was removed, or the portal is ending."};
    if (!connection)
        return {Kind::unavailable,
                "The connection to host " + address.name + " was lost." + perhaps_done};
    return {Kind::unavailable, host + " did not answer in time." + perhaps_done};
}

Host::Host(EventThread&, boost::asio::any_io_executor loop, HostAddress address, HostTimes times)
    : core_(std::make_shared<HostCore>(std::move(loop), std::move(address), times)) {}

Host::~Host() {
    close();
}

void Host::on_state(std::function<void(HostStatus const&)> handler) {
    core_->on_state = std::move(handler);
}

void Host::on_event(std::function<void(HostEvent const&)> handler) {
    core_->on_event = std::move(handler);
}

void Host::open() {
    core_->open();
}

void Host::close() {
    auto const core = core_;
    if (!core->closed) core->close();
}

void Host::retry_now() {
    if (core_->closed || core_->status.state != HostState::offline || core_->attempts == 0) return;
    core_->next_delay = core_->times.first_retry;
    if (core_->unanswered < most_unanswered) core_->connect_after(std::chrono::milliseconds(0));
}

HostAddress const& Host::address() const {
    return core_->address;
}

HostStatus const& Host::status() const {
    return core_->status;
}

}  // namespace ourea::virt
