// SPDX-License-Identifier: Apache-2.0
// Our own element in a domain's metadata, as a node. Only for virt/.
#pragma once

#include "virt/facts.hpp"

#include <pugixml.hpp>

namespace ourea::virt {

/// Our element among the children of `<metadata>`, whatever prefix it has; empty if there is none.
pugi::xml_node find_mark(pugi::xml_node metadata);

Mark read_mark(pugi::xml_node element);

/// Puts our element into `<metadata>` of `domain`, in place of an older one.
void put_mark(pugi::xml_node domain, Mark const& mark);

}  // namespace ourea::virt
