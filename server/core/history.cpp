// SPDX-License-Identifier: Apache-2.0
// Gathers figures per minute, writes them in batches, and puts tiers together for a graph.
#include "core/history.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace ourea {
namespace {

using namespace std::chrono_literals;

/// So many subjects in one transaction: others may write in between.
constexpr std::size_t batch = 100;
/// A minute is over this long after its end: a reading that comes late still counts in it.
constexpr std::chrono::minutes grace{1};
/// What the database refuses is kept this long.
constexpr std::chrono::hours patience{3};
/// The coarser tiers lag behind by less than this; what they lack is taken from finer ones.
constexpr std::chrono::hours lag{8};

struct Shape {
    std::chrono::seconds step;
    std::int64_t buckets;
    std::size_t tier;  ///< whose buckets are put together
};

Shape shape_of(MetricsSpan span) {
    switch (span) {
        case MetricsSpan::hours:
            return {1min, 360, 0};
        case MetricsSpan::day:
            return {5min, 288, 0};
        case MetricsSpan::week:
            return {30min, 336, 1};
        case MetricsSpan::month:
            return {2h, 360, 1};
        case MetricsSpan::year:
            break;
    }
    return {24h, 365, 2};
}

/// Averages the points of each bucket, and puts them where there is nothing yet.
void fill(std::vector<Point>& buckets, Time since, std::chrono::seconds step,
          std::map<Time, Point> const& points) {
    for (auto next = points.lower_bound(since); next != points.end();) {
        auto const index = (next->first - since) / step;
        if (index >= std::ssize(buckets)) return;
        std::vector<Point> together;
        for (; next != points.end() && (next->first - since) / step == index; ++next)
            together.push_back(next->second);
        auto const sum = average(together);
        auto& bucket = buckets[static_cast<std::size_t>(index)];
        for (std::size_t figure = 0; figure < most_figures; ++figure)
            if (!bucket[figure]) bucket[figure] = sum[figure];
    }
}

Series series_of(std::vector<Point> const& points, std::size_t figure) {
    Series series;
    series.reserve(points.size());
    for (auto const& point : points) {
        // One decimal is what is measured; more would only make the answer longer.
        auto const& value = point[figure];
        series.push_back(value ? std::optional(std::round(*value * 10.0) / 10.0) : std::nullopt);
    }
    return series;
}

template <class Metrics>
Metrics head_of(MetricsSpan span, Time at) {
    auto const shape = shape_of(span);
    Metrics metrics;
    metrics.span = span;
    metrics.step_seconds = shape.step.count();
    metrics.since = begin_of(at, shape.step) - shape.step * (shape.buckets - 1);
    return metrics;
}

Reading reading_of(virt::DomainStats const& stats, Instance const& instance, Time at) {
    Reading reading;
    reading.host = instance.record.host.value_or("");
    reading.at = at;
    reading.cpus = instance.record.vcpus;
    reading.counters[instance_cpu] = stats.cpu_time_ns;
    reading.counters[instance_read] = stats.read_bytes;
    reading.counters[instance_written] = stats.written_bytes;
    reading.counters[instance_received] = stats.received_bytes;
    reading.counters[instance_sent] = stats.sent_bytes;
    if (instance.memory_used_mib)
        reading.gauges[instance_memory_used] = static_cast<double>(*instance.memory_used_mib);
    return reading;
}

std::optional<double> number(std::optional<std::int64_t> value) {
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

/// What its machines and pools show only counts once they were read since it came online.
Reading reading_of(HostPicture const& host, HostView const& view, Time at) {
    Reading reading;
    reading.host = host.record.name;
    reading.at = at;
    reading.counters[host_cpu] = host.info->cpu_busy_ns;
    reading.cpu_total = host.info->cpu_total_ns;
    if (view.memory_mib && view.memory_free_mib)
        reading.gauges[host_memory_used] = number(*view.memory_mib - *view.memory_free_mib);
    if (host.listed_at && *host.listed_at >= host.status.since) {
        reading.gauges[host_memory_promised] = number(view.promised_memory_mib);
        reading.gauges[host_running] = number(view.running);
    }
    double used = 0;
    for (auto const& pool : host.pools)
        used += static_cast<double>(pool.allocation_bytes);
    if (!host.pools.empty()) reading.gauges[host_disk_used] = used;
    return reading;
}

}  // namespace

History::History(db::Database& database, Inventory const& inventory,
                 std::chrono::milliseconds longest)
    : database_(database), inventory_(inventory), longest_(longest) {}

// ---- what is read
// --------------------------------------------------------------------------------

void History::host_read(std::string const& host, Time at) {
    auto const* picture = inventory_.host(host);
    if (!picture || !picture->info) return;
    samples_[{HistoryKind::host, host}].take(
        reading_of(*picture, inventory_.host_view(*picture), at), picture->status.since, longest_);
}

void History::machines_read(std::string const& host, std::vector<virt::DomainStats> const& stats,
                            Time at) {
    auto const* picture = inventory_.host(host);
    if (!picture) return;
    for (auto const& one : stats) {
        auto const* instance = inventory_.find(one.uuid);
        if (!instance || instance->record.host != host) continue;
        HistorySubject const subject{HistoryKind::instance, one.uuid.str()};
        if (one.state == virt::DomainState::running) {
            samples_[subject].take(reading_of(one, *instance, at), picture->status.since, longest_);
        } else if (auto const found = samples_.find(subject); found != samples_.end()) {
            found->second.pause();
        }
    }
}

// ---- what is written
// -----------------------------------------------------------------------------

std::vector<HistoryEntry> History::entries(Time end, Time sum_up_end) {
    auto const& second = tiers[1];
    std::vector<HistoryEntry> found;
    for (auto& [subject, samples] : samples_) {
        HistoryEntry entry{subject, samples.averages.points(end), {}};
        for (auto const& [at, point] : entry.minutes)
            samples.not_summed.insert(begin_of(at, second.step));
        // An earlier run of the program may have ended before it summed up.
        if (!samples.known && !entry.minutes.empty()) {
            auto const first = entry.minutes.begin()->first;
            for (auto at = begin_of(first, tiers[0].chunk()); at < first; at += second.step)
                samples.not_summed.insert(at);
        }
        auto const ended = samples.not_summed.lower_bound(sum_up_end);
        entry.sum_up.insert(samples.not_summed.begin(), ended);
        if (!entry.minutes.empty() || !entry.sum_up.empty()) found.push_back(std::move(entry));
    }
    return found;
}

awaitable<void> History::flush(Time at) {
    for (auto& [subject, samples] : samples_)
        samples.averages.drop(at - patience);
    auto const end = begin_of(at - grace, tiers[0].step);
    auto const sum_up_end = begin_of(end, tiers[1].step);
    auto found = entries(end, sum_up_end);
    co_await write(std::move(found), end, sum_up_end);
    forget_idle(at);
}

awaitable<void> History::flush_all(Time at) {
    auto const end = at + tiers[1].step;
    auto found = entries(end, end);
    co_await write(std::move(found), end, end);
}

awaitable<void> History::write(std::vector<HistoryEntry> entries, Time end, Time sum_up_end) {
    for (std::size_t first = 0; first < entries.size(); first += batch) {
        auto const last = std::min(first + batch, entries.size());
        auto const part = std::make_shared<std::vector<HistoryEntry>>(
            entries.begin() + static_cast<std::ptrdiff_t>(first),
            entries.begin() + static_cast<std::ptrdiff_t>(last));
        auto save = [part](db::Transaction& tx) { write_history(tx, *part); };
        co_await database_.write(save);
        for (auto const& entry : *part)
            written(entry, end, sum_up_end);
    }
}

void History::written(HistoryEntry const& entry, Time end, Time sum_up_end) {
    auto const found = samples_.find(entry.subject);
    if (found == samples_.end()) return;
    auto& samples = found->second;
    samples.averages.drop(end);
    samples.not_summed.erase(samples.not_summed.begin(),
                             samples.not_summed.lower_bound(sum_up_end));
    samples.known = samples.known || !entry.minutes.empty();
}

void History::forget_idle(Time at) {
    std::erase_if(samples_, [&](auto const& each) {
        auto const& [subject, samples] = each;
        return samples.not_summed.empty() && samples.idle_since(at - longest_);
    });
}

awaitable<void> History::prune(Time at) {
    auto remove = [at](db::Transaction& tx) { prune_history(tx, at); };
    co_await database_.write(remove);
}

// ---- what is answered
// ----------------------------------------------------------------------------

awaitable<std::vector<Point>> History::read(HistorySubject subject, MetricsSpan span, Time at) {
    auto const shape = shape_of(span);
    auto const since = head_of<HostMetrics>(span, at).since;
    auto const end = since + shape.step * shape.buckets;
    auto query = [=](db::Transaction& tx) {
        std::array<std::map<Time, Point>, tiers.size()> found;
        for (std::size_t tier = 0; tier <= shape.tier; ++tier) {
            auto const from = tier == shape.tier ? since : std::max(since, Time(at - lag));
            found[tier] = read_history(tx, subject, tiers[tier], from, end);
        }
        return found;
    };
    auto found = co_await database_.read(query);
    if (auto const open = samples_.find(subject); open != samples_.end())
        for (auto const& [begin, point] : open->second.averages.points(end))
            if (begin >= since) found[0].try_emplace(begin, point);
    std::vector<Point> buckets(static_cast<std::size_t>(shape.buckets));
    for (std::size_t tier = shape.tier + 1; tier-- > 0;)
        fill(buckets, since, shape.step, found[tier]);
    co_return buckets;
}

awaitable<HostMetrics> History::of_host(std::string name, MetricsSpan span, Time at) {
    HistorySubject subject{HistoryKind::host, std::move(name)};
    auto const points = co_await read(std::move(subject), span, at);
    auto metrics = head_of<HostMetrics>(span, at);
    metrics.series = {series_of(points, host_cpu), series_of(points, host_memory_used),
                      series_of(points, host_memory_promised), series_of(points, host_running),
                      series_of(points, host_disk_used)};
    co_return metrics;
}

awaitable<InstanceMetrics> History::of_instance(InstanceId id, MetricsSpan span, Time at) {
    HistorySubject subject{HistoryKind::instance, id.str()};
    auto const points = co_await read(std::move(subject), span, at);
    auto metrics = head_of<InstanceMetrics>(span, at);
    metrics.series = {series_of(points, instance_cpu),      series_of(points, instance_memory_used),
                      series_of(points, instance_read),     series_of(points, instance_written),
                      series_of(points, instance_received), series_of(points, instance_sent)};
    co_return metrics;
}

}  // namespace ourea
