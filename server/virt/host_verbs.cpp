// SPDX-License-Identifier: Apache-2.0
// The verbs of a host: each names the libvirt call that one of its threads makes.
#include "virt/domain_calls.hpp"
#include "virt/domain_xml.hpp"
#include "virt/graphics.hpp"
#include "virt/hardware_calls.hpp"
#include "virt/host_core.hpp"
#include "virt/migration.hpp"
#include "virt/screenshot.hpp"
#include "virt/storage_calls.hpp"

namespace ourea::virt {

namespace {

/// A call of the form f(domain, flags…) on the domain with this id.
template <class F>
awaitable<void> on_domain(std::shared_ptr<HostCore> core, InstanceId id, F call) {
    return run(std::move(core), [id = std::move(id), call](virConnectPtr conn) {
        auto const domain = find_domain(conn, id);
        check(call(domain.get()));
    });
}

/// Asks for the capabilities aside: probing its emulators may take a host half a minute.
void start_describing(std::shared_ptr<HostCore> const& core) {
    if (core->describing) return;
    core->describing = true;
    start_thread([weak = std::weak_ptr<HostCore>(core), mailbox = core->mailbox, uri = core->uri,
                  state_dir = core->address.state_dir, number = core->current] {
        auto read = [&] {
            return read_capabilities(open_plain(prepare_uri(uri, state_dir)).get());
        };
        auto outcome = outcome_of(read);
        mailbox->post([weak, number, outcome = std::move(outcome)]() mutable {
            auto owner = weak.lock();
            if (!owner || owner->current != number || !outcome.value) return;
            owner->described = std::make_shared<HostInfo>(std::move(*outcome.value));
        });
    });
}

awaitable<HostInfo> info_of(std::shared_ptr<HostCore> core) {
    auto running = run(core, read_info);
    HostInfo out = co_await std::move(running);
    if (auto const known = core->described) {
        if (!known->arch.empty()) out.arch = known->arch;
        out.cpu_model = known->cpu_model;
        out.uuid = known->uuid;
    } else if (core->connection) {
        start_describing(core);
    }
    co_return out;
}

}  // namespace

awaitable<HostInfo> Host::info() {
    return info_of(core_);
}

awaitable<std::vector<DomainFacts>> Host::list_domains() {
    return run(core_, read_domains);
}

awaitable<std::optional<DomainFacts>> Host::domain(InstanceId id) {
    return run(core_, [id = std::move(id)](virConnectPtr conn) { return read_domain(conn, id); });
}

awaitable<std::string> Host::domain_xml(InstanceId id, XmlView view) {
    return run(core_, [id = std::move(id), view](virConnectPtr conn) {
        return read_domain_xml(find_domain(conn, id).get(), view);
    });
}

awaitable<std::vector<DomainStats>> Host::stats() {
    return run(core_, read_stats);
}

awaitable<void> Host::start(InstanceId id) {
    return on_domain(core_, std::move(id), [](virDomainPtr d) { return virDomainCreate(d); });
}

awaitable<void> Host::shutdown(InstanceId id) {
    return on_domain(core_, std::move(id), [](virDomainPtr d) { return virDomainShutdown(d); });
}

awaitable<void> Host::reboot(InstanceId id) {
    return on_domain(core_, std::move(id), [](virDomainPtr d) { return virDomainReboot(d, 0); });
}

awaitable<void> Host::reset(InstanceId id) {
    return on_domain(core_, std::move(id), [](virDomainPtr d) { return virDomainReset(d, 0); });
}

awaitable<void> Host::stop(InstanceId id) {
    return on_domain(core_, std::move(id), [](virDomainPtr d) { return virDomainDestroy(d); });
}

awaitable<void> Host::suspend(InstanceId id) {
    return on_domain(core_, std::move(id), [](virDomainPtr d) { return virDomainSuspend(d); });
}

awaitable<void> Host::resume(InstanceId id) {
    return run(core_, [id = std::move(id)](virConnectPtr conn) {
        resume_domain(find_domain(conn, id).get());
    });
}

awaitable<InstanceId> Host::define(std::string xml) {
    return run(core_,
               [xml = std::move(xml)](virConnectPtr conn) { return define_domain(conn, xml); });
}

awaitable<bool> Host::undefine(InstanceId id) {
    return run(core_,
               [id = std::move(id)](virConnectPtr conn) { return undefine_domain(conn, id); });
}

namespace {

awaitable<void> put_metadata(std::shared_ptr<HostCore> core, InstanceId id, int type,
                             std::optional<std::string> text) {
    return run(std::move(core),
               [id = std::move(id), type, text = std::move(text)](virConnectPtr conn) {
                   set_metadata(find_domain(conn, id).get(), type, text);
               });
}

std::optional<std::string> unless_empty(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

}  // namespace

awaitable<void> Host::set_title(InstanceId id, std::string title) {
    return put_metadata(core_, std::move(id), VIR_DOMAIN_METADATA_TITLE,
                        unless_empty(std::move(title)));
}

awaitable<void> Host::set_description(InstanceId id, std::string description) {
    return put_metadata(core_, std::move(id), VIR_DOMAIN_METADATA_DESCRIPTION,
                        unless_empty(std::move(description)));
}

awaitable<void> Host::set_mark(InstanceId id, Mark mark) {
    return put_metadata(core_, std::move(id), VIR_DOMAIN_METADATA_ELEMENT, print_mark(mark));
}

awaitable<void> Host::set_autostart(InstanceId id, bool on) {
    return on_domain(core_, std::move(id),
                     [on](virDomainPtr d) { return virDomainSetAutostart(d, on ? 1 : 0); });
}

awaitable<void> Host::resize(InstanceId id, DomainSize size) {
    return run(core_,
               [id = std::move(id), size](virConnectPtr conn) { resize_domain(conn, id, size); });
}

awaitable<void> Host::attach_disk(InstanceId id, DiskSpec disk) {
    return run(core_, [id = std::move(id), disk = std::move(disk)](virConnectPtr conn) {
        virt::attach_disk(conn, id, disk);
    });
}

awaitable<void> Host::detach_disk(InstanceId id, std::string path) {
    return run(core_, [id = std::move(id), path = std::move(path)](virConnectPtr conn) {
        virt::detach_disk(conn, id, path);
    });
}

awaitable<void> Host::grow_disk(InstanceId id, DiskGrowth growth) {
    return run(core_, [id = std::move(id), growth = std::move(growth)](virConnectPtr conn) {
        virt::grow_disk(conn, id, growth);
    });
}

awaitable<std::vector<PoolFacts>> Host::pools() {
    return run(core_, read_pools);
}

awaitable<std::vector<NetworkFacts>> Host::networks() {
    return run(core_, read_networks);
}

awaitable<std::vector<VolumeFacts>> Host::volumes(std::string pool) {
    return run(core_,
               [pool = std::move(pool)](virConnectPtr conn) { return read_volumes(conn, pool); });
}

awaitable<std::optional<VolumeFacts>> Host::volume(std::string pool, std::string name) {
    return run(core_, [pool = std::move(pool), name = std::move(name)](virConnectPtr conn) {
        return read_volume(conn, pool, name);
    });
}

awaitable<std::optional<VolumeFacts>> Host::volume_by_path(std::string path) {
    return run(core_,
               [path = std::move(path)](virConnectPtr conn) { return read_volume_at(conn, path); });
}

awaitable<void> Host::refresh_pool(std::string pool) {
    return run(core_, [pool = std::move(pool)](virConnectPtr conn) {
        check(virStoragePoolRefresh(find_pool(conn, pool).get(), 0));
    });
}

awaitable<VolumeFacts> Host::create_volume(std::string pool, VolumeSpec spec) {
    // An overlay is made at once; over SSH a connection of its own would take longer than that.
    bool const quick = !spec.backing_path.empty();
    auto make = [pool = std::move(pool), spec = std::move(spec)](virConnectPtr conn) {
        return make_volume(conn, pool, spec);
    };
    return quick ? run(core_, std::move(make)) : run_long(core_, std::move(make));
}

awaitable<VolumeFacts> Host::clone_volume(CloneVolume what) {
    return run_long(
        core_, [what = std::move(what)](virConnectPtr conn) { return copy_volume(conn, what); });
}

awaitable<void> Host::resize_volume(std::string pool, std::string name,
                                    std::uint64_t capacity_bytes) {
    return run(core_, [pool = std::move(pool), name = std::move(name), capacity_bytes](
                          virConnectPtr conn) { grow_volume(conn, pool, name, capacity_bytes); });
}

awaitable<bool> Host::delete_volume(std::string pool, std::string name) {
    return run(core_, [pool = std::move(pool), name = std::move(name)](virConnectPtr conn) {
        return remove_volume(conn, pool, name);
    });
}

namespace {

ConnPtr connect_to_target(HostUri const& uri, HostAddress const& address) {
    try {
        return open_plain(prepare_uri(uri, address.state_dir));
    } catch (Error const& error) {
        throw Error(error.kind(),
                    "The connection to host " + address.name + " failed: " + error.message(),
                    error.detail());
    }
}

}  // namespace

awaitable<Migrated> Host::migrate(InstanceId id, std::shared_ptr<Host> target, Migration how) {
    auto const& other = *target->core_;
    return run_long(core_, [id = std::move(id), uri = other.uri, address = other.address,
                            how](virConnectPtr conn) {
        auto const there = connect_to_target(uri, address);
        return migrate_domain(conn, there.get(), id, how);
    });
}

awaitable<std::optional<MigrationProgress>> Host::migration_progress(InstanceId id) {
    return run(core_, [id = std::move(id)](virConnectPtr conn) {
        return virt::migration_progress(conn, id);
    });
}

awaitable<void> Host::limit_migration(InstanceId id, MigrationLimits limits) {
    return run(core_, [id = std::move(id), limits](virConnectPtr conn) {
        virt::limit_migration(conn, id, limits);
    });
}

awaitable<void> Host::abort_migration(InstanceId id) {
    return run(core_,
               [id = std::move(id)](virConnectPtr conn) { virt::abort_migration(conn, id); });
}

awaitable<Unfitness> Host::unfitness_for(std::string xml) {
    return run(core_,
               [xml = std::move(xml)](virConnectPtr conn) { return judge_fitness(conn, xml); });
}

awaitable<std::string> Host::screenshot(InstanceId id) {
    return run(core_,
               [id = std::move(id)](virConnectPtr conn) { return take_screenshot(conn, id); });
}

awaitable<GraphicsConnection> Host::open_graphics(InstanceId id) {
    return run(core_,
               [id = std::move(id), uri = core_->uri, state_dir = core_->address.state_dir](
                   virConnectPtr conn) { return connect_graphics(conn, id, uri, state_dir); });
}

}  // namespace ourea::virt
