// SPDX-License-Identifier: Apache-2.0
// Turns readings of counters and gauges into averages per minute.
#pragma once

#include "core/history_chunk.hpp"
#include "virt/facts.hpp"

#include <map>
#include <set>
#include <string>

namespace ourea {

/// The open buckets of one host or machine. A figure counts in each minute for as long as it held
/// there, so that it does not matter how often somebody looked.
class Averages {
public:
    /// `value` held from `from` to `to`; where they are equal it is a glimpse, which any duration
    /// outweighs.
    void add(std::size_t figure, double value, Time from, Time to);

    /// The buckets that began before `end`, by their beginning.
    std::map<Time, Point> points(Time end) const;
    /// Forgets the buckets that began before `end`.
    void drop(Time end) { buckets_.erase(buckets_.begin(), buckets_.lower_bound(end)); }
    bool empty() const { return buckets_.empty(); }

private:
    struct Sum {
        double weighted = 0;
        double milliseconds = 0;
    };
    std::map<Time, std::array<Sum, most_figures>> buckets_;
};

/// What was read of a machine or host at one time; nothing where the hypervisor said nothing.
struct Reading {
    std::string host;
    Time at{};
    /// Since its start: of processor time in ns at the place of `host_cpu`, else bytes.
    std::array<std::optional<std::uint64_t>, most_figures> counters;
    std::array<std::optional<double>, most_figures> gauges;
    std::int64_t cpus = 0;  ///< whose whole time is 100 percent
    /// That whole time in ns since its start, where the hypervisor counts it itself.
    std::optional<std::uint64_t> cpu_total;
};

/// The readings of one host or machine, made to averages.
class Samples {
public:
    /// Readings further apart than `longest`, from two hosts, or with a break of the connection
    /// (`unbroken_since`) between them have a gap between them. A counter that went back, because
    /// the machine started anew, only begins again.
    void take(Reading reading, Time unbroken_since, std::chrono::milliseconds longest);
    /// The next reading has nothing before it: the machine is off.
    void pause() { last_.reset(); }

    Averages averages;
    /// Whether nothing is open and nothing was read since `at`.
    bool idle_since(Time at) const { return averages.empty() && (!last_ || last_->at < at); }

    // What the history has written of it.
    bool known = false;         ///< written once since the program began
    std::set<Time> not_summed;  ///< beginnings of the second tier's buckets that got new minutes

private:
    void add_rates(Reading const& reading);

    std::optional<Reading> last_;
};

}  // namespace ourea
