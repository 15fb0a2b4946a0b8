// SPDX-License-Identifier: Apache-2.0
// What differs between two definitions of a machine; pure.
#pragma once

#include "virt/definition.hpp"

#include <boost/describe.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

struct DriftChange {
    std::string field;                ///< "vcpus", "disk", "interface", …, see `virt::Definition`
    std::optional<std::string> item;  ///< which of them: "vda", a MAC address
    std::optional<std::string> before;
    std::optional<std::string> after;
};
BOOST_DESCRIBE_STRUCT(DriftChange, (), (field, item, before, after))

/// Field by field, in the order of their names.
std::vector<DriftChange> differences(virt::Definition const& before, virt::Definition const& after);

/// `known` with what changed from `before` to `after`, and nothing else; the same pointer if that
/// is nothing new.
std::shared_ptr<virt::Definition const> carried_over(std::shared_ptr<virt::Definition const> known,
                                                     virt::Definition const& before,
                                                     virt::Definition const& after);

}  // namespace ourea
