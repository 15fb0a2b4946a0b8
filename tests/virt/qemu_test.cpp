// SPDX-License-Identifier: Apache-2.0
// Tests a host on a real libvirtd with QEMU; skipped unless OUREA_TEST_QEMU names its URI.
#include "bench.hpp"
#include "virt/domain_xml.hpp"
#include "virt/handles.hpp"
#include "virt/probe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

namespace ourea::virt {
namespace {

InstanceId const template_id("dddddddd-0000-4000-8000-000000000001");
InstanceId const clone_id("dddddddd-0000-4000-8000-000000000002");

std::string environment(char const* name) {
    char const* value = std::getenv(name);
    return value ? value : "";
}

/// Over SSH if such an address is given too: the same tests on both.
class Qemu : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        local_ = environment("OUREA_TEST_QEMU");
        auto const uri = environment(GetParam().c_str());
        if (local_.empty() || uri.empty()) GTEST_SKIP() << GetParam() << " is not set";
        folder_ =
            std::filesystem::temp_directory_path() / ("ourea-qemu-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
        bench = std::make_unique<Bench>();
        conn_.reset(check(virConnectOpen(local_.c_str())));
        clean();
        make_pool();
        HostAddress address{"lab", uri, environment("OUREA_TEST_STATE_DIR")};
        host = std::make_unique<Host>(bench->events, bench->loop.get_executor(), address);
        host->on_event([this](HostEvent const& event) { heard.push_back(event); });
        host->open();
        ASSERT_TRUE(bench->until([this] { return host->status().state == HostState::online; }))
            << host->status().error;
    }

    void TearDown() override {
        if (!bench) return;
        host.reset();
        clean();
        conn_.reset();
        bench.reset();
        std::filesystem::remove_all(folder_);
    }

    void define_template() {
        VolumeSpec const disk{"template.qcow2", std::uint64_t{1} << 30, "qcow2", "", ""};
        base = bench->await(host->create_volume("ourea-test", disk));
        auto xml = read_data("qemu-template.xml");
        auto const at = xml.find("/path/of/disk");
        xml.replace(at, 13, base.path);
        ASSERT_EQ(bench->await(host->define(xml)), template_id);
    }

    CloneSpec clone_of(VolumeFacts const& disk) {
        CloneSpec out;
        out.uuid = clone_id;
        out.name = "ourea-test-clone";
        out.vcpus = 2;
        out.memory_mib = 192;
        out.disks = {{"vda", disk.kind, disk.path, "", "", disk.format}};
        out.mark.owner = "anna";
        out.mark.origin = template_id;
        return out;
    }

    std::string greeting(int fd) {
        std::string out(12, '\0');
        pollfd wait{fd, POLLIN, 0};
        if (::poll(&wait, 1, 10'000) != 1) return "silent";
        auto const n = ::read(fd, out.data(), out.size());
        out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return out;
    }

    std::unique_ptr<Bench> bench;
    std::unique_ptr<Host> host;
    std::vector<HostEvent> heard;
    VolumeFacts base;

private:
    void make_pool() {
        auto const xml = "<pool type='dir'><name>ourea-test</name><target><path>" +
                         folder_.string() + "</path></target></pool>";
        PoolPtr(check(virStoragePoolCreateXML(conn_.get(), xml.c_str(), 0)));
    }
    void clean() {
        for (auto const& id : {template_id, clone_id}) {
            DomainPtr domain(virDomainLookupByUUIDString(conn_.get(), id.str().c_str()));
            if (!domain) continue;
            virDomainDestroy(domain.get());
            virDomainUndefineFlags(domain.get(), VIR_DOMAIN_UNDEFINE_NVRAM);
        }
        if (PoolPtr pool(virStoragePoolLookupByName(conn_.get(), "ourea-test")); pool) {
            virStoragePoolDestroy(pool.get());
        }
    }

    std::string local_;
    std::filesystem::path folder_;
    ConnPtr conn_;
};

TEST_P(Qemu, DescribesItself) {
    auto info = bench->await(host->info());
    EXPECT_EQ(info.hypervisor, "QEMU");
    EXPECT_FALSE(info.hypervisor_version.empty());
    ASSERT_TRUE(info.memory_free_mib);
    EXPECT_LT(*info.memory_free_mib, info.memory_mib);
    EXPECT_TRUE(info.cpu_total_ns);
    EXPECT_GT(*info.cpu_total_ns, *info.cpu_busy_ns);
    ASSERT_TRUE(bench->until([&] {
        info = bench->await(host->info());
        return !info.uuid.empty();
    }));
}

TEST_P(Qemu, LinkedCloneRunsAndShowsItsScreen) {
    define_template();
    VolumeSpec const spec{"clone.qcow2", std::uint64_t{2} << 30, "qcow2", base.path, base.format};
    auto const disk = bench->await(host->create_volume("ourea-test", spec));
    EXPECT_EQ(disk.backing_path, base.path);
    EXPECT_EQ(disk.capacity_bytes, std::uint64_t{2} << 30);
    EXPECT_LT(disk.allocation_bytes, std::uint64_t{1} << 20);
    auto const xml =
        bench->await(host->domain_xml(template_id, XmlView{.inactive = true, .secure = true}));
    EXPECT_NE(xml.find("secret12"), std::string::npos);
    bench->await(host->define(clone_domain(xml, clone_of(disk))));
    bench->await(host->start(clone_id));

    auto const facts = *bench->await(host->domain(clone_id));
    EXPECT_EQ(facts.state, DomainState::running);
    EXPECT_EQ(facts.vcpus, 2U);
    EXPECT_EQ(facts.memory_mib, 192U);
    EXPECT_NE(facts.loader_nvram.find("ourea-test-clone"), std::string::npos) << facts.loader_nvram;
    ASSERT_FALSE(facts.graphics.empty());
    EXPECT_TRUE(facts.graphics[0].port);

    auto const console = bench->await(host->open_graphics(clone_id));
    EXPECT_EQ(greeting(console.fd.get()), "RFB 003.008\n");
    EXPECT_FALSE(console.password);
    EXPECT_TRUE(bench->await(host->screenshot(clone_id)).starts_with("\x89PNG"));
    EXPECT_EQ(bench->refusal(host->open_graphics(template_id)), Kind::conflict);

    auto const stats = bench->await(host->stats());
    auto const mine = std::ranges::find(stats, clone_id, &DomainStats::uuid);
    ASSERT_NE(mine, stats.end());
    EXPECT_EQ(mine->state, DomainState::running);
    EXPECT_GT(mine->cpu_time_ns.value_or(0), 0U);
    EXPECT_GT(mine->memory_rss_kib.value_or(0), 0U);
    ASSERT_EQ(mine->blocks.size(), 2U);
    EXPECT_EQ(mine->blocks[0].target, "vda");
    EXPECT_EQ(mine->blocks[0].capacity_bytes, std::uint64_t{2} << 30);

    bench->await(host->suspend(clone_id));
    EXPECT_EQ(bench->await(host->domain(clone_id))->state, DomainState::paused);
    bench->await(host->resume(clone_id));
    bench->await(host->reset(clone_id));
    bench->await(host->set_title(clone_id, "Running"));
    Mark mark;
    mark.owner = "berta";
    bench->await(host->set_mark(clone_id, mark));
    EXPECT_EQ(bench->await(host->domain(clone_id))->mark->owner, "berta");
    bench->await(host->stop(clone_id));
    EXPECT_EQ(bench->await(host->domain(clone_id))->title, "Running");
    EXPECT_TRUE(bench->await(host->undefine(clone_id)));
    EXPECT_TRUE(bench->await(host->delete_volume("ourea-test", "clone.qcow2")));
    EXPECT_TRUE(bench->until([&] {
        return std::ranges::any_of(heard, [](HostEvent const& event) {
            return event.kind == HostEventKind::domain_undefined && event.id == clone_id;
        });
    }));
}

TEST_P(Qemu, KeepsAVncPasswordWhereItCannotSkipIt) {
    define_template();
    bench->await(host->start(template_id));
    auto const console = bench->await(host->open_graphics(template_id));
    EXPECT_EQ(greeting(console.fd.get()), "RFB 003.008\n");
    bool const over_ssh = GetParam() == "OUREA_TEST_QEMU_SSH";
    EXPECT_EQ(console.password, over_ssh ? std::optional<std::string>("secret12") : std::nullopt);
}

TEST_P(Qemu, FullCopyGrowsAndIsDeleted) {
    define_template();
    CloneVolume what{"ourea-test",
                     "template.qcow2",
                     "ourea-test",
                     {"full.qcow2", std::uint64_t{1} << 30, "qcow2", "", ""}};
    auto const made = bench->await(host->clone_volume(what));
    EXPECT_EQ(made.backing_path, "");
    EXPECT_EQ(made.format, "qcow2");
    bench->await(host->resize_volume("ourea-test", "full.qcow2", std::uint64_t{3} << 30));
    EXPECT_EQ(bench->await(host->volume("ourea-test", "full.qcow2"))->capacity_bytes,
              std::uint64_t{3} << 30);
    EXPECT_EQ(bench->refusal(host->clone_volume(what)), Kind::conflict);
    EXPECT_TRUE(bench->await(host->delete_volume("ourea-test", "full.qcow2")));
    EXPECT_FALSE(bench->await(host->delete_volume("ourea-test", "full.qcow2")));
}

TEST_P(Qemu, IsProbed) {
    auto const uri = environment(GetParam().c_str());
    auto const report = bench->await(probe(uri, environment("OUREA_TEST_STATE_DIR")));
    for (auto const& step : report.steps)
        EXPECT_TRUE(step.ok) << step.step << ": " << step.detail;
    EXPECT_EQ(report.steps.back().step, "libvirt");
    EXPECT_EQ(report.host_key.has_value(), GetParam() == "OUREA_TEST_QEMU_SSH");
}

/// Stops the daemon for as long as it lives, as a host does whose disks hang.
class Hung {
public:
    explicit Hung(pid_t pid) : pid_(pid) { ::kill(pid_, SIGSTOP); }
    ~Hung() { ::kill(pid_, SIGCONT); }
    Hung(Hung const&) = delete;
    Hung& operator=(Hung const&) = delete;

private:
    pid_t pid_;
};

TEST(HungQemu, HarmsNobodyElse) {
    using namespace std::chrono_literals;
    auto const uri = environment("OUREA_TEST_QEMU");
    auto const pid = environment("OUREA_TEST_QEMU_PID");
    if (uri.empty() || pid.empty()) GTEST_SKIP() << "OUREA_TEST_QEMU_PID is not set";
    Bench bench;
    HostTimes times;
    times.verb = 1s;
    times.first_retry = 100ms;
    times.attempt = 2s;
    auto const loop = bench.loop.get_executor();
    Host host(bench.events, loop, {"lab", uri, {}}, times);
    Host other(bench.events, loop, {"other", "test:///default", {}}, times);
    host.open();
    other.open();
    auto online = [&] { return host.status().state == HostState::online; };
    ASSERT_TRUE(bench.until([&] { return online() && other.status().state == HostState::online; }));
    {
        Hung const hung(static_cast<pid_t>(std::stol(pid)));
        // More than there are threads: all end at their deadline, none holds the loop.
        for (int i = 0; i < 6; ++i)
            EXPECT_EQ(bench.refusal(host.list_domains()), Kind::unavailable);
        EXPECT_EQ(bench.await(other.list_domains()).size(), 1U);
        auto late = std::make_unique<Host>(bench.events, loop, HostAddress{"lab", uri, {}}, times);
        late->open();
        EXPECT_TRUE(bench.until([&] { return late->status().state == HostState::offline; }));
        auto const begin = std::chrono::steady_clock::now();
        late.reset();
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
        EXPECT_TRUE(bench.until([&] { return host.status().state == HostState::offline; }));
        EXPECT_FALSE(host.status().error.empty());
    }
    ASSERT_TRUE(bench.until(online));
    EXPECT_NO_THROW(bench.await(host.pools()));
}

INSTANTIATE_TEST_SUITE_P(Lab, Qemu, ::testing::Values("OUREA_TEST_QEMU", "OUREA_TEST_QEMU_SSH"));

}  // namespace
}  // namespace ourea::virt
