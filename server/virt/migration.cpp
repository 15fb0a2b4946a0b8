// SPDX-License-Identifier: Apache-2.0
// Moves machines between hosts, and asks a host whether it could run one.
#include "virt/migration.hpp"

#include "virt/xml.hpp"

#include <libvirt/virterror.h>

#include <algorithm>

namespace ourea::virt {

namespace {

using pugi::xml_node;

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

char const* or_null(std::string const& text) {
    return text.empty() ? nullptr : text.c_str();
}

}  // namespace

void migrate_domain(virConnectPtr source, virConnectPtr target, InstanceId const& id,
                    Migration const& how) {
    auto const domain = find_domain(source, id);
    Parameters parameters;
    if (how.live && how.bandwidth_mib_s)
        parameters.add(VIR_MIGRATE_PARAM_BANDWIDTH, *how.bandwidth_mib_s);
    for (auto const& disk : how.copied_disks)
        parameters.add(VIR_MIGRATE_PARAM_MIGRATE_DISKS, disk);
    DomainPtr const moved(virDomainMigrate3(domain.get(), target, parameters.items(),
                                            parameters.count(), flags_of(how)));
    if (!moved) throw explain(last_error());
}

std::optional<int> migration_progress(virConnectPtr conn, InstanceId const& id) {
    auto const domain = find_domain(conn, id);
    virDomainJobInfo info{};
    if (virDomainGetJobInfo(domain.get(), &info) < 0 || info.dataTotal == 0) return std::nullopt;
    auto const left = static_cast<double>(std::min(info.dataRemaining, info.dataTotal));
    return static_cast<int>(100.0 * (1.0 - left / static_cast<double>(info.dataTotal)));
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
