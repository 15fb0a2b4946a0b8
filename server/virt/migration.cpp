// SPDX-License-Identifier: Apache-2.0
// Moves machines between hosts, and asks a host whether it could run one.
#include "virt/migration.hpp"

#include "virt/xml.hpp"

#include <libvirt/virterror.h>

#include <algorithm>

namespace ourea::virt {

namespace {

using pugi::xml_node;

/// QEMU's own limit; said each time, since a former migration may have left another.
constexpr std::uint64_t usual_downtime_ms = 300;

/// virTypedParams of one call, freed with it.
class Parameters {
public:
    ~Parameters() { virTypedParamsFree(items_, count_); }
    Parameters() = default;
    Parameters(Parameters const&) = delete;
    Parameters& operator=(Parameters const&) = delete;

    void add(char const* name, unsigned long long value) {
        check(virTypedParamsAddULLong(&items_, &count_, &capacity_, name, value));
    }
    void add(char const* name, std::string const& value) {
        check(virTypedParamsAddString(&items_, &count_, &capacity_, name, value.c_str()));
    }
    virTypedParameterPtr items() const { return items_; }
    unsigned count() const { return static_cast<unsigned>(count_); }

    /// The figures of a job: the present one, or the last with VIR_DOMAIN_JOB_STATS_COMPLETED.
    bool read_job(virDomainPtr domain, unsigned flags) {
        int type = VIR_DOMAIN_JOB_NONE;
        return virDomainGetJobStats(domain, &type, &items_, &count_, flags) == 0 &&
               type != VIR_DOMAIN_JOB_NONE;
    }
    std::optional<std::uint64_t> number(char const* name) const {
        unsigned long long value = 0;
        if (virTypedParamsGetULLong(items_, count_, name, &value) != 1) return std::nullopt;
        return value;
    }
    int small_number(char const* name) const {
        int value = 0;
        virTypedParamsGetInt(items_, count_, name, &value);
        return value;
    }

private:
    virTypedParameterPtr items_ = nullptr;
    int count_ = 0;
    int capacity_ = 0;
};

unsigned flags_of(Migration const& how) {
    unsigned flags = VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
    if (!how.live) return flags | VIR_MIGRATE_OFFLINE;
    flags |= VIR_MIGRATE_LIVE | VIR_MIGRATE_AUTO_CONVERGE | VIR_MIGRATE_ABORT_ON_ERROR;
    if (!how.copied_disks.empty()) flags |= VIR_MIGRATE_NON_SHARED_DISK;
    if (how.trust_storage) flags |= VIR_MIGRATE_UNSAFE;
    return flags;
}

Error explain(Error const& error) {
    if (last_is(VIR_ERR_OPERATION_ABORTED)) return {Kind::conflict, "The migration was cancelled."};
    if (last_is(VIR_ERR_MIGRATE_UNSAFE))
        return {Kind::conflict,
                "libvirt calls this migration unsafe: its disks are not on storage that both "
                "hosts share, or are cached by the host.",
                error.detail()};
    if (error.kind() == Kind::unavailable) return error;
    return {Kind::conflict, "The migration failed: " + error.message(), error.detail()};
}

std::string print_cpu(xml_node domain) {
    auto const cpu = domain.child("cpu");
    return cpu && !cpu.attribute("mode").empty() && cpu.child("model") ? xml::print(cpu)
                                                                       : std::string();
}

struct Wanted {
    std::string arch, machine, type, cpu;
};

Wanted wanted_by(std::string const& text) {
    auto const document = xml::load(text, "domain");
    auto const domain = document->child("domain");
    auto const os = domain.child("os").child("type");
    return {xml::attribute(os, "arch"), xml::attribute(os, "machine"),
            xml::attribute(domain, "type"), print_cpu(domain)};
}

/// Without a wish, a driver that cannot do it is left as it is.
void allow_downtime(virDomainPtr domain, std::optional<std::uint64_t> milliseconds) {
    auto const result =
        virDomainMigrateSetMaxDowntime(domain, milliseconds.value_or(usual_downtime_ms), 0);
    if (milliseconds) check(result);
}

std::optional<std::uint64_t> downtime_of(virDomainPtr moved) {
    Parameters figures;
    if (!figures.read_job(moved, VIR_DOMAIN_JOB_STATS_COMPLETED)) return std::nullopt;
    return figures.number(VIR_DOMAIN_JOB_DOWNTIME);
}

std::uint64_t to_mib(std::uint64_t bytes) {
    return bytes >> 20;
}

char const* or_null(std::string const& text) {
    return text.empty() ? nullptr : text.c_str();
}

}  // namespace

Migrated migrate_domain(virConnectPtr source, virConnectPtr target, InstanceId const& id,
                        Migration const& how) {
    auto const domain = find_domain(source, id);
    Parameters parameters;
    if (how.live) allow_downtime(domain.get(), how.max_downtime_ms);
    if (how.live && how.bandwidth_mib_s)
        parameters.add(VIR_MIGRATE_PARAM_BANDWIDTH, *how.bandwidth_mib_s);
    for (auto const& disk : how.copied_disks)
        parameters.add(VIR_MIGRATE_PARAM_MIGRATE_DISKS, disk);
    DomainPtr const moved(virDomainMigrate3(domain.get(), target, parameters.items(),
                                            parameters.count(), flags_of(how)));
    if (!moved) throw explain(last_error());
    Migrated result;
    if (how.live) result.downtime_ms = downtime_of(moved.get());
    return result;
}

std::optional<MigrationProgress> migration_progress(virConnectPtr conn, InstanceId const& id) {
    auto const domain = find_domain(conn, id);
    Parameters figures;
    if (!figures.read_job(domain.get(), 0)) return std::nullopt;
    auto const total = figures.number(VIR_DOMAIN_JOB_DATA_TOTAL).value_or(0);
    if (total == 0) return std::nullopt;
    auto const left = std::min(figures.number(VIR_DOMAIN_JOB_DATA_REMAINING).value_or(0), total);
    MigrationProgress out;
    out.percent =
        static_cast<int>(100.0 * (1.0 - static_cast<double>(left) / static_cast<double>(total)));
    out.pass = figures.number(VIR_DOMAIN_JOB_MEMORY_ITERATION).value_or(0);
    out.written_mib_s = to_mib(figures.number(VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE).value_or(0) *
                               figures.number(VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE).value_or(0));
    out.sent_mib_s = to_mib(figures.number(VIR_DOMAIN_JOB_MEMORY_BPS).value_or(0));
    out.slowed_percent = figures.small_number(VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE);
    return out;
}

void limit_migration(virConnectPtr conn, InstanceId const& id, MigrationLimits const& limits) {
    auto const domain = find_domain(conn, id);
    if (limits.bandwidth_mib_s)
        check(virDomainMigrateSetMaxSpeed(domain.get(), *limits.bandwidth_mib_s, 0));
    if (limits.max_downtime_ms) allow_downtime(domain.get(), limits.max_downtime_ms);
}

void abort_migration(virConnectPtr conn, InstanceId const& id) {
    auto const domain = find_domain(conn, id);
    if (virDomainAbortJob(domain.get()) == 0 || last_is(VIR_ERR_OPERATION_INVALID)) return;
    throw last_error();
}

Unfitness judge_fitness(virConnectPtr conn, std::string const& xml) {
    auto const wanted = wanted_by(xml);
    Unfitness out;
    TextPtr const capabilities(virConnectGetDomainCapabilities(
        conn, nullptr, or_null(wanted.arch), or_null(wanted.machine), or_null(wanted.type), 0));
    if (!capabilities && last_is_unsupported()) return out;
    if (!capabilities) {
        auto const error = last_error();
        if (error.kind() == Kind::unavailable) throw Error(error);
        out.machine = "It has no machine type " + wanted.machine + " (" + wanted.type + ", " +
                      wanted.arch + ").";
        return out;
    }
    if (wanted.cpu.empty()) return out;
    int const result = virConnectCompareHypervisorCPU(
        conn, nullptr, or_null(wanted.arch), or_null(wanted.machine), or_null(wanted.type),
        wanted.cpu.c_str(), VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE);
    if (result < 0 && last_is(VIR_ERR_CPU_INCOMPATIBLE))
        out.cpu = "Its processor lacks what the machine uses: " + last_error().detail();
    return out;
}

}  // namespace ourea::virt
