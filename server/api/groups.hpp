// SPDX-License-Identifier: Apache-2.0
// The group that a path names, for every handler below /groups/{name}.
#pragma once

#include "api/call.hpp"
#include "core/access.hpp"
#include "core/groups.hpp"

namespace ourea::api {

/// Throws `not_found` unless the actor may see it, `forbidden` unless they may do this to it.
Group permitted_group(Call const& call, Action action);

}  // namespace ourea::api
