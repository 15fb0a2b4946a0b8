// SPDX-License-Identifier: Apache-2.0
// Tests the XML of volumes, pools and networks.
#include "virt/storage_xml.hpp"

#include "base/error.hpp"
#include "bench.hpp"

#include <gtest/gtest.h>

namespace ourea::virt {
namespace {

TEST(VolumeXml, ReadsALinkedVolume) {
    auto const v = parse_volume(read_data("volume-linked.xml"));
    EXPECT_EQ(v.name, "ourea7.qcow2");
    EXPECT_EQ(v.kind, SourceKind::file);
    EXPECT_EQ(v.format, "qcow2");
    EXPECT_EQ(v.capacity_bytes, std::uint64_t{10} << 30);
    EXPECT_EQ(v.allocation_bytes, 200'704U);
    EXPECT_EQ(v.backing_path, "/var/lib/libvirt/images/debian12.qcow2");
    EXPECT_EQ(v.backing_format, "qcow2");
}

TEST(VolumeXml, WritesWhatItReads) {
    VolumeSpec const spec{"a&b.qcow2", 1 << 20, "qcow2", "/p/base.qcow2", "qcow2"};
    auto const v = parse_volume(create_volume(spec));
    EXPECT_EQ(v.name, spec.name);
    EXPECT_EQ(v.capacity_bytes, spec.capacity_bytes);
    EXPECT_EQ(v.backing_path, spec.backing_path);
    EXPECT_EQ(v.backing_format, spec.backing_format);
}

TEST(VolumeXml, RefusesNamesThatLeaveTheirPool) {
    for (auto const* name : {"", ".", "..", "../x", "a/b", ".hidden", "-x", "a\nb"}) {
        EXPECT_THROW(create_volume({name, 1, "raw", "", ""}), Error) << name;
    }
    EXPECT_THROW(create_volume({"x", 0, "raw", "", ""}), Error);
    EXPECT_THROW(create_volume({"x", 1, "qcow2", "/p/base", ""}), Error);
}

TEST(PoolXml, ReadsAPool) {
    auto const p = parse_pool(
        "<pool type='dir'><name>images</name><uuid>u</uuid><capacity unit='bytes'>100</capacity>"
        "<allocation unit='bytes'>40</allocation><available unit='bytes'>60</available>"
        "<target><path>/images</path></target></pool>");
    EXPECT_EQ(p.name, "images");
    EXPECT_EQ(p.type, "dir");
    EXPECT_EQ(p.available_bytes, 60U);
    EXPECT_EQ(p.path, "/images");
}

TEST(NetworkXml, ReadsForwarding) {
    auto const n =
        parse_network("<network><name>default</name><forward/><bridge name='virbr0'/></network>");
    EXPECT_EQ(n.forward, "nat");
    EXPECT_EQ(n.bridge, "virbr0");
    EXPECT_EQ(parse_network("<network><name>x</name></network>").forward, "");
}

}  // namespace
}  // namespace ourea::virt
