// SPDX-License-Identifier: Apache-2.0
// The figures for Prometheus, in its text format 0.0.4.
#pragma once

#include "core/inventory.hpp"

#include <string>

namespace ourea::api {

/// From memory alone; what no host told is left out, never zero.
std::string metrics(Inventory const& inventory);

}  // namespace ourea::api
