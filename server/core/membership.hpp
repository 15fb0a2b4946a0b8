// SPDX-License-Identifier: Apache-2.0
// Who is in which group, directly and through other groups; pure but for reading it in.
#pragma once

#include "core/people.hpp"
#include "db/transaction.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

/// Members are "user:NAME" or "group:NAME". Groups never hold themselves, not through others
/// either; whoever reads one that does comes to an end all the same.
class Membership {
public:
    static Membership read(db::Transaction& tx);

    void add(std::string const& group, std::string const& member);
    /// Every group that holds the member, directly or through others; by name.
    std::vector<std::string> groups_of(std::string const& member) const;
    /// Every user in the group, directly or through others.
    std::set<std::string> users_of(std::string const& group) const;
    /// The groups from the one that holds `member` directly up to `group`; empty if it is not in
    /// it.
    std::vector<std::string> path(std::string const& member, std::string const& group) const;

private:
    using Links = std::map<std::string, std::set<std::string>, std::less<>>;
    Links members_;  ///< of a group
    Links groups_;   ///< that hold a member
};

/// Throws `invalid` naming the field unless "user:NAME" or "group:NAME" exists.
void check_holder(db::Transaction& tx, std::string const& holder, std::string const& field);

/// Throws `forbidden` if staff would give something to others of the staff, to administrators, to
/// themselves, or to a group that one of those is in: `may()` asked about each user behind it.
void check_gives_to(db::Transaction& tx, Actor const& actor, std::string const& holder);

}  // namespace ourea
