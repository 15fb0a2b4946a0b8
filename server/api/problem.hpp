// SPDX-License-Identifier: Apache-2.0
// Errors as application/problem+json (RFC 9457): the one place where a kind becomes a status.
#pragma once

#include "base/error.hpp"
#include "http/message.hpp"

namespace ourea::api {

unsigned status_of(Kind kind);

http::Response to_response(Error const& error, std::string const& request_id);

}  // namespace ourea::api
