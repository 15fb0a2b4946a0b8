// SPDX-License-Identifier: Apache-2.0
// Whose an instance is: decided in the database, copied to the mark in the machine's metadata.
#include "base/log.hpp"
#include "core/instances.hpp"
#include "core/membership.hpp"
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

}  // namespace

awaitable<void> Instances::set_owner(Actor actor, InstanceId id, std::optional<std::string> owner) {
    auto record = allowed(actor, id, Verb::own).record;
    if (owner) owner = owner_of(*owner);
    auto write = [actor, record, owner](db::Transaction& tx) {
        Records::ensure(tx, record);  // it may be too new to have been saved
        auto const size = locked(tx, record);
        if (owner) check_holder(tx, holder_of(*owner), "owner");
        Demand const demand{1,
                            size.vcpus,
                            size.memory_mib,
                            size.disk_bytes,
                            size.runs,
                            size.runs * size.vcpus,
                            size.runs * size.memory_mib};
        if (owner && *owner != size.owner) check_quota(tx, *owner, demand);
        auto const decided = Records::decide(tx);
        tx.exec("UPDATE instances SET owner = :owner, decided = :decided WHERE id = :id", owner,
                decided, record.id);
        auto entry = audit_entry(actor, "instance.own", "instance:" + record.id.str(), record.name);
        boost::json::object const detail{{"before", size.owner}, {"after", owner.value_or("")}};
        entry.detail = boost::json::serialize(detail);
        auto const concerned = owner.value_or(size.owner);
        if (!concerned.empty()) entry.on_behalf_of = concerned;
        Audit::append(tx, entry);
        return decided;
    };
    record.decided = co_await database_.write(write);
    co_await give(record, owner);
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

awaitable<void> Instances::write_mark(InstanceId id) {
    auto const* instance = inventory_.find(id);
    if (!instance || !instance->facts) co_return;
    auto mark = instance->facts->mark.value_or(virt::Mark{});
    mark.owner = instance->record.owner.value_or("");
    mark.is_template = instance->record.template_;
    try {
        auto const connection = hosts_.online(instance->record.host.value_or(""));
        co_await connection->set_mark(id, mark);
    } catch (Error const& error) {
        log::warning("the mark in the metadata could not be written",
                     {{"instance", id.str()}, {"error", error.message()}});
    }
}

}  // namespace ourea
