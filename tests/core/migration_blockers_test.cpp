// SPDX-License-Identifier: Apache-2.0
// What stands in the way of a migration, each thing alone and in words.
#include "core/migration_blockers.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

virt::PoolFacts pool(std::string name, std::string path) {
    virt::PoolFacts facts;
    facts.name = std::move(name);
    facts.path = std::move(path);
    facts.state = "running";
    return facts;
}

virt::VolumeFacts volume(std::string pool_name, std::string name, std::string path,
                         std::string backing = {}) {
    virt::VolumeFacts facts;
    facts.pool = std::move(pool_name);
    facts.name = std::move(name);
    facts.path = std::move(path);
    facts.backing_path = std::move(backing);
    return facts;
}

HostPicture host(std::string name) {
    HostPicture picture;
    picture.record.name = std::move(name);
    picture.status.state = virt::HostState::online;
    picture.info.emplace();
    picture.info->hypervisor = "QEMU";
    picture.info->hypervisor_version = "7.2.22";
    picture.info->arch = "x86_64";
    picture.info->cpu_model = "Broadwell";
    picture.info->memory_mib = 4096;
    picture.info->memory_free_mib = 2048;
    picture.pools.push_back(pool("images", "/images"));
    virt::NetworkFacts network;
    network.name = "lab";
    network.active = true;
    picture.networks.push_back(network);
    return picture;
}

/// A running machine with a disk on a base, on host `a`; both hosts fit it unless a test spoils it.
class MigrationBlockersTest : public testing::Test {
protected:
    MigrationBlockersTest() {
        facts_.name = "ourea1";
        facts_.memory_mib = 1024;
        facts_.cpu = "qemu64";
        virt::DiskFacts disk;
        disk.target = "vda";
        disk.device = "disk";
        disk.source = virt::SourceKind::file;
        disk.path = "/images/ourea1.qcow2";
        facts_.disks.push_back(disk);
        virt::NicFacts nic;
        nic.network = "lab";
        facts_.nics.push_back(nic);
        from_.volumes["/images/ourea1.qcow2"] =
            volume("images", "ourea1.qcow2", "/images/ourea1.qcow2", "/images/base.qcow2");
        from_.volumes["/images/base.qcow2"] = volume("images", "base.qcow2", "/images/base.qcow2");
    }

    std::vector<Blocker> blockers() const {
        Instance instance;
        instance.record.id = InstanceId::random();
        instance.record.name = facts_.name;
        instance.record.host = from_.record.name;
        instance.facts = std::make_shared<virt::DomainFacts const>(facts_);
        auto const shared = [this](virt::PoolFacts const&) { return shared_; };
        return migration_blockers(instance, from_, to_, way_, shared);
    }

    std::vector<std::string> reasons() const {
        std::vector<std::string> texts;
        for (auto const& blocker : blockers())
            texts.push_back(std::string(reflect::enum_name(blocker.kind)) + ": " + blocker.reason);
        return texts;
    }

    using Reasons = std::vector<std::string>;
    HostPicture from_ = host("a");
    HostPicture to_ = host("b");
    virt::DomainFacts facts_;
    Way way_;
    bool shared_ = true;
};

TEST_F(MigrationBlockersTest, NothingStandsInTheWayOfWhatFits) {
    EXPECT_EQ(reasons(), Reasons{});
}

TEST_F(MigrationBlockersTest, OfAHostThatIsNotThereNothingElseIsSaid) {
    to_.status.state = virt::HostState::offline;
    to_.pools.clear();
    EXPECT_EQ(reasons(), Reasons{"host: It does not answer."});
    to_.record.maintenance = true;
    EXPECT_EQ(reasons(), Reasons{"host: It is in maintenance."});
    to_.record.name = "a";
    EXPECT_EQ(reasons(), Reasons{"host: It is on this host."});
}

TEST_F(MigrationBlockersTest, AnotherKindOfHostIsNamed) {
    to_.info->hypervisor = "LXC";
    to_.info->arch = "aarch64";
    EXPECT_EQ(reasons(), (Reasons{"driver: Its hypervisor is LXC, not QEMU.",
                                  "driver: Its processors are aarch64, not x86_64."}));
}

TEST_F(MigrationBlockersTest, MemoryMustBeFreeForOneThatRunsAndThereForOneThatIsOff) {
    facts_.memory_mib = 3000;
    EXPECT_EQ(reasons(),
              Reasons{"memory: The machine needs 3000 MiB of memory; 2048 MiB are free there."});
    way_.live = false;
    EXPECT_EQ(reasons(), Reasons{});
    facts_.memory_mib = 5000;
    EXPECT_EQ(reasons(),
              Reasons{"memory: The machine needs 5000 MiB of memory; 4096 MiB are all there."});
}

TEST_F(MigrationBlockersTest, AProcessorPassedThroughHasToBeTheSame) {
    facts_.cpu = "host-passthrough";
    EXPECT_EQ(reasons(), Reasons{});
    to_.info->cpu_model = "Skylake";
    ASSERT_EQ(blockers().size(), 1U);
    EXPECT_EQ(blockers()[0].kind, BlockerKind::cpu);
    way_.live = false;
    EXPECT_EQ(reasons(), Reasons{});
}

TEST_F(MigrationBlockersTest, NetworksMustBeThereAndActive) {
    to_.networks[0].active = false;
    EXPECT_EQ(reasons(), Reasons{"network: Its network lab is not active."});
    to_.networks.clear();
    EXPECT_EQ(reasons(), Reasons{"network: It has no network lab."});
}

TEST_F(MigrationBlockersTest, PoolsMustBeThereInTheSamePlace) {
    to_.pools[0].path = "/elsewhere";
    EXPECT_EQ(reasons(), Reasons{"pool: It has no active storage pool images at /images."});
    to_.pools[0] = pool("images", "/images");
    to_.pools[0].state = "inactive";
    EXPECT_EQ(reasons(), Reasons{"pool: It has no active storage pool images at /images."});
}

TEST_F(MigrationBlockersTest, APoolThatNobodyCalledSharedIsCopiedFromOrStandsInTheWay) {
    shared_ = false;
    EXPECT_EQ(reasons(),
              Reasons{"storage: Pool images is not marked as shared: mark it, or copy the disks."});
    way_.copy_storage = true;
    EXPECT_EQ(reasons(), Reasons{});
    to_.volumes["/images/ourea1.qcow2"] = volume("images", "ourea1.qcow2", "/images/ourea1.qcow2");
    EXPECT_EQ(reasons(), Reasons{"storage: It has another volume at /images/ourea1.qcow2."});
    to_.volumes.clear();
    way_.live = false;
    EXPECT_EQ(reasons(), (Reasons{"storage: Pool images is not marked as shared: mark it if it is.",
                                  "storage: Disks are copied along only while it runs."}));
}

TEST_F(MigrationBlockersTest, WhatADiskIsBasedOnMustBeThereToo) {
    from_.pools.push_back(pool("bases", "/bases"));
    from_.volumes["/images/ourea1.qcow2"].backing_path = "/bases/base.qcow2";
    from_.volumes["/bases/base.qcow2"] = volume("bases", "base.qcow2", "/bases/base.qcow2");
    EXPECT_EQ(reasons(), Reasons{"pool: It has no active storage pool bases at /bases."});
}

TEST_F(MigrationBlockersTest, AnImageOutsideOfAllPoolsStandsInTheWay) {
    facts_.disks[0].path = "/srv/own.img";
    EXPECT_EQ(reasons(), Reasons{"storage: /srv/own.img is in no storage pool; nobody knows "
                                 "whether it is there."});
}

TEST_F(MigrationBlockersTest, ACachedDiskMovesWithAHypervisorThatDropsItsCache) {
    from_.info->hypervisor_version = "2.11.0";
    facts_.disks[0].cache = "writeback";
    ASSERT_EQ(blockers().size(), 1U);
    EXPECT_EQ(blockers()[0].kind, BlockerKind::cache);
    way_.trust_cache = true;
    EXPECT_EQ(reasons(), Reasons{});
    way_.trust_cache = false;
    facts_.disks[0].cache = "none";
    EXPECT_EQ(reasons(), Reasons{});
    facts_.disks[0].cache = "";
    from_.info->hypervisor_version = "2.12.0";
    EXPECT_EQ(reasons(), Reasons{});
}

TEST_F(MigrationBlockersTest, MediaDevicesAndNamesOfItsOwnStandInTheWay) {
    virt::DiskFacts drive;
    drive.target = "sda";
    drive.device = "cdrom";
    facts_.disks.push_back(drive);
    EXPECT_EQ(reasons(), Reasons{});
    facts_.disks[1].path = "/iso/debian.iso";
    facts_.has_hostdevs = true;
    virt::DomainFacts other;
    other.name = "ourea1";
    to_.domains[InstanceId::random()] = std::make_shared<virt::DomainFacts const>(other);
    EXPECT_EQ(reasons(), (Reasons{"name: It has another machine called ourea1.",
                                  "iso: /iso/debian.iso is in the drive sda; eject it first.",
                                  "device: A device of its present host is handed through."}));
}

}  // namespace
}  // namespace ourea
