// SPDX-License-Identifier: Apache-2.0
// Loads the rows of instances at start and saves those that the hosts changed.
#include "core/records.hpp"

#include "base/log.hpp"
#include "core/quota.hpp"
#include "core/tags.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <span>
#include <utility>

namespace ourea {

namespace asio = boost::asio;

namespace {

/// So many rows in one transaction: others may write in between.
constexpr std::size_t batch = 200;

constexpr std::string_view topic = "instances";

struct Snapshot {
    std::int64_t number = 0;
    std::vector<InstanceRecord> rows;
};

struct TagsOf {
    InstanceId id;
    std::string tags;
};
BOOST_DESCRIBE_STRUCT(TagsOf, (), (id, tags))

std::vector<InstanceRecord> with_tags(db::Transaction& tx, std::vector<InstanceRecord> records) {
    std::unordered_map<InstanceId, std::string> tags;
    for (auto& row : tx.select<TagsOf>("SELECT id, tags FROM instances WHERE tags <> ''"))
        tags.emplace(std::move(row.id), std::move(row.tags));
    for (auto& record : records)
        if (auto const found = tags.find(record.id); found != tags.end())
            record.tags = split_tags(found->second);
    return records;
}

awaitable<void> write_batches(db::Database& database, std::vector<InstanceRecord> const& records) {
    for (std::size_t at = 0; at < records.size(); at += batch) {
        auto const part = std::span(records).subspan(at, std::min(batch, records.size() - at));
        std::vector<InstanceRecord> rows(part.begin(), part.end());
        auto write = [rows = std::move(rows)](db::Transaction& tx) {
            for (auto const& row : rows)
                Records::save(tx, row);
        };
        co_await database.write(std::move(write));
    }
}

}  // namespace

/// Outlives its owner while a coroutine still holds it; `closed` tells that all else is gone.
struct Records::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor where, db::Database& d, db::Revisions& r, Inventory& i, Times t)
        : loop(where),
          database(d),
          revisions(r),
          inventory(i),
          times(t),
          timer(where),
          idle(where) {}

    void wake() {
        if (saving || closed) return;
        saving = true;
        auto done = [self = shared_from_this()](std::exception_ptr error) {
            if (error) log::error("saving instances failed", {{"error", describe(error)}});
        };
        asio::co_spawn(loop, save_all(shared_from_this()), std::move(done));
    }

    static awaitable<void> pause(asio::steady_timer& timer) {
        boost::system::error_code woken;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }

    void gather() {
        for (auto& record : inventory.take_unsaved())
            waiting.insert_or_assign(record.id, std::move(record));
    }

    /// As they are now: one that waited may have been deleted meanwhile, and must not come back.
    std::vector<InstanceRecord> taken() {
        gather();
        std::vector<InstanceRecord> records;
        for (auto& [id, record] : std::exchange(waiting, {})) {
            auto const* present = inventory.find_even_gone(id);
            records.push_back(present ? present->record : std::move(record));
        }
        return records;
    }

    /// What could not be written waits for the next turn, unless it has changed again since.
    void put_back(std::vector<InstanceRecord> records) {
        gather();
        for (auto& record : records)
            waiting.try_emplace(record.id, std::move(record));
    }

    awaitable<void> write() {
        auto const records = taken();
        std::exception_ptr failed;
        try {
            co_await write_batches(database, records);
        } catch (...) {
            failed = std::current_exception();
        }
        if (!failed) co_return;
        if (!closed) put_back(records);
        std::rethrow_exception(failed);
    }

    /// What was decided since, by whomever; this process knows its own decisions already.
    static awaitable<db::Revisions::Loaded> follow(std::shared_ptr<State> self) {
        auto query = [since = self->followed](db::Transaction& tx) {
            return Snapshot{
                db::revision(tx, topic),
                with_tags(tx, tx.select<InstanceRecord>(
                                  "SELECT * FROM instances WHERE decided > :since", since))};
        };
        auto reading = self->database.read(query);
        auto const snapshot = std::make_shared<Snapshot>(co_await std::move(reading));
        db::Revisions::Loaded loaded;
        loaded.number = snapshot->number;
        loaded.install = [self, snapshot] { self->install(*snapshot); };
        co_return loaded;
    }

    void install(Snapshot const& snapshot) {
        if (closed) return;
        followed = snapshot.number;
        for (auto const& row : snapshot.rows) {
            auto const* known = inventory.find_even_gone(row.id);
            auto const from = known ? known->record.owner : std::nullopt;
            inventory.follow_record(row);
            auto const to = inventory.find_even_gone(row.id)->record.owner;
            if (given && from != to) given(row.id, from.value_or(""));
        }
    }

    static awaitable<void> save_all(std::shared_ptr<State> self) {
        self->timer.expires_after(self->times.gather);
        while (true) {
            co_await pause(self->timer);
            if (self->closed) co_return;
            auto next = self->times.gather;
            try {
                co_await self->write();
            } catch (std::exception const& error) {
                log::warning("instances could not be saved, trying again",
                             {{"error", std::string_view(error.what())}});
                next = self->times.retry;
            }
            if (self->closed) co_return;
            self->gather();
            if (self->waiting.empty() || self->flushing) break;
            self->timer.expires_after(next);
        }
        self->saving = false;
        self->idle.cancel();
    }

    asio::any_io_executor loop;
    db::Database& database;
    db::Revisions& revisions;
    Inventory& inventory;
    Times times;
    asio::steady_timer timer;
    asio::steady_timer idle;
    std::map<InstanceId, InstanceRecord> waiting;
    std::int64_t followed = 0;  ///< decisions up to this number are in the inventory
    Given given;
    bool saving = false;
    bool flushing = false;
    bool closed = false;
};

Records::Records(asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
                 Inventory& inventory)
    : Records(std::move(loop), database, revisions, inventory, Times{}) {}

Records::Records(asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
                 Inventory& inventory, Times times)
    : state_(std::make_shared<State>(std::move(loop), database, revisions, inventory, times)) {
    inventory.on_unsaved([weak = std::weak_ptr<State>(state_)] {
        if (auto const state = weak.lock()) state->wake();
    });
}

Records::~Records() {
    state_->closed = true;
    state_->timer.cancel();
    state_->inventory.on_unsaved({});
}

void Records::load() {
    auto snapshot = state_->database.read_now([](db::Transaction& tx) {
        return Snapshot{db::revision(tx, topic), read_all(tx)};
    });
    for (auto& row : snapshot.rows)
        state_->inventory.put_record(std::move(row));
    state_->followed = snapshot.number;
    state_->revisions.keep(std::string(topic), snapshot.number,
                           [state = state_] { return State::follow(state); });
}

void Records::on_given(Given given) {
    state_->given = std::move(given);
}

std::int64_t Records::decide(db::Transaction& tx) {
    return db::bump(tx, topic);
}

awaitable<void> Records::flush() {
    auto const state = state_;
    state->flushing = true;
    state->timer.cancel();
    while (state->saving && !state->closed) {
        state->idle.expires_at(asio::steady_timer::time_point::max());
        co_await State::pause(state->idle);
    }
    state->flushing = false;
    if (state->closed) co_return;
    state->saving = true;
    std::exception_ptr failed;
    try {
        co_await state->write();
    } catch (...) {
        failed = std::current_exception();
    }
    state->saving = false;
    if (failed) std::rethrow_exception(failed);
}

std::vector<InstanceRecord> Records::read_all(db::Transaction& tx) {
    return with_tags(tx, tx.select<InstanceRecord>("SELECT * FROM instances"));
}

void Records::ensure(db::Transaction& tx, InstanceRecord const& record) {
    auto const there =
        tx.first<std::int64_t>("SELECT COUNT(*) FROM instances WHERE id = :id", record.id);
    if (there.value_or(0) == 0) save(tx, record);
}

/// A row that a job is making is the job's alone: its figures are what the quota has reserved. One
/// that is being deleted stays so. What comes back after it was gone is nobody's. A start that was
/// reserved before a run ended is over with it, also if the table never saw that run.
void Records::save(db::Transaction& tx, InstanceRecord const& record) {
    tx.exec(
        "INSERT INTO instances (id, name, host, owner, template, origin, origin_name, linked, "
        "vcpus, memory_mib, disk_bytes, state, created_at, last_seen_at, changed_at, running) "
        "VALUES (:id, :name, :host, :owner, :template, :origin, :origin_name, :linked, "
        ":vcpus, :memory_mib, :disk_bytes, :state, :created_at, :last_seen_at, :changed_at, "
        ":running) "
        "ON CONFLICT (id) DO UPDATE SET name = excluded.name, host = excluded.host, "
        "vcpus = excluded.vcpus, memory_mib = excluded.memory_mib, "
        "disk_bytes = excluded.disk_bytes, last_seen_at = excluded.last_seen_at, "
        "changed_at = excluded.changed_at, running = excluded.running, "
        "starting_until = CASE WHEN instances.starting_until <= :over THEN 0 "
        "ELSE instances.starting_until END, "
        "owner = CASE WHEN instances.state = 'gone' THEN NULL ELSE instances.owner END, "
        "tags = CASE WHEN instances.state = 'gone' THEN '' ELSE instances.tags END, "
        "state = CASE WHEN instances.state = 'deleting' THEN instances.state "
        "ELSE excluded.state END "
        "WHERE instances.state IN ('present', 'missing', 'deleting') "
        "OR (instances.state = 'gone' AND excluded.state = 'present')",
        record.id, record.name, record.host, record.owner, record.template_, record.origin,
        record.origin_name, record.linked, record.vcpus, record.memory_mib, record.disk_bytes,
        record.state, record.created_at, record.last_seen_at, record.changed_at, record.running,
        record.ended + start_patience);
}

}  // namespace ourea
