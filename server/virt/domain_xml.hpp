// SPDX-License-Identifier: Apache-2.0
// Reads and edits domain XML: pure functions on text that keep whatever they do not know.
#pragma once

#include "virt/facts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ourea::virt {

/// The namespace of our element in `<metadata>`, and the prefix libvirt stores it under.
inline constexpr char mark_namespace[] = "urn:ourea:1";
inline constexpr char mark_prefix[] = "ourea";

/// All functions here take XML from a host, which is no friend: beyond these bounds, or not well
/// formed, or not a domain, they throw `Error` (unavailable).
inline constexpr std::size_t max_xml_bytes = std::size_t{8} << 20;
inline constexpr int max_xml_depth = 64;

DomainFacts parse_domain(std::string_view xml);

/// A clone's own volume for the disk `target` of its template.
struct CloneDisk {
    std::string target;
    SourceKind kind = SourceKind::file;  ///< file or block: `path`; volume: `pool` and `volume`
    std::string path;
    std::string pool;
    std::string volume;
    std::string format;  ///< always explicit, never probed
};

struct CloneSpec {
    InstanceId uuid;
    std::string name;
    std::string title;                        ///< empty: none
    std::string description;                  ///< empty: none
    std::optional<std::uint32_t> vcpus;       ///< nothing: as the template
    std::optional<std::uint64_t> memory_mib;  ///< nothing: as the template
    std::vector<CloneDisk> disks;
    std::vector<std::string> macs;  ///< in the order of the interfaces; libvirt picks the rest
    Mark mark;
};

/// The clone's XML from its template's (`VIR_DOMAIN_XML_INACTIVE`). What belongs to the template
/// alone is dropped: identity, MAC addresses, NVRAM, graphics passwords and ports, labels, serials.
/// Throws `Error`: conflict for host devices, invalid for a writable disk without a volume of its
/// own.
std::string clone_domain(std::string_view template_xml, CloneSpec const& spec);

/// What a change of a definition may set; what is absent stays as it is. An empty title or
/// description removes it.
struct DomainChange {
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::uint32_t> vcpus;
    std::optional<std::uint64_t> memory_mib;
    std::optional<Mark> mark;
};

/// The edited document. Without a change it is `canonical(xml)`.
std::string update_domain(std::string_view xml, DomainChange const& change);

/// The document as pugixml prints it: what two texts are compared by.
std::string canonical(std::string_view xml);

/// Our `<metadata>` element by itself, as virDomainSetMetadata takes it, and back.
std::string print_mark(Mark const& mark);
std::optional<Mark> parse_mark(std::string_view xml);

}  // namespace ourea::virt
