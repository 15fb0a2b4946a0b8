// SPDX-License-Identifier: Apache-2.0
// Which hosts could take a copy, in which order, and why the others could not.
#include "core/placement.hpp"

#include "support/event_loop.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

InstanceId const source_id("11111111-1111-4111-8111-111111111111");

class PlacementTest : public testing::Test {
protected:
    PlacementTest() {
        for (auto const* name : {"a", "b", "c"}) {
            add_host({name, "test:///default", {}, false, now(), {}, {}});
            inventory.set_volumes(name, {pool()}, {});
        }
        virt::VolumeFacts image;
        image.pool = "images";
        image.name = "template.qcow2";
        image.path = "/images/template.qcow2";
        inventory.set_volumes("a", {pool()}, {image});
        auto source = machine(source_id, "template", 1024);
        virt::DiskFacts disk;
        disk.target = "vda";
        disk.device = "disk";
        disk.source = virt::SourceKind::file;
        disk.path = image.path;
        source.disks.push_back(disk);
        inventory.set_domains("a", {source});
        auto record = inventory.find(source_id)->record;
        record.template_ = true;
        inventory.put_record(record);
    }

    void add_host(HostRecord const& record) {
        inventory.put_host(record);
        inventory.set_status(record.name, {virt::HostState::online, {}, now()});
        virt::HostInfo info;
        info.hypervisor = "QEMU";
        info.cpus = 4;
        info.memory_mib = 8192;
        inventory.set_info(record.name, info);
    }

    void promise(std::string const& host, std::uint64_t memory_mib) {
        inventory.set_domains(host, {machine(InstanceId::random(), "on-" + host, memory_mib)});
    }

    static virt::PoolFacts pool() {
        virt::PoolFacts facts;
        facts.name = "images";
        facts.path = "/images";
        facts.state = "running";
        return facts;
    }

    static virt::DomainFacts machine(InstanceId const& id, std::string name,
                                     std::uint64_t memory_mib) {
        virt::DomainFacts facts;
        facts.uuid = id;
        facts.name = std::move(name);
        facts.state = virt::DomainState::shutoff;
        facts.vcpus = facts.next_vcpus = 2;
        facts.memory_mib = facts.next_memory_mib = memory_mib;
        return facts;
    }

    Places places(Needs needs = {1, 512}) {
        auto const shared = [this](virt::PoolFacts const&) { return shared_; };
        return places_for(inventory, *inventory.find(source_id), needs, shared);
    }

    static std::vector<std::string> names(std::vector<Place> const& places) {
        std::vector<std::string> names;
        for (auto const& place : places)
            names.push_back(place.host);
        return names;
    }

    using Names = std::vector<std::string>;
    boost::asio::io_context loop;
    Events events{loop.get_executor()};
    Inventory inventory{events};
    bool shared_ = true;
};

TEST_F(PlacementTest, TheHostWithTheMostMemoryThatIsPromisedToNobodyIsTheBest) {
    EXPECT_EQ(names(places().possible), (Names{"a", "b", "c"}));  // where the source is, if equal
    promise("b", 2048);
    promise("c", 1024);
    auto const found = places();
    EXPECT_EQ(names(found.possible), (Names{"a", "c", "b"}));
    EXPECT_EQ(found.possible[1].unpromised_memory_mib, 7168);
}

TEST_F(PlacementTest, AMachineThatIsBeingMadeCounts) {
    InstanceRecord record;
    record.id = InstanceId::random();
    record.name = "new";
    record.host = "a";
    record.memory_mib = 512;
    record.state = RecordState::creating;
    inventory.put_record(record);
    EXPECT_EQ(names(places().possible), (Names{"b", "c", "a"}));
}

TEST_F(PlacementTest, WithoutSharedStorageOnlyTheHostOfTheSourceIsLeft) {
    shared_ = false;
    auto const found = places();
    EXPECT_EQ(names(found.possible), Names{"a"});
    EXPECT_EQ(names(found.impossible), (Names{"b", "c"}));
    EXPECT_EQ(found.impossible[0].reasons,
              Names{"Pool images is not marked as shared: mark it if it is."});
}

TEST_F(PlacementTest, NothingIsPlacedInMaintenanceNorOnWhatDoesNotAnswer) {
    inventory.put_host({"a", "test:///default", {}, true, now(), {}, {}});
    inventory.set_status("b", {virt::HostState::offline, "gone", now()});
    auto const found = places();
    EXPECT_EQ(names(found.possible), Names{"c"});
    EXPECT_EQ(found.impossible[0].reasons, Names{"It is in maintenance."});
    EXPECT_EQ(found.impossible[1].reasons, Names{"It does not answer."});
}

TEST_F(PlacementTest, LimitsOfWhatIsPromisedAreKept) {
    add_host({"b", "test:///default", {}, false, now(), 50, {}});
    add_host({"c", "test:///default", {}, false, now(), {}, 25});
    EXPECT_EQ(names(places({2, 2048}).possible), (Names{"a", "b", "c"}));
    auto const found = places({3, 2049});
    EXPECT_EQ(names(found.possible), Names{"a"});
    EXPECT_EQ(found.impossible[0].reasons,
              Names{"3 processors would be promised of 4 processors (50 % are allowed)."});
    EXPECT_EQ(found.impossible[1].reasons,
              Names{"2049 MiB of memory would be promised of 8192 MiB of memory (25 % are "
                    "allowed)."});
}

}  // namespace
}  // namespace ourea
