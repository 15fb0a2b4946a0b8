// SPDX-License-Identifier: Apache-2.0
// Which moves are recommended, and which are not; what the hosts of a cluster do not share.
#include "core/balance.hpp"

#include "core/clusters.hpp"
#include "core/statistics.hpp"
#include "support/event_loop.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

class BalanceTest : public testing::Test {
protected:
    BalanceTest() {
        for (auto const* name : {"a", "b"})
            add_host(name, "east");
    }

    void add_host(std::string const& name, std::optional<std::string> cluster) {
        HostRecord record;
        record.name = name;
        record.cluster = std::move(cluster);
        inventory.put_host(record);
        inventory.set_status(name, {virt::HostState::online, {}, now()});
        inventory.set_info(name, info(0, 0));
        inventory.set_domains(name, {});
    }

    static virt::HostInfo info(std::uint64_t busy, std::uint64_t total) {
        virt::HostInfo facts;
        facts.hypervisor = "QEMU";
        facts.cpus = 4;
        facts.memory_mib = 8000;
        facts.memory_free_mib = 8000;
        facts.cpu_busy_ns = busy;
        facts.cpu_total_ns = total;
        return facts;
    }

    /// Machines of these sizes, called after the host and their place: "a0".
    void fill(std::string const& host, std::vector<std::uint64_t> const& sizes) {
        std::vector<virt::DomainFacts> machines;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            virt::DomainFacts facts;
            facts.uuid = InstanceId::random();
            facts.name = host + std::to_string(i);
            facts.state = virt::DomainState::running;
            facts.vcpus = facts.next_vcpus = 2;
            facts.memory_mib = facts.next_memory_mib = sizes[i];
            ids[facts.name] = facts.uuid;
            machines.push_back(facts);
        }
        inventory.set_domains(host, std::move(machines));
    }

    std::vector<std::string> moves(Excluded const& excluded = {}) {
        std::vector<std::string> found;
        for (auto const& group : balance(inventory, rules, shared(), excluded))
            for (auto const& move : group.moves)
                found.push_back(move.name + ": " + move.from + " to " + move.to);
        return found;
    }

    IsShared shared() {
        return [this](virt::PoolFacts const&) { return shared_; };
    }

    using Names = std::vector<std::string>;
    boost::asio::io_context loop;
    Events events{loop.get_executor()};
    Inventory inventory{events};
    PlacementRules rules;
    std::map<std::string, InstanceId> ids;
    bool shared_ = true;
};

TEST_F(BalanceTest, TheMachineThatBringsTheHostsClosestMoves) {
    fill("a", {1000, 2000, 3000});
    fill("b", {500});
    EXPECT_EQ(moves(), Names{"a2: a to b"});
    auto const group = balance(inventory, rules, shared()).at(0);
    EXPECT_EQ(group.cluster, "east");
    EXPECT_EQ(group.moves[0].reason,
              "Memory promised: 75 % of a and 6 % of b; afterwards 38 % and 44 %.");
    EXPECT_EQ(group.hosts[0].memory_percent, 75);
    EXPECT_EQ(group.hosts[0].memory_percent_after, 37.5);
}

TEST_F(BalanceTest, WhatIsEvenEnoughStays) {
    fill("a", {1000, 1000});
    fill("b", {500});
    EXPECT_EQ(moves(), Names{});
}

TEST_F(BalanceTest, OneMachineThatFillsAHostIsNotSentBackAndForth) {
    fill("a", {6000});
    fill("b", {});
    EXPECT_EQ(moves(), Names{});
}

TEST_F(BalanceTest, MachinesStayInTheirCluster) {
    add_host("c", std::nullopt);
    fill("a", {3000, 3000});
    fill("b", {2900, 2900});
    EXPECT_EQ(moves(), Names{});
    EXPECT_EQ(balance(inventory, rules, shared()).size(), 1U);  // one host alone is no group
}

TEST_F(BalanceTest, WhatARuleLimitOrRefusalForbidsIsNotRecommended) {
    fill("a", {1000, 2000, 3000});
    fill("b", {500});
    EXPECT_EQ(moves({{ids["a2"], "b"}}), Names{"a1: a to b"});
    auto record = inventory.host("b")->record;
    record.memory_percent = 30;
    inventory.put_host(record);
    EXPECT_EQ(moves(), Names{"a0: a to b"});  // 1500 of 2400 MiB, and no second one
    record.memory_percent.reset();
    record.maintenance = true;
    inventory.put_host(record);
    EXPECT_EQ(moves(), Names{});
}

TEST_F(BalanceTest, WhatIsKeptApartIsNotBroughtTogether) {
    fill("a", {1000, 2000, 3000});
    fill("b", {500});
    rules.spread_tags = {"db"};
    for (auto const* name : {"a2", "b0"}) {
        auto record = inventory.find(ids[name])->record;
        record.tags = {"db"};
        inventory.put_record(record);
    }
    EXPECT_EQ(moves(), Names{"a1: a to b"});
}

TEST_F(BalanceTest, WhatSpeaksAgainstAMigrationIsHeard) {
    fill("a", {1000, 2000, 3000});
    fill("b", {500});
    auto facts = *inventory.find(ids["a2"])->facts;
    facts.has_hostdevs = true;
    inventory.set_domain("a", ids["a2"], facts);
    EXPECT_EQ(moves(), Names{"a1: a to b"});
}

TEST_F(BalanceTest, ProcessorsThatAreReallyUsedCountToo) {
    fill("a", {1000, 1000});
    fill("b", {1000, 1000});
    inventory.set_info("a", info(90, 100));
    inventory.set_info("b", info(10, 100));
    EXPECT_EQ(moves(), Names{});  // which machine uses them is not known yet
    auto sample = [this](char const* name, std::uint64_t cpu_time) {
        virt::DomainStats stats;
        stats.uuid = ids[name];
        stats.state = virt::DomainState::running;
        stats.cpu_time_ns = cpu_time;
        inventory.set_stats("a", {stats});
    };
    sample("a0", 0);
    auto const begin = now();
    while (now() == begin) {
    }
    sample("a0", 1'000'000'000'000);  // all of both its processors
    EXPECT_EQ(moves(), Names{"a0: a to b"});
    EXPECT_EQ(balance(inventory, rules, shared()).at(0).moves.at(0).reason,
              "Processors used: 90 % of a and 10 % of b; afterwards 40 % and 60 %.");
}

TEST_F(BalanceTest, WhatTheHostsOfAClusterDoNotShareIsTold) {
    auto const pool = [](std::string name) {
        virt::PoolFacts facts;
        facts.name = std::move(name);
        facts.path = "/" + facts.name;
        facts.state = "running";
        facts.capacity_bytes = 100;
        return facts;
    };
    virt::NetworkFacts lan;
    lan.name = "lan";
    lan.active = true;
    inventory.set_volumes("a", {pool("images"), pool("local")}, {});
    inventory.set_volumes("b", {pool("images")}, {});
    inventory.set_networks("a", {lan});
    auto reasons = [this] {
        Names found;
        auto const views = cluster_views(inventory, shared());
        for (auto const& gap : views.at(0).gaps)
            found.push_back(gap.reason);
        return found;
    };
    EXPECT_EQ(reasons(), (Names{"Pool local (/local) is on a, but not active on b.",
                                "Network lan is on a, but not active on b."}));
    EXPECT_EQ(sum_up(inventory, shared()).clusters.at(0).disk_capacity_bytes, 200);
    shared_ = false;
    EXPECT_EQ(reasons().front(),
              "Pool images (/images) is on all hosts, but not marked as shared.");
    EXPECT_EQ(sum_up(inventory, shared()).clusters.at(0).disk_capacity_bytes, 300);
}

}  // namespace
}  // namespace ourea
