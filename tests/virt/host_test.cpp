// SPDX-License-Identifier: Apache-2.0
// Tests a host on libvirt's own test driver: lists, events, verbs, definitions, volumes, bounds.
#include "virt/host.hpp"

#include "bench.hpp"
#include "virt/domain_xml.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ourea::virt {
namespace {

InstanceId const template_id("aaaaaaaa-0000-4000-8000-000000000001");
InstanceId const runner_id("aaaaaaaa-0000-4000-8000-000000000002");
InstanceId const clone_id("aaaaaaaa-0000-4000-8000-0000000000ff");
InstanceId const nobody_id("aaaaaaaa-0000-4000-8000-00000000dead");

class TestHost : public OnlineHost {
protected:
    TestHost() : OnlineHost("test://" + data_path("test-host.xml")) {}

    DomainState state(InstanceId const& id) { return bench.await(host->domain(id))->state; }
};

TEST_F(TestHost, DescribesItself) {
    auto const info = bench.await(host->info());
    EXPECT_EQ(info.hypervisor, "TEST");
    EXPECT_EQ(info.memory_mib, 8'192'000U / 1024);
    EXPECT_EQ(info.cpus, 50U);
    EXPECT_FALSE(info.libvirt_version.empty());
    EXPECT_FALSE(info.hostname.empty());
}

/// The test driver's memory cells are larger than this node, as a machine is that holds a libvirt
/// in a control group of its own.
class SmallHost : public OnlineHost {
protected:
    SmallHost() : OnlineHost("test://" + data_path("small-host.xml")) {}
};

TEST_F(SmallHost, DoesNotSayThatMoreIsFreeThanThereIs) {
    auto const info = bench.await(host->info());
    EXPECT_EQ(info.memory_mib, 1'000'000U / 1024);
    EXPECT_EQ(info.memory_free_mib, std::nullopt);
}

TEST_F(TestHost, ListsItsDomains) {
    auto domains = bench.await(host->list_domains());
    ASSERT_EQ(domains.size(), 2U);
    std::ranges::sort(domains, {}, &DomainFacts::uuid);
    EXPECT_EQ(domains[0].uuid, template_id);
    EXPECT_EQ(domains[0].name, "template");
    EXPECT_EQ(domains[0].title, "A template");
    EXPECT_EQ(domains[0].state, DomainState::running);
    EXPECT_TRUE(domains[0].persistent);
    EXPECT_FALSE(domains[0].autostart);
    EXPECT_EQ(domains[0].vcpus, 2U);
    ASSERT_TRUE(domains[0].mark);
    EXPECT_TRUE(domains[0].mark->is_template);
    EXPECT_EQ(domains[1].name, "runner");
}

TEST_F(TestHost, SaysWhatIsNotThere) {
    EXPECT_FALSE(bench.await(host->domain(nobody_id)));
    EXPECT_EQ(bench.refusal(host->start(nobody_id)), Kind::not_found);
    EXPECT_EQ(bench.last_words, "Host h does not have this instance.");
    EXPECT_FALSE(bench.await(host->undefine(nobody_id)));
    EXPECT_EQ(bench.refusal(host->volumes("nowhere")), Kind::not_found);
    EXPECT_FALSE(bench.await(host->volume("one", "nothing")));
    EXPECT_FALSE(bench.await(host->delete_volume("one", "nothing")));
}

TEST_F(TestHost, GoesThroughTheLifeCycle) {
    bench.await(host->suspend(runner_id));
    EXPECT_EQ(state(runner_id), DomainState::paused);
    bench.await(host->resume(runner_id));
    EXPECT_EQ(state(runner_id), DomainState::running);
    bench.await(host->reboot(runner_id));
    bench.await(host->stop(runner_id));
    EXPECT_EQ(state(runner_id), DomainState::shutoff);
    EXPECT_EQ(bench.refusal(host->stop(runner_id)), Kind::conflict);
    bench.await(host->start(runner_id));
    EXPECT_EQ(state(runner_id), DomainState::running);
    EXPECT_EQ(bench.refusal(host->start(runner_id)), Kind::conflict);
    bench.await(host->shutdown(runner_id));
    EXPECT_EQ(state(runner_id), DomainState::shutoff);
    EXPECT_TRUE(hears(HostEventKind::domain_state, "runner"));
}

TEST_F(TestHost, KeepsTitlesMarksAndAutostart) {
    bench.await(host->set_title(template_id, "Other <title>"));
    bench.await(host->set_description(template_id, "Words"));
    bench.await(host->set_autostart(template_id, true));
    Mark mark;
    mark.owner = "berta";
    mark.origin = runner_id;
    bench.await(host->set_mark(template_id, mark));
    bench.await(host->set_mark(template_id, mark));
    auto const facts = *bench.await(host->domain(template_id));
    EXPECT_EQ(facts.title, "Other <title>");
    EXPECT_EQ(facts.description, "Words");
    EXPECT_TRUE(facts.autostart);
    ASSERT_TRUE(facts.mark);
    EXPECT_EQ(*facts.mark, mark);
    bench.await(host->set_title(template_id, ""));
    EXPECT_EQ(bench.await(host->domain(template_id))->title, "");
    EXPECT_TRUE(hears(HostEventKind::domain_metadata, "template"));
}

TEST_F(TestHost, ClonesATemplate) {
    auto const base = *bench.await(host->volume("one", "template.qcow2"));
    VolumeSpec spec{"ourea7.qcow2", base.capacity_bytes, "qcow2", base.path, base.format};
    auto const made = bench.await(host->create_volume("one", spec));
    EXPECT_EQ(made.backing_path, base.path);
    EXPECT_EQ(made.path, "/pool-one/ourea7.qcow2");
    EXPECT_EQ(bench.refusal(host->create_volume("one", spec)), Kind::conflict);

    CloneSpec clone;
    clone.uuid = clone_id;
    clone.name = "ourea7";
    clone.disks = {{"vda", SourceKind::file, made.path, "", "", made.format}};
    clone.macs = {"52:54:00:aa:00:07"};
    clone.mark.owner = "anna";
    auto const xml =
        bench.await(host->domain_xml(template_id, XmlView{.inactive = true, .secure = true}));
    EXPECT_EQ(bench.await(host->define(clone_domain(xml, clone))), clone_id);
    EXPECT_TRUE(hears(HostEventKind::domain_defined, "ourea7"));
    auto const facts = *bench.await(host->domain(clone_id));
    EXPECT_EQ(facts.state, DomainState::shutoff);
    EXPECT_EQ(facts.nics.at(0).mac, "52:54:00:aa:00:07");
    EXPECT_EQ(facts.mark->owner, "anna");
    bench.await(host->start(clone_id));

    EXPECT_EQ(state(clone_id), DomainState::running);
    bench.await(host->stop(clone_id));
    EXPECT_TRUE(bench.await(host->undefine(clone_id)));
    EXPECT_FALSE(bench.await(host->undefine(clone_id)));
    EXPECT_TRUE(hears(HostEventKind::domain_undefined, "ourea7"));
    EXPECT_TRUE(bench.await(host->delete_volume("one", "ourea7.qcow2")));
    EXPECT_FALSE(bench.await(host->delete_volume("one", "ourea7.qcow2")));
}

TEST_F(TestHost, CopiesAVolumeInFull) {
    CloneVolume const what{
        "one", "template.qcow2", "one", {"full.qcow2", 1 << 30, "qcow2", "", ""}};
    auto const made = bench.await(host->clone_volume(what));
    EXPECT_EQ(made.name, "full.qcow2");
    EXPECT_EQ(made.backing_path, "");
    auto const all = bench.await(host->volumes("one"));
    EXPECT_EQ(all.size(), 2U);
    EXPECT_EQ(bench.await(host->volume_by_path(made.path))->name, "full.qcow2");
}

TEST_F(TestHost, RefusesBadDefinitions) {
    EXPECT_EQ(bench.refusal(host->define("<domain")), Kind::invalid);
    EXPECT_EQ(bench.refusal(host->define("<domain type='test'><name>x</name></domain>")),
              Kind::invalid);
    auto taken = read_data("domain-minimal.xml");
    taken.replace(taken.find("tiny"), 4, "runner");
    EXPECT_EQ(bench.refusal(host->define(taken)), Kind::conflict);
}

TEST_F(TestHost, ListsPoolsAndNetworks) {
    auto pools = bench.await(host->pools());
    ASSERT_EQ(pools.size(), 2U);
    std::ranges::sort(pools, {}, &PoolFacts::name);
    EXPECT_EQ(pools[0].name, "one");
    EXPECT_EQ(pools[0].state, "running");
    EXPECT_GT(pools[0].capacity_bytes, 0U);
    auto const networks = bench.await(host->networks());
    ASSERT_EQ(networks.size(), 1U);
    EXPECT_EQ(networks[0].forward, "nat");
    EXPECT_TRUE(networks[0].active);
    bench.await(host->refresh_pool("one"));
    EXPECT_TRUE(hears(HostEventKind::pool, "one"));
}

TEST_F(TestHost, CountsWhatItCan) {
    auto const stats = bench.await(host->stats());
    ASSERT_EQ(stats.size(), 2U);
    EXPECT_EQ(stats[0].state, DomainState::running);
}

TEST_F(TestHost, ShowsAScreen) {
    auto const png = bench.await(host->screenshot(runner_id));
    EXPECT_TRUE(png.starts_with("\x89PNG\r\n\x1a\n"));
    bench.await(host->stop(runner_id));
    EXPECT_EQ(bench.refusal(host->screenshot(runner_id)), Kind::conflict);
}

TEST_F(TestHost, BoundsItsQueue) {
    std::vector<std::optional<Bench::Result<std::vector<DomainFacts>>>> results(Host::queue_limit +
                                                                                10);
    for (auto& result : results)
        bench.start(host->list_domains(), result);
    ASSERT_TRUE(bench.until(
        [&] { return std::ranges::all_of(results, [](auto const& r) { return r.has_value(); }); }));
    auto const refused =
        std::ranges::count_if(results, [](auto const& r) { return bool(r->error); });
    EXPECT_EQ(refused, 10);
    EXPECT_EQ(bench.await(host->list_domains()).size(), 2U);
}

TEST_F(TestHost, CanBeDestroyedWhileBusy) {
    std::vector<std::optional<Bench::Result<std::vector<DomainFacts>>>> results(40);
    for (auto& result : results)
        bench.start(host->list_domains(), result);
    bench.loop.run_one();
    host.reset();
    ASSERT_TRUE(bench.until(
        [&] { return std::ranges::all_of(results, [](auto const& r) { return r.has_value(); }); }));
}

TEST_F(TestHost, RefusesVerbsOnceClosed) {
    host->close();
    host->close();
    EXPECT_EQ(bench.refusal(host->info()), Kind::unavailable);
    EXPECT_EQ(bench.refusal(host->create_volume("one", {"x", 1, "raw", "", ""})),
              Kind::unavailable);
}

TEST_F(TestHost, HandlersMayDestroyIt) {
    host->on_event([this](HostEvent const&) { host.reset(); });
    auto stopping = host->stop(runner_id);
    std::optional<Bench::Result<void>> ended;
    bench.start(std::move(stopping), ended);
    ASSERT_TRUE(bench.until([&] { return ended.has_value() && !host; }));
}

TEST(ManyDomains, AreAllListed) {
    Bench bench;
    Host host(bench.events, bench.loop.get_executor(),
              HostAddress{"h", "test://" + data_path("test-host.xml"), {}});
    host.open();
    ASSERT_TRUE(bench.until([&] { return host.status().state == HostState::online; }));
    auto const xml = read_data("domain-minimal.xml");
    for (int i = 0; i < 40; ++i) {
        auto one = xml;
        auto const digits = std::to_string(100'000 + i);
        one.replace(one.find("tiny"), 4, "tiny" + digits);
        one.replace(one.find("555555555555"), 6, digits);
        bench.await(host.define(one));
    }
    EXPECT_EQ(bench.await(host.list_domains()).size(), 42U);
}

}  // namespace
}  // namespace ourea::virt
