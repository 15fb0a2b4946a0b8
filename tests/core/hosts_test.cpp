// SPDX-License-Identifier: Apache-2.0
// Tests of hosts and their monitors on libvirt's own test driver, and of what is saved of it.
#include "core/hosts.hpp"

#include "core/records.hpp"
#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <algorithm>
#include <fstream>

namespace ourea {
namespace {

using namespace std::chrono_literals;
using test::run;

InstanceId const web("6f0a1b52-0d7e-4c55-9a53-3c1f4a2b9e01");
InstanceId const data("6f0a1b52-0d7e-4c55-9a53-3c1f4a2b9e02");

std::string domain_xml(std::string const& name, InstanceId const& id) {
    return "<domain type='test'><name>" + name + "</name><uuid>" + id.str() +
           "</uuid><memory unit='MiB'>512</memory><vcpu>2</vcpu>"
           "<os><type arch='x86_64'>hvm</type></os>"
           "<devices><disk type='file' device='disk'><source file='/images/" +
           name + "'/><target dev='vda'/></disk></devices></domain>";
}

template <class F>
Error error_of(F f) {
    try {
        f();
    } catch (Error const& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Kind::internal, ""};
}

class HostsTest : protected test::WithLoop, public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        events.filter_by([](Actor const&, Audience const&) { return true; });
        times.statistics = 50ms;
        times.settle = 10ms;
        times.host.first_retry = 20ms;
        revisions = std::make_unique<db::Revisions>(db());
        Records::Times saving{10ms, 50ms};
        records =
            std::make_unique<Records>(loop.get_executor(), db(), *revisions, inventory, saving);
        records->load();
        make_hosts();
    }

    void TearDown() override {
        if (hosts) hosts->stop();
        loop.restart();
        loop.run_for(5s);  // all coroutines end by themselves
        hosts.reset();
        records.reset();
        DatabaseTest::TearDown();
    }

    void make_hosts() {
        Hosts::Options options{folder().path(), times};
        hosts = std::make_unique<Hosts>(loop.get_executor(), db(), *revisions, thread, inventory,
                                        events, options);
        hosts->open();
    }

    /// Runs the loop until `done`, event by event.
    bool until(std::function<bool()> const& done) {
        auto const deadline = std::chrono::steady_clock::now() + 10s;
        loop.restart();
        while (!done() && std::chrono::steady_clock::now() < deadline)
            loop.run_one_for(100ms);
        return done();
    }

    /// The URI of a host with the machines `web` (running) and `data`, and a pool.
    std::string host_file() {
        auto const path = folder() / "node.xml";
        std::ofstream(path) << "<node>" << domain_xml("web", web) << domain_xml("data", data)
                            << "<pool type='dir'><name>images</name><target><path>/images</path>"
                               "</target></pool>"
                               "<network><name>lan</name><bridge name='virbr7'/>"
                               "<forward mode='nat'/><ip address='192.0.2.1' "
                               "netmask='255.255.255.0'/></network></node>";
        return "test://" + path;
    }

    HostView add(std::string name, std::string uri) {
        NewHost host;
        host.name = std::move(name);
        host.uri = std::move(uri);
        return run(loop, hosts->add(system_actor(), std::move(host)));
    }

    void add_and_list() {
        add("node1", host_file());
        bool const listed = until([this] {
            auto const* picture = inventory.host("node1");
            return picture && picture->domains.size() == 2 && picture->info;
        });
        if (!listed)
            throw std::runtime_error("node1 was not listed: " +
                                     hosts->view("node1").error.value_or(""));
    }

    std::optional<InstanceState> state(InstanceId const& id) const {
        auto const* instance = inventory.find(id);
        return instance ? std::optional(instance->row.state) : std::nullopt;
    }

    std::shared_ptr<virt::Host> node() { return hosts->online("node1"); }

    std::optional<InstanceRecord> saved(InstanceId const& id) {
        return db().read_now([&](db::Transaction& tx) {
            return tx.first<InstanceRecord>("SELECT * FROM instances WHERE id = :id", id);
        });
    }

    std::int64_t count(std::string const& sql) {
        return db()
            .read_now([&](db::Transaction& tx) { return tx.first<std::int64_t>(sql); })
            .value();
    }

    MonitorTimes times;
    virt::EventThread thread;
    Events events{loop.get_executor()};
    Inventory inventory{events};
    std::unique_ptr<db::Revisions> revisions;
    std::unique_ptr<Records> records;
    std::unique_ptr<Hosts> hosts;
};

TEST_P(HostsTest, AddListsEverythingThatTheHostHas) {
    add_and_list();
    auto const view = hosts->view("node1");
    EXPECT_EQ(view.state, HostPhase::online);
    EXPECT_EQ(view.instances, 2);
    EXPECT_TRUE(view.seen_at);
    EXPECT_EQ(view.hypervisor, "TEST");
    EXPECT_TRUE(view.cpus);
    EXPECT_EQ(state(web), InstanceState::running);
    EXPECT_EQ(inventory.find(web)->row.vcpus, 2);
    ASSERT_TRUE(until([&] { return !hosts->networks("node1").empty(); }));
    EXPECT_EQ(hosts->networks("node1").front().bridge, "virbr7");
    ASSERT_EQ(hosts->pools("node1").size(), 1u);
    EXPECT_EQ(hosts->pools("node1").front().state, "running");
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit WHERE action = 'host.add'"), 1);
}

TEST_P(HostsTest, RefusesWhatIsWrong) {
    add("node1", "test:///default");
    EXPECT_EQ(error_of([&] { add("node1", "test:///default"); }).kind(), Kind::conflict);
    for (auto const* bad : {"", "-a", ".a", "a b", "a_b", "ä"})
        EXPECT_EQ(error_of([&] { add(bad, "test:///default"); }).field(), "name") << bad;
    EXPECT_EQ(error_of([&] { add("b", "qemu+ssh://-oProxyCommand=x/system"); }).field(), "uri");
    EXPECT_EQ(error_of([&] { add("b", "nonsense"); }).field(), "uri");
    NewHost keyed;
    keyed.name = "b";
    keyed.uri = "test:///default";
    keyed.host_key = "SHA256:abc";
    auto const with_key = [&] { run(loop, hosts->add(system_actor(), keyed)); };
    EXPECT_EQ(error_of(with_key).field(), "host_key");
    EXPECT_EQ(hosts->views().size(), 1u);
    EXPECT_EQ(error_of([&] { hosts->monitor("b"); }).kind(), Kind::not_found);
    EXPECT_EQ(error_of([&] { hosts->online("b"); }).kind(), Kind::not_found);
    EXPECT_EQ(error_of([&] { hosts->pools("b"); }).kind(), Kind::not_found);
}

TEST_P(HostsTest, AnUnreachableHostSaysSinceWhenAndWhy) {
    add("node1", "test:///no/such/file.xml");
    ASSERT_TRUE(until([&] { return hosts->view("node1").state == HostPhase::offline; }));
    EXPECT_TRUE(hosts->view("node1").error);
    auto const error = error_of([&] { hosts->online("node1"); });
    EXPECT_EQ(error.kind(), Kind::unavailable);
    EXPECT_TRUE(error.message().starts_with("Host node1 is offline since 20")) << error.message();
    auto const path = folder() / "late.xml";
    add("node2", "test://" + path);
    ASSERT_TRUE(until([&] { return hosts->view("node2").state == HostPhase::offline; }));
    std::ofstream(path) << "<node>" << domain_xml("web", web) << "</node>";
    EXPECT_TRUE(until([&] { return state(web) == InstanceState::running; })) << "never came back";
}

TEST_P(HostsTest, FollowsTheEventsOfTheHost) {
    add_and_list();
    run(loop, node()->stop(web));
    EXPECT_TRUE(until([&] { return state(web) == InstanceState::shutoff; }));
    run(loop, node()->start(web));
    EXPECT_TRUE(until([&] { return state(web) == InstanceState::running; }));
    run(loop, node()->stop(web));
    run(loop, node()->undefine(web));
    EXPECT_TRUE(until([&] { return state(web) == InstanceState::missing; }));
    run(loop, node()->define(domain_xml("web", web)));
    EXPECT_TRUE(until([&] { return state(web) == InstanceState::shutoff; }));
}

TEST_P(HostsTest, RefreshShowsTheNewStateAtOnce) {
    times.settle = 1s;
    hosts->stop();
    make_hosts();
    add_and_list();
    run(loop, node()->stop(web));
    run(loop, hosts->monitor("node1")->refresh(web));
    EXPECT_EQ(state(web), InstanceState::shutoff);
    virt::VolumeSpec spec;
    spec.name = "disk1";
    spec.capacity_bytes = 1 << 20;
    run(loop, node()->create_volume("images", spec));
    run(loop, hosts->monitor("node1")->refresh_storage());
    ASSERT_EQ(inventory.host("node1")->volumes.size(), 1u);
    EXPECT_EQ(inventory.host("node1")->volumes.begin()->second.name, "disk1");
    times.settle = 10ms;
}

TEST_P(HostsTest, ManyEventsAtOnceAreAllFollowed) {
    add_and_list();
    std::vector<InstanceId> ids;
    for (int i = 0; i < 60; ++i) {
        ids.push_back(InstanceId::random());
        run(loop, node()->define(domain_xml("vm" + std::to_string(i), ids.back())));
    }
    EXPECT_TRUE(until([&] {
        return std::all_of(ids.begin(), ids.end(), [&](auto const& id) { return state(id); });
    }));
}

TEST_P(HostsTest, SavesWhatTheHostShowsAndKeepsWhatIsOurs) {
    add_and_list();
    ASSERT_TRUE(until([&] { return saved(web).has_value(); }));
    EXPECT_EQ(saved(web)->name, "web");
    EXPECT_EQ(saved(web)->host, "node1");
    EXPECT_EQ(saved(web)->memory_mib, 512);
    EXPECT_TRUE(saved(web)->last_seen_at);
    db().write_now([&](db::Transaction& tx) {
        tx.exec("UPDATE instances SET owner = 'alice', template = 1 WHERE id = :id", web);
    });
    run(loop, node()->stop(web));
    run(loop, node()->undefine(web));
    ASSERT_TRUE(until([&] { return saved(web)->state == RecordState::missing; }));
    EXPECT_EQ(saved(web)->owner, "alice");
    run(loop, node()->define(domain_xml("web", web)));
    ASSERT_TRUE(until([&] { return saved(web)->state == RecordState::present; }));
    EXPECT_EQ(saved(web)->owner, "alice");
    EXPECT_TRUE(saved(web)->template_);
}

TEST_P(HostsTest, ARestartRemembersMachinesOfAHostThatIsAway) {
    add_and_list();
    run(loop, records->flush());
    Inventory later(events);
    db::Revisions its_own(db());
    Records again(loop.get_executor(), db(), its_own, later);
    again.load();
    ASSERT_NE(later.find(web), nullptr);
    EXPECT_EQ(later.find(web)->row.name, "web");
    EXPECT_EQ(later.find(web)->row.state, InstanceState::unknown);
    EXPECT_TRUE(later.find(web)->row.seen_at);
}

TEST_P(HostsTest, RemoveRefusesWhileAJobIsThere) {
    add_and_list();
    db().write_now([](db::Transaction& tx) {
        tx.exec(
            "INSERT INTO jobs (id, kind, state, host, actor, plan, steps, message, created_at) "
            "VALUES ('j1', 'clone', 'running', 'node1', 'alice', '{}', '[]', '', 0)");
    });
    auto const remove = [&] { run(loop, hosts->remove(system_actor(), "node1")); };
    EXPECT_EQ(error_of(remove).kind(), Kind::conflict);
    EXPECT_EQ(hosts->views().size(), 1u);
    db().write_now([](db::Transaction& tx) { tx.exec("UPDATE jobs SET state = 'succeeded'"); });
    auto const held = node();
    remove();
    EXPECT_TRUE(hosts->views().empty());
    EXPECT_EQ(state(web), InstanceState::missing);
    EXPECT_EQ(error_of([&] { run(loop, held->start(web)); }).kind(), Kind::unavailable);
    EXPECT_EQ(error_of(remove).kind(), Kind::not_found);
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit WHERE action = 'host.delete'"), 1);
}

TEST_P(HostsTest, StopsInTheMiddleOfAnything) {
    add("node1", "test:///default");
    auto const uri = host_file();
    for (int i = 0; i < 20; ++i) {
        auto const name = "h" + std::to_string(i);
        add(name, uri);
        for (int steps = 0; steps < i * 3; ++steps)
            loop.run_one_for(1ms);
        run(loop, hosts->remove(system_actor(), name));
    }
    EXPECT_EQ(hosts->views().size(), 1u);
}

TEST_P(HostsTest, ProbesBeforeAdding) {
    auto const report = run(loop, hosts->probe("test:///default"));
    ASSERT_FALSE(report.steps.empty());
    EXPECT_TRUE(report.steps.back().ok) << report.steps.back().detail;
    EXPECT_EQ(report.host_key, std::nullopt);
    EXPECT_EQ(error_of([&] { run(loop, hosts->probe("; rm -rf /")); }).field(), "uri");
}

OUREA_INSTANTIATE(HostsTest, test::Kind::sqlite_memory, test::Kind::postgresql);

class SharedHostsTest : public HostsTest {};

TEST_P(SharedHostsTest, FollowsWhatTheCommandLineDoes) {
    db::Database other(url());
    NewHost host;
    host.name = "node1";
    host.uri = host_file();
    auto const record = add_host_now(other, folder().path(), cli_actor("root"), host, false);
    EXPECT_EQ(record.name, "node1");
    EXPECT_EQ(error_of([&] {
                  add_host_now(other, folder().path(), cli_actor("root"), host, false);
              }).kind(),
              Kind::conflict);
    host.name = "bad name";
    EXPECT_EQ(error_of([&] {
                  add_host_now(other, folder().path(), cli_actor("root"), host, false);
              }).field(),
              "name");
    EXPECT_TRUE(hosts->views().empty());
    run(loop, revisions->poll());
    ASSERT_EQ(hosts->views().size(), 1u);
    ASSERT_TRUE(until([&] { return state(web) == InstanceState::running; }));
    other.write_now([](db::Transaction& tx) {
        db::bump(tx, "hosts");
        tx.exec("DELETE FROM hosts");
    });
    run(loop, revisions->poll());
    EXPECT_TRUE(hosts->views().empty());
    EXPECT_EQ(error_of([&] { hosts->monitor("node1"); }).kind(), Kind::not_found);
}

ON_SHARED_DATABASES(SharedHostsTest);

}  // namespace
}  // namespace ourea
