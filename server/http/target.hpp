// SPDX-License-Identifier: Apache-2.0
// Takes a request target apart.
#pragma once

#include "http/message.hpp"

namespace ourea::http {

/// Fills `path`, `segments` and `query` from `target`, percent-decoded. False if the target is
/// neither a path, an absolute http(s) URL nor "*", or hides a NUL byte.
bool parse_target(Request& request);

}  // namespace ourea::http
