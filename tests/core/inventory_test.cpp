// SPDX-License-Identifier: Apache-2.0
// Tests of the live picture: what hosts show, what is remembered, and what viewers are told.
#include "core/inventory.hpp"

#include "support/event_loop.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using virt::DomainState;

InstanceId const id_a("11111111-1111-4111-8111-111111111111");
InstanceId const id_b("22222222-2222-4222-8222-222222222222");

virt::DomainFacts facts(InstanceId const& id, std::string name,
                        DomainState state = DomainState::running) {
    virt::DomainFacts facts;
    facts.uuid = id;
    facts.name = std::move(name);
    facts.state = state;
    facts.vcpus = 2;
    facts.memory_mib = 1024;
    return facts;
}

virt::HostStatus status(virt::HostState state, std::string error = {}) {
    return {state, std::move(error), now()};
}

class InventoryTest : public testing::Test {
protected:
    InventoryTest() {
        events.filter_by([](Actor const&, Audience const&) { return true; });
        for (auto const* name : {"node1", "node2"}) {
            inventory.put_host({name, "test:///default", {}, false, now(), {}, {}});
            inventory.set_status(name, status(virt::HostState::online));
            inventory.set_domains(name, {});
        }
    }

    InstanceRow const& row(InstanceId const& id) const { return inventory.find(id)->row; }

    /// The ids of the "instance" events that `change` causes.
    std::vector<std::string> told(std::function<void()> const& change) {
        auto const reader = events.subscribe({}, "");
        change();
        events.publish("end", "", RawJson{}, {});
        std::vector<std::string> ids;
        while (true) {
            auto const frame = *test::run(loop, reader->next());
            if (frame.starts_with("event: end")) return ids;
            auto const at = frame.find("\"id\":\"") + 6;
            if (frame.starts_with("event: instance"))
                ids.push_back(frame.substr(at, frame.find('"', at) - at));
        }
    }

    boost::asio::io_context loop;
    Events events{loop.get_executor()};
    Inventory inventory{events};
};

TEST_F(InventoryTest, ShowsWhatAHostHas) {
    inventory.set_domains("node1", {facts(id_a, "web1"), facts(id_b, "db1", DomainState::shutoff)});
    ASSERT_EQ(inventory.by_name().size(), 2u);
    EXPECT_EQ(inventory.by_name().front()->row.name, "db1");
    EXPECT_EQ(row(id_a).state, InstanceState::running);
    EXPECT_EQ(row(id_a).host, "node1");
    EXPECT_EQ(row(id_a).vcpus, 2);
    EXPECT_EQ(row(id_a).host_state, HostPhase::online);
    auto const view = inventory.host_view(*inventory.host("node1"));
    EXPECT_EQ(view.instances, 2);
    EXPECT_EQ(view.running, 1);
    EXPECT_EQ(view.promised_memory_mib, 2048);
}

TEST_F(InventoryTest, BelievesTheHostOnWhichADuplicateRuns) {
    inventory.set_domains("node1", {facts(id_a, "web1", DomainState::shutoff)});
    inventory.set_domains("node2", {facts(id_a, "web1", DomainState::running)});
    EXPECT_EQ(inventory.by_name().size(), 1u);
    EXPECT_EQ(row(id_a).host, "node2");
    EXPECT_EQ(row(id_a).state, InstanceState::running);
    inventory.set_domain("node2", id_a, std::nullopt);
    EXPECT_EQ(row(id_a).host, "node1");
    EXPECT_EQ(row(id_a).state, InstanceState::shutoff);
}

TEST_F(InventoryTest, ADuplicateThatDoesNotRunStaysWhereItWas) {
    inventory.set_domains("node2", {facts(id_a, "web1", DomainState::shutoff)});
    inventory.set_domains("node1", {facts(id_a, "impostor", DomainState::shutoff)});
    EXPECT_EQ(row(id_a).host, "node2");
    EXPECT_EQ(row(id_a).name, "web1");
}

TEST_F(InventoryTest, KeepsTheRowsOfAHostThatIsOffline) {
    inventory.set_domains("node1", {facts(id_a, "web1")});
    inventory.set_status("node1", status(virt::HostState::offline, "no route"));
    EXPECT_EQ(row(id_a).state, InstanceState::running);
    EXPECT_EQ(row(id_a).host_state, HostPhase::offline);
    ASSERT_TRUE(row(id_a).seen_at);
    EXPECT_EQ(row(id_a).seen_at, inventory.host("node1")->seen_at);
    EXPECT_EQ(inventory.host_view(*inventory.host("node1")).error, "no route");
}

TEST_F(InventoryTest, AMachineThatVanishedIsMissingAndComesBackAsItWas) {
    inventory.set_domains("node1", {facts(id_a, "web1")});
    auto record = inventory.find(id_a)->record;
    record.owner = "alice";
    record.template_ = true;
    inventory.put_record(record);
    inventory.take_unsaved();

    inventory.set_domains("node1", {});
    EXPECT_EQ(row(id_a).state, InstanceState::missing);
    EXPECT_EQ(row(id_a).owners, std::vector<std::string>{"alice"});
    auto saved = inventory.take_unsaved();
    ASSERT_EQ(saved.size(), 1u);
    EXPECT_EQ(saved[0].state, RecordState::missing);
    EXPECT_EQ(saved[0].owner, "alice");

    inventory.set_domain("node1", id_a, facts(id_a, "web1", DomainState::shutoff));
    EXPECT_EQ(row(id_a).state, InstanceState::shutoff);
    EXPECT_TRUE(row(id_a).template_);
    EXPECT_EQ(row(id_a).owners, std::vector<std::string>{"alice"});
    saved = inventory.take_unsaved();
    ASSERT_EQ(saved.size(), 1u);
    EXPECT_EQ(saved[0].state, RecordState::present);
    EXPECT_TRUE(saved[0].template_);
}

TEST_F(InventoryTest, WhatWasRememberedIsNotMissingBeforeItsHostHasSpoken) {
    inventory.put_host({"node3", "test:///default", {}, false, now(), {}, {}});
    InstanceRecord record;
    record.id = id_a;
    record.name = "web1";
    record.host = "node3";
    inventory.put_record(record);
    EXPECT_EQ(row(id_a).state, InstanceState::unknown);
    inventory.set_status("node3", status(virt::HostState::offline, "no route"));
    EXPECT_EQ(row(id_a).state, InstanceState::unknown);
    inventory.set_status("node3", status(virt::HostState::online));
    inventory.set_domains("node3", {});
    EXPECT_EQ(row(id_a).state, InstanceState::missing);
}

TEST_F(InventoryTest, WhatWasGoneAndComesBackIsNobodys) {
    InstanceRecord record;
    record.id = id_a;
    record.name = "web1";
    record.host = "node1";
    record.owner = "alice";
    record.state = RecordState::gone;
    inventory.put_record(record);
    EXPECT_EQ(inventory.find(id_a), nullptr);
    inventory.set_domains("node1", {facts(id_a, "web1")});
    ASSERT_NE(inventory.find(id_a), nullptr);
    EXPECT_TRUE(row(id_a).owners.empty());
    EXPECT_EQ(inventory.by_name().size(), 1u);
}

TEST_F(InventoryTest, ARemovedHostLeavesItsMachinesMissing) {
    inventory.set_domains("node1", {facts(id_a, "web1")});
    inventory.remove_host("node1");
    EXPECT_EQ(inventory.host("node1"), nullptr);
    ASSERT_NE(inventory.find(id_a), nullptr);
    EXPECT_EQ(row(id_a).state, InstanceState::missing);
    EXPECT_EQ(row(id_a).host_state, std::nullopt);
}

TEST_F(InventoryTest, TellsOfChangesOnly) {
    auto const both = [&] {
        inventory.set_domains("node1", {facts(id_a, "web1"), facts(id_b, "db1")});
    };
    EXPECT_EQ(told(both).size(), 2u);
    EXPECT_EQ(told(both), std::vector<std::string>{});
    auto const revision = inventory.revision();
    auto const stop_one = [&] {
        inventory.set_domains("node1",
                              {facts(id_a, "web1"), facts(id_b, "db1", DomainState::shutoff)});
    };
    EXPECT_EQ(told(stop_one), std::vector<std::string>{id_b.str()});
    EXPECT_GT(inventory.revision(), revision);
    EXPECT_EQ(told([&] { inventory.set_domain("node1", id_a, std::nullopt); }),
              std::vector<std::string>{id_a.str()});
    EXPECT_EQ(told([&] { inventory.set_domain("node1", id_a, std::nullopt); }),
              std::vector<std::string>{});
}

TEST_F(InventoryTest, TellsOfWhatOnlyThePageOfTheMachineShows) {
    inventory.set_domains("node1", {facts(id_a, "web1")});
    auto changed = facts(id_a, "web1");
    changed.nics.push_back({"52:54:00:00:00:01", "default", "", "network", "virtio", ""});
    EXPECT_EQ(told([&] { inventory.set_domain("node1", id_a, changed); }),
              std::vector<std::string>{id_a.str()});
}

TEST_F(InventoryTest, KnowsDiskSizesFromTheVolumes) {
    virt::PoolFacts pool;
    pool.name = "images";
    virt::VolumeFacts by_path{"images", "web1.qcow2",           "/images/web1.qcow2",
                              "qcow2",  virt::SourceKind::file, 10'000,
                              4'000,    "/images/base.qcow2",   ""};
    virt::VolumeFacts by_name{
        "images", "data", "/images/data", "raw", virt::SourceKind::file, 500, 500, "", ""};
    inventory.set_volumes("node1", {pool}, {by_path, by_name});
    auto machine = facts(id_a, "web1");
    machine.disks.resize(3);
    machine.disks[0].device = machine.disks[1].device = "disk";
    machine.disks[0].source = virt::SourceKind::file;
    machine.disks[0].path = "/images/web1.qcow2";
    machine.disks[1].source = virt::SourceKind::volume;
    machine.disks[1].pool = "images";
    machine.disks[1].volume = "data";
    machine.disks[2].device = "cdrom";
    inventory.set_domains("node1", {machine});
    EXPECT_EQ(row(id_a).disk_bytes, 10'500);
    auto const disks = inventory.disks(*inventory.find(id_a));
    ASSERT_EQ(disks.size(), 3u);
    EXPECT_EQ(disks[0].pool, "images");
    EXPECT_EQ(disks[0].allocation_bytes, 4'000);
    EXPECT_EQ(disks[0].backing, "base.qcow2");

    by_path.capacity_bytes = 20'000;
    inventory.set_volumes("node1", {pool}, {by_path, by_name});
    EXPECT_EQ(row(id_a).disk_bytes, 20'500);
}

TEST_F(InventoryTest, AddressesAndJobsShowInTheRow) {
    inventory.set_domains("node1", {facts(id_a, "web1")});
    EXPECT_EQ(told([&] { inventory.set_addresses({{id_a, {"192.0.2.7"}}}); }).size(), 1u);
    EXPECT_EQ(row(id_a).addresses, std::vector<std::string>{"192.0.2.7"});
    EXPECT_EQ(told([&] { inventory.set_addresses({{id_a, {"192.0.2.7"}}}); }).size(), 0u);
    JobBrief job;
    job.kind = "delete";
    inventory.set_job(id_a, job);
    ASSERT_TRUE(row(id_a).job);
    EXPECT_EQ(row(id_a).job->kind, "delete");
    inventory.set_job(id_a, std::nullopt);
    EXPECT_FALSE(row(id_a).job);
    inventory.set_addresses({});
    EXPECT_TRUE(row(id_a).addresses.empty());
}

TEST_F(InventoryTest, AMachineBeingMadeIsUnknownUntilItsJobEnds) {
    InstanceRecord record;
    record.id = id_a;
    record.name = "new1";
    record.host = "node1";
    record.vcpus = 8;
    record.state = RecordState::creating;
    inventory.put_record(record);
    inventory.set_domains("node1", {facts(id_a, "new1")});
    EXPECT_EQ(row(id_a).state, InstanceState::unknown);
    EXPECT_EQ(row(id_a).vcpus, 8) << "the reservation counts, not what is there already";
    EXPECT_TRUE(inventory.take_unsaved().empty());
}

TEST_F(InventoryTest, WhenAMachineWasSeenNeverGoesBack) {
    inventory.set_domains("node1", {facts(id_a, "web1")});
    auto const listed = row(id_a).seen_at;
    while (now() <= *listed) {
    }
    inventory.set_info("node1", {});
    inventory.set_status("node1", status(virt::HostState::offline, "gone"));
    auto const last = row(id_a).seen_at;
    EXPECT_GT(last, listed);
    inventory.set_status("node1", status(virt::HostState::online));
    EXPECT_EQ(row(id_a).seen_at, last);
}

}  // namespace
}  // namespace ourea
