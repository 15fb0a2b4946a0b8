// SPDX-License-Identifier: Apache-2.0
// Tests how a host connects: refused, silent, coming back, never blocking the loop or its end.
#include "bench.hpp"
#include "sshd.hpp"
#include "virt/host.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ourea::virt {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr HostTimes quick{.first_retry = 20ms, .last_retry = 50ms, .verb = 300ms, .attempt = 200ms};

/// A daemon that accepts connections, or lets them wait, and never says a word.
class SilentDaemon {
public:
    explicit SilentDaemon(std::filesystem::path const& path)
        : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::ranges::copy(path.string(), at.sun_path);
        if (::bind(fd_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
            ::listen(fd_.get(), 16) != 0) {
            throw std::runtime_error("no socket");
        }
    }

private:
    UniqueFd fd_;
};

std::string uri_of(Folder const& folder) {
    return "qemu+unix:///system?socket=" + (folder.path / "sock").string();
}

TEST(Connecting, SaysWhyItIsOffline) {
    Bench bench;
    Folder folder;
    Host host(bench.events, bench.loop.get_executor(), {"h", uri_of(folder), {}}, quick);
    std::vector<HostState> states;
    host.on_state([&](HostStatus const& status) { states.push_back(status.state); });
    EXPECT_EQ(host.status().state, HostState::connecting);
    host.open();
    ASSERT_TRUE(bench.until([&] { return host.status().state == HostState::offline; }));
    EXPECT_EQ(host.status().error, "No libvirt daemon listens there.");
    EXPECT_EQ(bench.refusal(host.info()), Kind::unavailable);
    EXPECT_EQ(states, std::vector{HostState::offline});
}

TEST(Connecting, RefusesABadAddressForGood) {
    Bench bench;
    Host host(bench.events, bench.loop.get_executor(), {"h", "qemu+ssh://-oX/system", {}}, quick);
    host.open();
    ASSERT_TRUE(bench.until([&] { return host.status().state == HostState::offline; }));
    EXPECT_EQ(bench.refusal(host.list_domains()), Kind::unavailable);
    host.retry_now();
}

TEST(Connecting, GivesUpOnSilenceAndTriesAgain) {
    Bench bench;
    Folder folder;
    auto silent = std::make_unique<SilentDaemon>(folder.path / "sock");
    Host host(bench.events, bench.loop.get_executor(), {"h", uri_of(folder), {}}, quick);
    host.open();
    ASSERT_TRUE(bench.until([&] { return host.status().state == HostState::offline; }));
    EXPECT_EQ(host.status().error, "The host does not answer.");
    // The daemon ends: what hung in it comes back with an error, and the next attempt with another.
    silent.reset();
    std::filesystem::remove(folder.path / "sock");
    ASSERT_TRUE(
        bench.until([&] { return host.status().error == "No libvirt daemon listens there."; }));
}

TEST(Connecting, DoesNotWaitForASilentHostAtTheEnd) {
    Folder folder;
    auto silent = std::make_unique<SilentDaemon>(folder.path / "sock");
    auto const begin = Clock::now();
    {
        Bench bench;
        auto host = std::make_unique<Host>(bench.events, bench.loop.get_executor(),
                                           HostAddress{"h", uri_of(folder), {}}, quick);
        host->open();
        ASSERT_TRUE(bench.until([&] { return host->status().state == HostState::offline; }));
        auto const closing = Clock::now();
        host.reset();
        EXPECT_LT(Clock::now() - closing, 1s);
    }
    EXPECT_LT(Clock::now() - begin, 10s);
    // The thread that was left behind must come back before the test program ends.
    silent.reset();
    EventThread last;
}

TEST(Connecting, KeepsManyHostsApart) {
    Bench bench;
    Folder folder;
    SilentDaemon silent(folder.path / "sock");
    std::vector<std::unique_ptr<Host>> hosts;
    for (int i = 0; i < 4; ++i) {
        hosts.push_back(std::make_unique<Host>(bench.events, bench.loop.get_executor(),
                                               HostAddress{"silent", uri_of(folder), {}}, quick));
        hosts.back()->open();
    }
    Host good(bench.events, bench.loop.get_executor(), {"good", "test:///default", {}}, quick);
    good.open();
    ASSERT_TRUE(bench.until([&] { return good.status().state == HostState::online; }));
    EXPECT_EQ(bench.await(good.list_domains()).size(), 1U);
}

TEST(DefaultTestHost, TellsOfItsEvents) {
    Bench bench;
    Host host(bench.events, bench.loop.get_executor(), {"h", "test:///default", {}});
    std::vector<HostEvent> heard;
    host.on_event([&](HostEvent const& event) { heard.push_back(event); });
    host.open();
    ASSERT_TRUE(bench.until([&] { return host.status().state == HostState::online; }));
    auto const id = bench.await(host.list_domains()).at(0).uuid;
    bench.await(host.stop(id));
    bench.await(host.start(id));
    ASSERT_TRUE(bench.until([&] {
        return std::ranges::any_of(heard, [&](HostEvent const& event) {
            return event.id == id && event.detail == "started";
        });
    }));
}

}  // namespace
}  // namespace ourea::virt
