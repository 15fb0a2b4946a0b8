// SPDX-License-Identifier: Apache-2.0
// Writes the element of a disk.
#include "virt/disk_xml.hpp"

#include "virt/xml.hpp"

namespace ourea::virt {

namespace {

void fill(pugi::xml_node node, DiskSpec const& disk) {
    bool const block = disk.kind == SourceKind::block;
    xml::set_attribute(node, "type", block ? "block" : "file");
    xml::set_attribute(node, "device", "disk");
    auto driver = node.append_child("driver");
    xml::set_attribute(driver, "name", "qemu");
    xml::set_attribute(driver, "type", disk.format);
    xml::set_attribute(node.append_child("source"), block ? "dev" : "file", disk.path);
    auto target = node.append_child("target");
    xml::set_attribute(target, "dev", disk.target);
    xml::set_attribute(target, "bus", disk.bus);
}

}  // namespace

std::string print_disk(DiskSpec const& disk) {
    pugi::xml_document document;
    fill(document.append_child("disk"), disk);
    return xml::print(document);
}

void add_disk(pugi::xml_node domain, DiskSpec const& disk) {
    fill(xml::ensure(domain, "devices").append_child("disk"), disk);
}

pugi::xml_node find_disk(pugi::xml_node domain, std::string const& path) {
    for (auto disk : domain.child("devices").children("disk")) {
        auto const source = disk.child("source");
        if (xml::attribute(source, "file") == path || xml::attribute(source, "dev") == path)
            return disk;
    }
    return {};
}

}  // namespace ourea::virt
