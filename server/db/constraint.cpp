// SPDX-License-Identifier: Apache-2.0
// Words for broken constraints when core has none of its own.
#include "db/constraint.hpp"

#include <utility>

namespace ourea::db {
namespace {

std::string words(Constraint broken) {
    switch (broken) {
        case Constraint::unique:
            return "There is already one like it.";
        case Constraint::foreign_key:
            return "Something that this refers to does not exist, or is in use.";
        case Constraint::check:
            return "A value is outside of what the database allows.";
        case Constraint::not_null:
            return "A value that must be there is missing.";
    }
    return "The database refused the change.";
}

bool broke(Error const& error, Constraint which) {
    auto const* constraint = dynamic_cast<ConstraintError const*>(&error);
    return constraint && constraint->constraint() == which;
}

}  // namespace

ConstraintError::ConstraintError(Constraint broken, std::string detail)
    : Error(Kind::conflict, words(broken), std::move(detail)), constraint_(broken) {}

bool is_unique_violation(Error const& error) {
    return broke(error, Constraint::unique);
}

bool is_foreign_key_violation(Error const& error) {
    return broke(error, Constraint::foreign_key);
}

}  // namespace ourea::db
