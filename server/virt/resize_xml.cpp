// SPDX-License-Identifier: Apache-2.0
// Keeps a document consistent when the number of processors or the memory changes.
#include "virt/resize_xml.hpp"

#include "base/error.hpp"
#include "virt/xml.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace ourea::virt {

namespace {

using pugi::xml_node;

constexpr std::uint64_t most_mib = std::uint64_t{1} << 34;

std::uint64_t part(xml_node topology, char const* name) {
    return std::max<std::uint64_t>(xml::number(topology.attribute(name).value()).value_or(1), 1);
}

/// Sockets stay, because desktop systems are licensed by them; cores grow.
void fit_topology(xml_node cpu, std::uint32_t count) {
    auto topology = cpu.child("topology");
    if (!topology) return;
    std::uint64_t const sockets = part(topology, "sockets");
    std::uint64_t const dies = part(topology, "dies");
    std::uint64_t const threads = part(topology, "threads");
    bool const simple = sockets <= count && dies <= count && threads <= count &&
                        count % (sockets * dies * threads) == 0;
    xml::set_attribute(topology, "sockets", std::to_string(simple ? sockets : 1));
    if (topology.attribute("dies")) {
        xml::set_attribute(topology, "dies", std::to_string(simple ? dies : 1));
    }
    topology.remove_attribute("clusters");
    std::uint64_t const cores = simple ? count / (sockets * dies * threads) : count;
    xml::set_attribute(topology, "cores", std::to_string(cores));
    xml::set_attribute(topology, "threads", std::to_string(simple ? threads : 1));
}

/// The only NUMA cell, nothing if there is none; several are a person's design.
xml_node only_cell(xml_node domain) {
    auto const cells = domain.child("cpu").child("numa").children("cell");
    if (std::distance(cells.begin(), cells.end()) > 1) {
        throw Error(Kind::conflict,
                    "The instance has several NUMA cells; its size cannot be changed here.");
    }
    return domain.child("cpu").child("numa").child("cell");
}

void drop_pins(xml_node domain, std::uint32_t count) {
    auto tune = domain.child("cputune");
    for (auto pin = tune.child("vcpupin"); pin;) {
        auto const next = pin.next_sibling("vcpupin");
        if (xml::number(pin.attribute("vcpu").value()).value_or(0) >= count) {
            tune.remove_child(pin);
        }
        pin = next;
    }
}

}  // namespace

void set_vcpus(xml_node domain, std::uint32_t count) {
    if (count == 0 || count > 4096) throw invalid("vcpus", "There are 1 to 4096 processors.");
    auto vcpu = xml::ensure(domain, "vcpu", {"currentMemory", "memory"});
    auto const before = xml::number(vcpu.text().get()).value_or(0);
    vcpu.remove_attribute("current");
    xml::remove_all(domain, "vcpus");
    if (before == count) return;
    xml::set_text(vcpu, std::to_string(count));
    fit_topology(domain.child("cpu"), count);
    drop_pins(domain, count);
    if (auto cell = only_cell(domain)) {
        xml::set_attribute(cell, "cpus", count == 1 ? "0" : "0-" + std::to_string(count - 1));
    }
}

void set_memory(xml_node domain, std::uint64_t mib) {
    if (mib == 0 || mib > most_mib) throw invalid("memory_mib", "This is no size of a memory.");
    std::string const kib = std::to_string(mib * 1024);
    auto put = [&kib](xml_node node) {
        xml::set_attribute(node, "unit", "KiB");
        xml::set_text(node, kib);
    };
    auto memory = xml::ensure(domain, "memory", {"maxMemory", "metadata", "uuid", "name"});
    put(memory);
    put(xml::ensure(domain, "currentMemory", {"memory"}));
    if (auto most = domain.child("maxMemory"); xml::bytes(most, "KiB") < mib << 20 && most) {
        put(most);
    }
    if (auto cell = only_cell(domain)) {
        xml::set_attribute(cell, "memory", kib);
        xml::set_attribute(cell, "unit", "KiB");
    }
}

}  // namespace ourea::virt
