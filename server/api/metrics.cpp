// SPDX-License-Identifier: Apache-2.0
// Writes hosts, pools and instances as metrics.
#include "api/metrics.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>

namespace ourea::api {
namespace {

constexpr double bytes_per_mib = 1024.0 * 1024.0;

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

/// Backslash, quote and line feed, as the format wants it.
std::string escaped(std::string_view value) {
    std::string text;
    for (char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        if (c == '\n')
            text += "\\n";
        else
            text += c;
    }
    return text;
}

/// One family: its head comes with its first sample.
class Family {
public:
    Family(std::string& out, std::string_view name, std::string_view help)
        : out_(out), name_(name), help_(help) {}

    void add(Labels const& labels, double value) {
        if (!headed_) out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name_, help_);
        headed_ = true;
        out_ += name_;
        char before = '{';
        for (auto const& [label, text] : labels) {
            out_ += fmt::format("{}{}=\"{}\"", before, label, escaped(text));
            before = ',';
        }
        out_ += fmt::format("{}{}\n", labels.empty() ? " " : "} ", value);
    }

private:
    std::string& out_;
    std::string_view name_, help_;
    bool headed_ = false;
};

double of_mib(std::int64_t mib) {
    return static_cast<double>(mib) * bytes_per_mib;
}

/// A figure of each host that has it.
template <class Value>
void each_host(std::string& out, std::vector<HostView> const& hosts, std::string_view name,
               std::string_view help, Value value) {
    Family family(out, name, help);
    for (auto const& host : hosts)
        if (std::optional<double> const figure = value(host))
            family.add({{"host", host.name}}, *figure);
}

std::optional<double> number(std::optional<std::int64_t> value) {
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::optional<double> bytes(std::optional<std::int64_t> mib) {
    return mib ? std::optional(of_mib(*mib)) : std::nullopt;
}

void add_hosts(std::string& out, std::vector<HostView> const& hosts) {
    each_host(out, hosts, "ourea_host_up", "Whether the host answers.", [](HostView const& host) {
        bool const up = host.state == HostPhase::online || host.state == HostPhase::maintenance;
        return std::optional(up ? 1.0 : 0.0);
    });
    each_host(out, hosts, "ourea_host_cpus", "Its processors.",
              [](HostView const& host) { return number(host.cpus); });
    each_host(out, hosts, "ourea_host_cpu_ratio", "How busy they are, 0 to 1.",
              [](HostView const& host) {
                  return host.cpu_percent ? std::optional(*host.cpu_percent / 100) : std::nullopt;
              });
    each_host(out, hosts, "ourea_host_memory_bytes", "Its memory.",
              [](HostView const& host) { return bytes(host.memory_mib); });
    each_host(out, hosts, "ourea_host_memory_free_bytes", "What of it is free.",
              [](HostView const& host) { return bytes(host.memory_free_mib); });
    each_host(out, hosts, "ourea_host_instances", "Its instances.",
              [](HostView const& host) { return number(host.instances); });
    each_host(out, hosts, "ourea_host_instances_running", "Those of them that run.",
              [](HostView const& host) { return number(host.running); });
    each_host(out, hosts, "ourea_host_promised_vcpus", "Processors promised to its instances.",
              [](HostView const& host) { return number(host.promised_vcpus); });
    each_host(out, hosts, "ourea_host_promised_memory_bytes", "Memory promised to them.",
              [](HostView const& host) { return bytes(host.promised_memory_mib); });
}

void add_pools(std::string& out, Inventory const& inventory) {
    struct Figure {
        std::string_view name, help;
        std::uint64_t virt::PoolFacts::*value;
    };
    constexpr std::array<Figure, 3> figures{{
        {"ourea_pool_capacity_bytes", "The storage pool's size.", &virt::PoolFacts::capacity_bytes},
        {"ourea_pool_allocation_bytes", "What of it is taken.", &virt::PoolFacts::allocation_bytes},
        {"ourea_pool_available_bytes", "What of it is free.", &virt::PoolFacts::available_bytes},
    }};
    for (auto const& figure : figures) {
        Family family(out, figure.name, figure.help);
        for (auto const& [name, host] : inventory.hosts())
            for (auto const& pool : host.pools)
                family.add({{"host", name}, {"pool", pool.name}},
                           static_cast<double>(pool.*figure.value));
    }
}

void add_instances(std::string& out, Inventory const& inventory) {
    std::map<std::string_view, std::int64_t> states;
    for (auto const* instance : inventory.by_name())
        ++states[reflect::enum_name(instance->row.state)];
    Family count(out, "ourea_instances", "Instances by state.");
    for (auto const& [state, number] : states)
        count.add({{"state", state}}, static_cast<double>(number));
    auto const labels = [](Instance const& instance) -> Labels {
        return {{"instance", instance.row.name},
                {"host", instance.record.host ? std::string_view(*instance.record.host) : ""}};
    };
    Family cpu(out, "ourea_instance_cpu_ratio", "How busy its processors are, 0 to 1.");
    for (auto const* instance : inventory.by_name())
        if (instance->cpu_percent) cpu.add(labels(*instance), *instance->cpu_percent / 100);
    Family memory(out, "ourea_instance_memory_used_bytes", "Memory that its system uses.");
    for (auto const* instance : inventory.by_name())
        if (instance->memory_used_mib)
            memory.add(labels(*instance), of_mib(*instance->memory_used_mib));
}

}  // namespace

std::string metrics(Inventory const& inventory) {
    std::vector<HostView> hosts;
    for (auto const& [name, picture] : inventory.hosts())
        hosts.push_back(inventory.host_view(picture));
    std::string out;
    add_hosts(out, hosts);
    add_pools(out, inventory);
    add_instances(out, inventory);
    return out;
}

}  // namespace ourea::api
