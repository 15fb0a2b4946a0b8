// SPDX-License-Identifier: Apache-2.0
// Reads domain XML.
#include "virt/domain_xml.hpp"

#include "virt/mark_xml.hpp"
#include "virt/xml.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace ourea::virt {

namespace {

using pugi::xml_node;

/// More devices of a kind than this are not shown; a hostile host could claim any number.
constexpr std::size_t most_devices = 256;

std::uint32_t small_number(std::string_view text) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(xml::number(text).value_or(0), most));
}

SourceKind source_kind(std::string_view type) {
    if (type == "file") return SourceKind::file;
    if (type == "block") return SourceKind::block;
    if (type == "volume") return SourceKind::volume;
    if (type == "network") return SourceKind::network;
    return SourceKind::other;
}

std::string path_of(xml_node source) {
    auto path = xml::attribute(source, "file");
    return path.empty() ? xml::attribute(source, "dev") : path;
}

DiskFacts read_disk(xml_node node) {
    DiskFacts out;
    auto const source = node.child("source");
    out.target = xml::attribute(node.child("target"), "dev");
    out.bus = xml::attribute(node.child("target"), "bus");
    out.device = xml::attribute(node, "device");
    if (out.device.empty()) out.device = "disk";
    out.format = xml::attribute(node.child("driver"), "type");
    out.cache = xml::attribute(node.child("driver"), "cache");
    if (source) out.source = source_kind(node.attribute("type").value());
    out.path = path_of(source);
    out.pool = xml::attribute(source, "pool");
    out.volume = xml::attribute(source, "volume");
    out.protocol = xml::attribute(source, "protocol");
    if (out.source == SourceKind::network) out.volume = xml::attribute(source, "name");
    out.backing = path_of(node.child("backingStore").child("source"));
    out.serial = xml::text(node.child("serial"));
    out.readonly = bool(node.child("readonly"));
    out.shareable = bool(node.child("shareable"));
    return out;
}

NicFacts read_nic(xml_node node) {
    NicFacts out;
    auto const source = node.child("source");
    out.mac = xml::attribute(node.child("mac"), "address");
    std::ranges::transform(out.mac, out.mac.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    out.type = xml::attribute(node, "type");
    out.network = xml::attribute(source, "network");
    out.bridge = xml::attribute(source, "bridge");
    out.model = xml::attribute(node.child("model"), "type");
    out.target = xml::attribute(node.child("target"), "dev");
    return out;
}

/// libvirt repeats the first listen element as attributes of `<graphics>`; either may be missing.
GraphicsFacts read_graphics(xml_node node) {
    GraphicsFacts out;
    auto const listen = node.child("listen");
    out.type = xml::attribute(node, "type");
    out.listen = xml::attribute(node, "listen");
    if (out.listen.empty()) out.listen = xml::attribute(listen, "address");
    out.socket = xml::attribute(node, "socket");
    if (out.socket.empty()) out.socket = xml::attribute(listen, "socket");
    auto const port = xml::number(node.attribute("port").value());
    if (port && *port > 0 && *port <= 65'535) out.port = static_cast<int>(*port);
    out.autoport = xml::yes(node.attribute("autoport"));
    if (auto password = node.attribute("passwd")) out.password = password.value();
    return out;
}

template <class T>
std::vector<T> read_all(xml_node devices, char const* name, T (*read)(xml_node)) {
    std::vector<T> out;
    for (auto node : devices.children(name)) {
        if (out.size() == most_devices) break;
        out.push_back(read(node));
    }
    return out;
}

bool has_agent_channel(xml_node devices) {
    for (auto channel : devices.children("channel")) {
        std::string_view const name = channel.child("target").attribute("name").value();
        if (name.starts_with("org.qemu.guest_agent")) return true;
    }
    return false;
}

bool has_host_devices(xml_node devices) {
    if (devices.child("hostdev")) return true;
    return bool(devices.find_child_by_attribute("interface", "type", "hostdev"));
}

void read_os(xml_node domain, DomainFacts& out) {
    auto const os = domain.child("os");
    auto const type = os.child("type");
    auto const loader = os.child("loader");
    out.os_type = xml::text(type);
    out.arch = xml::attribute(type, "arch");
    out.machine = xml::attribute(type, "machine");
    bool const flash = std::string_view(loader.attribute("type").value()) == "pflash";
    bool const efi = std::string_view(os.attribute("firmware").value()) == "efi";
    out.firmware = flash || efi ? "efi" : "bios";
    out.loader_nvram = xml::text(os.child("nvram"));
}

void read_size(xml_node domain, DomainFacts& out) {
    auto const vcpu = domain.child("vcpu");
    out.max_vcpus = vcpu ? small_number(vcpu.text().get()) : 1;
    auto const current = vcpu.attribute("current");
    out.vcpus = current ? small_number(current.value()) : out.max_vcpus;
    out.memory_mib = xml::bytes(domain.child("memory"), "KiB") >> 20;
    out.max_memory_mib = xml::bytes(domain.child("maxMemory"), "KiB") >> 20;
    if (out.max_memory_mib == 0) out.max_memory_mib = out.memory_mib;
    out.next_vcpus = out.vcpus;
    out.next_memory_mib = out.memory_mib;
}

}  // namespace

std::string_view to_string(DomainState state) {
    switch (state) {
        case DomainState::unknown:
            return "unknown";
        case DomainState::running:
            return "running";
        case DomainState::paused:
            return "paused";
        case DomainState::suspended:
            return "suspended";
        case DomainState::shutdown:
            return "shutdown";
        case DomainState::shutoff:
            return "shutoff";
        case DomainState::crashed:
            return "crashed";
        case DomainState::missing:
            return "missing";
    }
    return "unknown";
}

DomainFacts parse_domain(std::string_view text) {
    auto const document = xml::load(text, "domain");
    auto const domain = document->child("domain");
    auto const devices = domain.child("devices");
    DomainFacts out;
    out.uuid = InstanceId::parse(xml::text(domain.child("uuid"))).value_or(InstanceId());
    out.name = xml::text(domain.child("name"));
    out.title = xml::text(domain.child("title"));
    out.description = xml::long_text(domain.child("description"));
    out.type = xml::attribute(domain, "type");
    read_os(domain, out);
    read_size(domain, out);
    auto const cpu = domain.child("cpu");
    out.cpu = xml::text(cpu.child("model"));
    if (out.cpu.empty()) out.cpu = xml::attribute(cpu, "mode");
    out.disks = read_all(devices, "disk", read_disk);
    out.nics = read_all(devices, "interface", read_nic);
    out.graphics = read_all(devices, "graphics", read_graphics);
    auto const serials = devices.children("serial");
    out.serials = static_cast<std::uint32_t>(std::distance(serials.begin(), serials.end()));
    out.has_agent = has_agent_channel(devices);
    out.has_hostdevs = has_host_devices(devices);
    out.has_tpm = bool(devices.child("tpm"));
    if (auto mark = find_mark(domain.child("metadata"))) out.mark = read_mark(mark);
    return out;
}

std::string canonical(std::string_view text) {
    return xml::print(*xml::load(text));
}

}  // namespace ourea::virt
