// SPDX-License-Identifier: Apache-2.0
// Tests our SSH keys, known_hosts, streams through ssh and the probe, against a real sshd.
#include "bench.hpp"
#include "sshd.hpp"
#include "virt/probe.hpp"
#include "virt/ssh_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sys/stat.h>

namespace ourea::virt {
namespace {

unsigned mode_of(std::filesystem::path const& path) {
    struct stat info {};
    ::stat(path.c_str(), &info);
    return info.st_mode & 0777U;
}

std::string text_of(std::filesystem::path const& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string login() {
    char const* const name = std::getenv("USER");
    return ::geteuid() == 0 ? "root" : name ? name : "root";
}

TEST(SshFiles, AreMadeOnceAndPrivate) {
    Folder folder;
    auto const files = ensure_ssh(folder.path);
    auto const key = public_key(files);
    EXPECT_TRUE(key.starts_with("ssh-ed25519 ")) << key;
    EXPECT_EQ(mode_of(folder.path / "ssh"), 0700U);
    EXPECT_EQ(mode_of(files.key), 0600U);
    EXPECT_EQ(mode_of(files.known_hosts), 0600U);
    EXPECT_EQ(mode_of(files.config), 0600U);
    EXPECT_EQ(mode_of(files.command), 0700U);
    auto const settings = text_of(files.config);
    for (auto const* line : {"StrictHostKeyChecking yes", "BatchMode yes", "IdentitiesOnly yes",
                             "GlobalKnownHostsFile none", "ControlPath none"}) {
        EXPECT_NE(settings.find(line), std::string::npos) << line;
    }
    ensure_ssh(folder.path);
    EXPECT_EQ(public_key(files), key);
    // A lost public half comes back from the private one.
    std::filesystem::remove(files.public_key);
    ensure_ssh(folder.path);
    EXPECT_EQ(public_key(files).substr(0, 60), key.substr(0, 60));
}

TEST(SshFiles, RefuseAPathThatSshWouldReadDifferently) {
    Folder folder;
    for (auto const* name : {"with%h", "with\"quote", "with$HOME", "with\nline"}) {
        EXPECT_THROW(ensure_ssh(folder.path / name), Error) << name;
    }
    EXPECT_THROW(ensure_ssh(""), Error);
}

TEST(KnownHosts, HoldOneAnswerPerHost) {
    Folder folder;
    auto const files = ensure_ssh(folder.path);
    HostKey const a{"ssh-ed25519", "AAAA", fingerprint("AAAA")};
    HostKey const b{"ssh-rsa", "BBBB", fingerprint("BBBB")};
    remember(files, "one.example.org", 22, {a});
    remember(files, "one.example.org", 2222, {b});
    remember(files, "two.example.org", 22, {b});
    EXPECT_EQ(text_of(files.known_hosts),
              "one.example.org ssh-ed25519 AAAA\n[one.example.org]:2222 ssh-rsa BBBB\n"
              "two.example.org ssh-rsa BBBB\n");
    remember(files, "one.example.org", 22, {b});
    ASSERT_EQ(remembered(files, "one.example.org", 22).size(), 1U);
    EXPECT_EQ(remembered(files, "one.example.org", 22)[0].type, "ssh-rsa");
    forget(files, "one.example.org", 22);
    EXPECT_TRUE(remembered(files, "one.example.org", 22).empty());
    EXPECT_EQ(remembered(files, "one.example.org", 2222).size(), 1U);
    EXPECT_EQ(mode_of(files.known_hosts), 0600U);
}

TEST(Fingerprint, IsNothingForNonsense) {
    EXPECT_EQ(fingerprint(""), "");
    EXPECT_EQ(fingerprint("abc"), "");
    EXPECT_EQ(fingerprint("****"), "");
}

TEST(SshCommand, KeepsOperandsApart) {
    auto const uri = parse_host_uri("qemu+ssh://admin@host.example.org:2222/system");
    auto const command = ssh_stream_command(SshFiles::in("/s"), uri, "::1", 5901);
    std::vector<std::string> const expected{
        "/usr/bin/ssh", "-F", "/s/ssh/config", "-W", "[::1]:5901",      "-p",
        "2222",         "-l", "admin",         "--", "host.example.org"};
    EXPECT_EQ(command, expected);
}

/// A reachable host whose key is known and that lets us in.
class OverSsh : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Sshd::installed()) GTEST_SKIP() << "sshd is not installed";
        sshd = std::make_unique<Sshd>(folder.path);
        files = ensure_ssh(folder.path / "state");
        uri = parse_host_uri("qemu+ssh://" + login() + "@127.0.0.1:" + std::to_string(sshd->port) +
                             "/system");
    }
    void trust() {
        remember(files, uri.host, *uri.port, scan_host_keys(uri.host, *uri.port));
        sshd->let_in(public_key(files));
    }
    std::string stream_refusal(int port) {
        try {
            open_ssh_stream(files, uri, "127.0.0.1", port);
        } catch (Error const& e) {
            EXPECT_EQ(e.kind(), Kind::unavailable);
            return e.message();
        }
        return "opened";
    }
    /// Processes that we started, but for the server.
    bool only_the_server_is_left() {
        for (auto const& task : std::filesystem::directory_iterator("/proc/self/task")) {
            std::ifstream in(task.path() / "children");
            for (pid_t pid = 0; in >> pid;) {
                if (pid != sshd->pid()) return false;
            }
        }
        return true;
    }

    Folder folder;
    std::unique_ptr<Sshd> sshd;
    SshFiles files;
    HostUri uri;
};

TEST_F(OverSsh, ShowsTheFingerprintThatOpenSshPrints) {
    auto const keys = scan_host_keys("127.0.0.1", sshd->port);
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(keys[0].type, "ssh-ed25519");
    auto const printed = run_program({"/usr/bin/ssh-keygen", "-lf", sshd->host_key + ".pub"},
                                     std::chrono::seconds(10));
    EXPECT_NE(printed.out.find(keys[0].fingerprint), std::string::npos) << printed.out;
    EXPECT_TRUE(scan_host_keys("127.0.0.1", free_port()).empty());
}

TEST_F(OverSsh, CarriesAStreamAndLeavesNoProcess) {
    trust();
    Listener server;
    UniqueFd far;
    std::thread answer([&] {
        far = server.accept();
        EXPECT_EQ(::send(far.get(), "RFB 003.008\n", 12, MSG_NOSIGNAL), 12);
    });
    auto stream = open_ssh_stream(files, uri, "127.0.0.1", server.port);
    answer.join();
    std::string text(12, '\0');
    EXPECT_EQ(::recv(stream.get(), text.data(), text.size(), MSG_DONTWAIT), 12);
    EXPECT_EQ(text, "RFB 003.008\n");
    EXPECT_FALSE(only_the_server_is_left());
    // Closing it reaches the far side, and ssh ends, though that side keeps its connection open.
    stream = {};
    pollfd wait{far.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 20'000), 1);
    EXPECT_EQ(::recv(far.get(), text.data(), 1, 0), 0);
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!only_the_server_is_left() && std::chrono::steady_clock::now() < end) {
        ::poll(nullptr, 0, 10);
    }
    EXPECT_TRUE(only_the_server_is_left());
}

TEST_F(OverSsh, SaysWhyThereIsNoStream) {
    sshd->let_in(public_key(files));
    EXPECT_NE(stream_refusal(1).find("none was confirmed"), std::string::npos);
    trust();
    EXPECT_NE(stream_refusal(free_port()).find("cannot be reached"), std::string::npos);
    sshd->let_in("");
    EXPECT_NE(stream_refusal(1).find("does not accept the portal's SSH key"), std::string::npos);
    HostKey const other{"ssh-ed25519", public_key(files).substr(12, 68), ""};
    remember(files, uri.host, *uri.port, {other});
    EXPECT_NE(stream_refusal(1).find("is not the one that was confirmed"), std::string::npos);
}

TEST_F(OverSsh, IsProbedUpToTheKey) {
    Bench bench;
    auto const state = folder.path / "state";
    auto report = bench.await(probe(uri.str(), state));
    ASSERT_EQ(report.steps.size(), 4U);
    EXPECT_EQ(report.steps[3].step, "key");
    EXPECT_FALSE(report.steps[3].ok);
    ASSERT_TRUE(report.host_key);
    EXPECT_TRUE(remembered(files, uri.host, *uri.port).empty());

    report = bench.await(probe(uri.str(), state, "SHA256:wrong"));
    EXPECT_FALSE(report.steps.back().ok);
    EXPECT_EQ(report.steps.back().step, "key");

    report = bench.await(probe(uri.str(), state, report.host_key));
    ASSERT_EQ(report.steps.size(), 5U);
    EXPECT_EQ(report.steps[4].step, "libvirt");
    EXPECT_NE(report.steps[4].detail.find("does not accept the portal's SSH key"),
              std::string::npos)
        << report.steps[4].detail;
    EXPECT_TRUE(remembered(files, uri.host, *uri.port).empty());
    for (auto const& entry : std::filesystem::directory_iterator(state)) {
        EXPECT_EQ(entry.path().filename(), "ssh");
    }
}

TEST(Probe, EndsAtTheFirstStepThatFails) {
    Bench bench;
    Folder folder;
    auto const bad = bench.await(probe("nonsense", folder.path));
    ASSERT_EQ(bad.steps.size(), 1U);
    EXPECT_FALSE(bad.steps[0].ok);
    auto const closed = "qemu+ssh://root@127.0.0.1:" + std::to_string(free_port()) + "/system";
    auto const report = bench.await(probe(closed, folder.path));
    ASSERT_EQ(report.steps.size(), 3U);
    EXPECT_EQ(report.steps[2].step, "port");
    EXPECT_FALSE(report.steps[2].ok);
    auto const good = bench.await(probe("test:///default", folder.path));
    EXPECT_EQ(good.steps.back().step, "libvirt");
    EXPECT_TRUE(good.steps.back().ok);
    EXPECT_FALSE(good.host_key);
}

}  // namespace
}  // namespace ourea::virt
