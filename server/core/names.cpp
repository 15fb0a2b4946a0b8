// SPDX-License-Identifier: Apache-2.0
// The table of names: import, claim, release, and what people see of it.
#include "core/names.hpp"

#include "base/log.hpp"
#include "core/names_csv.hpp"
#include "core/names_rules.hpp"

#include <algorithm>
#include <unordered_set>

namespace ourea {
namespace {

constexpr std::string_view topic = "names";

Error no_such_name(std::string const& name) {
    return {Kind::not_found, "There is no registered name " + name + "."};
}

/// First all addresses are given up, then taken: within one import they may swap places.
void update(db::Transaction& tx, std::vector<NameRecord> const& records) {
    for (auto const& record : records)
        tx.exec("UPDATE names SET mac = NULL, ip = NULL WHERE name = :name", record.name);
    for (auto const& record : records) {
        tx.exec("UPDATE names SET pool = :pool, mac = :mac, ip = :ip WHERE name = :name",
                record.pool, record.mac, record.ip, record.name);
    }
}

void insert(db::Transaction& tx, std::vector<NameRecord> const& records) {
    for (auto const& record : records) {
        tx.exec(
            "INSERT INTO names (name, pool, mac, ip, position, instance, created_at) "
            "VALUES (:name, :pool, :mac, :ip, :position, NULL, :created_at)",
            record.name, record.pool, record.mac, record.ip, record.position, record.created_at);
    }
}

std::optional<NameRecord> row_of(db::Transaction& tx, std::string const& name) {
    return tx.first<NameRecord>("SELECT * FROM names WHERE name = :name", name);
}

bool take(db::Transaction& tx, std::string const& name, InstanceId const& instance) {
    return tx.exec("UPDATE names SET instance = :instance WHERE name = :name AND instance IS NULL",
                   instance, name) == 1;
}

bool contains(std::optional<std::string> const& text, std::string const& part) {
    return text && text->find(part) != std::string::npos;
}

bool matches(NameRecord const& record, NameFilter const& filter) {
    if (filter.free && *filter.free == record.instance.has_value()) return false;
    if (filter.pool && *filter.pool != record.pool) return false;
    if (!filter.q) return true;
    return contains(record.name, *filter.q) || contains(record.mac, *filter.q) ||
           contains(record.ip, *filter.q);
}

/// Which machine has which name and MAC address, to find what does not fit.
struct Seen {
    explicit Seen(Inventory const& inventory) {
        for (auto const* instance : inventory.by_name()) {
            by_name.emplace(instance->record.name, instance);
            if (!instance->facts) continue;
            for (auto const& nic : instance->facts->nics)
                by_mac.emplace(nic.mac, instance);
        }
    }

    Instance const* named(std::string const& name) const {
        auto const found = by_name.find(name);
        return found == by_name.end() ? nullptr : found->second;
    }
    Instance const* with_mac(std::string const& mac) const {
        auto const found = by_mac.find(mac);
        return found == by_mac.end() ? nullptr : found->second;
    }

    std::unordered_map<std::string, Instance const*> by_name;
    std::unordered_map<std::string, Instance const*> by_mac;
};

/// Nothing is told of machines that the viewer may not see.
std::vector<std::string> problems_of_free(NameRecord const& record, Seen const& seen,
                                          Names::MaySee const& may_see) {
    std::vector<std::string> problems;
    auto const* named = seen.named(record.name);
    if (named && may_see(named->id()))
        problems.push_back("An instance of this name exists that did not take it from here.");
    auto const* other = record.mac ? seen.with_mac(*record.mac) : nullptr;
    if (other && may_see(other->id()))
        problems.push_back("An instance already uses this MAC address.");
    return problems;
}

std::vector<std::string> problems_of_used(NameRecord const& record, Inventory const& inventory) {
    auto const* instance = inventory.find(*record.instance);
    if (!instance) return {"The instance that took this name is not known any more."};
    if (instance->record.state == RecordState::missing)
        return {"The instance that took this name is missing on its host."};
    std::vector<std::string> problems;
    if (instance->record.name != record.name)
        problems.push_back("The instance is now called " + instance->record.name + ".");
    if (!record.mac || !instance->facts) return problems;
    auto const& nics = instance->facts->nics;
    bool const has_it = std::any_of(nics.begin(), nics.end(),
                                    [&](auto const& nic) { return nic.mac == *record.mac; });
    if (!has_it) problems.push_back("No interface of the instance has this MAC address.");
    return problems;
}

NameView to_view(NameRecord const& record, std::vector<std::string> problems) {
    return {record.name,        record.mac,
            record.ip,          record.pool,
            record.instance,    record.instance ? NameState::used : NameState::free,
            std::move(problems)};
}

}  // namespace

Names::Names(db::Database& database, db::Revisions& revisions, Inventory& inventory)
    : database_(database), revisions_(revisions), inventory_(inventory) {
    auto found = database_.read_now([](db::Transaction& tx) { return read_all(tx); });
    revisions_.keep(std::string(topic), found.number, [this] { return load(); });
    install(std::move(found.entries));
}

// ---- following the table
// -------------------------------------------------------------------------

Names::Snapshot Names::read_all(db::Transaction& tx) {
    Snapshot snapshot{db::revision(tx, topic), {}};
    for (auto& row : tx.select<NameRecord>("SELECT * FROM names")) {
        auto name = row.name;
        snapshot.entries.emplace(std::move(name), std::move(row));
    }
    return snapshot;
}

awaitable<db::Revisions::Loaded> Names::load() {
    auto query = [](db::Transaction& tx) { return read_all(tx); };
    auto snapshot = co_await database_.read(query);
    db::Revisions::Loaded loaded;
    loaded.number = snapshot.number;
    loaded.install = [this, entries = std::move(snapshot.entries)] { install(entries); };
    co_return loaded;
}

void Names::install(Entries entries) {
    entries_ = std::move(entries);
    by_instance_.clear();
    for (auto const& [name, record] : entries_)
        if (record.instance) by_instance_.emplace(*record.instance, name);
    inventory_.set_addresses(addresses());
}

awaitable<void> Names::reload() {
    return revisions_.poll();
}

// ---- reads
// ---------------------------------------------------------------------------------------

NameRecord const* Names::find(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

NameRecord const* Names::of_instance(InstanceId const& id) const {
    auto const found = by_instance_.find(id);
    return found == by_instance_.end() ? nullptr : find(found->second);
}

NameRecord const* Names::next_free(std::optional<std::string> const& pool) const {
    NameRecord const* next = nullptr;
    for (auto const& [name, record] : entries_) {
        if (record.instance || (pool && record.pool != *pool)) continue;
        if (!next || record.position < next->position) next = &record;
    }
    return next;
}

std::unordered_map<InstanceId, std::vector<std::string>> Names::addresses() const {
    std::unordered_map<InstanceId, std::vector<std::string>> addresses;
    for (auto const& [name, record] : entries_)
        if (record.instance && record.ip) addresses[*record.instance].push_back(*record.ip);
    return addresses;
}

std::vector<NameView> Names::list(NameFilter const& filter, MaySee const& may_see) const {
    std::vector<NameRecord const*> found;
    for (auto const& [name, record] : entries_) {
        bool const visible = !record.instance || may_see(*record.instance);
        if (visible && matches(record, filter)) found.push_back(&record);
    }
    std::sort(found.begin(), found.end(), [](NameRecord const* a, NameRecord const* b) {
        return natural_less(a->name, b->name);
    });
    Seen const seen(inventory_);
    std::vector<NameView> views;
    for (auto const* record : found) {
        views.push_back(to_view(*record, record->instance
                                             ? problems_of_used(*record, inventory_)
                                             : problems_of_free(*record, seen, may_see)));
    }
    return views;
}

// ---- import and removal
// --------------------------------------------------------------------------

awaitable<ImportedNames> Names::import_items(Actor const& actor, std::vector<NewName> items) {
    NamesBatch batch;
    batch.items = std::move(items);
    return write(actor, std::move(batch));
}

awaitable<ImportedNames> Names::import_csv(Actor const& actor, std::string text) {
    return write(actor, parse_names_csv(text));
}

awaitable<ImportedNames> Names::write(Actor const& actor, NamesBatch batch) {
    check_batch(batch);
    auto entry = audit_entry(actor, "names.import", "names", "");
    entry.object_name.reset();
    auto import = [batch = std::move(batch), entry = std::move(entry)](db::Transaction& tx) {
        db::bump(tx, topic);
        auto const change = plan_import(read_all(tx).entries, batch, now());
        update(tx, change.updated);
        insert(tx, change.added);
        ImportedNames result;
        result.added = static_cast<std::int64_t>(change.added.size());
        result.updated = static_cast<std::int64_t>(change.updated.size());
        result.unchanged = change.unchanged;
        auto written = entry;
        written.detail = to_json(result);
        Audit::append(tx, written);
        return result;
    };
    auto const result = co_await database_.write(std::move(import));
    co_await reload();
    co_return result;
}

awaitable<void> Names::remove(Actor const& actor, std::string name) {
    auto const entry = audit_entry(actor, "names.delete", "name:" + name, name);
    auto erase = [name, entry](db::Transaction& tx) {
        db::bump(tx, topic);
        auto const row = row_of(tx, name);
        if (!row) throw no_such_name(name);
        if (row->instance) throw Error(Kind::conflict, name + " is in use by an instance.");
        tx.exec("DELETE FROM names WHERE name = :name", name);
        auto written = entry;
        written.detail = to_json(static_cast<NewName const&>(*row));
        Audit::append(tx, written);
    };
    co_await database_.write(std::move(erase));
    co_await reload();
}

// ---- claims
// --------------------------------------------------------------------------------------

NameRecord Names::claim(db::Transaction& tx, std::string const& name, InstanceId const& instance) {
    db::bump(tx, topic);
    if (take(tx, name, instance)) return row_of(tx, name).value();
    if (!row_of(tx, name)) throw no_such_name(name);
    throw Error(Kind::conflict, name + " is taken.", {}, "name");
}

/// The row lock of `bump` makes claimers take turns, so what is found free stays free until taken.
NameRecord Names::claim_next(db::Transaction& tx, std::optional<std::string> const& pool,
                             InstanceId const& instance) {
    db::bump(tx, topic);
    auto const next =
        pool ? tx.first<std::string>(
                   "SELECT name FROM names WHERE instance IS NULL AND pool = :pool "
                   "ORDER BY position, name LIMIT 1",
                   *pool)
             : tx.first<std::string>(
                   "SELECT name FROM names WHERE instance IS NULL ORDER BY position, name LIMIT 1");
    if (next && take(tx, *next, instance)) return row_of(tx, *next).value();
    throw Error(Kind::conflict,
                pool ? "No name of pool " + *pool + " is free." : "No registered name is free.", {},
                "name");
}

bool Names::adopt(db::Transaction& tx, std::string const& name, InstanceId const& instance) {
    auto const held =
        tx.first<std::string>("SELECT name FROM names WHERE instance = :instance", instance);
    auto const row = held ? std::nullopt : row_of(tx, name);
    if (!row || row->instance) return false;
    db::bump(tx, topic);
    return take(tx, name, instance);
}

void Names::release(db::Transaction& tx, InstanceId const& instance) {
    auto const held =
        tx.first<std::string>("SELECT name FROM names WHERE instance = :instance", instance);
    if (!held) return;
    db::bump(tx, topic);
    tx.exec("UPDATE names SET instance = NULL WHERE instance = :instance", instance);
}

}  // namespace ourea
