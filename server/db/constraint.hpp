// SPDX-License-Identifier: Apache-2.0
// The error of a write that breaks a rule of the schema, so that core can word it for the caller.
#pragma once

#include "base/error.hpp"

namespace ourea::db {

enum class Constraint { unique, foreign_key, check, not_null };

/// Kind `conflict`. `detail()` is the database's own text and names the constraint or the columns.
class ConstraintError : public Error {
public:
    ConstraintError(Constraint broken, std::string detail);
    Constraint constraint() const noexcept { return constraint_; }

private:
    Constraint constraint_;
};

bool is_unique_violation(Error const& error);
bool is_foreign_key_violation(Error const& error);

}  // namespace ourea::db
