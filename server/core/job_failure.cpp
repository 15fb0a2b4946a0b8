// SPDX-License-Identifier: Apache-2.0
// Appends the record of a job that failed.
#include "core/job_failure.hpp"

#include "core/audit.hpp"

namespace ourea {

void note_failure(db::Transaction& tx, std::string const& action, InstanceId const& id,
                  std::string const& name, std::string const& actor, std::string const& error) {
    auto entry = audit_entry(system_actor(), action, "instance:" + id.str(), name);
    entry.result = Result::failed;
    boost::json::object detail{{"error", error}};
    if (!actor.empty()) detail["for"] = actor;
    entry.detail = boost::json::serialize(detail);
    Audit::append(tx, entry);
}

}  // namespace ourea
