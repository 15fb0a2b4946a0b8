// SPDX-License-Identifier: Apache-2.0
// The portal below a path of a site that it shares with others.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>

namespace ourea::api {

/// Takes the base path off the request. The answer, if the request lies outside of it; health is
/// answered there as well.
std::optional<http::Response> enter_base_path(std::string const& base, http::Request& request);

/// Puts it before the address that the answer names.
void leave_base_path(std::string const& base, http::Response& response);

}  // namespace ourea::api
