// SPDX-License-Identifier: Apache-2.0
// libvirt's callbacks: each copies what it needs and posts; none blocks, none throws.
#include "virt/event_callbacks.hpp"

#include <array>
#include <utility>

namespace ourea::virt {

namespace {

constexpr int most_waiting = 4096;

std::string text(char const* s) {
    return s ? s : "";
}

void post_domain(HostEventKind kind, virDomainPtr domain, std::string detail,
                 void* opaque) noexcept {
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    if (virDomainGetUUIDString(domain, uuid.data()) < 0) return;
    HostEvent event{kind, InstanceId(uuid.data()), text(virDomainGetName(domain)),
                    std::move(detail)};
    post_event(sink_of(opaque), std::move(event));
}

char const* life_cycle_word(int event) {
    switch (event) {
        case VIR_DOMAIN_EVENT_DEFINED:
            return "defined";
        case VIR_DOMAIN_EVENT_UNDEFINED:
            return "undefined";
        case VIR_DOMAIN_EVENT_STARTED:
            return "started";
        case VIR_DOMAIN_EVENT_SUSPENDED:
            return "paused";
        case VIR_DOMAIN_EVENT_RESUMED:
            return "resumed";
        case VIR_DOMAIN_EVENT_STOPPED:
            return "stopped";
        case VIR_DOMAIN_EVENT_SHUTDOWN:
            return "shutting down";
        case VIR_DOMAIN_EVENT_PMSUSPENDED:
            return "suspended";
        case VIR_DOMAIN_EVENT_CRASHED:
            return "crashed";
        default:
            return "changed";
    }
}

int on_life_cycle(virConnectPtr, virDomainPtr domain, int event, int, void* opaque) noexcept {
    auto kind = HostEventKind::domain_state;
    if (event == VIR_DOMAIN_EVENT_DEFINED) kind = HostEventKind::domain_defined;
    if (event == VIR_DOMAIN_EVENT_UNDEFINED) kind = HostEventKind::domain_undefined;
    post_domain(kind, domain, life_cycle_word(event), opaque);
    return 0;
}

void on_reboot(virConnectPtr, virDomainPtr domain, void* opaque) noexcept {
    post_domain(HostEventKind::domain_reboot, domain, "rebooted", opaque);
}

void on_graphics(virConnectPtr, virDomainPtr domain, int, virDomainEventGraphicsAddress const*,
                 virDomainEventGraphicsAddress const*, char const*,
                 virDomainEventGraphicsSubject const*, void* opaque) noexcept {
    post_domain(HostEventKind::domain_graphics, domain, "graphics", opaque);
}

void on_block_job(virConnectPtr, virDomainPtr domain, char const* disk, int, int,
                  void* opaque) noexcept {
    post_domain(HostEventKind::domain_block_job, domain, text(disk), opaque);
}

void on_disk_change(virConnectPtr, virDomainPtr domain, char const*, char const*, char const* alias,
                    int, void* opaque) noexcept {
    post_domain(HostEventKind::domain_device, domain, text(alias), opaque);
}

void on_tray_change(virConnectPtr, virDomainPtr domain, char const* alias, int,
                    void* opaque) noexcept {
    post_domain(HostEventKind::domain_device, domain, text(alias), opaque);
}

void on_power_management(virConnectPtr, virDomainPtr domain, int, void* opaque) noexcept {
    post_domain(HostEventKind::domain_state, domain, "power management", opaque);
}

void on_device(virConnectPtr, virDomainPtr domain, char const* alias, void* opaque) noexcept {
    post_domain(HostEventKind::domain_device, domain, text(alias), opaque);
}

void on_agent(virConnectPtr, virDomainPtr domain, int, int, void* opaque) noexcept {
    post_domain(HostEventKind::domain_agent, domain, "agent", opaque);
}

void on_metadata(virConnectPtr, virDomainPtr domain, int, char const* uri, void* opaque) noexcept {
    post_domain(HostEventKind::domain_metadata, domain, text(uri), opaque);
}

void on_pool_life_cycle(virConnectPtr, virStoragePoolPtr pool, int, int, void* opaque) noexcept {
    post_event(sink_of(opaque),
               {HostEventKind::pool, {}, text(virStoragePoolGetName(pool)), "life cycle"});
}

void on_pool_refresh(virConnectPtr, virStoragePoolPtr pool, void* opaque) noexcept {
    post_event(sink_of(opaque),
               {HostEventKind::pool, {}, text(virStoragePoolGetName(pool)), "refreshed"});
}

void on_network_life_cycle(virConnectPtr, virNetworkPtr network, int, int, void* opaque) noexcept {
    post_event(sink_of(opaque),
               {HostEventKind::network, {}, text(virNetworkGetName(network)), "life cycle"});
}

/// libvirt stores all callbacks under one function type and casts back by the event's id.
template <class Generic, class F>
Generic generic(F* f) {
    return reinterpret_cast<Generic>(reinterpret_cast<void (*)()>(f));
}

/// Registers one callback; a driver that does not know this kind of event just never sends it.
template <class Register, class Callback>
void add(std::vector<int>& ids, Register register_any, virConnectPtr conn, int event,
         Callback callback, std::shared_ptr<EventSink> const& sink) {
    auto opaque = std::make_unique<std::shared_ptr<EventSink>>(sink);
    int const id = register_any(conn, nullptr, event, callback, opaque.get(), free_sink);
    if (id < 0) return;
    (void)opaque.release();
    ids.push_back(id);
}

}  // namespace

void post_event(std::shared_ptr<EventSink> const& sink, HostEvent event) noexcept {
    if (sink->waiting >= most_waiting) {
        sink->full = true;
        return;
    }
    ++sink->waiting;
    sink->mailbox->post([sink, event = std::move(event)] {
        // The last one out reports what was dropped meanwhile.
        if (--sink->waiting == 0 && sink->full.exchange(false)) {
            sink->on_event(HostEvent{HostEventKind::lost, {}, {}, "too many events"});
        }
        sink->on_event(event);
    });
}

void post_close(std::shared_ptr<EventSink> const& sink, std::string reason) noexcept {
    sink->mailbox->post([sink, reason = std::move(reason)] { sink->on_close(reason); });
}

std::shared_ptr<EventSink> const& sink_of(void* opaque) {
    return *static_cast<std::shared_ptr<EventSink>*>(opaque);
}

void free_sink(void* opaque) {
    // lint-allow(raw-new): libvirt held it until now
    delete static_cast<std::shared_ptr<EventSink>*>(opaque);
}

std::vector<int> register_domain_events(virConnectPtr conn,
                                        std::shared_ptr<EventSink> const& sink) {
    using Generic = virConnectDomainEventGenericCallback;
    std::vector<int> ids;
    auto on = [&](int event, auto* callback) {
        add(ids, virConnectDomainEventRegisterAny, conn, event, generic<Generic>(callback), sink);
    };
    on(VIR_DOMAIN_EVENT_ID_LIFECYCLE, on_life_cycle);
    on(VIR_DOMAIN_EVENT_ID_REBOOT, on_reboot);
    on(VIR_DOMAIN_EVENT_ID_GRAPHICS, on_graphics);
    on(VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2, on_block_job);
    on(VIR_DOMAIN_EVENT_ID_DISK_CHANGE, on_disk_change);
    on(VIR_DOMAIN_EVENT_ID_TRAY_CHANGE, on_tray_change);
    on(VIR_DOMAIN_EVENT_ID_PMSUSPEND, on_power_management);
    on(VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK, on_power_management);
    on(VIR_DOMAIN_EVENT_ID_PMWAKEUP, on_power_management);
    on(VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, on_device);
    on(VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, on_device);
    on(VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, on_agent);
    on(VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, on_metadata);
    return ids;
}

std::vector<int> register_pool_events(virConnectPtr conn, std::shared_ptr<EventSink> const& sink) {
    using Generic = virConnectStoragePoolEventGenericCallback;
    std::vector<int> ids;
    add(ids, virConnectStoragePoolEventRegisterAny, conn, VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE,
        generic<Generic>(on_pool_life_cycle), sink);
    add(ids, virConnectStoragePoolEventRegisterAny, conn, VIR_STORAGE_POOL_EVENT_ID_REFRESH,
        generic<Generic>(on_pool_refresh), sink);
    return ids;
}

std::vector<int> register_network_events(virConnectPtr conn,
                                         std::shared_ptr<EventSink> const& sink) {
    std::vector<int> ids;
    add(ids, virConnectNetworkEventRegisterAny, conn, VIR_NETWORK_EVENT_ID_LIFECYCLE,
        generic<virConnectNetworkEventGenericCallback>(on_network_life_cycle), sink);
    return ids;
}

}  // namespace ourea::virt
