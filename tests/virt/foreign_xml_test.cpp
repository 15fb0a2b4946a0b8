// SPDX-License-Identifier: Apache-2.0
// Tests definitions for QEMU made of those for Xen; xen-*.xml is what libvirt 9.0 in a Xen 4.17
// Dom0 made of the xl configuration beside it.
#include "virt/foreign_xml.hpp"

#include "base/error.hpp"
#include "bench.hpp"
#include "virt/domain_xml.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ourea::virt {
namespace {

ForeignSpec spec(std::string network = {}) {
    return {"", "/srv/pool", false, std::move(network), true};
}

DomainFacts facts_of(ForeignMachine const& machine) {
    return parse_domain(machine.xml);
}

/// "TARGET BUS SOURCE FORMAT" of each disk.
std::vector<std::string> disks_of(ForeignMachine const& machine) {
    std::vector<std::string> out;
    for (auto const& disk : facts_of(machine).disks)
        out.push_back(disk.target + " " + disk.bus + " " + disk.path + " " + disk.format);
    return out;
}

bool has_note(ForeignMachine const& machine, std::string_view part) {
    return std::ranges::any_of(
        machine.notes, [&](auto const& note) { return note.find(part) != std::string::npos; });
}

std::string with(std::string text, std::string_view old, std::string_view now) {
    auto const at = text.find(old);
    if (at == std::string::npos) throw std::runtime_error("nothing to replace");
    return text.replace(at, old.size(), now);
}

TEST(ForeignXml, AFullyVirtualisedMachineKeepsItsKindsOfDevices) {
    auto const machine = convert_definition(read_data("xen-hvm.xml"), spec());
    auto const facts = facts_of(machine);
    EXPECT_EQ(machine.name, "hvm");
    EXPECT_EQ(facts.uuid.str(), "11111111-2222-4333-8444-555555555504");
    EXPECT_EQ(facts.vcpus, 2U);
    EXPECT_EQ(facts.next_memory_mib, 2048U);
    EXPECT_EQ(disks_of(machine),
              (std::vector<std::string>{"hda ide /srv/pool/hvm-hda.img raw",
                                        "vda virtio /srv/pool/hvm-vda.qcow2 qcow2", "hdc ide  "}));
    ASSERT_EQ(machine.disks.size(), 2U);
    EXPECT_EQ(machine.disks[0].path, "/srv/xen/hvm.img");
    EXPECT_EQ(machine.disks[1].was, "xvdb");
    ASSERT_EQ(facts.nics.size(), 2U);
    EXPECT_EQ(facts.nics[0].mac, "00:16:3e:11:22:37");
    EXPECT_EQ(facts.nics[0].model, "e1000");
    EXPECT_EQ(facts.nics[0].bridge, "xenbr0");
    EXPECT_EQ(facts.nics[1].model, "rtl8139");
    EXPECT_EQ(machine.bridges, std::vector<std::string>{"xenbr0"});
    EXPECT_TRUE(has_note(machine, "/srv/iso/x.iso"));
    EXPECT_EQ(machine.xml.find("xen"), machine.xml.find("xenbr0"));
    EXPECT_NE(machine.xml.find("offset=\"localtime\""), std::string::npos);
    EXPECT_NE(machine.xml.find("<relaxed state=\"on\""), std::string::npos);
}

TEST(ForeignXml, AParavirtualisedMachineGetsVirtio) {
    auto const text = with(read_data("xen-pv.xml"), "dev='xvda'", "dev='xvda1'");
    auto const machine = convert_definition(text, spec("lab"));
    EXPECT_EQ(disks_of(machine),
              (std::vector<std::string>{"vda virtio /srv/pool/pv-new-vda.img raw",
                                        "vdb virtio /srv/pool/pv-new-vdb.qcow2 qcow2",
                                        "vdc virtio /srv/pool/pv-new-vdc.img raw",
                                        "vdd virtio /srv/pool/pv-new-vdd.img raw",
                                        "vde virtio /srv/pool/pv-new-vde.vpc vpc"}));
    EXPECT_TRUE(facts_of(machine).disks.at(3).readonly);
    auto const nics = facts_of(machine).nics;
    ASSERT_EQ(nics.size(), 3U);
    EXPECT_EQ(nics[0].network + " " + nics[0].model, "lab virtio");
    EXPECT_EQ(machine.xml.find("00:00:00:00:00:00"), std::string::npos);
    EXPECT_NE(machine.xml.find("average=\"1280\""), std::string::npos);
    EXPECT_TRUE(machine.bridges.empty());
    EXPECT_TRUE(has_note(machine, "/srv/xen/vmlinuz"));
    EXPECT_TRUE(has_note(machine, "xvda1 was a partition"));
    EXPECT_EQ(machine.xml.find("<kernel>"), std::string::npos);
}

TEST(ForeignXml, FirmwareAndNameAndPlaceAreWishes) {
    auto wanted = spec();
    wanted.name = "renamed";
    wanted.folder = "/dev/vg0";
    wanted.blocks = true;
    wanted.kvm = false;
    auto const machine = convert_definition(read_data("xen-uefi.xml"), wanted);
    EXPECT_EQ(machine.name, "renamed");
    EXPECT_NE(machine.xml.find("firmware=\"efi\""), std::string::npos);
    EXPECT_NE(machine.xml.find("type=\"qemu\""), std::string::npos);
    EXPECT_NE(machine.xml.find("dev=\"/dev/vg0/renamed-vda.img\""), std::string::npos);
}

TEST(ForeignXml, WhatCannotComeAlongIsNamed) {
    auto const text = read_data("xen-pv.xml");
    auto const field_of = [](std::string const& changed) -> std::string {
        try {
            convert_definition(changed, spec());
        } catch (Error const& error) {
            return error.field() + ": " + error.message();
        }
        return "nothing";
    };
    EXPECT_EQ(
        field_of(with(text, "type='vhd'", "type='qed'")),
        "disks: The disk xvde is of the format qed, which cannot be imported: convert it with "
        "qemu-img first.");
    EXPECT_EQ(field_of(with(text, "file='/srv/xen/pv.img'", "protocol='rbd'")),
              "disks: The disk xvda is neither a file nor a block device.");
    EXPECT_EQ(field_of(with(text, "<name>pv-new</name>", "")),
              "name: The definition names no machine.");
    EXPECT_THROW(convert_definition("<pool/>", spec()), Error);
}

}  // namespace
}  // namespace ourea::virt
