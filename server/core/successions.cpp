// SPDX-License-Identifier: Apache-2.0
// Finds who a new machine may have been, and moves everything in one transaction.
#include "core/successions.hpp"

#include "core/audit.hpp"
#include "core/drifts.hpp"
#include "core/history_rows.hpp"
#include "core/names.hpp"
#include "core/records.hpp"

#include <algorithm>

namespace ourea {
namespace {

/// "disk:vda" and "interface:…" of both with the same words; a disk counts by its place, wherever
/// it is attached.
std::vector<std::string> same_devices(virt::Definition const& a, virt::Definition const& b) {
    std::vector<std::string> same;
    for (auto const& [key, words] : a) {
        if (key.starts_with("interface:") && b.contains(key))
            same.push_back("interface " + key.substr(10));
        bool const disk = key.starts_with("disk:") && words.starts_with('/');
        auto const place = words.substr(0, words.find(" ("));
        auto const has_it = [&](auto const& other) {
            return other.first.starts_with("disk:") &&
                   other.second.substr(0, other.second.find(" (")) == place;
        };
        if (disk && std::ranges::any_of(b, has_it)) same.push_back("disk " + key.substr(5));
    }
    return same;
}

void lock_in_state(db::Transaction& tx, InstanceRecord const& record, RecordState state,
                   std::string const& otherwise) {
    auto const rows =
        tx.exec("UPDATE instances SET changed_at = changed_at WHERE id = :id AND state = :state",
                record.id, state);
    if (rows == 0) throw Error(Kind::conflict, record.name + ": " + otherwise);
    auto const active = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM jobs WHERE instance = :id AND state IN ('queued', 'running')",
        record.id);
    if (active.value_or(0) > 0) throw Error(Kind::conflict, record.name + " is being worked on.");
}

void check_heir(db::Transaction& tx, InstanceId const& id, InstanceRecord const& old) {
    auto const owner = tx.first<std::string>(
        "SELECT COALESCE(owner, '') AS owner FROM instances WHERE id = :id", id);
    if (!owner.value_or("").empty())
        throw Error(Kind::conflict,
                    "It is somebody's already: only a machine of nobody can be "
                    "what another one was.");
    auto const running =
        tx.first<std::int64_t>("SELECT running FROM instances WHERE id = :id", id).value_or(0);
    if (old.template_ && running != 0)
        throw Error(Kind::conflict, "Shut it down first: a template must be off.");
}

/// Whom it was granted to in both stays as it is granted in the new one.
std::size_t move_grants(db::Transaction& tx, InstanceId const& id, InstanceId const& from) {
    db::bump(tx, "grants");
    tx.exec(
        "DELETE FROM grants WHERE instance_id = :from AND grantee IN (SELECT grantee FROM grants "
        "WHERE instance_id = :id)",
        from, id);
    return tx.exec("UPDATE grants SET instance_id = :id WHERE instance_id = :from", id, from);
}

void move_name(db::Transaction& tx, InstanceId const& id, InstanceId const& from) {
    auto const held = tx.first<std::int64_t>("SELECT COUNT(*) FROM names WHERE instance = :id", id);
    if (held.value_or(0) > 0) return Names::release(tx, from);
    db::bump(tx, "names");
    tx.exec("UPDATE names SET instance = :id WHERE instance = :from", id, from);
}

/// The old definition is what is known of the new machine: what differs shows.
void move_definition(db::Transaction& tx, InstanceId const& id, InstanceId const& from) {
    db::bump(tx, definitions_topic);
    auto const known =
        tx.first<std::int64_t>("SELECT COUNT(*) FROM definitions WHERE instance = :from", from);
    if (known.value_or(0) == 0) return;
    tx.exec("DELETE FROM definitions WHERE instance = :id", id);
    tx.exec("UPDATE definitions SET instance = :id, drifted_at = :at WHERE instance = :from", id,
            now(), from);
}

void move_rest(db::Transaction& tx, InstanceId const& id, InstanceRecord const& old) {
    auto const decided = Records::decide(tx);
    tx.exec(
        "UPDATE instances SET owner = :owner, template = :template, origin = :origin, origin_name "
        "= :origin_name, linked = :linked, created_at = :created_at, tags = COALESCE((SELECT "
        "old.tags FROM instances AS old WHERE old.id = :from), ''), decided = :decided, "
        "mark_pending = 1 WHERE id = :id",
        old.owner, old.template_, old.origin, old.origin_name, old.linked, old.created_at, old.id,
        decided, id);
    tx.exec(
        "UPDATE instances SET origin = :id, decided = :decided, mark_pending = 1 WHERE origin = "
        ":from",
        id, decided, old.id);
    tx.exec(
        "UPDATE evacuated SET instance = :id WHERE instance = :from AND NOT EXISTS (SELECT 1 FROM "
        "evacuated WHERE instance = :id)",
        id, old.id);
    tx.exec("UPDATE taken_over SET heir = :id WHERE heir = :from", id, old.id);
    tx.exec(
        "INSERT INTO taken_over (instance, heir, at) VALUES (:from, :id, :at) ON CONFLICT "
        "(instance) DO UPDATE SET heir = :id, at = :at",
        old.id, id, now());
    tx.exec(
        "UPDATE instances SET state = 'gone', changed_at = :at, decided = :decided WHERE id = "
        ":from",
        now(), decided, old.id);
}

InstanceRecord row_of(db::Transaction& tx, InstanceId const& id) {
    auto const row = tx.first<InstanceRecord>("SELECT * FROM instances WHERE id = :id", id);
    if (!row) throw Error(Kind::conflict, "This instance is gone.");
    return *row;
}

/// All of it or nothing.
void succeed(db::Transaction& tx, InstanceRecord const& heir, InstanceRecord const& from,
             AuditEntry entry) {
    // What the hosts showed a moment ago may not have been saved yet.
    Records::save(tx, heir);
    Records::save(tx, from);
    lock_in_state(tx, heir, RecordState::present, "Its host does not show it.");
    lock_in_state(tx, from, RecordState::missing, "Its host still shows it.");
    auto const old = row_of(tx, from.id);
    check_heir(tx, heir.id, old);
    auto const grants = move_grants(tx, heir.id, from.id);
    move_name(tx, heir.id, from.id);
    move_definition(tx, heir.id, from.id);
    move_history(tx, {HistoryKind::instance, from.id.str()},
                 {HistoryKind::instance, heir.id.str()});
    move_rest(tx, heir.id, old);
    boost::json::object const detail{{"from", from.id.str()},
                                     {"name", from.name},
                                     {"owner", old.owner.value_or("")},
                                     {"grants", static_cast<std::int64_t>(grants)}};
    entry.detail = boost::json::serialize(detail);
    if (old.owner) entry.on_behalf_of = *old.owner;
    Audit::append(tx, entry);
}

}  // namespace

Successions::Successions(db::Database& database, db::Revisions& revisions, Inventory& inventory,
                         Instances& instances)
    : database_(database), revisions_(revisions), inventory_(inventory), instances_(instances) {}

std::vector<Predecessor> Successions::predecessors(Actor const& actor, InstanceId const& id) const {
    auto const& heir = instances_.permitted(actor, id, Action::own);
    std::vector<Predecessor> found;
    auto const* definition = heir.facts ? heir.facts->definition.get() : nullptr;
    if (heir.record.owner || !heir.facts) return found;
    for (auto const* other : inventory_.by_name()) {
        auto const& record = other->record;
        if (record.state != RecordState::missing) continue;
        std::vector<std::string> same;
        if (record.name == heir.record.name && record.host == heir.record.host)
            same.push_back("name");
        if (definition && other->known) {
            auto const devices = same_devices(*definition, *other->known);
            same.insert(same.end(), devices.begin(), devices.end());
        }
        if (same.empty()) continue;
        found.push_back({record.id, record.name, record.host, record.owner, record.last_seen_at,
                         std::move(same)});
    }
    std::ranges::stable_sort(found, std::ranges::greater{},
                             [](auto const& one) { return one.same.size(); });
    return found;
}

awaitable<InstanceView> Successions::take_over(Actor actor, InstanceId id, InstanceId from) {
    auto const heir = instances_.permitted(actor, id, Action::own).record;
    auto const& old = instances_.permitted(actor, from, Action::own);
    if (id == from) throw Error(Kind::conflict, heir.name + ": This is the machine itself.");
    auto entry = audit_entry(actor, "instance.take_over", "instance:" + id.str(), heir.name);
    auto write = [heir, from = old.record, entry](db::Transaction& tx) {
        succeed(tx, heir, from, entry);
    };
    co_await database_.write(write);
    co_await revisions_.poll();  // memory follows all of it
    co_await instances_.write_mark(id);
    co_return instances_.view(actor, id);
}

}  // namespace ourea
