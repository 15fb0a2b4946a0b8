// SPDX-License-Identifier: Apache-2.0
// Makes a clone's XML from its template's.
#include "base/error.hpp"
#include "virt/domain_xml.hpp"
#include "virt/mark_xml.hpp"
#include "virt/resize_xml.hpp"
#include "virt/xml.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <unordered_set>

namespace ourea::virt {

namespace {

using pugi::xml_node;

std::string_view attr(xml_node node, char const* name) {
    return node.attribute(name).value();
}

Error refused(std::string why) {
    return Error(Kind::conflict, "This instance cannot be cloned: " + std::move(why));
}

void check_name(std::string const& name) {
    static std::regex const grammar("[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}");
    if (!std::regex_match(name, grammar)) {
        throw invalid("name", "A name has up to 63 letters, digits, '.', '_' and '-'.");
    }
}

/// What belongs to the host, or can be used by one machine at a time, cannot be copied.
void refuse_what_is_unique(xml_node devices) {
    if (devices.child("hostdev")) throw refused("it uses a device of its host.");
    for (auto nic : devices.children("interface")) {
        if (attr(nic, "type") == "hostdev") throw refused("it uses a network card of its host.");
    }
    for (auto tpm : devices.children("tpm")) {
        if (attr(tpm.child("backend"), "type") == "passthrough") {
            throw refused("it uses the TPM of its host.");
        }
    }
    for (auto input : devices.children("input")) {
        auto const type = attr(input, "type");
        if (type == "passthrough" || type == "evdev") throw refused("it uses its host's keyboard.");
    }
    for (auto memory : devices.children("memory")) {
        if (attr(memory, "model") == "nvdimm" && !memory.child("target").child("readonly")) {
            throw refused("it has a persistent memory module.");
        }
    }
    for (auto filesystem : devices.children("filesystem")) {
        if (attr(filesystem.child("target"), "dir") == "/") {
            throw refused("its root file system is a folder of its host.");
        }
    }
}

/// `<source>` keeps its place among its siblings, since some drivers read in order.
void set_source(xml_node disk, CloneDisk const& with) {
    if (disk.child("source").child("encryption") || disk.child("encryption")) {
        throw refused("its disk " + with.target + " is encrypted.");
    }
    for (char const* gone : {"backingStore", "mirror", "auth", "serial", "wwn", "transient"}) {
        xml::remove_all(disk, gone);
    }
    auto source = xml::ensure(disk, "source", {"driver"});
    source.remove_attributes();
    source.remove_children();
    auto put = [source](char const* name, std::string const& value) {
        if (value.empty()) throw Error(Kind::internal, "A clone's disk has no source.");
        xml::set_attribute(source, name, value);
    };
    switch (with.kind) {
        case SourceKind::file:
            put("file", with.path);
            break;
        case SourceKind::block:
            put("dev", with.path);
            break;
        case SourceKind::volume:
            put("pool", with.pool);
            put("volume", with.volume);
            break;
        default:
            throw Error(Kind::internal, "A clone's disk has an unusable kind of source.");
    }
    char const* const type = with.kind == SourceKind::file    ? "file"
                             : with.kind == SourceKind::block ? "block"
                                                              : "volume";
    xml::set_attribute(disk, "type", type);
    if (with.format.empty()) throw Error(Kind::internal, "A clone's disk has no format.");
    auto driver = disk.child("driver");
    if (!driver) driver = disk.prepend_child("driver");
    xml::set_attribute(driver, "type", with.format);
}

/// Whether two machines may use this disk at once.
bool may_be_shared(xml_node disk) {
    auto const device = attr(disk, "device");
    return device == "cdrom" || device == "floppy" || disk.child("readonly") ||
           disk.child("shareable") || !disk.child("source");
}

void clone_disks(xml_node devices, CloneSpec const& spec) {
    std::unordered_set<std::string> used;
    for (auto disk : devices.children("disk")) {
        std::string const target(attr(disk.child("target"), "dev"));
        auto const with = std::ranges::find(spec.disks, target, &CloneDisk::target);
        if (with != spec.disks.end()) {
            set_source(disk, *with);
            used.insert(target);
        } else if (may_be_shared(disk)) {
            disk.child("source").remove_attribute("index");
            xml::remove_all(disk, "backingStore");
        } else {
            throw invalid("disks", "The disk " + target + " has no volume for the clone.");
        }
    }
    for (auto const& disk : spec.disks) {
        if (!used.contains(disk.target)) {
            throw invalid("disks", "The template has no disk " + disk.target + ".");
        }
    }
}

void clone_nics(xml_node devices, CloneSpec const& spec) {
    std::size_t next = 0;
    for (auto nic : devices.children("interface")) {
        xml::remove_all(nic, "mac");
        if (next < spec.macs.size()) {
            xml::set_attribute(nic.prepend_child("mac"), "address", spec.macs[next++]);
        }
        // The tap device's name and the switch port's identity are the template's own.
        nic.child("target").remove_attribute("dev");
        if (auto target = nic.child("target"); target && !target.first_attribute()) {
            nic.remove_child(target);
        }
        nic.child("source").remove_attribute("portid");
        auto parameters = nic.child("virtualport").child("parameters");
        parameters.remove_attribute("interfaceid");
        parameters.remove_attribute("instanceid");
    }
    if (next < spec.macs.size()) {
        throw invalid("macs", "The template has only " + std::to_string(next) + " interfaces.");
    }
}

void clone_graphics(xml_node devices) {
    for (auto graphics : devices.children("graphics")) {
        for (char const* gone : {"passwd", "passwdValidTo", "connected", "socket", "tlsPort"}) {
            graphics.remove_attribute(gone);
        }
        for (auto listen : graphics.children("listen"))
            listen.remove_attribute("socket");
        auto const first = attr(graphics.child("listen"), "type");
        auto const type = attr(graphics, "type");
        if (first == "socket" || first == "none" || (type != "vnc" && type != "spice")) continue;
        xml::set_attribute(graphics, "port", "-1");
        xml::set_attribute(graphics, "autoport", "yes");
        if (graphics.attribute("websocket")) xml::set_attribute(graphics, "websocket", "-1");
    }
}

/// A port, file or device that only one machine can hold becomes a terminal of its own.
void clone_character_devices(xml_node devices) {
    constexpr std::array exclusive{"file", "unix", "tcp", "udp", "dev", "pipe"};
    for (char const* kind : {"serial", "parallel", "console"}) {
        for (auto device : devices.children(kind)) {
            xml::remove_all(device, "log");
            device.remove_attribute("tty");
            if (std::ranges::find(exclusive, attr(device, "type")) != exclusive.end()) {
                xml::set_attribute(device, "type", "pty");
                xml::remove_all(device, "protocol");
            }
            if (attr(device, "type") == "pty") xml::remove_all(device, "source");
        }
    }
    for (auto channel : devices.children("channel")) {
        xml::remove_all(channel, "log");
        auto source = channel.child("source");
        if (attr(channel, "type") == "unix" && attr(source, "mode") != "connect") {
            source.remove_attribute("path");
        }
        channel.child("target").remove_attribute("state");
    }
}

void clone_other_devices(xml_node devices) {
    for (auto vsock : devices.children("vsock")) {
        auto cid = xml::ensure(vsock, "cid");
        cid.remove_attribute("address");
        xml::set_attribute(cid, "auto", "yes");
    }
    for (auto device : devices.children()) {
        // libvirt names devices itself; only names that begin with "ua-" are a person's.
        if (!attr(device.child("alias"), "name").starts_with("ua-")) {
            xml::remove_all(device, "alias");
        }
        xml::remove_all(device, "seclabel");
    }
    // With a period the guest's balloon driver says how much memory the guest uses.
    auto balloon = devices.child("memballoon");
    if (attr(balloon, "model") == "virtio" && !balloon.child("stats")) {
        xml::set_attribute(balloon.prepend_child("stats"), "period", "10");
    }
}

void set_or_remove(xml_node domain, char const* name, std::string const& text,
                   std::initializer_list<char const*> before) {
    if (text.empty()) {
        xml::remove_all(domain, name);
    } else {
        xml::set_text(xml::ensure(domain, name, before), text);
    }
}

void set_identity(xml_node domain, CloneSpec const& spec) {
    check_name(spec.name);
    domain.remove_attribute("id");
    xml::set_text(xml::ensure(domain, "name"), spec.name);
    xml::set_text(xml::ensure(domain, "uuid", {"name"}), spec.uuid.str());
    // Empty, it makes libvirt draw a new generation id, by which guests notice that they were
    // cloned.
    if (auto genid = domain.child("genid")) genid.remove_children();
    set_or_remove(domain, "title", spec.title, {"genid", "uuid"});
    set_or_remove(domain, "description", spec.description, {"title", "genid", "uuid"});
    put_mark(domain, spec.mark);
}

void drop_machine_state(xml_node domain) {
    auto os = domain.child("os");
    auto nvram = os.child("nvram");
    nvram.remove_children();
    nvram.remove_attribute("type");
    if (nvram && !nvram.first_attribute()) os.remove_child(nvram);
    for (auto sysinfo : domain.children("sysinfo")) {
        for (auto section : sysinfo.children()) {
            for (char const* name : {"uuid", "serial"}) {
                section.remove_child(section.find_child_by_attribute("entry", "name", name));
            }
        }
    }
    for (auto label = domain.child("seclabel"); label;) {
        auto const next = label.next_sibling("seclabel");
        if (attr(label, "type") != "none") domain.remove_child(label);
        label = next;
    }
}

}  // namespace

std::string clone_domain(std::string_view template_xml, CloneSpec const& spec) {
    auto const document = xml::load(template_xml, "domain");
    auto domain = document->child("domain");
    auto devices = domain.child("devices");
    refuse_what_is_unique(devices);
    set_identity(domain, spec);
    drop_machine_state(domain);
    if (spec.vcpus) set_vcpus(domain, *spec.vcpus);
    if (spec.memory_mib) set_memory(domain, *spec.memory_mib);
    clone_disks(devices, spec);
    clone_nics(devices, spec);
    clone_graphics(devices);
    clone_character_devices(devices);
    clone_other_devices(devices);
    return xml::print(*document);
}

std::string update_domain(std::string_view text, DomainChange const& change) {
    auto const document = xml::load(text, "domain");
    auto domain = document->child("domain");
    if (change.title) set_or_remove(domain, "title", *change.title, {"genid", "uuid", "name"});
    if (change.description) {
        set_or_remove(domain, "description", *change.description,
                      {"title", "genid", "uuid", "name"});
    }
    if (change.vcpus) set_vcpus(domain, *change.vcpus);
    if (change.memory_mib) set_memory(domain, *change.memory_mib);
    if (change.mark) put_mark(domain, *change.mark);
    return xml::print(*document);
}

}  // namespace ourea::virt
