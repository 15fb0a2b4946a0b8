// SPDX-License-Identifier: Apache-2.0
// Looks for the migrations that bring the hosts of a cluster closest together.
#include "core/balance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace ourea {
namespace {

constexpr std::size_t most_moves = 5;  ///< of a group
/// Hosts that are nearer than this, in parts of what they have, are even enough.
constexpr double memory_tolerance = 0.20;
constexpr double cpu_tolerance = 0.30;
/// What a move must bring, or it is not worth the trouble.
constexpr double least_gain = 0.05;
/// So often a group is planned anew because a host refused a machine.
constexpr int most_rounds = 10;

/// Memory promised, or processors used: what a host has and what of it is taken.
struct Measure {
    double there = 0;
    double taken = 0;
    double part() const { return there > 0 ? taken / there : 0; }
};

struct Slot {
    HostPicture const* host = nullptr;
    Promised promised;
    Measure memory;
    std::optional<Measure> cpu;
};

struct Candidate {
    Instance const* instance = nullptr;
    double memory = 0;  ///< MiB
    double cpu = 0;     ///< processors used
    bool moved = false;
};

enum class By { memory, cpu };

/// A machine, and how far its two hosts would be apart after its move.
struct Option {
    Candidate* candidate = nullptr;
    double gap = 0;
};

std::string percent(double part) {
    return fmt::format("{:.0f} %", part * 100);
}

/// One group of hosts while it is planned.
class GroupPlan {
public:
    GroupPlan(std::vector<InstanceRecord const*> const& machines, PlacementRules const& rules,
              IsShared const& is_shared, Excluded const& excluded)
        : machines_(machines), rules_(rules), is_shared_(is_shared), excluded_(excluded) {}

    void add(HostPicture const& host, Promised const& promised) {
        Slot slot;
        slot.host = &host;
        slot.promised = promised;
        slot.memory = {static_cast<double>(host.info->memory_mib),
                       static_cast<double>(promised.memory_mib)};
        if (host.cpu_percent) {
            auto const cpus = static_cast<double>(host.info->cpus);
            slot.cpu = Measure{cpus, *host.cpu_percent / 100 * cpus};
        }
        slots_.push_back(std::move(slot));
    }

    void add(Instance const& instance) {
        Candidate candidate;
        candidate.instance = &instance;
        candidate.memory = static_cast<double>(instance.record.memory_mib);
        candidate.cpu =
            instance.cpu_percent.value_or(0) / 100 * static_cast<double>(instance.record.vcpus);
        candidates_[*instance.record.host].push_back(candidate);
    }

    BalanceGroup made() {
        BalanceGroup group;
        for (auto const& slot : slots_)
            group.hosts.push_back({slot.host->record.name,
                                   rounded(slot.memory),
                                   0,
                                   slot.cpu ? std::optional(rounded(*slot.cpu)) : std::nullopt,
                                   {}});
        even_out(By::memory, group.moves);
        even_out(By::cpu, group.moves);
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            group.hosts[i].memory_percent_after = rounded(slots_[i].memory);
            if (slots_[i].cpu) group.hosts[i].cpu_percent_after = rounded(*slots_[i].cpu);
        }
        return group;
    }

private:
    static double rounded(Measure const& measure) { return std::round(measure.part() * 1000) / 10; }

    static double part(Slot const& slot, By by) {
        return by == By::memory ? slot.memory.part() : slot.cpu->part();
    }

    static double there(Slot const& slot, By by) {
        return by == By::memory ? slot.memory.there : slot.cpu->there;
    }

    void even_out(By by, std::vector<RecommendedMove>& moves) {
        while (moves.size() < most_moves) {
            auto move = next_move(by);
            if (!move) return;
            moves.push_back(std::move(*move));
        }
    }

    /// From the fullest host that can give to the emptiest that can take.
    std::optional<RecommendedMove> next_move(By by) {
        std::vector<Slot*> order;
        for (auto& slot : slots_)
            if (by == By::memory || slot.cpu) order.push_back(&slot);
        std::ranges::sort(order, {}, [by](Slot const* slot) { return part(*slot, by); });
        auto const tolerance = by == By::memory ? memory_tolerance : cpu_tolerance;
        for (auto from = order.rbegin(); from != order.rend(); ++from)
            for (auto* to : order) {
                if (part(**from, by) - part(*to, by) <= tolerance) break;
                if (auto move = move_between(**from, *to, by)) return move;
            }
        return std::nullopt;
    }

    std::optional<RecommendedMove> move_between(Slot& from, Slot& to, By by) {
        auto const gap = part(from, by) - part(to, by);
        std::vector<Option> options;
        for (auto& candidate : candidates_[from.host->record.name]) {
            auto const amount = by == By::memory ? candidate.memory : candidate.cpu;
            auto const after = std::abs(gap - amount / there(from, by) - amount / there(to, by));
            if (candidate.moved || amount <= 0 || gap - after < least_gain) continue;
            options.push_back({&candidate, after});
        }
        std::ranges::stable_sort(options, {}, &Option::gap);
        for (auto const& option : options)
            if (fits(*option.candidate, from, to, by))
                return carry(*option.candidate, from, to, by);
        return std::nullopt;
    }

    bool fits(Candidate const& candidate, Slot const& from, Slot const& to, By by) const {
        auto const& instance = *candidate.instance;
        auto const& name = to.host->record.name;
        if (excluded_.contains({instance.id(), name})) return false;
        auto const& record = instance.record;
        Promised const in_all{to.promised.vcpus + record.vcpus,
                              to.promised.memory_mib + record.memory_mib};
        if (!beyond_limits(*to.host, in_all).empty()) return false;
        bool const uneven = (to.memory.taken + candidate.memory) / to.memory.there >
                            from.memory.part() + memory_tolerance;
        if (by == By::cpu && uneven) return false;
        auto const company = company_on_hosts(machines_, rules_, record.tags, record.id);
        if (company.contains(name)) return false;
        Way const way{is_on(instance.row.state), false, false};
        return migration_blockers(instance, *from.host, *to.host, way, is_shared_).empty();
    }

    static RecommendedMove carry(Candidate& candidate, Slot& from, Slot& to, By by) {
        std::array const before{part(from, by), part(to, by)};
        auto const& record = candidate.instance->record;
        candidate.moved = true;
        from.memory.taken -= candidate.memory;
        to.memory.taken += candidate.memory;
        from.promised.memory_mib -= record.memory_mib;
        to.promised.memory_mib += record.memory_mib;
        from.promised.vcpus -= record.vcpus;
        to.promised.vcpus += record.vcpus;
        if (from.cpu) from.cpu->taken -= candidate.cpu;
        if (to.cpu) to.cpu->taken += candidate.cpu;
        auto const& here = from.host->record.name;
        auto const& there = to.host->record.name;
        auto reason = fmt::format("{}: {} of {} and {} of {}; afterwards {} and {}.",
                                  by == By::memory ? "Memory promised" : "Processors used",
                                  percent(before[0]), here, percent(before[1]), there,
                                  percent(part(from, by)), percent(part(to, by)));
        return {record.id, record.name, here, there, std::move(reason)};
    }

    std::vector<InstanceRecord const*> const& machines_;
    PlacementRules const& rules_;
    IsShared const& is_shared_;
    Excluded const& excluded_;
    std::vector<Slot> slots_;
    std::map<std::string, std::vector<Candidate>> candidates_;
};

}  // namespace

std::vector<BalanceGroup> balance(Inventory const& inventory, PlacementRules const& rules,
                                  IsShared const& is_shared, Excluded const& excluded) {
    std::map<std::optional<std::string>, GroupPlan> plans;
    auto const machines = placed_machines(inventory, {});
    auto promises = promised_on_hosts(machines);
    for (auto const& [name, host] : inventory.hosts()) {
        bool const counts = host.phase() == HostPhase::online && host.info &&
                            host.info->memory_mib > 0 && host.info->cpus > 0;
        if (!counts) continue;
        auto const plan =
            plans.try_emplace(host.record.cluster, machines, rules, is_shared, excluded).first;
        plan->second.add(host, promises[name]);
    }
    for (auto const* instance : inventory.by_name()) {
        auto const& record = instance->record;
        bool const movable = record.host && !record.template_ && instance->facts &&
                             !instance->job && record.state == RecordState::present;
        auto const* host = movable ? inventory.host(*record.host) : nullptr;
        if (!host || host->phase() != HostPhase::online) continue;
        if (auto const plan = plans.find(host->record.cluster); plan != plans.end())
            plan->second.add(*instance);
    }
    std::vector<BalanceGroup> groups;
    for (auto& [cluster, plan] : plans) {
        auto group = plan.made();
        group.cluster = cluster;
        if (group.hosts.size() > 1) groups.push_back(std::move(group));
    }
    return groups;
}

/// A host that does not answer takes nothing.
awaitable<bool> Balance::takes(RecommendedMove move) const {
    try {
        auto const source = hosts_.online(move.from);
        auto const target = hosts_.online(move.to);
        auto reading = source->domain_xml(move.instance, virt::XmlView{false, false});
        auto const xml = co_await std::move(reading);
        auto asking = target->unfitness_for(xml);
        auto const unfit = co_await std::move(asking);
        co_return unfit.machine.empty() && unfit.cpu.empty();
    } catch (Error const&) {
        co_return false;
    }
}

awaitable<BalanceView> Balance::recommend() const {
    Excluded excluded;
    std::set<std::pair<InstanceId, std::string>> asked;
    BalanceView view;
    auto const shared = hosts_.shared_pools();
    for (int round = 0; round < most_rounds; ++round) {
        view.groups = balance(inventory_, settings_.placement(), shared, excluded);
        auto const known = excluded.size();
        for (auto const& group : view.groups)
            for (auto const& move : group.moves) {
                if (!asked.emplace(move.instance, move.to).second) continue;
                auto asking = takes(move);
                if (!co_await std::move(asking)) excluded.emplace(move.instance, move.to);
            }
        if (excluded.size() == known) co_return view;
    }
    co_return view;
}

}  // namespace ourea
