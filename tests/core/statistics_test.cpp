// SPDX-License-Identifier: Apache-2.0
// Tests of the sums over all hosts.
#include "core/statistics.hpp"

#include "support/event_loop.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

virt::PoolFacts pool(std::string name, std::string path, std::uint64_t capacity,
                     std::uint64_t used) {
    virt::PoolFacts facts;
    facts.name = std::move(name);
    facts.path = std::move(path);
    facts.state = "running";
    facts.capacity_bytes = capacity;
    facts.allocation_bytes = used;
    return facts;
}

virt::VolumeFacts volume(std::string pool, std::string path, std::uint64_t capacity) {
    virt::VolumeFacts facts;
    facts.pool = std::move(pool);
    facts.path = std::move(path);
    facts.capacity_bytes = capacity;
    return facts;
}

class StatisticsTest : public testing::Test {
protected:
    void add(std::string const& name, virt::HostState state, std::uint64_t used_of_shared) {
        inventory.put_host({name, "test:///default", {}, false, now(), {}, {}});
        inventory.set_status(name, {state, {}, now()});
        inventory.set_volumes(
            name,
            {pool("images", "/images", 100, 50), pool("shared", "/shared", 1000, used_of_shared)},
            {volume("images", "/images/a", 70), volume("shared", "/shared/b", 800),
             volume("shared", "/shared/c", 400)});
    }
    Statistics sum(bool shared) const {
        return sum_up(inventory, [shared](virt::PoolFacts const& facts) {
            return shared && facts.name == "shared";
        });
    }

    boost::asio::io_context loop;
    Events events{loop.get_executor()};
    Inventory inventory{events};
};

TEST_F(StatisticsTest, ASharedPoolCountsOnce) {
    add("node1", virt::HostState::online, 600);
    add("node2", virt::HostState::online, 600);
    EXPECT_EQ(sum(false).disk_capacity_bytes, 2200);
    EXPECT_EQ(sum(false).pools.size(), 4U);
    auto const once = sum(true);
    EXPECT_EQ(once.disk_capacity_bytes, 1200);
    EXPECT_EQ(once.disk_allocation_bytes, 700);
    ASSERT_EQ(once.pools.size(), 3U);
    auto const& shared = once.pools.back();
    EXPECT_EQ(shared.name, "shared");
    EXPECT_TRUE(shared.shared);
    EXPECT_EQ(shared.hosts, (std::vector<std::string>{"node1", "node2"}));
    EXPECT_EQ(shared.promised_bytes, 1200);
    EXPECT_EQ(once.by_host.at(0).disk_capacity_bytes, 1100);
}

TEST_F(StatisticsTest, ASharedPoolIsAsAHostThatIsOnlineSeesIt) {
    add("node1", virt::HostState::offline, 10);
    add("node2", virt::HostState::online, 900);
    add("node3", virt::HostState::offline, 20);
    EXPECT_EQ(sum(true).pools.back().used_bytes, 900);
    EXPECT_EQ(sum(true).pools.back().hosts.size(), 3U);
}

TEST_F(StatisticsTest, WhatNoHostSaysIsNoZero) {
    add("node1", virt::HostState::offline, 0);
    EXPECT_EQ(sum(false).cpus_used, std::nullopt);
    EXPECT_EQ(sum(false).by_host.at(0).memory_used_mib, std::nullopt);
    EXPECT_EQ(sum(false).by_host.at(0).cpu_percent, std::nullopt);
}

}  // namespace
}  // namespace ourea
