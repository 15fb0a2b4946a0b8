// SPDX-License-Identifier: Apache-2.0
// Processors, memory and disks: in the definition always, in a running machine where it can be.
#include "virt/hardware_calls.hpp"

#include "base/log.hpp"
#include "virt/disk_xml.hpp"
#include "virt/domain_calls.hpp"
#include "virt/domain_xml.hpp"
#include "virt/resize_xml.hpp"
#include "virt/storage_calls.hpp"
#include "virt/xml.hpp"

#include <libvirt/virterror.h>

namespace ourea::virt {

namespace {

bool active(virDomainPtr domain) {
    return virDomainIsActive(domain) == 1;
}

xml::Document definition(virDomainPtr domain) {
    if (virDomainIsPersistent(domain) != 1) {
        throw Error(Kind::conflict,
                    "This machine is gone once it is off: it has no definition to change.");
    }
    XmlView const view{true, true};
    return xml::load(read_domain_xml(domain, view), "domain");
}

xml::Document running(virDomainPtr domain) {
    XmlView const view{false, true};
    return xml::load(read_domain_xml(domain, view), "domain");
}

/// What a guest cannot take now it has after its next start.
void attempt(int result, char const* what) {
    if (result >= 0) return;
    log::debug("a running machine did not take a change",
               {{"what", what}, {"error", last_error().detail()}});
}

/// Memory is given back at once, but never taken from a guest that works in it.
void resize_live(virDomainPtr domain, DomainSize const& size) {
    XmlView const view;
    auto const facts = parse_domain(read_domain_xml(domain, view));
    if (size.vcpus && *size.vcpus != facts.vcpus && *size.vcpus <= facts.max_vcpus)
        attempt(virDomainSetVcpusFlags(domain, *size.vcpus, VIR_DOMAIN_AFFECT_LIVE), "vcpus");
    virDomainInfo info{};
    if (!size.memory_mib || virDomainGetInfo(domain, &info) < 0) return;
    auto const wanted = *size.memory_mib * 1024;
    if (info.memory < wanted && wanted <= info.maxMem)
        attempt(virDomainSetMemoryFlags(domain, wanted, VIR_DOMAIN_AFFECT_LIVE), "memory");
}

/// Both documents change, or neither.
void attach_live(virDomainPtr domain, DiskSpec const& disk) {
    auto const text = print_disk(disk);
    unsigned const flags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;
    if (virDomainAttachDeviceFlags(domain, text.c_str(), flags) == 0) return;
    auto const error = last_error();
    if (error.kind() == Kind::unavailable) throw Error(error);
    throw Error(Kind::conflict,
                "The running machine takes no other disk; shut it down and try again. (" +
                    error.message() + ")",
                error.detail());
}

}  // namespace

void resize_domain(virConnectPtr conn, InstanceId const& id, DomainSize const& size) {
    auto const domain = find_domain(conn, id);
    auto const document = definition(domain.get());
    if (size.vcpus) set_vcpus(document->child("domain"), *size.vcpus);
    if (size.memory_mib) set_memory(document->child("domain"), *size.memory_mib);
    define_domain(conn, xml::print(*document));
    if (active(domain.get())) resize_live(domain.get(), size);
}

void attach_disk(virConnectPtr conn, InstanceId const& id, DiskSpec const& disk) {
    auto const domain = find_domain(conn, id);
    auto const document = definition(domain.get());
    if (find_disk(document->child("domain"), disk.path)) return;
    if (active(domain.get())) {
        attach_live(domain.get(), disk);
        return;
    }
    add_disk(document->child("domain"), disk);
    define_domain(conn, xml::print(*document));
}

void detach_disk(virConnectPtr conn, InstanceId const& id, std::string const& path) {
    DomainPtr const domain(virDomainLookupByUUIDString(conn, id.str().c_str()));
    if (!domain && last_is(VIR_ERR_NO_DOMAIN)) return;
    check(domain.get());
    auto const document = definition(domain.get());
    if (auto disk = find_disk(document->child("domain"), path)) {
        disk.parent().remove_child(disk);
        define_domain(conn, xml::print(*document));
    }
    if (!active(domain.get())) return;
    auto const live = running(domain.get());
    auto const disk = find_disk(live->child("domain"), path);
    if (!disk) return;
    check(
        virDomainDetachDeviceFlags(domain.get(), xml::print(disk).c_str(), VIR_DOMAIN_AFFECT_LIVE));
    auto const after = running(domain.get());
    if (find_disk(after->child("domain"), path))
        throw Error(Kind::conflict, "The guest still holds the disk.");
}

void grow_disk(virConnectPtr conn, InstanceId const& id, DiskGrowth const& growth) {
    auto const domain = find_domain(conn, id);
    if (active(domain.get())) {
        check(virDomainBlockResize(domain.get(), growth.target.c_str(), growth.capacity_bytes,
                                   VIR_DOMAIN_BLOCK_RESIZE_BYTES));
        return;
    }
    auto const volume = read_volume(conn, growth.pool, growth.volume);
    if (!volume) throw Error(Kind::conflict, "Volume " + growth.volume + " vanished.");
    if (volume->capacity_bytes < growth.capacity_bytes)
        grow_volume(conn, growth.pool, growth.volume, growth.capacity_bytes);
}

}  // namespace ourea::virt
