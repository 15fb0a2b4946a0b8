// SPDX-License-Identifier: Apache-2.0
// Rights on instances given to users and groups: all in memory, written through, audited.
#pragma once

#include "core/access.hpp"
#include "core/audit.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ourea {

struct Grant {
    std::string grantee;  ///< "user:NAME" or "group:NAME"
    Rights rights;
    bool operator==(Grant const&) const = default;
};

/// One of many that are written together.
struct GrantChange {
    InstanceId instance;
    std::string instance_name;
    std::string grantee;
    Rights rights;  ///< replace what the grantee had; none takes the grant away
};

/// Lives on the event loop. Who may call what is the caller's question to `may()`, except that
/// staff give to ordinary users alone, which only the transaction can know.
class Grants {
public:
    using Changed = std::function<void(InstanceId const& instance, std::string const& grantee)>;
    using ByInstance = std::unordered_map<InstanceId, Rights>;

    /// Loads all grants, waiting for the database.
    Grants(db::Database& database, db::Revisions& revisions);

    /// Those of the user and of the actor's groups together. Ownership is not in it.
    Rights rights(Actor const& actor, InstanceId const& instance) const;
    /// The same for every instance at once, where a list asks about each.
    ByInstance rights(Actor const& actor) const;
    /// By grantee.
    std::vector<Grant> of_instance(InstanceId const& instance) const;
    ByInstance of_grantee(std::string_view grantee) const;

    /// Replaces what the grantee had. Throws `invalid` for an unknown grantee or no right at all,
    /// `forbidden` if it is not the actor's to give.
    awaitable<Grant> put(Actor const& actor, InstanceId instance, std::string instance_name,
                         std::string grantee, Rights rights);
    /// Throws `not_found` if there is no such grant.
    awaitable<void> remove(Actor const& actor, InstanceId instance, std::string instance_name,
                           std::string grantee);
    /// All or none. Taking away what is not there is no error. An error's field begins with
    /// "items[i]".
    awaitable<void> apply(Actor const& actor, std::vector<GrantChange> changes);

    /// In a transaction that removes an instance for good; other processes and this one follow
    /// with the next `Revisions::poll`.
    static void forget(db::Transaction& tx, InstanceId const& instance);
    /// In a transaction that has bumped "grants": stores and audits, and asks no question.
    static void record(db::Transaction& tx, Actor const& actor, GrantChange const& change,
                       std::string const& before);

    /// Called after each change, also one by another process.
    void on_change(Changed changed) { changed_.push_back(std::move(changed)); }

private:
    using Entries = std::map<std::string, ByInstance, std::less<>>;  ///< by grantee
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };

    static void write(db::Transaction& tx, Actor const& actor, GrantChange const& change,
                      std::string const& field);
    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    void take_over(GrantChange const& change);
    void tell(InstanceId const& instance, std::string const& grantee);

    db::Database& database_;
    db::Revisions& revisions_;
    Entries entries_;
    std::vector<Changed> changed_;
};

}  // namespace ourea
