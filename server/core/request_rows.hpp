// SPDX-License-Identifier: Apache-2.0
// How requests stand in the database, and what a decision writes; for requests.cpp alone.
#pragma once

#include "core/requests.hpp"

namespace ourea::request_rows {

using Numbers = std::map<std::string, std::int64_t>;

std::vector<Request> read_all(db::Transaction& tx);
/// Throws `conflict` if the requester has too many open ones. The caller has bumped "requests".
void insert(db::Transaction& tx, Actor const& actor, Request const& request);
/// Throws a `conflict` that names who decided unless it is open.
void refuse_late(Request const& request);
/// Before anything is written for a decision: bumps what it writes to, so that those who decide
/// take turns. Throws a `conflict` that names who was faster, and `forbidden` if what is given is
/// not the actor's to give.
Numbers claim(db::Transaction& tx, Actor const& actor, Request const& decided);
/// Adds `decided.granted->quota` to the holder's, for good or until a day. The record that it
/// answers is to be appended last.
AuditEntry give(db::Transaction& tx, Actor const& actor, Request const& decided);
/// Writes the decision and its record.
void store(db::Transaction& tx, Actor const& actor, Request const& decided);

}  // namespace ourea::request_rows
