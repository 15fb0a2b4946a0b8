// SPDX-License-Identifier: Apache-2.0
// The form of the history: which figures are kept, how long, and how many of them become one text.
#pragma once

#include "base/reflect.hpp"
#include "base/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

enum class HistoryKind { host, instance };
BOOST_DESCRIBE_ENUM(HistoryKind, host, instance)

/// How exactly a figure is kept.
enum class Precision {
    tenth,
    whole,
    mebibyte,  ///< of a figure in bytes
    percent,   ///< to one percent of itself, and nothing stays nothing
};

/// The places of a host's figures in a point.
enum HostFigure : std::size_t {
    host_cpu,              ///< percent
    host_memory_used,      ///< MiB
    host_memory_promised,  ///< MiB
    host_running,          ///< machines
    host_disk_used,        ///< bytes of its pools
    host_figures,
};

/// The places of a machine's figures in a point; bytes are per second.
enum InstanceFigure : std::size_t {
    instance_cpu,          ///< percent of its processors
    instance_memory_used,  ///< MiB
    instance_read,
    instance_written,
    instance_received,
    instance_sent,
    instance_figures,
};

inline constexpr std::size_t most_figures = 6;
std::span<Precision const> precisions(HistoryKind kind);

/// The figures of one bucket; an absent one is "no data".
using Point = std::array<std::optional<double>, most_figures>;

/// Buckets of one length; they begin at multiples of it since 1970.
struct Tier {
    std::chrono::seconds step;
    std::int64_t buckets;  ///< in a chunk, which is one row
    std::chrono::hours kept;

    std::chrono::milliseconds chunk() const { return step * buckets; }
};

/// From fine to coarse. A chunk holds whole buckets of the next tier.
inline constexpr std::array<Tier, 3> tiers{{
    {std::chrono::minutes(1), 120, std::chrono::hours(2 * 24)},
    {std::chrono::minutes(15), 96, std::chrono::hours(35 * 24)},
    {std::chrono::hours(6), 120, std::chrono::hours(2 * 365 * 24)},
}};

/// The beginning of what is `length` long and holds `at`.
inline Time begin_of(Time at, std::chrono::milliseconds length) {
    return Time(at.time_since_epoch() / length * length);
}

using Chunk = std::vector<Point>;

/// Text of letters, digits, '-', '_' and ','. For each figure, separated by commas, tokens of
/// six-bit digits: a difference to the last value, so many repetitions of it, or so many gaps.
std::string pack(Chunk const& chunk, HistoryKind kind);
/// `buckets` long, whatever the text holds: an unreadable figure is a gap from there on, and
/// figures that the text lacks are gaps.
Chunk unpack(std::string_view text, HistoryKind kind, std::int64_t buckets);

/// The average of each figure over the points that have it.
Point average(std::span<Point const> points);

}  // namespace ourea
