// SPDX-License-Identifier: Apache-2.0
// Machines whose definition was changed outside the portal: kept, shown, accepted.
#pragma once

#include "core/definitions.hpp"
#include "core/instances.hpp"
#include "core/outside.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace ourea {

struct DriftView {
    bool drift = false;
    std::optional<Time> since;  ///< when it was noticed
    std::vector<DriftChange> changes;
};
BOOST_DESCRIBE_STRUCT(DriftView, (), (drift, since, changes))

/// The revision of the table of definitions.
inline constexpr std::string_view definitions_topic = "definitions";

/// Lives on the event loop. Keeps the table `definitions` in step with the inventory, which
/// compares. What the portal did itself is written before the job that did it ends; what others did
/// is noted only if it lasts, and recorded in the log unless `Outside` heard of it.
class Drifts {
public:
    struct Times {
        std::chrono::milliseconds settle{
            2500};  ///< longer than other servers' changes are seen after
        std::chrono::milliseconds retry{5000};  ///< after the database refused
    };

    Drifts(boost::asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
           Inventory& inventory, Instances& instances, Outside const& outside);
    Drifts(boost::asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
           Inventory& inventory, Instances& instances, Outside const& outside, Times times);
    ~Drifts();
    Drifts(Drifts const&) = delete;
    Drifts& operator=(Drifts const&) = delete;

    /// Gives the inventory what is known, waiting for the database; after its records, before the
    /// hosts open.
    void load();

    /// Throws as `Instances::permitted`. Folders of disks are for administrators.
    DriftView view(Actor const& actor, InstanceId const& id) const;
    /// Takes what the host shows as known. Throws `conflict` if there is nothing to accept.
    awaitable<InstanceView> accept(Actor actor, InstanceId id);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ourea
