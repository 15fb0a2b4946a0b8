// SPDX-License-Identifier: Apache-2.0
// Restores what the database lost from the marks in the machines' own metadata.
#pragma once

#include "core/people.hpp"
#include "db/transaction.hpp"
#include "virt/facts.hpp"

#include <string>
#include <vector>

namespace ourea {

/// A machine as its host shows it, with its mark or without one.
struct SurveyedMachine {
    std::string host;
    virt::DomainFacts facts;
};

struct RebuildWish {
    bool overwrite = false;  ///< the marks are right where the database says something else
    bool dry_run = false;    ///< nothing is written
};

/// What is found out about one machine, as a line of a table.
struct RebuildLine {
    std::string host;
    std::string name;
    InstanceId id;
    std::vector<std::string> restored;  ///< "owner bob", "template", "origin web", "name ourea7"
    std::vector<std::string> kept;      ///< what the database says otherwise, and stays
    std::vector<std::string> problems;  ///< what could not be restored, in sentences
};

/// A line for each machine that has a mark, in one transaction. A machine that several hosts show
/// counts where it is on. Each that something was restored of is a record in the log. Quotas are
/// not asked: what is restored was there before.
std::vector<RebuildLine> rebuild(db::Transaction& tx, Actor const& actor,
                                 std::vector<SurveyedMachine> machines, RebuildWish wish);

}  // namespace ourea
