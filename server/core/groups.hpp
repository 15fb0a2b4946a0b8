// SPDX-License-Identifier: Apache-2.0
// Groups of users and of other groups: all in memory, written through to the database, audited.
#pragma once

#include "core/accounts.hpp"
#include "core/membership.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

struct Group {
    std::string name;
    std::string description;
    Quota quota;
    Time created_at;
    std::vector<std::string> members;  ///< "user:NAME", "group:NAME", in order
    bool operator==(Group const&) const = default;
};

/// Lives on the event loop. Who may call what is the caller's question to `may()`, except that
/// staff put ordinary users alone into groups, which only the transaction can know.
class Groups {
public:
    struct Change {
        std::set<std::string> groups;  ///< that are new, different or gone
        std::set<std::string> users;   ///< who are in other groups than before
    };
    using Changed = std::function<void(Change const&)>;

    /// Loads all groups, waiting for the database.
    Groups(db::Database& database, db::Revisions& revisions);

    Group const* find(std::string_view name) const;
    /// By name.
    std::vector<Group> all() const;
    /// Every group that the user is in, directly or through others; by name.
    std::vector<std::string> const& of_user(std::string_view user) const;
    Membership const& membership() const { return membership_; }
    /// The user as somebody who asks: role, rights and groups as they are at this moment.
    Actor actor_of(User const& user) const;

    /// Throws `conflict` if the name is taken.
    awaitable<Group> create(Actor const& actor, std::string name, std::string description,
                            Quota quota);
    awaitable<Group> describe(Actor const& actor, std::string name, std::string description);
    awaitable<Quota> set_quota(Actor const& actor, std::string name, Quota quota);
    /// Nothing happens if the member is in it already. Throws `invalid` for an unknown member,
    /// `conflict` if the group would hold itself, and `forbidden` if it is not the actor's to give.
    awaitable<Group> add(Actor const& actor, std::string name, std::string member);
    awaitable<void> take_out(Actor const& actor, std::string name, std::string member);
    /// Its instances go to `transfer_to`, an owner, whose quota must have room; without one, who
    /// still owns instances stays (`conflict`). Grants and memberships go with the group.
    awaitable<void> remove(Actor const& actor, std::string name,
                           std::optional<std::string> transfer_to);

    /// In a transaction that has bumped "groups", for a member and a group that are there. Audited,
    /// unless it is in it already.
    static void put_in(db::Transaction& tx, Actor const& actor, std::string const& group,
                       std::string const& member);

    /// Called after each change, also one by another process.
    void on_change(Changed changed) { changed_.push_back(std::move(changed)); }

private:
    using Entries = std::map<std::string, Group, std::less<>>;
    using OfUsers = std::map<std::string, std::vector<std::string>, std::less<>>;
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };
    using Numbers = std::map<std::string, std::int64_t>;  ///< of the topics that were written

    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    awaitable<Group> followed(std::string name, awaitable<std::int64_t> writing);

    db::Database& database_;
    db::Revisions& revisions_;
    Entries entries_;
    Membership membership_;
    OfUsers of_users_;
    std::vector<Changed> changed_;
};

}  // namespace ourea
