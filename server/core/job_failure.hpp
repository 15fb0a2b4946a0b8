// SPDX-License-Identifier: Apache-2.0
// How the log tells that a job about an instance failed and was undone.
#pragma once

#include "base/ids.hpp"
#include "db/database.hpp"

#include <string>

namespace ourea {

/// In the transaction that ends the job; `actor` is who asked for it, empty if that is not told.
void note_failure(db::Transaction& tx, std::string const& action, InstanceId const& id,
                  std::string const& name, std::string const& actor, std::string const& error);

}  // namespace ourea
