// SPDX-License-Identifier: Apache-2.0
// The history of hosts and machines: gathers what their monitors read, writes it, answers graphs.
#pragma once

#include "core/history_rows.hpp"
#include "core/history_samples.hpp"
#include "core/inventory.hpp"
#include "db/database.hpp"

#include <map>
#include <unordered_map>

namespace ourea {

/// How far back a graph goes: 6 hours, a day, 7 days, 30 days, 365 days.
enum class MetricsSpan { hours, day, week, month, year };
BOOST_DESCRIBE_ENUM(MetricsSpan, hours, day, week, month, year)

/// Averages of buckets, all equally many; null is "no data".
using Series = std::vector<std::optional<double>>;

struct HostSeries {
    Series cpu_percent;
    Series memory_used_mib;
    Series promised_memory_mib;
    Series running;          ///< machines
    Series disk_used_bytes;  ///< in its pools
};
BOOST_DESCRIBE_STRUCT(HostSeries, (),
                      (cpu_percent, memory_used_mib, promised_memory_mib, running, disk_used_bytes))

/// Bytes per second, to one percent; percent of its processors.
struct InstanceSeries {
    Series cpu_percent;
    Series memory_used_mib;
    Series read_bytes;
    Series written_bytes;
    Series received_bytes;
    Series sent_bytes;
};
BOOST_DESCRIBE_STRUCT(InstanceSeries, (),
                      (cpu_percent, memory_used_mib, read_bytes, written_bytes, received_bytes,
                       sent_bytes))

struct HostMetrics {
    MetricsSpan span{};
    Time since{};                   ///< the beginning of the first bucket
    std::int64_t step_seconds = 0;  ///< of a bucket; the last one is not over yet
    HostSeries series;
};
BOOST_DESCRIBE_STRUCT(HostMetrics, (), (span, since, step_seconds, series))

struct InstanceMetrics {
    MetricsSpan span{};
    Time since{};
    std::int64_t step_seconds = 0;
    InstanceSeries series;
};
BOOST_DESCRIBE_STRUCT(InstanceMetrics, (), (span, since, step_seconds, series))

/// Lives on the event loop. What was read stays in memory until `flush()`; nothing here waits for a
/// hypervisor.
class History {
public:
    /// `longest`: readings further apart do not belong together.
    History(db::Database& database, Inventory const& inventory, std::chrono::milliseconds longest);

    /// After the inventory took over new figures of the host itself.
    void host_read(std::string const& host, Time at = now());
    /// After it took over new figures of the host's machines.
    void machines_read(std::string const& host, std::vector<virt::DomainStats> const& stats,
                       Time at = now());

    /// Writes the minutes that are over. What the database refuses stays for the next time.
    awaitable<void> flush(Time at = now());
    /// Writes everything: the program ends.
    awaitable<void> flush_all(Time at = now());
    /// Removes what is too old, or of what is gone.
    awaitable<void> prune(Time at = now());

    awaitable<HostMetrics> of_host(std::string name, MetricsSpan span, Time at = now());
    awaitable<InstanceMetrics> of_instance(InstanceId id, MetricsSpan span, Time at = now());

private:
    std::vector<HistoryEntry> entries(Time end, Time sum_up_end);
    awaitable<void> write(std::vector<HistoryEntry> entries, Time end, Time sum_up_end);
    void written(HistoryEntry const& entry, Time end, Time sum_up_end);
    void forget_idle(Time at);
    awaitable<std::vector<Point>> read(HistorySubject subject, MetricsSpan span, Time at);

    db::Database& database_;
    Inventory const& inventory_;
    std::chrono::milliseconds longest_;
    std::map<HistorySubject, Samples> samples_;
};

}  // namespace ourea
