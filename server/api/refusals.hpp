// SPDX-License-Identifier: Apache-2.0
// What the log keeps of a write that was not allowed.
#pragma once

#include "api/route.hpp"
#include "core/audit.hpp"

#include <exception>
#include <optional>

namespace ourea::api {

/// The record, if `failure` is that a known actor may not do this and the request was to change
/// something.
std::optional<AuditEntry> refusal_of(Call const& call, Route const& route,
                                     std::exception_ptr const& failure);

}  // namespace ourea::api
