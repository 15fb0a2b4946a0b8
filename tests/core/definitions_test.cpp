// SPDX-License-Identifier: Apache-2.0
// Tests of what differs between definitions, and of whose doing it is.
#include "core/definitions.hpp"

#include "core/inventory.hpp"
#include "support/event_loop.hpp"
#include "virt/domain_xml.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using virt::Definition;

InstanceId const id("11111111-1111-4111-8111-111111111111");

Definition const two{{"vcpus", "2"}, {"disk:vda", "/pool/a.qcow2 (virtio, qcow2)"}};

TEST(Definitions, DifferFieldByField) {
    Definition const other{{"vcpus", "3"}, {"disk:vdb", "/pool/b.qcow2 (virtio, qcow2)"}};
    auto const changes = differences(two, other);
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].field, "disk");
    EXPECT_EQ(changes[0].item, "vda");
    EXPECT_EQ(changes[0].after, std::nullopt);
    EXPECT_EQ(changes[1].before, std::nullopt);
    EXPECT_EQ(changes[2].field, "vcpus");
    EXPECT_EQ(changes[2].item, std::nullopt);
    EXPECT_EQ(changes[2].before, "2");
    EXPECT_EQ(changes[2].after, "3");
    EXPECT_TRUE(differences(two, two).empty());
}

TEST(Definitions, CarryOverOnlyWhatChanged) {
    auto const known = std::make_shared<Definition const>(two);
    Definition const drifted{{"vcpus", "3"}};
    Definition const resized{{"vcpus", "3"}, {"memory_mib", "512"}};
    auto const carried = carried_over(known, drifted, resized);
    Definition expected = two;
    expected["memory_mib"] = "512";
    EXPECT_EQ(*carried, expected);
    EXPECT_EQ(carried_over(known, two, two), known);
    EXPECT_EQ(carried_over(known, two, drifted)->count("disk:vda"), 0u);
}

TEST(Definitions, ShowFilesWithoutTheirFolders) {
    EXPECT_EQ(virt::without_folder("/pool/a (b)/c.qcow2 (virtio)"), "a (b)/c.qcow2 (virtio)");
    EXPECT_EQ(virt::without_folder("/pool/c.qcow2 (virtio, qcow2)"), "c.qcow2 (virtio, qcow2)");
    EXPECT_EQ(virt::without_folder("pool/volume (virtio)"), "pool/volume (virtio)");
}

TEST(Definitions, LeaveOutWhatLibvirtFillsIn) {
    auto const text = [](std::string const& extra, std::string const& port) {
        return "<domain type='kvm'><name>a</name><uuid>" + id.str() +
               "</uuid><memory unit='KiB'>1048576</memory><vcpu>2</vcpu><os><type arch='x86_64' "
               "machine='pc-q35-7.2'>hvm</type></os><devices><disk type='file' device='disk'>"
               "<driver name='qemu' type='qcow2'/><source file='/p/a.qcow2'/>" +
               extra + "<target dev='vda' bus='virtio'/></disk><graphics type='vnc' port='" + port +
               "' autoport='yes' listen='127.0.0.1'/></devices></domain>";
    };
    auto const plain = virt::definition_of(virt::parse_domain(text("", "-1")));
    auto const filled = virt::definition_of(virt::parse_domain(
        text("<backingStore type='file'><source file='/p/b'/></backingStore>", "5901")));
    EXPECT_EQ(plain, filled);
    EXPECT_EQ(plain.at("disk:vda"), "/p/a.qcow2 (virtio, qcow2)");
    EXPECT_EQ(plain.at("graphics:vnc"), "127.0.0.1 (automatic port)");
}

class DriftTest : public testing::Test {
protected:
    DriftTest() {
        inventory.on_definition(
            [this](InstanceId const&, DefinitionNews news) { told.push_back(news); });
        inventory.put_host({"node1", "test:///default", {}, false, now(), {}, {}});
        inventory.put_host({"node2", "test:///default", {}, false, now(), {}, {}});
    }

    void show(Definition definition, std::string const& host = "node1") {
        virt::DomainFacts facts;
        facts.uuid = id;
        facts.name = "web1";
        facts.state = virt::DomainState::shutoff;
        facts.definition = std::make_shared<Definition const>(std::move(definition));
        inventory.set_domain(host, id, std::move(facts));
    }
    bool drifts() const { return inventory.find(id)->row.drift; }

    boost::asio::io_context loop;
    Events events{loop.get_executor()};
    Inventory inventory{events};
    std::vector<DefinitionNews> told;
};

TEST_F(DriftTest, WhatIsSeenFirstIsKnownAndWhatDiffersThenIsNot) {
    show(two);
    EXPECT_FALSE(drifts());
    show({{"vcpus", "3"}});
    EXPECT_TRUE(drifts());
    show(two);
    EXPECT_FALSE(drifts());
    using enum DefinitionNews;
    EXPECT_EQ(told, (std::vector{known, drifted, drifted}));
}

TEST_F(DriftTest, WhatThePortalDoesIsKnown) {
    show(two);
    inventory.begin_verb(id);
    show({{"vcpus", "3"}});
    inventory.end_verb(id);
    EXPECT_FALSE(drifts());
    show({{"vcpus", "4"}});
    EXPECT_TRUE(drifts());
    inventory.set_job(id, JobBrief{});
    show({{"vcpus", "4"}, {"memory_mib", "1"}});
    inventory.set_job(id, std::nullopt);
    EXPECT_TRUE(drifts());
    EXPECT_EQ(*inventory.find(id)->known, (Definition{{"vcpus", "3"}, {"memory_mib", "1"}}));
}

TEST_F(DriftTest, AMachineTypeMayBeWrittenAnewOnAnotherHost) {
    show({{"machine", "pc-q35-7.2"}, {"vcpus", "2"}});
    inventory.set_domain("node1", id, std::nullopt);
    EXPECT_FALSE(drifts());
    inventory.set_domains("node2", {});
    show({{"machine", "pc-q35-8.0"}, {"vcpus", "2"}}, "node1");
    EXPECT_TRUE(drifts());
    show({{"machine", "pc-q35-7.2"}, {"vcpus", "2"}});
    EXPECT_FALSE(drifts());
    virt::DomainFacts running;
    running.uuid = id;
    running.name = "web1";
    running.state = virt::DomainState::running;
    running.definition =
        std::make_shared<Definition const>(Definition{{"machine", "pc-q35-8.0"}, {"vcpus", "2"}});
    inventory.set_domain("node2", id, std::move(running));
    EXPECT_EQ(inventory.find(id)->record.host, "node2");
    EXPECT_FALSE(drifts());
}

TEST_F(DriftTest, WhatIsKnownOutlivesAMissingMachineAndEndsWithOneThatIsGone) {
    show(two);
    inventory.set_domain("node1", id, std::nullopt);
    show({{"vcpus", "3"}});
    EXPECT_TRUE(drifts());
    inventory.set_domain("node1", id, std::nullopt);
    inventory.settle(id, RecordState::gone);
    EXPECT_EQ(inventory.find_even_gone(id)->known, nullptr);
}

}  // namespace
}  // namespace ourea
