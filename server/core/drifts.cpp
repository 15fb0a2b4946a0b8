// SPDX-License-Identifier: Apache-2.0
// Writes what is known of definitions, and notes what others changed.
#include "core/drifts.hpp"

#include "base/log.hpp"
#include "core/audit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <set>
#include <utility>

namespace ourea {

namespace asio = boost::asio;

namespace {

using DefinitionPtr = std::shared_ptr<virt::Definition const>;

struct DefinitionRow {
    InstanceId instance;
    std::string fields;
    std::optional<Time> drifted_at;
};
BOOST_DESCRIBE_STRUCT(DefinitionRow, (), (instance, fields, drifted_at))

/// A row to be written; without fields there is to be none.
struct Pending {
    InstanceId id;
    std::optional<std::string> fields;
};

struct Snapshot {
    std::int64_t number = 0;
    std::vector<DefinitionRow> rows;
};

/// What a job was changing when the server ended is the job's doing: it is seen as if for the first
/// time.
Snapshot read_all(db::Transaction& tx) {
    return {db::revision(tx, definitions_topic),
            tx.select<DefinitionRow>("SELECT * FROM definitions WHERE NOT EXISTS (SELECT 1 FROM "
                                     "jobs WHERE jobs.instance = definitions.instance AND "
                                     "jobs.state IN ('queued', 'running'))")};
}

void write_row(db::Transaction& tx, Pending const& row) {
    if (!row.fields) {
        tx.exec("DELETE FROM definitions WHERE instance = :id", row.id);
        return;
    }
    tx.exec(
        "INSERT INTO definitions (instance, fields) VALUES (:id, :fields) ON CONFLICT (instance) "
        "DO UPDATE SET fields = excluded.fields",
        row.id, *row.fields);
}

boost::json::object object_of(std::vector<DriftChange> const& changes,
                              std::optional<std::string> DriftChange::*side) {
    boost::json::object object;
    for (auto const& change : changes)
        if (auto const& words = change.*side)
            object[change.item ? change.field + " " + *change.item : change.field] = *words;
    return object;
}

std::string detail_of(std::vector<DriftChange> const& changes, bool noticed) {
    boost::json::object detail{{"before", object_of(changes, &DriftChange::before)},
                               {"after", object_of(changes, &DriftChange::after)}};
    if (noticed) detail["noticed"] = true;
    return boost::json::serialize(detail);
}

}  // namespace

/// Outlives its owner while a coroutine still holds it; `closed` tells that all else is gone.
struct Drifts::State : std::enable_shared_from_this<State> {
    State(asio::any_io_executor where, db::Database& d, db::Revisions& r, Inventory& i,
          Instances& use_cases, Outside const& o, Times t)
        : loop(where),
          database(d),
          revisions(r),
          inventory(i),
          instances(use_cases),
          outside(o),
          times(t) {}

    void spawn(awaitable<void> work) {
        asio::co_spawn(loop, std::move(work), [](std::exception_ptr error) {
            if (error) log::error("a definition could not be noted", {{"error", describe(error)}});
        });
    }

    void told(InstanceId const& id, DefinitionNews news) {
        if (news == DefinitionNews::drifted) {
            // What `Outside` heard of it records itself.
            spawn(note(shared_from_this(), id, !outside.gathers(id)));
            return;
        }
        waiting.insert(id);
        if (std::exchange(saving, true)) return;
        spawn(save_all(shared_from_this()));
    }

    static awaitable<void> save_all(std::shared_ptr<State> self) {
        while (!self->waiting.empty() && !self->closed) {
            std::exception_ptr failure;
            try {
                co_await self->save();
            } catch (...) {
                failure = std::current_exception();
            }
            if (!failure || self->closed) continue;
            log::warning("definitions could not be saved, trying again",
                         {{"error", describe(failure)}});
            self->waiting.merge(std::exchange(self->being_saved, {}));
            asio::steady_timer timer(self->loop, self->times.retry);
            co_await timer.async_wait(asio::use_awaitable);
        }
        self->saving = false;
    }

    awaitable<void> save() {
        being_saved = std::exchange(waiting, {});
        std::vector<Pending> rows;
        for (auto const& id : being_saved) {
            auto const* instance = inventory.find_even_gone(id);
            auto const known = instance ? instance->known : nullptr;
            rows.push_back({id, known ? std::optional(to_json(*known)) : std::nullopt});
        }
        auto write = [rows = std::move(rows)](db::Transaction& tx) {
            auto const number = db::bump(tx, definitions_topic);
            for (auto const& row : rows)
                write_row(tx, row);
            return number;
        };
        auto const number = co_await database.write(std::move(write));
        if (closed) co_return;
        being_saved.clear();
        std::function<void()> nothing = [] {};  // memory knew before the table
        co_await revisions.wrote(definitions_topic, number, nothing);
    }

    /// Only what lasts: another server's change is seen here before its word that it was its own.
    static awaitable<void> note(std::shared_ptr<State> self, InstanceId id, bool unheard) {
        asio::steady_timer timer(self->loop, self->times.settle);
        co_await timer.async_wait(asio::use_awaitable);
        auto const* instance = self->closed ? nullptr : self->inventory.find(id);
        if (!instance || !instance->known || !instance->facts || !instance->facts->definition)
            co_return;
        auto entry = std::optional<AuditEntry>();
        if (unheard && instance->drifted_at) {
            entry.emplace();
            entry->via = Via::outside;
            entry->action = "instance.changed";
            entry->object = "instance:" + id.str();
            entry->object_name = instance->record.name;
            entry->detail =
                detail_of(differences(*instance->known, *instance->facts->definition), true);
        }
        auto write = [id, since = instance->drifted_at, entry](db::Transaction& tx) {
            return write_drift(tx, id, since, entry);
        };
        auto const number = co_await self->database.write(write);
        std::function<void()> nothing = [] {};
        if (!self->closed) co_await self->revisions.wrote(definitions_topic, number, nothing);
    }

    /// Of several servers that notice it one writes it down.
    static std::int64_t write_drift(db::Transaction& tx, InstanceId const& id,
                                    std::optional<Time> since,
                                    std::optional<AuditEntry> const& entry) {
        auto const number = db::bump(tx, definitions_topic);
        auto const rows =
            since ? tx.exec(
                        "UPDATE definitions SET drifted_at = :since WHERE instance = :id AND "
                        "drifted_at IS NULL",
                        *since, id)
                  : tx.exec("UPDATE definitions SET drifted_at = NULL WHERE instance = :id", id);
        if (rows > 0 && entry) Audit::append(tx, *entry);
        return number;
    }

    awaitable<db::Revisions::Loaded> reload() {
        auto const self = shared_from_this();
        auto snapshot = co_await database.read(&read_all);
        db::Revisions::Loaded loaded;
        loaded.number = snapshot.number;
        loaded.install = [self, rows = std::move(snapshot.rows)] { self->install(rows); };
        co_return loaded;
    }

    /// What is on its way to the table is newer than what was read of it.
    void install(std::vector<DefinitionRow> const& rows) {
        for (auto const& row : rows) {
            if (waiting.contains(row.instance) || being_saved.contains(row.instance)) continue;
            auto fields =
                std::make_shared<virt::Definition const>(read_text<virt::Definition>(row.fields));
            inventory.put_known(row.instance, std::move(fields), row.drifted_at);
        }
    }

    asio::any_io_executor loop;
    db::Database& database;
    db::Revisions& revisions;
    Inventory& inventory;
    Instances& instances;
    Outside const& outside;
    Times times;
    std::set<InstanceId> waiting;      ///< to be saved
    std::set<InstanceId> being_saved;  ///< by the transaction under way
    bool saving = false;
    bool closed = false;
};

Drifts::Drifts(asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
               Inventory& inventory, Instances& instances, Outside const& outside)
    : Drifts(std::move(loop), database, revisions, inventory, instances, outside, Times{}) {}

Drifts::Drifts(asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
               Inventory& inventory, Instances& instances, Outside const& outside, Times times)
    : state_(std::make_shared<State>(std::move(loop), database, revisions, inventory, instances,
                                     outside, times)) {
    inventory.on_definition(
        [weak = std::weak_ptr<State>(state_)](InstanceId const& id, DefinitionNews news) {
            if (auto const state = weak.lock()) state->told(id, news);
        });
}

Drifts::~Drifts() {
    state_->closed = true;
    state_->inventory.on_definition({});
}

void Drifts::load() {
    auto const snapshot = state_->database.read_now(&read_all);
    state_->install(snapshot.rows);
    state_->revisions.keep(std::string(definitions_topic), snapshot.number,
                           [state = state_.get()] { return state->reload(); });
}

DriftView Drifts::view(Actor const& actor, InstanceId const& id) const {
    auto const& instance = state_->instances.permitted(actor, id, Action::activity);
    DriftView view;
    view.since = instance.drifted_at;
    view.drift = view.since.has_value();
    bool const comparable =
        view.drift && instance.known && instance.facts && instance.facts->definition;
    if (!comparable) return view;
    view.changes = differences(*instance.known, *instance.facts->definition);
    if (actor.role == Role::administrator) return view;
    for (auto& change : view.changes)
        for (auto* words : {&change.before, &change.after})
            if (*words) *words = virt::without_folder(**words);
    return view;
}

awaitable<InstanceView> Drifts::accept(Actor actor, InstanceId id) {
    auto const& instance = state_->instances.permitted(actor, id, Action::edit);
    auto const& name = instance.record.name;
    if (!instance.drifted_at || !instance.known)
        throw Error(Kind::conflict, name + ": Nothing was changed outside of the portal.");
    if (!instance.facts || !instance.facts->definition)
        throw Error(Kind::conflict, name + ": Its host does not show it.");
    auto const present = instance.facts->definition;
    auto entry = audit_entry(actor, "instance.accept_change", "instance:" + id.str(), name);
    entry.detail = detail_of(differences(*instance.known, *present), false);
    auto write = [id, present, entry](db::Transaction& tx) {
        auto const number = db::bump(tx, definitions_topic);
        Pending const row{id, to_json(*present)};
        write_row(tx, row);
        tx.exec("UPDATE definitions SET drifted_at = NULL WHERE instance = :id", id);
        Audit::append(tx, entry);
        return number;
    };
    auto const state = state_;
    auto const number = co_await state->database.write(write);
    std::function<void()> apply = [state, id, present] {
        state->inventory.put_known(id, present, std::nullopt);
    };
    co_await state->revisions.wrote(definitions_topic, number, apply);
    co_return state->instances.view(actor, id);
}

}  // namespace ourea
