// SPDX-License-Identifier: Apache-2.0
// Reads and writes the table of the history.
#include "core/history_rows.hpp"

#include "db/revisions.hpp"

#include <algorithm>

namespace ourea {
namespace {

/// Its row in the table of revisions is what the writers take turns by.
constexpr std::string_view history_topic = "history";

struct HistoryRow {
    Time since{};
    std::string packed;
};
BOOST_DESCRIBE_STRUCT(HistoryRow, (), (since, packed))

std::size_t place(Time at, Time since, Tier const& tier) {
    return static_cast<std::size_t>((at - since) / tier.step);
}

bool has_figures(Point const& point) {
    return std::ranges::any_of(point, [](auto const& value) { return value.has_value(); });
}

/// The rows of one subject during one transaction: each is read once, and written once if it
/// changed.
class Rows {
public:
    Rows(db::Transaction& tx, HistorySubject const& subject) : tx_(tx), subject_(subject) {}

    void fill(std::size_t tier, std::map<Time, Point> const& points) {
        for (auto const& [at, point] : points) {
            auto& there = bucket(tier, at);
            for (std::size_t figure = 0; figure < most_figures; ++figure)
                if (!there[figure]) there[figure] = point[figure];
        }
    }

    /// Makes the bucket of each coarser tier that holds `at` anew.
    void sum_up(Time at) {
        for (std::size_t coarse = 1; coarse < tiers.size(); ++coarse) {
            auto const& finer = tiers[coarse - 1];
            auto const begin = begin_of(at, tiers[coarse].step);
            auto const& chunk = this->chunk(coarse - 1, begin);
            auto const first = place(begin, begin_of(begin, finer.chunk()), finer);
            auto const count = static_cast<std::size_t>(tiers[coarse].step / finer.step);
            auto const sum = average(std::span(chunk).subspan(first, count));
            if (has_figures(sum)) bucket(coarse, begin) = sum;
        }
    }

    void save() {
        for (auto const& [key, row] : rows_) {
            auto const packed = pack(row.chunk, subject_.kind);
            if (packed == row.before) continue;
            tx_.exec(
                "INSERT INTO history (kind, subject, step, since, packed) "
                "VALUES (:kind, :subject, :step, :since, :packed) "
                "ON CONFLICT (kind, subject, step, since) DO UPDATE SET packed = excluded.packed",
                subject_.kind, subject_.name, tiers[key.first].step.count(), key.second, packed);
        }
    }

private:
    struct Row {
        Chunk chunk;
        std::string before;
    };

    Chunk& chunk(std::size_t tier, Time at) {
        auto const since = begin_of(at, tiers[tier].chunk());
        auto const [found, is_new] = rows_.try_emplace({tier, since});
        auto& row = found->second;
        if (!is_new) return row.chunk;
        row.before = tx_.first<std::string>(
                            "SELECT packed FROM history WHERE kind = :kind AND subject = :subject "
                            "AND step = :step AND since = :since",
                            subject_.kind, subject_.name, tiers[tier].step.count(), since)
                         .value_or("");
        row.chunk = unpack(row.before, subject_.kind, tiers[tier].buckets);
        return row.chunk;
    }

    Point& bucket(std::size_t tier, Time at) {
        return chunk(tier, at)[place(at, begin_of(at, tiers[tier].chunk()), tiers[tier])];
    }

    db::Transaction& tx_;
    HistorySubject const& subject_;
    std::map<std::pair<std::size_t, Time>, Row> rows_;
};

}  // namespace

void write_history(db::Transaction& tx, std::vector<HistoryEntry> const& entries) {
    db::bump(tx, history_topic);
    for (auto const& entry : entries) {
        Rows rows(tx, entry.subject);
        rows.fill(0, entry.minutes);
        for (auto const& begin : entry.sum_up)
            rows.sum_up(begin);
        rows.save();
    }
}

void move_history(db::Transaction& tx, HistorySubject const& from, HistorySubject const& to) {
    db::bump(tx, history_topic);
    Rows rows(tx, to);
    for (std::size_t tier = 0; tier < tiers.size(); ++tier)
        rows.fill(tier, read_history(tx, from, tiers[tier], Time{}, Time::max()));
    rows.save();
    tx.exec("DELETE FROM history WHERE kind = :kind AND subject = :subject", from.kind, from.name);
}

std::map<Time, Point> read_history(db::Transaction& tx, HistorySubject const& subject,
                                   Tier const& tier, Time from, Time to) {
    std::map<Time, Point> points;
    auto const rows = tx.select<HistoryRow>(
        "SELECT since, packed FROM history WHERE kind = :kind AND subject = :subject "
        "AND step = :step AND since >= :first AND since < :end",
        subject.kind, subject.name, tier.step.count(), begin_of(from, tier.chunk()), to);
    for (auto const& row : rows) {
        auto at = row.since;
        for (auto const& point : unpack(row.packed, subject.kind, tier.buckets)) {
            if (at >= from && at < to && has_figures(point)) points[at] = point;
            at += tier.step;
        }
    }
    return points;
}

std::size_t prune_history(db::Transaction& tx, Time at) {
    std::size_t removed = 0;
    for (auto const& tier : tiers)
        removed += tx.exec("DELETE FROM history WHERE step = :step AND since < :end",
                           tier.step.count(), at - tier.kept - tier.chunk());
    removed += tx.exec(
        "DELETE FROM history WHERE kind = 'instance' AND subject IN "
        "(SELECT id FROM instances WHERE state = 'gone')");
    removed += tx.exec(
        "DELETE FROM history WHERE kind = 'host' AND subject NOT IN (SELECT name FROM hosts)");
    return removed;
}

}  // namespace ourea
