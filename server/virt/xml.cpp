// SPDX-License-Identifier: Apache-2.0
// A thin layer over pugixml with the bounds that a hostile host calls for.
#include "virt/xml.hpp"

#include "base/error.hpp"
#include "virt/domain_xml.hpp"

#include <charconv>
#include <limits>
#include <sstream>

namespace ourea::virt::xml {

namespace {

constexpr std::size_t short_text = 1024;
constexpr std::size_t longest_text = std::size_t{64} << 10;

Error unusable(std::string why) {
    return Error(Kind::unavailable, "The host sent a description that cannot be read.",
                 std::move(why));
}

class DepthCheck : public pugi::xml_tree_walker {
public:
    bool for_each(pugi::xml_node& node) override {
        if (node.type() == pugi::node_doctype) return false;
        return depth() <= max_xml_depth;
    }
};

/// Cut at a character's boundary, so that UTF-8 stays UTF-8.
std::string cut(std::string_view value, std::size_t limit) {
    if (value.size() > limit) {
        while (limit > 0 && (static_cast<unsigned char>(value[limit]) & 0xC0U) == 0x80U)
            --limit;
        value = value.substr(0, limit);
    }
    return std::string(value);
}

std::optional<std::uint64_t> factor(std::string_view unit) {
    if (unit == "b" || unit == "bytes") return 1;
    if (unit.empty()) return std::nullopt;
    std::uint64_t const base = unit.ends_with("iB") || unit.size() == 1 ? 1024 : 1000;
    std::string_view const letters = "KMGTPE";
    auto const letter = static_cast<char>(unit[0] == 'k' ? 'K' : unit[0]);
    auto const power = letters.find(letter);
    bool const shaped = unit.size() == 1 || unit.substr(1) == "B" || unit.substr(1) == "iB";
    if (power == std::string_view::npos || !shaped) return std::nullopt;
    std::uint64_t out = 1;
    for (std::size_t i = 0; i <= power; ++i)
        out *= base;
    return out;
}

}  // namespace

Document load(std::string_view text) {
    if (text.size() > max_xml_bytes) throw unusable("XML of " + std::to_string(text.size()) + " B");
    auto document = std::make_unique<pugi::xml_document>();
    // Comments and whitespace-only texts are kept: what is not ours to change stays as it was.
    unsigned const options = pugi::parse_default | pugi::parse_comments | pugi::parse_pi |
                             pugi::parse_doctype | pugi::parse_ws_pcdata_single;
    auto const result =
        document->load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
    if (!result) throw unusable(result.description());
    DepthCheck check;
    if (!document->traverse(check)) throw unusable("XML too deep, or with a DOCTYPE");
    return document;
}

Document load(std::string_view text, char const* root) {
    auto document = load(text);
    if (std::string_view(document->document_element().name()) != root) {
        throw unusable(std::string("XML is no <") + root + ">");
    }
    return document;
}

std::string print(pugi::xml_node const& node) {
    std::ostringstream out;
    node.print(out, "  ", pugi::format_indent | pugi::format_no_declaration, pugi::encoding_utf8);
    return std::move(out).str();
}

std::string text(pugi::xml_node node) {
    return cut(node.text().get(), short_text);
}

std::string long_text(pugi::xml_node node) {
    return cut(node.text().get(), longest_text);
}

std::string attribute(pugi::xml_node node, char const* name) {
    return cut(node.attribute(name).value(), short_text);
}

bool yes(pugi::xml_attribute attribute) {
    return std::string_view(attribute.value()) == "yes";
}

std::optional<std::uint64_t> number(std::string_view digits) {
    while (!digits.empty() && (digits.front() == ' ' || digits.front() == '\n')) {
        digits.remove_prefix(1);
    }
    while (!digits.empty() && (digits.back() == ' ' || digits.back() == '\n')) {
        digits.remove_suffix(1);
    }
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

std::uint64_t bytes(pugi::xml_node node, std::string_view unit) {
    std::string_view const given = node.attribute("unit").value();
    auto const scale = factor(given.empty() ? unit : given);
    auto const value = number(node.text().get());
    if (!scale || !value) return 0;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return *value > most / *scale ? most : *value * *scale;
}

pugi::xml_node ensure(pugi::xml_node parent, char const* name,
                      std::initializer_list<char const*> before) {
    if (auto child = parent.child(name)) return child;
    for (char const* sibling : before) {
        if (auto node = parent.child(sibling)) return parent.insert_child_after(name, node);
    }
    return parent.append_child(name);
}

void set_attribute(pugi::xml_node node, char const* name, std::string const& value) {
    auto attribute = node.attribute(name);
    if (!attribute) attribute = node.append_attribute(name);
    attribute.set_value(value.c_str());
}

void set_text(pugi::xml_node node, std::string const& value) {
    node.remove_children();
    node.append_child(pugi::node_pcdata).set_value(value.c_str());
}

void remove_all(pugi::xml_node parent, char const* name) {
    while (parent.remove_child(name)) {
    }
}

std::string_view local_name(pugi::xml_node element) {
    std::string_view const name = element.name();
    auto const colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view namespace_of(pugi::xml_node element) {
    std::string_view const name = element.name();
    auto const colon = name.find(':');
    std::string declaration = "xmlns";
    if (colon != std::string_view::npos) {
        declaration += ':';
        declaration += name.substr(0, colon);
    }
    for (auto node = element; node; node = node.parent()) {
        if (auto found = node.attribute(declaration.c_str())) return found.value();
    }
    return {};
}

}  // namespace ourea::virt::xml
