// SPDX-License-Identifier: Apache-2.0
// Reads the numbers of a host and of its running domains.
#include "virt/domain_calls.hpp"
#include "virt/xml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace ourea::virt {

namespace {

struct FreeStats {
    void operator()(virDomainStatsRecordPtr* records) const noexcept {
        virDomainStatsRecordListFree(records);
    }
};
using StatsPtr = std::unique_ptr<virDomainStatsRecordPtr, FreeStats>;

/// One domain's typed parameters, by name.
class Params {
public:
    explicit Params(virDomainStatsRecord const& record) : record_(record) {}

    std::optional<std::uint64_t> number(std::string const& name) const {
        unsigned long long value = 0;
        int const found =
            virTypedParamsGetULLong(record_.params, record_.nparams, name.c_str(), &value);
        if (found != 1) return std::nullopt;
        return value;
    }
    std::uint64_t count(char const* name) const {
        unsigned value = 0;
        virTypedParamsGetUInt(record_.params, record_.nparams, name, &value);
        return value;
    }
    int state() const {
        int value = VIR_DOMAIN_NOSTATE;
        virTypedParamsGetInt(record_.params, record_.nparams, "state.state", &value);
        return value;
    }
    std::string text(std::string const& name) const {
        char const* value = nullptr;
        virTypedParamsGetString(record_.params, record_.nparams, name.c_str(), &value);
        return value ? value : "";
    }

private:
    virDomainStatsRecord const& record_;
};

void add(std::optional<std::uint64_t>& sum, std::optional<std::uint64_t> value) {
    if (value) sum = sum.value_or(0) + *value;
}

/// A host may claim any number of disks; nobody has more.
constexpr std::uint64_t most_devices = 1024;

void read_memory(Params const& p, DomainStats& out) {
    out.memory_kib = p.number("balloon.current");
    out.memory_max_kib = p.number("balloon.maximum");
    out.memory_rss_kib = p.number("balloon.rss");
    auto const available = p.number("balloon.available");
    auto free = p.number("balloon.usable");
    if (!free) free = p.number("balloon.unused");
    if (available && free && *free <= *available) out.memory_used_kib = *available - *free;
}

void read_blocks(Params const& p, DomainStats& out) {
    std::uint64_t const count = std::min(p.count("block.count"), most_devices);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string const at = "block." + std::to_string(i) + ".";
        // Images further down the chain repeat the numbers of the one on top.
        if (p.number(at + "backingIndex")) continue;
        BlockStats block;
        block.target = p.text(at + "name");
        block.path = p.text(at + "path");
        auto const read = p.number(at + "rd.bytes");
        auto const written = p.number(at + "wr.bytes");
        block.read_bytes = read.value_or(0);
        block.written_bytes = written.value_or(0);
        block.capacity_bytes = p.number(at + "capacity").value_or(0);
        block.allocation_bytes = p.number(at + "allocation").value_or(0);
        block.physical_bytes = p.number(at + "physical").value_or(0);
        add(out.read_bytes, read);
        add(out.written_bytes, written);
        out.blocks.push_back(std::move(block));
    }
}

void read_nics(Params const& p, DomainStats& out) {
    std::uint64_t const count = std::min(p.count("net.count"), most_devices);
    for (std::uint64_t i = 0; i < count; ++i) {
        std::string const at = "net." + std::to_string(i) + ".";
        add(out.received_bytes, p.number(at + "rx.bytes"));
        add(out.sent_bytes, p.number(at + "tx.bytes"));
    }
}

DomainStats read_record(virDomainStatsRecord const& record) {
    Params const p(record);
    DomainStats out;
    out.uuid = id_of(record.dom);
    out.state = state_of(p.state());
    out.cpu_time_ns = p.number("cpu.time");
    read_memory(p, out);
    read_blocks(p, out);
    read_nics(p, out);
    return out;
}

std::string version(unsigned long packed) {
    if (packed == 0) return {};
    return std::to_string(packed / 1'000'000) + "." + std::to_string(packed / 1000 % 1000) + "." +
           std::to_string(packed % 1000);
}

void read_cpu_times(virConnectPtr conn, HostInfo& out) {
    int count = 0;
    int const all = VIR_NODE_CPU_STATS_ALL_CPUS;
    if (virNodeGetCPUStats(conn, all, nullptr, &count, 0) < 0 || count <= 0) return;
    std::vector<virNodeCPUStats> values(static_cast<std::size_t>(count));
    if (virNodeGetCPUStats(conn, all, values.data(), &count, 0) < 0) return;
    std::uint64_t busy = 0;
    std::uint64_t idle = 0;
    for (auto const& value : values) {
        std::string_view const field(value.field);
        bool const waits = field == VIR_NODE_CPU_STATS_IDLE || field == VIR_NODE_CPU_STATS_IOWAIT;
        if (field == VIR_NODE_CPU_STATS_UTILIZATION) return;
        (waits ? idle : busy) += value.value;
    }
    out.cpu_busy_ns = busy;
    out.cpu_total_ns = busy + idle;
}

/// Free, and what the kernel would give back at once. A libvirt in a control group counts as all
/// only what the group may have, but as free what is so on the machine: what is taken is the same
/// for both. Nothing where that does not help.
std::optional<std::uint64_t> read_free_mib(virConnectPtr conn, std::uint64_t all_mib) {
    int count = 0;
    int const all = VIR_NODE_MEMORY_STATS_ALL_CELLS;
    if (virNodeGetMemoryStats(conn, all, nullptr, &count, 0) == 0 && count > 0) {
        std::vector<virNodeMemoryStats> values(static_cast<std::size_t>(count));
        if (virNodeGetMemoryStats(conn, all, values.data(), &count, 0) == 0) {
            std::uint64_t free_kib = 0;
            std::uint64_t total_kib = 0;
            for (auto const& value : values) {
                std::string_view const field(value.field);
                (field == VIR_NODE_MEMORY_STATS_TOTAL ? total_kib : free_kib) += value.value;
            }
            auto const taken_mib = (total_kib - std::min(free_kib, total_kib)) / 1024;
            return all_mib - std::min(taken_mib, all_mib);
        }
    }
    auto const mib = virNodeGetFreeMemory(conn) >> 20;
    if (mib == 0 || mib > all_mib) return std::nullopt;
    return mib;
}

}  // namespace

std::vector<DomainStats> read_stats(virConnectPtr conn) {
    unsigned const wanted = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_CPU_TOTAL |
                            VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_INTERFACE |
                            VIR_DOMAIN_STATS_BLOCK;
    // A machine that is busy with a job must not hold up the numbers of all others.
    unsigned const nowait = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
    virDomainStatsRecordPtr* records = nullptr;
    int count = virConnectGetAllDomainStats(conn, wanted, &records, nowait);
    if (count < 0 && last_is_unsupported()) {
        count = virConnectGetAllDomainStats(conn, wanted, &records, 0);
    }
    if (count < 0 && last_is_unsupported()) return {};
    check(count);
    StatsPtr const owner(records);
    std::vector<DomainStats> out;
    out.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        out.push_back(read_record(*records[i]));
    return out;
}

HostInfo read_info(virConnectPtr conn) {
    HostInfo out;
    virNodeInfo node{};
    check(virNodeGetInfo(conn, &node));
    out.cpus = node.cpus;
    out.memory_mib = node.memory / 1024;
    out.arch = std::string(node.model, ::strnlen(node.model, sizeof node.model));
    out.hostname = take_text(virConnectGetHostname(conn));
    char const* const type = virConnectGetType(conn);
    out.hypervisor = type ? type : "";
    unsigned long packed = 0;
    if (virConnectGetVersion(conn, &packed) == 0) out.hypervisor_version = version(packed);
    packed = 0;
    if (virConnectGetLibVersion(conn, &packed) == 0) out.libvirt_version = version(packed);
    out.encrypted = virConnectIsEncrypted(conn) == 1 || virConnectIsSecure(conn) == 1;
    out.memory_free_mib = read_free_mib(conn, out.memory_mib);
    read_cpu_times(conn, out);
    return out;
}

HostInfo read_capabilities(virConnectPtr conn) {
    TextPtr const xml(check(virConnectGetCapabilities(conn)));
    xml::Document const document = xml::load(xml.get());
    auto const host = document->child("capabilities").child("host");
    HostInfo out;
    out.uuid = xml::text(host.child("uuid"));
    out.arch = xml::text(host.child("cpu").child("arch"));
    out.cpu_model = xml::text(host.child("cpu").child("model"));
    return out;
}

}  // namespace ourea::virt
