// SPDX-License-Identifier: Apache-2.0
// Loads a stranger's XML within bounds, and reads small things out of it. Only for virt/.
#pragma once

#include <pugixml.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ourea::virt::xml {

using Document = std::unique_ptr<pugi::xml_document>;

/// Throws `Error` (unavailable) for what is too large, too deep, not well formed or has a DOCTYPE.
Document load(std::string_view text);
/// As above, and its root must be `root`.
Document load(std::string_view text, char const* root);

std::string print(pugi::xml_node const& node);

/// Texts and attributes, cut to what a person could have written.
std::string text(pugi::xml_node node);
std::string long_text(pugi::xml_node node);
std::string attribute(pugi::xml_node node, char const* name);

bool yes(pugi::xml_attribute attribute);
std::optional<std::uint64_t> number(std::string_view digits);

/// A size element such as `<memory unit='GiB'>2</memory>` in bytes; `unit` is libvirt's default for
/// it. Saturates instead of overflowing.
std::uint64_t bytes(pugi::xml_node node, std::string_view unit);

/// The child of that name, made if need be after the first of `before` that exists.
pugi::xml_node ensure(pugi::xml_node parent, char const* name,
                      std::initializer_list<char const*> before = {});
void set_attribute(pugi::xml_node node, char const* name, std::string const& value);
void set_text(pugi::xml_node node, std::string const& value);
/// Removes every child of that name.
void remove_all(pugi::xml_node parent, char const* name);

/// The namespace that an element's prefix stands for where it is.
std::string_view namespace_of(pugi::xml_node element);
std::string_view local_name(pugi::xml_node element);

}  // namespace ourea::virt::xml
