// SPDX-License-Identifier: Apache-2.0
// Carries what is remembered of instances between the database and the inventory.
#pragma once

#include "core/inventory.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace ourea {

/// Lives on the event loop. Saves what the hosts showed, in batches, a few times a second at most;
/// what jobs and use cases decide (owner, template, creating, deleting, gone) is never overwritten.
/// What another process on the same database decides is in the inventory within a second or two.
class Records {
public:
    struct Times {
        std::chrono::milliseconds gather{300};  ///< changes that come together are one write
        std::chrono::milliseconds retry{5000};  ///< after the database refused
    };

    Records(boost::asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
            Inventory& inventory);
    Records(boost::asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
            Inventory& inventory, Times times);
    ~Records();
    Records(Records const&) = delete;
    Records& operator=(Records const&) = delete;

    /// Puts all rows into the inventory, waiting for the database; before the hosts open.
    void load();

    using Given = std::function<void(InstanceId const&, std::string const& from)>;
    /// Called after another process gave a machine to another owner, "" for nobody.
    void on_given(Given given);

    /// Writes what is not yet saved; before the program ends. Throws what the database throws.
    awaitable<void> flush();

    /// The upsert behind it, for one record.
    static void save(db::Transaction& tx, InstanceRecord const& record);
    /// A row for what is too new to have been saved; one that is there stays as it is, because it
    /// may be newer than this record.
    static void ensure(db::Transaction& tx, InstanceRecord const& record);
    static std::vector<InstanceRecord> read_all(db::Transaction& tx);
    /// In each transaction that decides about an instance: the number for its column `decided`.
    static std::int64_t decide(db::Transaction& tx);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace ourea
