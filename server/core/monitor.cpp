// SPDX-License-Identifier: Apache-2.0
// Lists a host when it comes online, follows its events, and looks again from time to time.
#include "core/monitor.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <utility>

namespace ourea {

namespace asio = boost::asio;

namespace {

/// From so many changed machines on, one list is cheaper than a question for each.
constexpr std::size_t many = 50;
/// How long machines wait for the volumes, whose sizes they show, when a host comes online.
constexpr std::chrono::seconds storage_patience{5};
/// So many machines are read again at each look at their figures, in turns: libvirt tells of no
/// event when only a definition is changed, such as by `virsh attach-disk --config`.
constexpr std::size_t turns = 5;

bool shows_volumes(virt::PoolFacts const& pool) {
    return pool.state == "running" || pool.state == "degraded";
}

}  // namespace

Monitor::Monitor(virt::EventThread& thread, asio::any_io_executor loop, virt::HostAddress address,
                 Inventory& inventory, Events& events, MonitorTimes times)
    : loop_(loop),
      name_(address.name),
      inventory_(inventory),
      events_(events),
      times_(times),
      host_(std::make_shared<virt::Host>(thread, loop, std::move(address), times.host)),
      machines_wake_(loop),
      storage_wake_(loop),
      tick_(loop) {}

void Monitor::open() {
    std::weak_ptr<Monitor> const weak = weak_from_this();
    host_->on_state([weak](virt::HostStatus const& status) {
        if (auto const self = weak.lock()) self->changed(status);
    });
    host_->on_event([weak](virt::HostEvent const& event) {
        if (auto const self = weak.lock()) self->heard(event);
    });
    host_->open();
}

void Monitor::close() {
    closed_ = true;
    ++epoch_;
    host_->close();
    wake();
    tick_.cancel();
}

void Monitor::changed(virt::HostStatus const& status) {
    if (closed_) return;
    bool const online = status.state == virt::HostState::online;
    log::info(online ? "host is online" : "host is not online",
              {{"host", name_}, {"reason", status.error}});
    auto const epoch = ++epoch_;
    wake();
    tick_.cancel();
    inventory_.set_status(name_, status);
    if (!online) return;
    complained_.clear();
    storage_known_ = listed_ = false;
    look_at_everything();
    auto const self = shared_from_this();
    spawn(tick(self, epoch));
    spawn(follow_storage(self, epoch));
    spawn(follow_machines(self, epoch));
}

void Monitor::heard(virt::HostEvent const& event) {
    using Event = virt::HostEventKind;
    if (closed_) return;
    log::debug("host event", {{"host", name_}, {"name", event.name}, {"detail", event.detail}});
    switch (event.kind) {
        case Event::pool:
            storage_pending_ = true;
            break;
        case Event::network:
            networks_pending_ = true;
            break;
        case Event::lost:
            look_at_everything();
            break;
        case Event::domain_graphics:
        case Event::domain_agent:
        case Event::domain_reboot:
            return;  // change nothing that is shown
        default:
            if (heard_ && listed_) heard_(name_, event);
            machines_pending_.insert(event.id);
    }
    wake();
}

void Monitor::look_at_everything() {
    list_pending_ = storage_pending_ = networks_pending_ = true;
    sought_.clear();
}

void Monitor::look_at_some() {
    auto const* picture = inventory_.host(name_);
    if (!picture || !listed_) return;
    std::set<InstanceId> ids;
    for (auto const& entry : picture->domains)
        ids.insert(entry.first);
    auto next = ids.upper_bound(last_turn_);
    for (std::size_t i = 0; i < std::min(turns, ids.size()); ++i, ++next) {
        if (next == ids.end()) next = ids.begin();
        machines_pending_.insert(*next);
        last_turn_ = *next;
    }
    wake();
}

void Monitor::wake() {
    machines_wake_.cancel();
    storage_wake_.cancel();
}

void Monitor::spawn(awaitable<void> work) {
    asio::co_spawn(loop_, std::move(work), [host = name_](std::exception_ptr error) {
        if (error) log::error("monitor failed", {{"host", host}, {"error", describe(error)}});
    });
}

void Monitor::complain(std::string const& what, std::exception const& error) {
    if (closed_) return;
    bool const first = complained_.insert(what).second;
    auto const* ours = dynamic_cast<Error const*>(&error);
    auto const detail = ours ? ours->detail() : std::string();
    (first ? log::warning : log::debug)(
        "could not read " + what,
        {{"host", name_}, {"error", std::string_view(error.what())}, {"detail", detail}});
}

awaitable<void> Monitor::sleep(asio::steady_timer& timer) {
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

awaitable<void> Monitor::settle() {
    asio::steady_timer timer(loop_, times_.settle);
    co_await sleep(timer);
}

// ---- coroutines that last as long as the connection
// ------------------------------------------------

awaitable<void> Monitor::follow_machines(Self self, std::uint64_t epoch) {
    self->machines_wake_.expires_after(storage_patience);
    auto const deadline = self->machines_wake_.expiry();
    while (self->alive(epoch) && !self->storage_known_ &&
           std::chrono::steady_clock::now() < deadline) {
        co_await self->sleep(self->machines_wake_);
    }
    while (self->alive(epoch)) {
        co_await self->drain_machines(epoch);
        if (!self->alive(epoch)) co_return;
        self->machines_wake_.expires_at(asio::steady_timer::time_point::max());
        while (self->alive(epoch) && !self->list_pending_ && self->machines_pending_.empty())
            co_await self->sleep(self->machines_wake_);
        if (self->alive(epoch)) co_await self->settle();
    }
}

awaitable<void> Monitor::follow_storage(Self self, std::uint64_t epoch) {
    while (self->alive(epoch)) {
        if (self->networks_pending_) co_await self->read_networks(epoch);
        if (self->alive(epoch) && self->storage_pending_) co_await read_storage(self, epoch);
        if (!self->alive(epoch)) co_return;
        self->storage_known_ = true;
        self->machines_wake_.cancel();
        self->storage_wake_.expires_at(asio::steady_timer::time_point::max());
        while (self->alive(epoch) && !self->storage_pending_ && !self->networks_pending_)
            co_await self->sleep(self->storage_wake_);
        if (self->alive(epoch)) co_await self->settle();
    }
}

awaitable<void> Monitor::tick(Self self, std::uint64_t epoch) {
    auto reconcile = std::chrono::steady_clock::now() + self->times_.reconcile;
    for (unsigned count = 0; self->alive(epoch); ++count) {
        bool const lively = count % self->times_.lazy == 0 || self->events_.watched();
        co_await self->read_figures(epoch, lively);
        if (!self->alive(epoch)) co_return;
        self->tick_.expires_after(self->times_.statistics);
        co_await self->sleep(self->tick_);
        bool const due = std::chrono::steady_clock::now() >= reconcile;
        if (!self->alive(epoch)) co_return;
        if (!due && !self->mend_) {
            if (lively) self->look_at_some();
            continue;
        }
        if (due) reconcile = std::chrono::steady_clock::now() + self->times_.reconcile;
        self->mend_ = false;
        self->look_at_everything();
        self->wake();
    }
}

// ---- one look each
// -------------------------------------------------------------------------------------

awaitable<void> Monitor::refresh(InstanceId id) {
    return read_domain(shared_from_this(), std::move(id), epoch_);
}

awaitable<void> Monitor::refresh_storage() {
    return read_storage(shared_from_this(), epoch_);
}

awaitable<void> Monitor::read_domain(Self self, InstanceId id, std::uint64_t epoch) {
    try {
        auto facts = co_await self->host_->domain(id);
        if (!self->alive(epoch)) co_return;
        self->inventory_.set_domain(self->name_, id, std::move(facts));
        self->look_for_images(self->inventory_.unknown_images(self->name_, id));
    } catch (std::exception const& error) {
        self->mend_ = true;
        self->complain("a machine", error);
    }
}

awaitable<void> Monitor::drain_machines(std::uint64_t epoch) {
    auto const pending = std::exchange(machines_pending_, {});
    if (std::exchange(list_pending_, false) || pending.size() > many) {
        co_await read_domains(epoch);
        co_return;
    }
    for (auto const& id : pending)
        if (alive(epoch)) co_await read_domain(shared_from_this(), id, epoch);
}

awaitable<void> Monitor::read_domains(std::uint64_t epoch) {
    try {
        auto domains = co_await host_->list_domains();
        if (!alive(epoch)) co_return;
        inventory_.set_domains(name_, std::move(domains));
        listed_ = true;
        look_for_images(inventory_.unknown_images(name_));
    } catch (std::exception const& error) {
        mend_ = true;
        complain("the list of machines", error);
    }
}

awaitable<void> Monitor::read_storage(Self self, std::uint64_t epoch) {
    self->storage_pending_ = false;
    try {
        auto pools = co_await self->host_->pools();
        for (auto const& pool : self->pools_to_refresh(pools))
            co_await self->host_->refresh_pool(pool);
        std::vector<virt::VolumeFacts> volumes;
        for (auto const& pool : pools) {
            if (!shows_volumes(pool)) continue;
            auto found = co_await self->volumes_of(pool.name);
            std::move(found.begin(), found.end(), std::back_inserter(volumes));
        }
        if (self->alive(epoch))
            self->inventory_.set_volumes(self->name_, std::move(pools), std::move(volumes));
    } catch (std::exception const& error) {
        self->mend_ = true;
        self->complain("the pools", error);
    }
}

/// The libvirt of one host does not see what another put into a shared directory, unless it looks
/// again. Once for each image: what is not there then does not come by looking.
std::set<std::string> Monitor::pools_to_refresh(std::vector<virt::PoolFacts> const& pools) {
    std::set<std::string> names;
    for (auto const& path : inventory_.unknown_images(name_)) {
        auto const folder = path.substr(0, path.rfind('/'));
        auto const found = std::ranges::find(pools, folder, &virt::PoolFacts::path);
        if (found != pools.end() && sought_.insert(path).second) names.insert(found->name);
    }
    return names;
}

void Monitor::look_for_images(std::vector<std::string> const& unknown) {
    bool const news =
        std::ranges::any_of(unknown, [this](auto const& path) { return !sought_.contains(path); });
    if (!news || !storage_known_) return;
    storage_pending_ = true;
    storage_wake_.cancel();
}

/// A pool that does not answer keeps the volumes that it last showed; the others are not its fault.
awaitable<std::vector<virt::VolumeFacts>> Monitor::volumes_of(std::string pool) {
    try {
        co_return co_await host_->volumes(pool);
    } catch (std::exception const& error) {
        complain("the volumes of pool " + pool, error);
    }
    std::vector<virt::VolumeFacts> last;
    auto const* picture = closed_ ? nullptr : inventory_.host(name_);
    if (!picture) co_return last;
    for (auto const& [path, volume] : picture->volumes)
        if (volume.pool == pool) last.push_back(volume);
    co_return last;
}

awaitable<void> Monitor::read_networks(std::uint64_t epoch) {
    networks_pending_ = false;
    try {
        auto networks = co_await host_->networks();
        if (alive(epoch)) inventory_.set_networks(name_, std::move(networks));
    } catch (std::exception const& error) {
        mend_ = true;
        complain("the networks", error);
    }
}

awaitable<void> Monitor::read_figures(std::uint64_t epoch, bool with_stats) {
    try {
        auto info = co_await host_->info();
        if (!alive(epoch)) co_return;
        inventory_.set_info(name_, std::move(info));
        if (read_) read_(name_, nullptr);
        if (!with_stats) co_return;
        auto const stats = co_await host_->stats();
        if (!alive(epoch)) co_return;
        for (auto const& id : inventory_.set_stats(name_, stats))
            heard({virt::HostEventKind::domain_metadata, id, {}, "figures"});
        if (read_) read_(name_, &stats);
    } catch (std::exception const& error) {
        complain("the figures", error);
    }
}

}  // namespace ourea
