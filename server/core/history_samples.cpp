// SPDX-License-Identifier: Apache-2.0
// Spreads what was measured over the minutes in which it held.
#include "core/history_samples.hpp"

#include <algorithm>
#include <utility>

namespace ourea {
namespace {

constexpr std::size_t cpu = host_cpu;
static_assert(cpu == instance_cpu);

constexpr double ns_per_ms = 1e6;

double milliseconds(Time from, Time to) {
    return static_cast<double>((to - from).count());
}

/// How far a counter went; nothing if it was not read both times or went back.
std::optional<double> growth(std::optional<std::uint64_t> before,
                             std::optional<std::uint64_t> after) {
    if (!before || !after || *after < *before) return std::nullopt;
    return static_cast<double>(*after - *before);
}

bool began_anew(Reading const& before, Reading const& after) {
    return before.counters[cpu] && after.counters[cpu] &&
           *after.counters[cpu] < *before.counters[cpu];
}

}  // namespace

void Averages::add(std::size_t figure, double value, Time from, Time to) {
    auto const step = tiers.front().step;
    auto begin = begin_of(from, step);
    do {
        auto const end = begin + step;
        double const held = milliseconds(std::max(from, begin), std::min(to, Time(end)));
        double const weight = from == to ? 1e-3 : held;
        if (weight > 0) {
            auto& sum = buckets_[begin][figure];
            sum.weighted += value * weight;
            sum.milliseconds += weight;
        }
        begin = end;
    } while (begin < to);
}

std::map<Time, Point> Averages::points(Time end) const {
    std::map<Time, Point> result;
    for (auto const& [begin, sums] : buckets_) {
        if (begin >= end) break;
        auto& point = result[begin];
        for (std::size_t figure = 0; figure < most_figures; ++figure)
            if (sums[figure].milliseconds > 0)
                point[figure] = sums[figure].weighted / sums[figure].milliseconds;
    }
    return result;
}

void Samples::take(Reading reading, Time unbroken_since, std::chrono::milliseconds longest) {
    bool const follows = last_ && last_->host == reading.host && last_->at < reading.at &&
                         last_->at >= unbroken_since && reading.at - last_->at <= longest &&
                         !began_anew(*last_, reading);
    if (!follows) last_.reset();
    auto const from = follows ? last_->at : reading.at;
    for (std::size_t figure = 0; figure < most_figures; ++figure)
        if (auto const& value = reading.gauges[figure])
            averages.add(figure, *value, from, reading.at);
    if (follows) add_rates(reading);
    last_ = std::move(reading);
}

void Samples::add_rates(Reading const& reading) {
    double const ms = milliseconds(last_->at, reading.at);
    auto total = growth(last_->cpu_total, reading.cpu_total);
    if (!total && reading.cpus > 0) total = ms * ns_per_ms * static_cast<double>(reading.cpus);
    for (std::size_t figure = 0; figure < most_figures; ++figure) {
        auto const grown = growth(last_->counters[figure], reading.counters[figure]);
        if (!grown) continue;
        if (figure != cpu)
            averages.add(figure, *grown * 1000.0 / ms, last_->at, reading.at);
        else if (total && *total > 0)
            averages.add(figure, std::min(100.0, 100.0 * *grown / *total), last_->at, reading.at);
    }
}

}  // namespace ourea
