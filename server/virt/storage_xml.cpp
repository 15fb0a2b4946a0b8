// SPDX-License-Identifier: Apache-2.0
// Reads pools, volumes and networks; writes new volumes.
#include "virt/storage_xml.hpp"

#include "base/error.hpp"
#include "virt/xml.hpp"

#include <algorithm>

namespace ourea::virt {

namespace {

SourceKind volume_kind(std::string_view type) {
    if (type.empty() || type == "file") return SourceKind::file;
    if (type == "block") return SourceKind::block;
    if (type == "network") return SourceKind::network;
    return SourceKind::other;
}

/// A volume's name becomes a file's name on the host.
void check_volume_name(std::string const& name) {
    bool const odd = std::ranges::any_of(name, [](char c) {
        return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (name.empty() || name.size() > 200 || name.front() == '.' || name.front() == '-' || odd) {
        throw invalid("name", "This cannot be a volume's name.");
    }
}

}  // namespace

std::string create_volume(VolumeSpec const& spec) {
    check_volume_name(spec.name);
    if (spec.capacity_bytes == 0) throw invalid("capacity_bytes", "A volume has a size.");
    pugi::xml_document document;
    auto volume = document.append_child("volume");
    xml::set_text(volume.append_child("name"), spec.name);
    auto capacity = volume.append_child("capacity");
    xml::set_attribute(capacity, "unit", "bytes");
    xml::set_text(capacity, std::to_string(spec.capacity_bytes));
    // What is not copied is not allocated either.
    if (spec.format != "raw" || spec.sparse) xml::set_text(volume.append_child("allocation"), "0");
    xml::set_attribute(volume.append_child("target").append_child("format"), "type", spec.format);
    if (spec.backing_path.empty()) return xml::print(document);
    if (spec.backing_format.empty()) {
        throw Error(Kind::internal, "The format of a backing image is never guessed.");
    }
    auto backing = volume.append_child("backingStore");
    xml::set_text(backing.append_child("path"), spec.backing_path);
    xml::set_attribute(backing.append_child("format"), "type", spec.backing_format);
    return xml::print(document);
}

VolumeFacts parse_volume(std::string_view text) {
    auto const document = xml::load(text, "volume");
    auto const volume = document->child("volume");
    auto const target = volume.child("target");
    auto const backing = volume.child("backingStore");
    VolumeFacts out;
    out.name = xml::text(volume.child("name"));
    out.path = xml::text(target.child("path"));
    out.format = xml::attribute(target.child("format"), "type");
    out.kind = volume_kind(volume.attribute("type").value());
    // Block devices have no format element: their content is theirs.
    if (out.format.empty() || out.format == "unknown") out.format = "raw";
    out.capacity_bytes = xml::bytes(volume.child("capacity"), "bytes");
    out.allocation_bytes = xml::bytes(volume.child("allocation"), "bytes");
    out.backing_path = xml::text(backing.child("path"));
    out.backing_format = xml::attribute(backing.child("format"), "type");
    return out;
}

PoolFacts parse_pool(std::string_view text) {
    auto const document = xml::load(text, "pool");
    auto const pool = document->child("pool");
    PoolFacts out;
    out.name = xml::text(pool.child("name"));
    out.uuid = xml::text(pool.child("uuid"));
    out.type = xml::attribute(pool, "type");
    out.path = xml::text(pool.child("target").child("path"));
    out.capacity_bytes = xml::bytes(pool.child("capacity"), "bytes");
    out.allocation_bytes = xml::bytes(pool.child("allocation"), "bytes");
    out.available_bytes = xml::bytes(pool.child("available"), "bytes");
    return out;
}

NetworkFacts parse_network(std::string_view text) {
    auto const document = xml::load(text, "network");
    auto const network = document->child("network");
    NetworkFacts out;
    out.name = xml::text(network.child("name"));
    out.uuid = xml::text(network.child("uuid"));
    out.bridge = xml::attribute(network.child("bridge"), "name");
    out.forward = xml::attribute(network.child("forward"), "mode");
    if (network.child("forward") && out.forward.empty()) out.forward = "nat";
    out.domain = xml::attribute(network.child("domain"), "name");
    return out;
}

}  // namespace ourea::virt
