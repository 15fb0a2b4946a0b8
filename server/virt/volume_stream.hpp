// SPDX-License-Identifier: Apache-2.0
// Copies a volume's content from one host to another through this program. Only for virt/.
#pragma once

#include "virt/handles.hpp"

#include <cstdint>
#include <functional>

namespace ourea::virt {

/// Byte for byte, whatever format it is in; holes stay holes where both drivers know them. `go_on`
/// is asked with what was read, in bytes; false throws `conflict`. Blocks.
void copy_content(virConnectPtr from, virStorageVolPtr source, virConnectPtr to,
                  virStorageVolPtr target,
                  std::function<bool(std::uint64_t done_bytes)> const& go_on);

}  // namespace ourea::virt
