// SPDX-License-Identifier: Apache-2.0
// A host's inner state and the way a verb takes to its threads and back. Only for virt/host*.cpp.
#pragma once

#include "base/error.hpp"
#include "virt/connection.hpp"
#include "virt/host.hpp"
#include "virt/threads.hpp"
#include "virt/uri.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace ourea::virt {

/// A verb on its way: made on the loop, called on a thread, its outcome sent home.
struct VerbTask {
    virtual ~VerbTask() = default;
    virtual void call(virConnectPtr conn) = 0;
    virtual void fail(std::exception_ptr error) = 0;
    virtual bool failed() const = 0;
    virtual void send_home(Mailbox& mailbox) = 0;
    virtual bool wanted() const = 0;  ///< somebody still waits
    virtual void give_up() = 0;       ///< ends the wait without an outcome
};

template <class F, class R>
struct Verb final : VerbTask {
    Verb(F f, std::weak_ptr<Slot<R>> slot) : work(std::move(f)), home(std::move(slot)) {}

    void call(virConnectPtr conn) override { outcome = outcome_of(work, conn); }
    void fail(std::exception_ptr error) override { outcome.error = std::move(error); }
    bool failed() const override { return bool(outcome.error); }
    void send_home(Mailbox& mailbox) override {
        deliver<R>(mailbox, std::move(home), std::move(outcome));
    }
    bool wanted() const override { return !home.expired(); }
    void give_up() override {
        if (auto slot = home.lock()) slot->done.cancel();
    }

    F work;
    std::weak_ptr<Slot<R>> home;
    Outcome<R> outcome;
};

/// Lives on the loop; threads hold weak references to it and only post.
struct HostCore : std::enable_shared_from_this<HostCore> {
    HostCore(boost::asio::any_io_executor executor, HostAddress where, HostTimes limits);

    void open();
    void close();
    void connect();
    void connected(unsigned number, std::shared_ptr<Connection> fresh);
    void failed(unsigned number, std::string reason);
    void lost(unsigned number, std::string const& reason);
    void retry_later();
    void connect_after(std::chrono::milliseconds delay);
    void watch_attempt(unsigned number);
    void say(HostState state, std::string error);
    void tell(HostEvent const& event);
    std::shared_ptr<EventSink> make_sink(unsigned number);

    /// Throws `unavailable` unless a verb may start now.
    void admit(std::size_t running, std::size_t limit) const;
    /// What a verb failed with, in words that name this host and say what to do next.
    Error told_by(Error const& error) const;
    /// Why a verb got no answer at all.
    Error no_answer() const;

    // The queue of verbs (host_queue.cpp)
    void schedule(std::unique_ptr<VerbTask> task);
    void hand_out(std::unique_ptr<VerbTask> task, std::shared_ptr<Connection> with);
    void finished(unsigned number, std::shared_ptr<Connection> with, bool dead);
    void serve_queue();
    void start_queue();
    void drop_queue();

    boost::asio::any_io_executor loop;
    HostAddress address;
    HostTimes times;
    HostUri uri;
    HostStatus status;
    std::function<void(HostStatus const&)> on_state;
    std::function<void(HostEvent const&)> on_event;

    std::shared_ptr<Mailbox> mailbox;
    std::shared_ptr<Connection> connection;  ///< nothing while not online
    unsigned current = 0;                    ///< the attempt that made it
    /// libvirt before 10.4 may crash when two threads use one connection and it breaks
    /// (CVE-2024-4418), so each verb has a connection for itself. `made` counts those that exist.
    std::vector<std::shared_ptr<Connection>> idle;
    std::size_t made = 0;
    std::deque<std::unique_ptr<VerbTask>> queue;  ///< verbs that wait for a connection
    std::unique_ptr<Workers> verbs;
    std::unique_ptr<Workers> jobs;          ///< for long calls; made when first needed
    std::unordered_set<SlotBase*> waiting;  ///< what `close()` must end
    std::size_t verbs_running = 0;          ///< queued or on a thread, also those nobody waits for
    std::size_t jobs_running = 0;

    boost::asio::steady_timer timer;  ///< until the next attempt
    boost::asio::steady_timer watch;  ///< on an attempt that does not come back
    unsigned attempts = 0;            ///< counts them; what an old one says is ignored
    int unanswered = 0;               ///< attempts that are still inside libvirt
    std::chrono::milliseconds next_delay;
    std::minstd_rand random;
    bool closed = false;

    /// What the capabilities say; they may take a slow host half a minute, so `info()` goes
    /// without.
    std::shared_ptr<HostInfo const> described;
    bool describing = false;
};

/// The calls of virt/ speak of "the host"; who reads that may have many.
std::string name_host(std::string words, std::string const& name);

/// What libvirt is to open; blocks where SSH files are to be made first.
std::string prepare_uri(HostUri const& uri, std::filesystem::path const& state_dir);

/// Keeps a waiting verb known to its host for as long as it waits.
class Registration {
public:
    Registration(std::shared_ptr<HostCore> core, SlotBase* slot)
        : core_(std::move(core)), slot_(slot) {
        core_->waiting.insert(slot_);
    }
    ~Registration() { core_->waiting.erase(slot_); }
    Registration(Registration const&) = delete;
    Registration& operator=(Registration const&) = delete;

private:
    std::shared_ptr<HostCore> core_;
    SlotBase* slot_;
};

/// Waits for what a thread was asked for; throws `unavailable` when the host was closed or too
/// slow.
template <class R>
awaitable<R> wait_for(std::shared_ptr<HostCore> core, std::shared_ptr<Slot<R>> slot) {
    Registration const registered(core, slot.get());
    auto arriving = arrival<R>(slot);
    std::optional<Stored<R>> value;
    try {
        value = co_await std::move(arriving);
    } catch (Error const& error) {
        throw core->told_by(error);
    }
    if (!value) throw core->no_answer();
    if constexpr (!std::is_void_v<R>) co_return std::move(*value);
}

/// Runs `work(connection)` on one of the host's threads, within the deadline of a short verb.
template <class F, class R = std::invoke_result_t<F&, virConnectPtr>>
awaitable<R> run(std::shared_ptr<HostCore> core, F work) {
    core->admit(core->verbs_running, Host::queue_limit);
    auto slot = std::make_shared<Slot<R>>(core->loop);
    slot->done.expires_after(core->times.verb);
    ++core->verbs_running;
    core->schedule(std::make_unique<Verb<F, R>>(std::move(work), slot));
    auto finishing = wait_for<R>(core, slot);
    co_return co_await std::move(finishing);
}

/// Runs a long `work(connection)` without a deadline, on a connection of its own; only the test
/// driver, whose state belongs to its connection, shares the host's.
template <class F, class R = std::invoke_result_t<F&, virConnectPtr>>
awaitable<R> run_long(std::shared_ptr<HostCore> core, F work) {
    constexpr std::size_t limit = 32;
    constexpr int threads = 2;
    core->admit(core->jobs_running, limit);
    if (!core->jobs) core->jobs = std::make_unique<Workers>(threads);
    auto slot = std::make_shared<Slot<R>>(core->loop);
    slot->done.expires_at(boost::asio::steady_timer::time_point::max());
    ++core->jobs_running;
    auto task = [mailbox = core->mailbox, weak = std::weak_ptr<HostCore>(core), uri = core->uri,
                 state_dir = core->address.state_dir, connection = core->connection,
                 home = std::weak_ptr<Slot<R>>(slot), work = std::move(work)]() mutable {
        if (!uri.is_test()) connection.reset();
        auto whole = [&] {
            if (connection) return work(connection->handle());
            ConnPtr const own = open_plain(prepare_uri(uri, state_dir));
            return work(own.get());
        };
        auto outcome = outcome_of(whole);
        connection.reset();
        mailbox->post([weak] {
            if (auto owner = weak.lock()) --owner->jobs_running;
        });
        deliver<R>(*mailbox, std::move(home), std::move(outcome));
    };
    core->jobs->post(std::move(task));
    auto finishing = wait_for<R>(core, slot);
    co_return co_await std::move(finishing);
}

}  // namespace ourea::virt
