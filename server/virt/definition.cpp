// SPDX-License-Identifier: Apache-2.0
// Puts the facts of a definition into words that can be compared.
#include "virt/definition.hpp"

#include "virt/facts.hpp"

#include <initializer_list>

namespace ourea::virt {

namespace {

/// "place (one, two)", without what is empty.
std::string worded(std::string const& place, std::initializer_list<std::string> details) {
    std::string inside;
    for (auto const& detail : details) {
        if (detail.empty()) continue;
        inside += (inside.empty() ? "" : ", ") + detail;
    }
    if (place.empty()) return inside;
    return inside.empty() ? place : place + " (" + inside + ")";
}

std::string place_of(DiskFacts const& disk) {
    switch (disk.source) {
        case SourceKind::none:
            return "empty";
        case SourceKind::volume:
            return disk.pool + "/" + disk.volume;
        case SourceKind::network:
            return disk.protocol + ":" + disk.volume;
        default:
            return disk.path;
    }
}

std::string words_of(DiskFacts const& disk) {
    return worded(place_of(disk),
                  {disk.device == "disk" ? "" : disk.device, disk.bus, disk.format,
                   disk.cache.empty() ? "" : "cache " + disk.cache,
                   disk.serial.empty() ? "" : "serial " + disk.serial,
                   disk.readonly ? "read-only" : "", disk.shareable ? "shareable" : ""});
}

std::string words_of(NicFacts const& nic) {
    auto const place = nic.network.empty() ? nic.bridge : nic.network;
    return worded(place.empty() ? nic.type : nic.type + " " + place, {nic.model});
}

std::string words_of(GraphicsFacts const& graphics) {
    bool const fixed = !graphics.autoport && graphics.port;
    return worded(graphics.socket.empty() ? graphics.listen : graphics.socket,
                  {fixed ? "port " + std::to_string(*graphics.port) : "automatic port"});
}

void put(Definition& out, std::string field, std::string words) {
    if (!words.empty()) out.insert_or_assign(std::move(field), std::move(words));
}

}  // namespace

Definition definition_of(DomainFacts const& facts) {
    Definition out;
    put(out, "name", facts.name);
    put(out, "title", facts.title);
    put(out, "description", facts.description);
    put(out, "type", facts.type);
    put(out, "machine", facts.machine);
    put(out, "cpu", facts.cpu);
    put(out, "firmware", facts.firmware);
    put(out, "vcpus", std::to_string(facts.vcpus));
    if (facts.max_vcpus != facts.vcpus) put(out, "max_vcpus", std::to_string(facts.max_vcpus));
    put(out, "memory_mib", std::to_string(facts.memory_mib));
    if (facts.max_memory_mib != facts.memory_mib)
        put(out, "max_memory_mib", std::to_string(facts.max_memory_mib));
    for (auto const& disk : facts.disks)
        put(out, "disk:" + disk.target, words_of(disk));
    for (auto const& nic : facts.nics)
        put(out, "interface:" + nic.mac, words_of(nic));
    for (auto const& one : facts.graphics)
        put(out, "graphics:" + one.type, words_of(one));
    if (facts.serials > 0) put(out, "serials", std::to_string(facts.serials));
    if (facts.has_agent) put(out, "agent", "yes");
    if (facts.has_hostdevs) put(out, "host_devices", "yes");
    if (facts.has_tpm) put(out, "tpm", "yes");
    return out;
}

std::string without_folder(std::string const& words) {
    if (!words.starts_with('/')) return words;
    auto const slash = words.rfind('/', words.find(" ("));
    return words.substr(slash + 1);
}

}  // namespace ourea::virt
