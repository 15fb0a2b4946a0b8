// SPDX-License-Identifier: Apache-2.0
// Tests the grammar of host addresses and the URIs that libvirt is given.
#include "virt/uri.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ourea::virt {
namespace {

TEST(HostUri, TakesWhatLibvirtKnows) {
    for (auto const* text : {
             "qemu:///system",
             "qemu:///session",
             "test:///default",
             "test:///srv/hosts/test-host.xml",
             "qemu+unix:///system?socket=/run/libvirt/libvirt-sock",
             "qemu+ssh://root@host.example.org:2222/system",
             "qemu+ssh://host/system",
             "qemu+ssh://root@10.0.0.1/system?socket=/run/user/1000/libvirt/libvirt-sock",
             "qemu+ssh://root@[2001:db8::1]:22/system",
             "qemu+tls://host/system",
             "qemu+tcp://host:16509/system",
             "xen:///system",
             "lxc:///",
             "ch:///system",
         }) {
        EXPECT_EQ(parse_host_uri(text).str(), text);
    }
}

TEST(HostUri, TakesItApart) {
    auto const uri = parse_host_uri("qemu+ssh://admin@Host.example.org:2222/system");
    EXPECT_EQ(uri.driver, "qemu");
    EXPECT_TRUE(uri.is_ssh());
    EXPECT_FALSE(uri.is_local());
    EXPECT_EQ(uri.user, "admin");
    EXPECT_EQ(uri.host, "host.example.org");
    EXPECT_EQ(uri.port, 2222);
    EXPECT_EQ(uri.path, "/system");
    EXPECT_TRUE(parse_host_uri("test:///default").is_test());
    EXPECT_EQ(parse_host_uri("qemu://host/system").transport, "tls");
}

TEST(HostUri, RefusesWhatCouldReachAShellOrSsh) {
    for (std::string const text : {
             "",
             "qemu",
             "qemu://",
             "qemu:/system",
             "http://host/system",
             "qemu+ext:///system?command=/bin/sh",
             "qemu+libssh2://host/system",
             "qemu+ssh:///system",
             "qemu+ssh://-oProxyCommand=id/system",
             "qemu+ssh://user@-oProxyCommand=id/system",
             "qemu+ssh://-luser@host/system",
             "qemu+ssh://us er@host/system",
             "qemu+ssh://a;b@host/system",
             "qemu+ssh://host;id/system",
             "qemu+ssh://$(id)/system",
             "qemu+ssh://`id`/system",
             "qemu+ssh://host%0a/system",
             "qemu+ssh://host/system?command=/bin/sh",
             "qemu+ssh://host/system?netcat=/bin/sh",
             "qemu+ssh://host/system?keyfile=/etc/shadow",
             "qemu+ssh://host/system?no_verify=1",
             "qemu+ssh://host/system?socket=/a&command=/bin/sh",
             "qemu+ssh://host/system?socket=a",
             "qemu+ssh://host/system?socket=/a';id;'",
             "qemu+ssh://host/system?socket=/a/../b",
             "qemu+ssh://host/system#x",
             "qemu+ssh://host:0/system",
             "qemu+ssh://host:65536/system",
             "qemu+ssh://host:22x/system",
             "qemu+ssh://host:/system",
             "qemu+ssh://[::1/system",
             "qemu+ssh://[nonsense]/system",
             "qemu+ssh://host..name/system",
             "qemu+ssh://host",
             "qemu+unix://host/system",
             "qemu:///system?socket=/x",
             "test:///../../etc/passwd",
             "test:///a b",
             "test+ssh://host/default",
             "qemu+tcp://user@host/system",
         }) {
        EXPECT_THROW(parse_host_uri(text), Error) << text;
    }
    EXPECT_THROW(parse_host_uri("qemu:///" + std::string(1000, 'a')), Error);
}

TEST(HostUri, SaysWhichFieldIsWrong) {
    try {
        parse_host_uri("nonsense");
        FAIL();
    } catch (Error const& e) {
        EXPECT_EQ(e.kind(), Kind::invalid);
        EXPECT_EQ(e.field(), "uri");
    }
}

TEST(EffectiveUri, AddsOurCommandForSshOnly) {
    auto const files = SshFiles::in("/var/lib/ourea");
    EXPECT_EQ(effective_uri(parse_host_uri("qemu:///system"), files), "qemu:///system");
    EXPECT_EQ(effective_uri(parse_host_uri("qemu+ssh://root@h:2222/system"), files),
              "qemu+ssh://root@h:2222/system?command=/var/lib/ourea/ssh/ssh&no_tty=1");
    EXPECT_EQ(
        effective_uri(parse_host_uri("qemu+ssh://h/system?socket=/a"), SshFiles::in("/tmp/a b&c")),
        "qemu+ssh://h/system?socket=/a&command=/tmp/a%20b%26c/ssh/ssh&no_tty=1");
}

}  // namespace
}  // namespace ourea::virt
