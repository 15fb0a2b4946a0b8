// SPDX-License-Identifier: Apache-2.0
// Tests reading, cloning and updating domain XML on golden files and on hostile input.
#include "virt/domain_xml.hpp"

#include "base/error.hpp"
#include "bench.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <unistd.h>

namespace ourea::virt {
namespace {

InstanceId const clone_id("0d9c8b7a-6f5e-4d3c-a2b1-a0f9e8d7c6b5");

CloneSpec linux_clone() {
    CloneSpec spec;
    spec.uuid = clone_id;
    spec.name = "ourea7";
    spec.title = "Anna's <machine>";
    spec.vcpus = 4;
    spec.memory_mib = 4096;
    spec.disks = {
        {"vda", SourceKind::file, "/var/lib/libvirt/images/ourea7.qcow2", "", "", "qcow2"},
        {"vdb", SourceKind::volume, "", "fast", "ourea7-data.qcow2", "qcow2"}};
    spec.macs = {"52:54:00:0c:00:01", "52:54:00:0c:00:02"};
    spec.mark.owner = "anna";
    spec.mark.name = "ourea7";
    spec.mark.linked = true;
    spec.mark.origin = InstanceId("6f1f0f5e-4f6b-4a3e-9d1e-2b7f0c6a1d01");
    spec.mark.origin_name = "debian12";
    return spec;
}

CloneSpec windows_clone() {
    CloneSpec spec;
    spec.uuid = clone_id;
    spec.name = "win7";
    spec.disks = {{"sda", SourceKind::block, "/dev/vg0/win7", "", "", "raw"}};
    return spec;
}

Kind refusal(std::string const& xml, CloneSpec const& spec) {
    try {
        clone_domain(xml, spec);
    } catch (Error const& e) {
        return e.kind();
    }
    return Kind::internal;
}

/// Whether libvirt's schema accepts the text; true where the validator is not installed.
bool valid(std::string const& xml) {
    if (!std::filesystem::exists("/usr/bin/virt-xml-validate")) return true;
    auto const path =
        std::filesystem::temp_directory_path() / ("ourea-" + std::to_string(::getpid()) + ".xml");
    std::ofstream(path) << xml;
    auto const command = "virt-xml-validate " + path.string() + " domain >/dev/null";
    bool const good = std::system(command.c_str()) == 0;
    std::filesystem::remove(path);
    return good;
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> golden() {
    return {"domain-q35-uefi-linux.xml", "domain-windows.xml", "domain-running.xml",
            "domain-hostdev.xml",        "domain-lxc.xml",     "domain-minimal.xml"};
}

TEST(ParseDomain, ReadsALinuxTemplate) {
    auto const d = parse_domain(read_data("domain-q35-uefi-linux.xml"));
    EXPECT_EQ(d.uuid.str(), "6f1f0f5e-4f6b-4a3e-9d1e-2b7f0c6a1d01");
    EXPECT_EQ(d.name, "debian12");
    EXPECT_EQ(d.title, "Debian 12 template");
    EXPECT_EQ(d.description,
              "Minimal system with the guest agent & cloud-init.\nSecond line <kept>.");
    EXPECT_EQ(d.type, "kvm");
    EXPECT_EQ(d.machine, "pc-q35-7.2");
    EXPECT_EQ(d.cpu, "host-passthrough");
    EXPECT_EQ(d.firmware, "efi");
    EXPECT_EQ(d.vcpus, 2U);
    EXPECT_EQ(d.memory_mib, 2048U);
    EXPECT_EQ(d.serials, 2U);
    EXPECT_TRUE(d.has_agent);
    EXPECT_FALSE(d.has_hostdevs);
    ASSERT_TRUE(d.mark);
    EXPECT_EQ(d.mark->owner, "anna");
    EXPECT_TRUE(d.mark->is_template);
    EXPECT_EQ(to_rfc3339(*d.mark->created_at), "2026-01-31T12:00:00.000Z");
}

TEST(ParseDomain, ReadsDisks) {
    auto const d = parse_domain(read_data("domain-q35-uefi-linux.xml"));
    ASSERT_EQ(d.disks.size(), 3U);
    EXPECT_EQ(d.disks[0].target, "vda");
    EXPECT_EQ(d.disks[0].source, SourceKind::file);
    EXPECT_EQ(d.disks[0].path, "/var/lib/libvirt/images/debian12.qcow2");
    EXPECT_EQ(d.disks[0].serial, "ROOT-0001");
    EXPECT_EQ(d.disks[1].source, SourceKind::volume);
    EXPECT_EQ(d.disks[1].pool, "fast");
    EXPECT_EQ(d.disks[1].volume, "debian12-data.raw");
    EXPECT_EQ(d.disks[2].device, "cdrom");
    EXPECT_TRUE(d.disks[2].readonly);
}

TEST(ParseDomain, ReadsARunningMachine) {
    auto const d = parse_domain(read_data("domain-running.xml"));
    ASSERT_EQ(d.disks.size(), 2U);
    EXPECT_EQ(d.disks[0].backing, "/var/lib/libvirt/images/base.qcow2");
    EXPECT_EQ(d.disks[1].source, SourceKind::network);
    EXPECT_EQ(d.disks[1].protocol, "rbd");
    ASSERT_EQ(d.nics.size(), 1U);
    EXPECT_EQ(d.nics[0].target, "vnet3");
    EXPECT_EQ(d.nics[0].network, "default");
    ASSERT_EQ(d.graphics.size(), 2U);
    EXPECT_EQ(d.graphics[0].port, 5901);
    EXPECT_FALSE(d.graphics[0].password);
    EXPECT_EQ(d.graphics[1].socket, "/run/vnc-web1.sock");
}

TEST(ParseDomain, ReadsWindowsAndContainers) {
    auto const w = parse_domain(read_data("domain-windows.xml"));
    EXPECT_EQ(w.vcpus, 2U);
    EXPECT_EQ(w.max_vcpus, 4U);
    EXPECT_EQ(w.memory_mib, 8192U);
    EXPECT_EQ(w.cpu, "Skylake-Client");
    EXPECT_EQ(w.firmware, "efi");
    EXPECT_TRUE(w.has_tpm);
    EXPECT_EQ(w.disks[1].source, SourceKind::none);
    EXPECT_FALSE(w.mark);
    auto const c = parse_domain(read_data("domain-lxc.xml"));
    EXPECT_EQ(c.os_type, "exe");
    EXPECT_TRUE(parse_domain(read_data("domain-hostdev.xml")).has_hostdevs);
}

TEST(UpdateDomain, WithoutAChangeKeepsEverything) {
    for (auto const& name : golden()) {
        auto const xml = read_data(name);
        EXPECT_EQ(update_domain(xml, {}), canonical(xml)) << name;
        EXPECT_EQ(std::regex_replace(canonical(xml), std::regex(" />"), "/>"), xml) << name;
    }
}

TEST(UpdateDomain, SetsAndRemovesTexts) {
    DomainChange change;
    change.title = "New";
    change.description = "";
    auto const xml = update_domain(read_data("domain-q35-uefi-linux.xml"), change);
    auto const d = parse_domain(xml);
    EXPECT_EQ(d.title, "New");
    EXPECT_EQ(d.description, "");
    EXPECT_TRUE(has(xml, "libosinfo"));
    EXPECT_TRUE(valid(xml));
}

TEST(UpdateDomain, FitsWhatDependsOnTheSize) {
    DomainChange change;
    change.vcpus = 3;
    change.memory_mib = 2048;
    auto const xml = update_domain(read_data("domain-windows.xml"), change);
    EXPECT_TRUE(has(xml, "sockets=\"1\" dies=\"1\" cores=\"3\" threads=\"1\"")) << xml;
    EXPECT_TRUE(has(xml, "cpus=\"0-2\" memory=\"2097152\"")) << xml;
    EXPECT_FALSE(has(xml, "vcpupin vcpu=\"3\""));
    EXPECT_TRUE(has(xml, "vcpupin vcpu=\"0\""));
    EXPECT_EQ(parse_domain(xml).vcpus, 3U);
    EXPECT_EQ(parse_domain(xml).memory_mib, 2048U);
    EXPECT_TRUE(valid(xml));
}

TEST(UpdateDomain, KeepsSocketsWhereTheyDivide) {
    DomainChange change;
    change.vcpus = 8;
    auto const xml = update_domain(read_data("domain-windows.xml"), change);
    EXPECT_TRUE(has(xml, "sockets=\"2\" dies=\"1\" cores=\"2\" threads=\"2\"")) << xml;
}

TEST(CloneDomain, HasItsOwnIdentity) {
    auto const xml = clone_domain(read_data("domain-q35-uefi-linux.xml"), linux_clone());
    EXPECT_TRUE(valid(xml)) << xml;
    auto const d = parse_domain(xml);
    EXPECT_EQ(d.uuid, clone_id);
    EXPECT_EQ(d.name, "ourea7");
    EXPECT_EQ(d.title, "Anna's <machine>");
    EXPECT_EQ(d.description, "");
    EXPECT_EQ(d.vcpus, 4U);
    EXPECT_EQ(d.memory_mib, 4096U);
    EXPECT_EQ(d.disks[0].path, "/var/lib/libvirt/images/ourea7.qcow2");
    EXPECT_EQ(d.disks[1].volume, "ourea7-data.qcow2");
    EXPECT_EQ(d.disks[1].format, "qcow2");
    EXPECT_EQ(d.disks[2].path, "/var/lib/libvirt/images/seed.iso");
    EXPECT_EQ(d.nics[0].mac, "52:54:00:0c:00:01");
    EXPECT_EQ(d.nics[1].mac, "52:54:00:0c:00:02");
    ASSERT_TRUE(d.mark);
    EXPECT_EQ(*d.mark, linux_clone().mark);
}

TEST(CloneDomain, DropsWhatIsTheTemplatesAlone) {
    auto const xml = clone_domain(read_data("domain-q35-uefi-linux.xml"), linux_clone());
    for (auto const* gone :
         {"6f1f0f5e-4f6b-4a3e-9d1e-2b7f0c6a1d01</", "hunter22", "5907", "5707", "debian12_VARS",
          "SN-0001", "ROOT-0001", "52:54:00:0a", "52:54:00:0A", "debian12-eth0", "1f2e3d4c", "4555",
          "debian12-serial.log", "f16x86_64.agent", "address=\"4\"", "seclabel",
          "/images/debian12.qcow2"}) {
        EXPECT_FALSE(has(xml, gone)) << gone;
    }
    for (auto const* kept : {"OVMF_VARS_4M.ms.fd", "libosinfo", "io=\"native\"", "qemu-xhci",
                             "manufacturer", "bus=\"0x04\"", "migratable"}) {
        EXPECT_TRUE(has(xml, kept)) << kept;
    }
    EXPECT_TRUE(has(xml, "autoport=\"yes\""));
}

TEST(CloneDomain, ClonesWindows) {
    auto const xml = clone_domain(read_data("domain-windows.xml"), windows_clone());
    EXPECT_TRUE(valid(xml)) << xml;
    EXPECT_TRUE(has(xml, "<genid />") || has(xml, "<genid/>"));
    EXPECT_FALSE(has(xml, "5000c50015ea71aa"));
    EXPECT_FALSE(has(xml, "52:54:00:77:11:01"));
    EXPECT_FALSE(has(xml, "5931"));
    auto const d = parse_domain(xml);
    EXPECT_EQ(d.vcpus, 2U);
    EXPECT_EQ(d.disks[0].path, "/dev/vg0/win7");
    EXPECT_EQ(d.memory_mib, 8192U);
}

TEST(CloneDomain, ClonesWhatIsRunning) {
    CloneSpec spec;
    spec.uuid = clone_id;
    spec.name = "web2";
    spec.disks = {{"vda", SourceKind::file, "/a/web2.qcow2", "", "", "qcow2"},
                  {"vdb", SourceKind::file, "/a/web2-data.raw", "", "", "raw"}};
    auto const xml = clone_domain(read_data("domain-running.xml"), spec);
    EXPECT_TRUE(valid(xml)) << xml;
    for (auto const* gone : {" id=\"7\"", "rbd", "ceph", "vnet3", "portid", "/dev/pts", "domain-7",
                             "alias", "imagelabel", "vnc-web1", "base.qcow2"}) {
        EXPECT_FALSE(has(xml, gone)) << gone;
    }
    EXPECT_TRUE(has(xml, "period=\"5\""));
}

TEST(CloneDomain, RefusesWhatCannotBeCopied) {
    CloneSpec spec;
    spec.uuid = clone_id;
    spec.name = "x";
    EXPECT_EQ(refusal(read_data("domain-hostdev.xml"), spec), Kind::conflict);
    EXPECT_EQ(refusal(read_data("domain-lxc.xml"), spec), Kind::conflict);
    // A writable disk that two machines would share.
    EXPECT_EQ(refusal(read_data("domain-q35-uefi-linux.xml"), spec), Kind::invalid);
    auto more = windows_clone();
    more.disks.push_back({"vdz", SourceKind::file, "/x", "", "", "raw"});
    EXPECT_EQ(refusal(read_data("domain-windows.xml"), more), Kind::invalid);
    auto macs = windows_clone();
    macs.macs = {"52:54:00:00:00:01", "52:54:00:00:00:02"};
    EXPECT_EQ(refusal(read_data("domain-windows.xml"), macs), Kind::invalid);
    for (auto const* name : {"", "-x", "a/b", "a b", "../x", "a<b"}) {
        auto bad = windows_clone();
        bad.name = name;
        EXPECT_EQ(refusal(read_data("domain-windows.xml"), bad), Kind::invalid) << name;
    }
}

TEST(CloneDomain, EscapesTexts) {
    auto spec = windows_clone();
    spec.title = "</title><devices><hostdev/></devices>\"'&";
    spec.mark.owner = "\"/><evil/>";
    auto const d = parse_domain(clone_domain(read_data("domain-windows.xml"), spec));
    EXPECT_EQ(d.title, spec.title);
    EXPECT_FALSE(d.has_hostdevs);
    EXPECT_EQ(d.mark->owner, spec.mark.owner);
}

TEST(Mark, GoesThroughLibvirtsForm) {
    Mark mark;
    mark.owner = "anna";
    mark.is_template = true;
    mark.created_at = from_unix_ms(1'700'000'000'123);
    EXPECT_EQ(parse_mark(print_mark(mark)), mark);
    EXPECT_EQ(parse_mark("<other/>"), std::nullopt);
}

TEST(Mark, IsFoundByNamespaceNotByPrefix) {
    std::string const other =
        "<domain><metadata xmlns:o='urn:ourea:1'><x:instance xmlns:x='urn:else' owner='eve'/>"
        "<o:instance owner='anna'/></metadata></domain>";
    EXPECT_EQ(parse_domain(other).mark->owner, "anna");
    EXPECT_FALSE(
        parse_domain("<domain><metadata><ourea:instance owner='eve'/></metadata></domain>").mark);
}

Kind parse_refusal(std::string const& xml) {
    try {
        parse_domain(xml);
    } catch (Error const& e) {
        return e.kind();
    }
    return Kind::internal;
}

TEST(HostileXml, IsRefusedWithinBounds) {
    EXPECT_EQ(parse_refusal(""), Kind::unavailable);
    EXPECT_EQ(parse_refusal("no xml"), Kind::unavailable);
    EXPECT_EQ(parse_refusal("<domain>"), Kind::unavailable);
    EXPECT_EQ(parse_refusal("<network/>"), Kind::unavailable);
    EXPECT_EQ(parse_refusal("<!DOCTYPE d [<!ENTITY a 'b'>]><domain/>"), Kind::unavailable);
    EXPECT_EQ(parse_refusal(std::string(max_xml_bytes + 1, ' ')), Kind::unavailable);
    std::string deep;
    for (int i = 0; i < 100'000; ++i)
        deep += "<a>";
    EXPECT_EQ(parse_refusal("<domain>" + deep), Kind::unavailable);
    std::string closed = "<domain>";
    for (int i = 0; i < 1000; ++i)
        closed += "<a>";
    for (int i = 0; i < 1000; ++i)
        closed += "</a>";
    EXPECT_EQ(parse_refusal(closed + "</domain>"), Kind::unavailable);
}

TEST(HostileXml, NumbersSaturateAndListsEnd) {
    auto const d = parse_domain(
        "<domain><memory unit='EiB'>99999999999999</memory><vcpu>99999999999</vcpu>"
        "<uuid>nonsense</uuid></domain>");
    EXPECT_TRUE(d.uuid.empty());
    EXPECT_EQ(d.vcpus, 0xFFFFFFFFU);
    EXPECT_EQ(d.memory_mib, ~std::uint64_t{0} >> 20);
    EXPECT_EQ(parse_domain("<domain><memory>-5</memory></domain>").memory_mib, 0U);
    std::string many = "<domain><devices>";
    for (int i = 0; i < 5000; ++i)
        many += "<disk/>";
    EXPECT_LE(parse_domain(many + "</devices></domain>").disks.size(), 256U);
    auto const long_title = "<domain><title>" + std::string(100'000, 'x') + "</title></domain>";
    EXPECT_LE(parse_domain(long_title).title.size(), 1024U);
    EXPECT_EQ(parse_domain("<domain><title>\xC3\xA9</title></domain>").title, "\xC3\xA9");
}

}  // namespace
}  // namespace ourea::virt
