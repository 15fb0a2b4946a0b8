// SPDX-License-Identifier: Apache-2.0
// A machine that was defined anew under another UUID takes over what the old one had.
#pragma once

#include "core/instances.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <vector>

namespace ourea {

/// A missing machine that may have been the same.
struct Predecessor {
    InstanceId id;
    std::string name;
    std::optional<std::string> host;
    std::optional<std::string> owner;
    std::optional<Time> last_seen_at;
    std::vector<std::string> same;  ///< "name", "interface 52:54:…", "disk vda"
};
BOOST_DESCRIBE_STRUCT(Predecessor, (), (id, name, host, owner, last_seen_at, same))

struct TakeOver {
    InstanceId from;  ///< the missing machine that this one is
};
BOOST_DESCRIBE_STRUCT(TakeOver, (), (from))

/// Lives on the event loop. Never by itself: a name is no proof, so an administrator says it.
class Successions {
public:
    Successions(db::Database& database, db::Revisions& revisions, Inventory& inventory,
                Instances& instances);

    /// Missing machines with its name on its host, or with its MAC addresses or disks; the
    /// likeliest first. Throws as `Instances::permitted`.
    std::vector<Predecessor> predecessors(Actor const& actor, InstanceId const& id) const;

    /// Owner, grants, registered name, template mark, origin, age and linked clones of `from`,
    /// which is gone then. Throws `conflict` unless `from` is missing and `id` is there and
    /// nobody's.
    awaitable<InstanceView> take_over(Actor actor, InstanceId id, InstanceId from);

private:
    db::Database& database_;
    db::Revisions& revisions_;
    Inventory& inventory_;
    Instances& instances_;
};

}  // namespace ourea
