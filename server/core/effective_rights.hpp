// SPDX-License-Identifier: Apache-2.0
// What somebody may do with an instance, and what that comes from: `may()`, asked piece by piece.
#pragma once

#include "core/grants.hpp"
#include "core/membership.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea {

struct EffectiveRight {
    std::string right;
    bool allowed = false;
    std::vector<std::string> because;  ///< "owner", "role staff", "grant to group:web (through …)"
    std::optional<std::string> reason;  ///< why not
    std::optional<std::string> remedy;  ///< who could allow it
};
BOOST_DESCRIBE_STRUCT(EffectiveRight, (), (right, allowed, because, reason, remedy))

/// `object` is the instance as `subject` has it, `grants` are all of it.
std::vector<EffectiveRight> effective_rights(Actor const& subject, Object const& object,
                                             std::vector<Grant> const& grants,
                                             Membership const& membership);

}  // namespace ourea
