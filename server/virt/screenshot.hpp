// SPDX-License-Identifier: Apache-2.0
// Takes a picture of a domain's screen. Only for virt/.
#pragma once

#include "virt/handles.hpp"

#include <string>
#include <string_view>

namespace ourea::virt {

/// PNG, whatever the hypervisor takes its pictures in. Blocks.
std::string take_screenshot(virConnectPtr conn, InstanceId const& id);

/// PNG of a binary portable pixmap ("P6"); throws `Error` (unavailable) for anything else.
std::string png_of_ppm(std::string_view ppm);

}  // namespace ourea::virt
