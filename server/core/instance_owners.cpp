// SPDX-License-Identifier: Apache-2.0
// Whose an instance is: decided in the database, copied to the mark in the machine's metadata.
#include "base/log.hpp"
#include "core/instances.hpp"
#include "core/membership.hpp"
#include "core/names.hpp"
#include "core/quota.hpp"
#include "core/records.hpp"

namespace ourea {
namespace {

/// As it is now, and locked, so that it neither grows nor goes meanwhile.
CountedRow locked(db::Transaction& tx, InstanceRecord const& record) {
    auto const found = tx.exec(
        "UPDATE instances SET changed_at = changed_at WHERE id = :id AND state IN ('present', "
        "'missing')",
        record.id);
    if (found == 0) throw Error(Kind::conflict, record.name + " is being worked on.");
    return counted_row(tx, record.id);
}

Demand demand_of(std::int64_t vcpus, std::int64_t memory_mib, std::int64_t disk_bytes,
                 std::int64_t runs) {
    return {1, vcpus, memory_mib, disk_bytes, runs, runs * vcpus, runs * memory_mib};
}

}  // namespace

awaitable<void> Instances::set_owner(Actor actor, InstanceId id, std::optional<std::string> owner) {
    auto record = allowed(actor, id, Verb::own).record;
    if (owner) owner = owner_of(*owner);
    auto write = [actor, record, owner](db::Transaction& tx) {
        Records::ensure(tx, record);  // it may be too new to have been saved
        auto const size = locked(tx, record);
        if (owner) check_holder(tx, holder_of(*owner), "owner");
        auto const demand = demand_of(size.vcpus, size.memory_mib, size.disk_bytes, size.runs);
        if (owner && *owner != size.owner) check_quota(tx, *owner, demand);
        auto const decided = Records::decide(tx);
        tx.exec(
            "UPDATE instances SET owner = :owner, decided = :decided, mark_pending = 1 WHERE id = "
            ":id",
            owner, decided, record.id);
        boost::json::object detail{{"before", size.owner}, {"after", owner.value_or("")}};
        if (owner && Names::adopt(tx, record.name, record.id)) detail["name_taken"] = record.name;
        auto entry = audit_entry(actor, "instance.own", "instance:" + record.id.str(), record.name);
        entry.detail = boost::json::serialize(detail);
        auto const concerned = owner.value_or(size.owner);
        if (!concerned.empty()) entry.on_behalf_of = concerned;
        Audit::append(tx, entry);
        return decided;
    };
    record.decided = co_await database_.write(write);
    co_await give(record, owner);
}

awaitable<QuotaOutlook> Instances::preview_owner(Actor actor, InstanceId id,
                                                 std::optional<std::string> owner) const {
    auto const record = allowed(actor, id, Verb::own).record;
    if (!owner) co_return QuotaOutlook{};
    auto const wanted =
        owner_of(*owner) == record.owner
            ? Demand{}
            : demand_of(record.vcpus, record.memory_mib, record.disk_bytes, record.running ? 1 : 0);
    auto look = [owner = owner_of(*owner), wanted](db::Transaction& tx) {
        check_holder(tx, holder_of(owner), "owner");
        return quota_outlook(tx, owner, wanted);
    };
    co_return co_await database_.read(look);
}

awaitable<void> Instances::handed_over(std::string from, std::string to) {
    std::vector<InstanceRecord> records;
    for (auto const* instance : inventory_.by_name())
        if (instance->record.owner == from) records.push_back(instance->record);
    for (auto const& record : records)
        co_await give(record, to);
}

/// Memory and mark follow what the database says already.
awaitable<void> Instances::give(InstanceRecord record, std::optional<std::string> owner) {
    auto const id = record.id;
    auto const from = record.owner.value_or("");
    if (auto const* instance = inventory_.find(id)) {
        auto const decided = std::max(record.decided, instance->record.decided);
        record = instance->record;
        record.decided = decided;
    }
    record.owner = std::move(owner);
    inventory_.put_record(record);
    if (given_) given_(id, from);
    co_await write_mark(id);
}

/// The database could be rebuilt from it.
awaitable<void> Instances::write_mark(InstanceId id) {
    auto const* instance = inventory_.find(id);
    if (!instance || !instance->facts) co_return;
    auto const& record = instance->record;
    auto mark = instance->facts->mark.value_or(virt::Mark{});
    mark.owner = record.owner.value_or("");
    mark.is_template = record.template_;
    mark.origin = record.origin.value_or(InstanceId());
    mark.origin_name = record.origin_name.value_or("");
    mark.linked = record.linked;
    if (mark.name.empty()) mark.name = record.name;
    if (!mark.created_at) mark.created_at = record.created_at;
    try {
        auto const connection = hosts_.online(record.host.value_or(""));
        co_await connection->set_mark(id, mark);
        auto clear = [id](db::Transaction& tx) {
            tx.exec("UPDATE instances SET mark_pending = 0 WHERE id = :id", id);
        };
        co_await database_.write(clear);
    } catch (Error const& error) {
        log::warning("the mark in the metadata could not be written",
                     {{"instance", id.str()}, {"error", error.message()}});
    }
}

awaitable<void> Instances::mend_marks() {
    auto query = [](db::Transaction& tx) {
        return tx.select<InstanceId>(
            "SELECT id FROM instances WHERE mark_pending = 1 AND state = 'present'");
    };
    auto const pending = co_await database_.read(query);
    for (auto const& id : pending) {
        auto const* instance = inventory_.find(id);
        auto const* host = instance && instance->facts && !instance->job && instance->record.host
                               ? inventory_.host(*instance->record.host)
                               : nullptr;
        if (host && host->status.state == virt::HostState::online) co_await write_mark(id);
    }
}

}  // namespace ourea
