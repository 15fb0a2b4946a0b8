// SPDX-License-Identifier: Apache-2.0
// Writes the head of an answer: status line, the fields of the response and those that all share.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ourea::http {

enum class Framing { length, chunked, until_close };

struct HeadOptions {
    std::string_view request_id;
    bool keep_alive = true;
    bool http_1_0 = false;
    Framing framing = Framing::length;
};

/// The head as it goes on the wire, with its empty line.
std::string head_text(Response const& response, HeadOptions const& options);

/// The fields that every answer carries, for answers that something else writes.
Headers const& security_headers();

/// Whether an answer of this status may have a body at all.
bool may_have_body(unsigned status);

}  // namespace ourea::http
