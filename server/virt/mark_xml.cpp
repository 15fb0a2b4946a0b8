// SPDX-License-Identifier: Apache-2.0
// Reads and writes our own element in a domain's metadata.
#include "virt/mark_xml.hpp"

#include "virt/domain_xml.hpp"
#include "virt/xml.hpp"

namespace ourea::virt {

namespace {

constexpr char element_name[] = "instance";

void write(pugi::xml_node element, Mark const& mark) {
    auto put = [element](char const* name, std::string const& value) {
        if (!value.empty()) xml::set_attribute(element, name, value);
    };
    put("owner", mark.owner);
    put("name", mark.name);
    put("template", mark.is_template ? "yes" : "no");
    if (mark.linked) put("linked", "yes");
    put("origin", mark.origin.str());
    put("origin-name", mark.origin_name);
    if (mark.created_at) put("created-at", to_rfc3339(*mark.created_at));
}

}  // namespace

pugi::xml_node find_mark(pugi::xml_node metadata) {
    for (auto child : metadata.children()) {
        if (child.type() != pugi::node_element) continue;
        if (xml::namespace_of(child) == mark_namespace && xml::local_name(child) == element_name) {
            return child;
        }
    }
    return {};
}

Mark read_mark(pugi::xml_node element) {
    Mark out;
    out.owner = xml::attribute(element, "owner");
    out.name = xml::attribute(element, "name");
    out.is_template = xml::yes(element.attribute("template"));
    out.linked = xml::yes(element.attribute("linked"));
    auto const origin = xml::attribute(element, "origin");
    out.origin = InstanceId::parse(origin).value_or(InstanceId());
    out.origin_name = xml::attribute(element, "origin-name");
    out.created_at = parse_rfc3339(xml::attribute(element, "created-at"));
    return out;
}

void put_mark(pugi::xml_node domain, Mark const& mark) {
    auto metadata = xml::ensure(domain, "metadata", {"description", "title", "genid", "uuid"});
    while (auto old = find_mark(metadata))
        metadata.remove_child(old);
    std::string const prefix(mark_prefix);
    auto element = metadata.append_child((prefix + ":" + element_name).c_str());
    element.append_attribute(("xmlns:" + prefix).c_str()).set_value(mark_namespace);
    write(element, mark);
}

/// Without a prefix: libvirt adds ours itself, and refuses an element that has it already.
std::string print_mark(Mark const& mark) {
    pugi::xml_document document;
    write(document.append_child(element_name), mark);
    return xml::print(document);
}

std::optional<Mark> parse_mark(std::string_view text) {
    auto const document = xml::load(text);
    auto const root = document->document_element();
    if (xml::local_name(root) != element_name) return std::nullopt;
    return read_mark(root);
}

}  // namespace ourea::virt
