// SPDX-License-Identifier: Apache-2.0
// Notes in the log what happens to machines without the portal: virsh, other tools, the guests.
#pragma once

#include "core/inventory.hpp"
#include "db/database.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>

namespace ourea {

/// Lives on the event loop. What comes together for one machine is one record, and the more often a
/// machine changes, the longer is waited for what else comes: it cannot fill the log. Whether the
/// portal did it is asked of the log itself and of the jobs, so that it holds for every server on
/// one database.
class Outside {
public:
    struct Times {
        std::chrono::milliseconds gather{3000};      ///< after a first change
        std::chrono::milliseconds longest{600'000};  ///< for one that changes again and again
    };

    Outside(boost::asio::any_io_executor loop, db::Database& database, Inventory const& inventory);
    Outside(boost::asio::any_io_executor loop, db::Database& database, Inventory const& inventory,
            Times times);
    ~Outside();
    Outside(Outside const&) = delete;
    Outside& operator=(Outside const&) = delete;

    /// A change that a host told of, before the inventory shows it.
    void heard(virt::HostEvent const& event);
    /// Whether events of the machine are being gathered for a record.
    bool gathers(InstanceId const& id) const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ourea
