// SPDX-License-Identifier: Apache-2.0
// What an administrator decides about a host: how much is promised of it, and maintenance.
#include "core/hosts.hpp"

namespace ourea {
namespace {

constexpr std::int64_t most_percent = 10'000;

void check_percent(std::optional<std::optional<std::int64_t>> const& percent,
                   std::string const& field) {
    if (!percent || !*percent) return;
    if (**percent < 1 || **percent > most_percent)
        throw invalid(field, field + ": expected 1 to 10000, or null for no limit");
}

boost::json::object decided_of(HostRecord const& record) {
    auto const value = [](auto const& decided) {
        return decided ? boost::json::value(*decided) : boost::json::value(nullptr);
    };
    return {{"vcpu_percent", value(record.vcpu_percent)},
            {"memory_percent", value(record.memory_percent)},
            {"cluster", value(record.cluster)}};
}

AuditEntry entry_of(Actor const& actor, std::string action, std::string const& host,
                    boost::json::object before, boost::json::object after) {
    auto entry = audit_entry(actor, std::move(action), "host:" + host, host);
    boost::json::object const detail{{"before", std::move(before)}, {"after", std::move(after)}};
    entry.detail = boost::json::serialize(detail);
    return entry;
}

}  // namespace

/// Writes what may be decided of the record.
awaitable<HostView> Hosts::update(HostRecord record, AuditEntry entry) {
    auto const name = record.name;
    auto write = [record, entry](db::Transaction& tx) {
        auto const number = db::bump(tx, hosts_topic);
        tx.exec(
            "UPDATE hosts SET maintenance = :on, vcpu_percent = :vcpus, memory_percent = :memory, "
            "cluster = :cluster WHERE name = :name",
            record.maintenance, record.vcpu_percent, record.memory_percent, record.cluster,
            record.name);
        Audit::append(tx, entry);
        return number;
    };
    auto const number = co_await database_.write(write);
    std::function<void()> apply = [this, record] {
        entries_.insert_or_assign(record.name, record);
        watch(record);
    };
    co_await revisions_.wrote(hosts_topic, number, apply);
    co_return view(name);
}

awaitable<HostView> Hosts::set_maintenance(Actor const& actor, std::string name, bool on) {
    auto record = picture(name).record;
    if (record.maintenance == on) co_return view(name);
    record.maintenance = on;
    boost::json::object before{{"maintenance", !on}};
    boost::json::object after{{"maintenance", on}};
    auto entry = entry_of(actor, "host.maintenance", name, std::move(before), std::move(after));
    auto updating = update(std::move(record), std::move(entry));
    co_return co_await std::move(updating);
}

awaitable<HostView> Hosts::change(Actor const& actor, std::string name, HostChange change) {
    check_percent(change.vcpu_percent, "vcpu_percent");
    check_percent(change.memory_percent, "memory_percent");
    if (change.cluster && *change.cluster) check_host_name(**change.cluster, "cluster");
    auto record = picture(name).record;
    auto before = decided_of(record);
    if (change.vcpu_percent) record.vcpu_percent = *change.vcpu_percent;
    if (change.memory_percent) record.memory_percent = *change.memory_percent;
    if (change.cluster) record.cluster = *change.cluster;
    auto after = decided_of(record);
    if (before == after) co_return view(name);
    auto entry = entry_of(actor, "host.edit", name, std::move(before), std::move(after));
    auto updating = update(std::move(record), std::move(entry));
    co_return co_await std::move(updating);
}

}  // namespace ourea
