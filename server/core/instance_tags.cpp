// SPDX-License-Identifier: Apache-2.0
// The tags of an instance: kept in the database, so that its host need not be there.
#include "core/instances.hpp"
#include "core/records.hpp"
#include "core/tags.hpp"

#include <boost/json.hpp>

namespace ourea {
namespace {

AuditEntry entry_of(Actor const& actor, InstanceRecord const& record,
                    std::vector<std::string> const& tags) {
    auto entry = audit_entry(actor, "instance.edit", "instance:" + record.id.str(), record.name);
    boost::json::object const detail{{"before", {{"tags", boost::json::value_from(record.tags)}}},
                                     {"after", {{"tags", boost::json::value_from(tags)}}}};
    entry.detail = boost::json::serialize(detail);
    return entry;
}

}  // namespace

awaitable<void> Instances::set_tags(Actor actor, InstanceId id, std::vector<std::string> tags) {
    auto record = permitted(actor, id, Action::edit).record;
    if (record.tags == tags) co_return;
    auto write = [record, tags, entry = entry_of(actor, record, tags)](db::Transaction& tx) {
        Records::ensure(tx, record);  // it may be too new to have been saved
        auto const decided = Records::decide(tx);
        tx.exec("UPDATE instances SET tags = :tags, decided = :decided WHERE id = :id",
                join_tags(tags), decided, record.id);
        Audit::append(tx, entry);
        return decided;
    };
    auto const decided = co_await database_.write(write);
    auto const* instance = inventory_.find(id);
    if (!instance) co_return;
    record = instance->record;
    record.tags = std::move(tags);
    record.decided = decided;
    inventory_.put_record(std::move(record));
}

}  // namespace ourea
