// SPDX-License-Identifier: Apache-2.0
// Compares what a machine needs with what a host has.
#include "core/migration_blockers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace ourea {
namespace {

using Blockers = std::vector<Blocker>;

/// A chain of images longer than this is a loop.
constexpr std::size_t longest_chain = 32;

bool is_disk(virt::DiskFacts const& disk) {
    return disk.device == "disk" || disk.device == "lun";
}

/// A disk with an image that some host has; one of the network is everywhere.
bool has_image(virt::DiskFacts const& disk) {
    return is_disk(disk) && disk.source != virt::SourceKind::network &&
           disk.source != virt::SourceKind::none;
}

std::string path_of(HostPicture const& host, virt::DiskFacts const& disk) {
    if (disk.source != virt::SourceKind::volume) return disk.path;
    for (auto const& [path, volume] : host.volumes)
        if (volume.pool == disk.pool && volume.name == disk.volume) return path;
    return {};
}

virt::PoolFacts const* pool_named(HostPicture const& host, std::string const& name) {
    auto const found = std::ranges::find(host.pools, name, &virt::PoolFacts::name);
    return found == host.pools.end() ? nullptr : &*found;
}

void judge_host(Instance const& instance, HostPicture const& from, HostPicture const& to,
                Blockers& out) {
    if (to.record.name == from.record.name)
        out.push_back({BlockerKind::host, "It is on this host."});
    else if (to.record.maintenance)
        out.push_back({BlockerKind::host, "It is in maintenance."});
    else if (to.status.state != virt::HostState::online)
        out.push_back({BlockerKind::host, "It does not answer."});
    if (!from.info || !to.info) return;
    if (from.info->hypervisor != to.info->hypervisor)
        out.push_back(
            {BlockerKind::driver, fmt::format("Its hypervisor is {}, not {}.", to.info->hypervisor,
                                              from.info->hypervisor)});
    if (from.info->arch != to.info->arch)
        out.push_back({BlockerKind::driver, fmt::format("Its processors are {}, not {}.",
                                                        to.info->arch, from.info->arch)});
    for (auto const& [id, facts] : to.domains)
        if (facts->name == instance.record.name && id != instance.id())
            out.push_back(
                {BlockerKind::name, "It has another machine called " + facts->name + "."});
}

void judge_memory(virt::DomainFacts const& facts, HostPicture const& to, Way way, Blockers& out) {
    if (!to.info) return;
    auto const there =
        way.live ? to.info->memory_free_mib.value_or(to.info->memory_mib) : to.info->memory_mib;
    if (there >= facts.memory_mib) return;
    out.push_back({BlockerKind::memory,
                   fmt::format("The machine needs {} MiB of memory; {} MiB are {} there.",
                               facts.memory_mib, there, way.live ? "free" : "all")});
}

void judge_processor(virt::DomainFacts const& facts, HostPicture const& from, HostPicture const& to,
                     Way way, Blockers& out) {
    bool const as_host = facts.cpu == "host-passthrough";
    if (!way.live || !as_host || !from.info || !to.info) return;
    if (from.info->cpu_model == to.info->cpu_model) return;
    out.push_back({BlockerKind::cpu,
                   fmt::format("The machine has its present host's processor as it is ({}); this "
                               "one's is {}.",
                               from.info->cpu_model, to.info->cpu_model)});
}

void judge_network(virt::NicFacts const& nic, HostPicture const& to, Blockers& out) {
    if (nic.network.empty()) return;
    auto const found = std::ranges::find(to.networks, nic.network, &virt::NetworkFacts::name);
    if (found == to.networks.end())
        out.push_back({BlockerKind::network, "It has no network " + nic.network + "."});
    else if (!found->active)
        out.push_back({BlockerKind::network, "Its network " + nic.network + " is not active."});
}

/// The pool that holds the image, if the host has one.
virt::PoolFacts const* pool_of(HostPicture const& host, std::string const& path) {
    auto const volume = host.volumes.find(path);
    if (volume != host.volumes.end()) return pool_named(host, volume->second.pool);
    auto const folder = path.substr(0, path.rfind('/'));
    auto const found = std::ranges::find(host.pools, folder, &virt::PoolFacts::path);
    return found == host.pools.end() || folder.empty() ? nullptr : &*found;
}

/// QEMU drops a host's cache at the end of a migration since 2.12; libvirt relies on it, too.
bool drops_caches(HostPicture const& host) {
    int major = 0, minor = 0;
    if (host.info) std::sscanf(host.info->hypervisor_version.c_str(), "%d.%d", &major, &minor);
    return major > 2 || (major == 2 && minor >= 12);
}

/// Whether an image is copied along.
enum class Copy { impossible, possible, made };

/// An image that both hosts must see, in the same place.
void judge_image(std::string const& path, HostPicture const& from, HostPicture const& to, Copy copy,
                 IsShared const& is_shared, Blockers& out) {
    auto const* pool = pool_of(from, path);
    if (!pool) {
        out.push_back({BlockerKind::storage,
                       path + " is in no storage pool; nobody knows whether it is there."});
        return;
    }
    auto const* other = pool_named(to, pool->name);
    if (!other || other->path != pool->path || other->state != "running")
        out.push_back({BlockerKind::pool, fmt::format("It has no active storage pool {} at {}.",
                                                      pool->name, pool->path)});
    else if (!is_shared(*pool) && copy != Copy::made)
        out.push_back({BlockerKind::storage,
                       fmt::format("Pool {} is not marked as shared: mark it{}.", pool->name,
                                   copy == Copy::possible ? ", or copy the disks" : " if it is")});
    else if (!is_shared(*pool) && to.volumes.contains(path))
        out.push_back({BlockerKind::storage, "It has another volume at " + path + "."});
}

void judge_disk(virt::DiskFacts const& disk, HostPicture const& from, HostPicture const& to,
                Way way, IsShared const& is_shared, Blockers& out) {
    auto path = path_of(from, disk);
    auto const* pool = pool_of(from, path);
    bool const can_copy = way.live && pool && !is_shared(*pool);
    auto const copy = !can_copy ? Copy::impossible : way.copy_storage ? Copy::made : Copy::possible;
    judge_image(path, from, to, copy, is_shared, out);
    if (copy == Copy::made) return;  // with all that it is based on
    bool const direct = disk.cache == "none" || disk.cache == "directsync" || disk.readonly;
    if (way.live && !way.trust_cache && !direct && !drops_caches(from))
        out.push_back({BlockerKind::cache,
                       fmt::format("Disk {} is cached by its host ({}); with cache \"none\" it "
                                   "could move.",
                                   disk.target, disk.cache.empty() ? "default" : disk.cache)});
    for (std::size_t i = 0; i < longest_chain; ++i) {
        auto const volume = from.volumes.find(path);
        if (volume == from.volumes.end() || volume->second.backing_path.empty()) return;
        path = volume->second.backing_path;
        judge_image(path, from, to, copy, is_shared, out);
    }
}

void judge_media(virt::DomainFacts const& facts, HostPicture const& to, Blockers& out) {
    for (auto const& disk : facts.disks) {
        if (is_disk(disk) || disk.path.empty() || to.volumes.contains(disk.path)) continue;
        out.push_back({BlockerKind::iso,
                       disk.path + " is in the drive " + disk.target + "; eject it first."});
    }
}

}  // namespace

std::vector<DiskPlace> disks_of(HostPicture const& from, virt::DomainFacts const& facts) {
    std::vector<DiskPlace> places;
    for (auto const& disk : facts.disks) {
        if (!has_image(disk)) continue;
        auto const path = path_of(from, disk);
        if (auto const* pool = pool_of(from, path))
            places.push_back({disk.target, *pool, path.substr(path.rfind('/') + 1)});
    }
    return places;
}

std::vector<Blocker> migration_blockers(Instance const& instance, HostPicture const& from,
                                        HostPicture const& to, Way way, IsShared const& is_shared) {
    Blockers out;
    auto const& facts = *instance.facts;
    judge_host(instance, from, to, out);
    // What a host that does not answer had is no news, and of the own one all is there.
    if (!out.empty() && out.front().kind == BlockerKind::host) return out;
    judge_memory(facts, to, way, out);
    judge_processor(facts, from, to, way, out);
    for (auto const& nic : facts.nics)
        judge_network(nic, to, out);
    for (auto const& disk : facts.disks)
        if (has_image(disk)) judge_disk(disk, from, to, way, is_shared, out);
    judge_media(facts, to, out);
    if (facts.has_hostdevs)
        out.push_back({BlockerKind::device, "A device of its present host is handed through."});
    if (way.copy_storage && !way.live)
        out.push_back({BlockerKind::storage, "Disks are copied along only while it runs."});
    std::vector<Blocker> once;
    for (auto& blocker : out)
        if (std::ranges::find(once, blocker) == once.end()) once.push_back(std::move(blocker));
    return once;
}

}  // namespace ourea
