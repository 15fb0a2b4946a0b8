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

    Places places(Needs needs = {1, 512, {}}) {
        auto const shared = [this](virt::PoolFacts const&) { return shared_; };
        return places_for(inventory, *inventory.find(source_id), needs, rules, shared);
    }

    void tag(std::string const& host, std::string tag_text) {
        for (auto const* instance : inventory.by_name()) {
            if (instance->record.host != host) continue;
            auto record = instance->record;
            record.tags = {std::move(tag_text)};
            inventory.put_record(record);
            return;
        }
    }

    void put_into_cluster(std::string const& host, std::string cluster) {
        auto record = inventory.host(host)->record;
        record.cluster = std::move(cluster);
        inventory.put_host(record);
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
    PlacementRules rules;
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

TEST_F(PlacementTest, SoDoesOneThatHasJustBeenGivenItsHost) {
    InstanceRecord record;
    record.id = InstanceId::random();
    record.name = "newest";
    record.host = "a";
    record.memory_mib = 512;
    record.tags = {"db"};
    rules.strict_spread_tags = {"db"};
    auto const shared = [](virt::PoolFacts const&) { return true; };
    Arriving const arriving{{record.id, record}};
    auto const& source = *inventory.find(source_id);
    auto found = places_for(inventory, source, {1, 512, {}}, rules, shared, arriving);
    EXPECT_EQ(names(found.possible), (Names{"b", "c", "a"}));
    found = places_for(inventory, source, {1, 512, {"db"}}, rules, shared, arriving);
    EXPECT_EQ(found.impossible.at(0).reasons, Names{"Kept apart by the tag db: newest is there."});
    inventory.put_record(record);  // no longer counted twice
    found = places_for(inventory, source, {1, 512, {}}, rules, shared, arriving);
    EXPECT_EQ(found.possible.back().unpromised_memory_mib, 7680);
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
    EXPECT_EQ(names(places({2, 2048, {}}).possible), (Names{"a", "b", "c"}));
    auto const found = places({3, 2049, {}});
    EXPECT_EQ(names(found.possible), Names{"a"});
    EXPECT_EQ(found.impossible[0].reasons,
              Names{"3 processors would be promised of 4 processors (50 % are allowed)."});
    EXPECT_EQ(found.impossible[1].reasons,
              Names{"2049 MiB of memory would be promised of 8192 MiB of memory (25 % are "
                    "allowed)."});
}

TEST_F(PlacementTest, TheChoiceIsExplainedByWhatDecided) {
    EXPECT_EQ(why_the_first(places()), "Others are as good, but its source is there.");
    promise("b", 2048);
    promise("c", 1024);
    EXPECT_EQ(why_the_first(places()),
              "It has the most memory that is promised to nobody: 8192 MiB.");
    shared_ = false;
    EXPECT_EQ(why_the_first(places()), "No other host can take it.");
}

TEST_F(PlacementTest, PackedMachinesGoToTheFullestHostThatHasRoom) {
    rules.strategy = Strategy::pack;
    promise("b", 2048);
    promise("c", 7900);  // without a limit it may, but would be more than full
    auto const found = places();
    EXPECT_EQ(names(found.possible), (Names{"b", "a", "c"}));
    EXPECT_EQ(why_the_first(found),
              "It is the fullest host with room: 6144 MiB of its memory are promised to nobody.");
    EXPECT_EQ(why_the_first(places({1, 8000, {}})),
              "Only there is so much memory promised to nobody.");
}

TEST_F(PlacementTest, MachinesWithATagOfTheRulesAvoidEachOther) {
    promise("b", 512);
    promise("c", 1024);
    tag("b", "db:main");
    rules.spread_tags = {"db:*"};
    EXPECT_EQ(names(places({1, 512, {"web"}}).possible), (Names{"a", "b", "c"}));
    EXPECT_EQ(names(places({1, 512, {"db:other"}}).possible), (Names{"a", "b", "c"}));
    auto const found = places({1, 512, {"db:main", "web"}});
    EXPECT_EQ(names(found.possible), (Names{"a", "c", "b"}));
    EXPECT_EQ(found.possible[2].notes, Names{"Kept apart by the tag db:main: on-b is there."});
    EXPECT_TRUE(found.possible[1].notes.empty());
}

TEST_F(PlacementTest, WhatKeptAHostFromBeingTheFirstIsTheReason) {
    promise("b", 100);
    promise("c", 1024);
    tag("b", "db");
    rules.spread_tags = {"db"};
    InstanceRecord record;
    record.id = InstanceId::random();
    record.host = "a";
    record.memory_mib = 2048;
    inventory.put_record(record);
    auto const found = places({1, 512, {"db"}});
    EXPECT_EQ(names(found.possible), (Names{"c", "a", "b"}));
    EXPECT_EQ(why_the_first(found), "No machine is there from which its tags keep it apart.");
    EXPECT_EQ(why_the_first(places()),
              "It has the most memory that is promised to nobody: 8092 MiB.");
}

TEST_F(PlacementTest, AStrictRuleKeepsThemApartAltogether) {
    promise("b", 512);
    tag("b", "db");
    tag("a", "db");  // the template, which is not to be started
    rules.strict_spread_tags = {"db"};
    auto const found = places({1, 512, {"db"}});
    EXPECT_EQ(names(found.possible), (Names{"a", "c"}));
    EXPECT_EQ(found.impossible[0].reasons, Names{"Kept apart by the tag db: on-b is there."});
}

TEST_F(PlacementTest, TheClusterOfTheSourceComesFirst) {
    put_into_cluster("a", "east");
    put_into_cluster("b", "east");
    promise("b", 4096);
    auto record = inventory.host("a")->record;
    record.maintenance = true;
    inventory.put_host(record);
    auto const found = places();
    EXPECT_EQ(names(found.possible), (Names{"b", "c"}));
    EXPECT_EQ(found.possible[1].notes, Names{"It is not in the cluster east."});
    EXPECT_EQ(why_the_first(found), "It is in the cluster of the source.");
}

TEST(PlacementRulesTest, EntriesAreTagsOrTheirBeginnings) {
    PlacementRules wanted;
    wanted.spread_tags = {"Web", "db:*", "web"};
    EXPECT_EQ(checked_rules(wanted).spread_tags, (std::vector<std::string>{"db:*", "web"}));
    wanted.strict_spread_tags = {"good", "*"};
    try {
        checked_rules(wanted);
        FAIL() << "a star alone would keep all machines apart";
    } catch (Error const& error) {
        EXPECT_EQ(error.field(), "placement.strict_spread_tags[1]");
    }
}

}  // namespace
}  // namespace ourea
