// SPDX-License-Identifier: Apache-2.0
// Our console relay against Debian's websockify, side by side in one run.
#include "bench/load.hpp"
#include "bench/process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace ourea::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds warm_up{300};
constexpr std::chrono::milliseconds window{1500};
constexpr int rounds = 3;
constexpr int idle_consoles = 100;
constexpr std::size_t frame_bytes = 64 * 1024;

struct Flow {
    double mb_per_second = 0;
    double cpu_per_gb = 0;
};

struct Relay {
    std::unique_ptr<Process> process;
    std::uint16_t port = 0;
};

using Start = std::function<Relay(std::uint16_t guest_port)>;

Relay start_ours(std::string const& program, std::uint16_t guest_port) {
    Relay relay;
    std::vector<std::string> const command = {program, std::to_string(guest_port)};
    relay.process = std::make_unique<Process>(command);
    relay.port = static_cast<std::uint16_t>(std::stoi(relay.process->read_line()));
    return relay;
}

Relay start_websockify(std::uint16_t guest_port) {
    // websockify cannot choose a free port by itself; one that was just free is.
    Relay relay;
    relay.port = GuestEnd(GuestMode::idle).port();
    std::vector<std::string> const command = {"websockify",
                                              "127.0.0.1:" + std::to_string(relay.port),
                                              "127.0.0.1:" + std::to_string(guest_port)};
    relay.process = std::make_unique<Process>(command);
    return relay;
}

/// Watches `bytes` grow for one window.
Flow measure(Process const& process, std::function<std::uint64_t()> const& bytes) {
    std::this_thread::sleep_for(warm_up);
    auto const cpu_before = process.cpu_seconds();
    auto const bytes_before = bytes();
    auto const began = Clock::now();
    std::this_thread::sleep_for(window);
    auto const seconds = std::chrono::duration<double>(Clock::now() - began).count();
    auto const moved = static_cast<double>(bytes() - bytes_before);
    auto const cpu = process.cpu_seconds() - cpu_before;
    return {moved / 1e6 / seconds, cpu / (moved / 1e9)};
}

Flow to_browser(Start const& start) {
    GuestEnd guest(GuestMode::flood);
    auto const relay = start(guest.port());
    auto const browser = open_websocket(relay.port);
    std::atomic<std::uint64_t> received = 0;
    std::jthread reader([&] { drain(browser.get(), received); });
    auto const flow = measure(*relay.process, [&] { return received.load(); });
    ::shutdown(browser.get(), SHUT_RDWR);
    return flow;
}

Flow to_guest(Start const& start) {
    GuestEnd guest(GuestMode::sink);
    auto const relay = start(guest.port());
    auto const browser = open_websocket(relay.port);
    std::jthread writer([&] { send_frames(browser.get(), frame_bytes); });
    auto const flow = measure(*relay.process, [&] { return guest.bytes(); });
    ::shutdown(browser.get(), SHUT_RDWR);
    return flow;
}

double idle_kib(Start const& start) {
    GuestEnd guest(GuestMode::idle);
    auto const relay = start(guest.port());
    // The first one pays for what all share.
    auto const first = open_websocket(relay.port);
    std::this_thread::sleep_for(warm_up);
    auto const before = relay.process->memory_kib();
    std::vector<UniqueFd> browsers;
    for (int i = 0; i < idle_consoles; ++i)
        browsers.push_back(open_websocket(relay.port));
    std::this_thread::sleep_for(warm_up);
    return (relay.process->memory_kib() - before) / idle_consoles;
}

/// The median of each number.
Flow median(std::vector<Flow> flows) {
    auto const middle = [&flows](double Flow::*number) {
        std::ranges::sort(flows, {}, number);
        return flows[flows.size() / 2].*number;
    };
    return {middle(&Flow::mb_per_second), middle(&Flow::cpu_per_gb)};
}

struct Pair {
    Flow ours, theirs;
};

Pair compare(Flow (*run)(Start const&), Start const& ours, Start const& theirs) {
    std::vector<Flow> a, b;
    for (int i = 0; i < rounds; ++i) {
        a.push_back(run(ours));
        b.push_back(run(theirs));
    }
    return {median(a), median(b)};
}

enum class Target { at_least, at_most };

/// One line of the table; says whether the target is met.
bool row(char const* what, double ours, double theirs, char const* unit, Target kind,
         double target) {
    auto const ratio = ours / theirs;
    bool const met = kind == Target::at_most ? ratio <= target : ratio >= target;
    int const digits = ours < 10 ? 2 : 0;
    std::printf("%s\t%.*f %s\t%.*f %s\t%.2fx\t%s %.1fx\t%s\n", what, digits, ours, unit, digits,
                theirs, unit, ratio, kind == Target::at_most ? "<=" : ">=", target,
                met ? "met" : "MISSED");
    return met;
}

bool run(std::string const& relay_server) {
    Start const ours = [&](std::uint16_t port) { return start_ours(relay_server, port); };
    Start const theirs = start_websockify;
    auto const down = compare(to_browser, ours, theirs);
    auto const up = compare(to_guest, ours, theirs);
    auto const memory = idle_kib(ours);
    auto const their_memory = idle_kib(theirs);

    bool met = true;
    met &= row("console, guest to browser", down.ours.mb_per_second, down.theirs.mb_per_second,
               "MB/s", Target::at_least, 1.2);
    met &= row("console, browser to guest", up.ours.mb_per_second, up.theirs.mb_per_second, "MB/s",
               Target::at_least, 3);
    met &= row("processor per GB, guest to browser", down.ours.cpu_per_gb, down.theirs.cpu_per_gb,
               "s", Target::at_most, 0.7);
    met &= row("processor per GB, browser to guest", up.ours.cpu_per_gb, up.theirs.cpu_per_gb, "s",
               Target::at_most, 0.7);
    constexpr double most_kib = 150;
    bool const small = memory < most_kib;
    std::printf("memory per idle console\t%.1f KiB\t%.0f KiB\t%.3fx\t< %.0f KiB\t%s\n", memory,
                their_memory, memory / their_memory, most_kib, small ? "met" : "MISSED");
    return met && small;
}

}  // namespace
}  // namespace ourea::bench

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("Usage: relay_bench RELAY-SERVER-PROGRAM\n", stderr);
        return 2;
    }
    return ourea::bench::run(argv[1]) ? 0 : 1;
}
