// SPDX-License-Identifier: Apache-2.0
// Tests of the history: packing, averages, gaps, tiers, several writers, what is forgotten.
#include "core/history.hpp"

#include "core/records.hpp"
#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <cmath>

namespace ourea {
namespace {

using namespace std::chrono_literals;

/// The beginning of a day, of all tiers' buckets, and of all chunks but the coarsest.
Time const midnight = *parse_rfc3339("2026-01-05T00:00:00Z");

Point cpu_point(double percent) {
    Point point;
    point[host_cpu] = percent;
    return point;
}

// ---- packing
// -------------------------------------------------------------------------------------

TEST(HistoryChunkTest, KeepsFiguresAndGaps) {
    Chunk chunk(120);
    for (std::size_t i : {0U, 1U, 2U, 40U, 118U})
        chunk[i] = {12.3, 2048.0, 1e9, 0.0, 1.0, 523'000.0};
    chunk[41][instance_cpu] = 0.0;
    auto const text = pack(chunk, HistoryKind::instance);
    auto const back = unpack(text, HistoryKind::instance, 120);
    ASSERT_EQ(back.size(), 120U);
    for (std::size_t i = 0; i < 120; ++i)
        for (std::size_t figure = 0; figure < most_figures; ++figure) {
            ASSERT_EQ(back[i][figure].has_value(), chunk[i][figure].has_value()) << i;
            if (!chunk[i][figure]) continue;
            auto const& value = *chunk[i][figure];
            EXPECT_NEAR(*back[i][figure], value, figure < instance_read ? 0.0 : value / 100) << i;
        }
    EXPECT_LT(text.size(), 120U);
}

TEST(HistoryChunkTest, IsShortForWhatHardlyChanges) {
    Chunk idle(120), busy(120);
    for (std::size_t i = 0; i < 120; ++i) {
        idle[i] = {0.3, 512.0, 0.0, 0.0, 120.0, 0.0};
        auto const wave = std::sin(static_cast<double>(i));
        busy[i] = {50 + 40 * wave, 4096 + 90 * wave, 1e7 * (2 + wave), 1e6, 1e5 * (3 - wave), 9e4};
    }
    EXPECT_LT(pack(idle, HistoryKind::instance).size(), 40U);
    EXPECT_LT(pack(busy, HistoryKind::instance).size(), 2000U);
    EXPECT_EQ(pack(Chunk(120), HistoryKind::host), ",,,,");
}

TEST(HistoryChunkTest, DamageIsAGap) {
    for (auto const* text : {"", "!", "////", "99999999999999999999", ",,,,,,,,,,", "B", "____A"})
        for (auto const& point : unpack(text, HistoryKind::host, 96))
            for (auto const& value : point)
                EXPECT_TRUE(!value || (std::isfinite(*value) && *value >= 0)) << text;
    Chunk chunk(96, cpu_point(7.5));
    auto const text = pack(chunk, HistoryKind::host);
    EXPECT_EQ(unpack(text.substr(0, 1), HistoryKind::host, 96)[5][host_cpu], std::nullopt);
    // One that is shorter than its text: an older program's chunk of another length.
    EXPECT_EQ(unpack(text, HistoryKind::host, 10).size(), 10U);
}

// ---- averages
// ------------------------------------------------------------------------------------

Reading reading(Time at, std::uint64_t cpu_ns, std::uint64_t read_bytes) {
    Reading reading;
    reading.host = "node1";
    reading.at = at;
    reading.cpus = 2;
    reading.counters[instance_cpu] = cpu_ns;
    reading.counters[instance_read] = read_bytes;
    reading.gauges[instance_memory_used] = 512;
    return reading;
}

constexpr std::uint64_t second = 1'000'000'000;

TEST(HistorySamplesTest, WeighsByTheTimeThatAFigureHeld) {
    Samples samples;
    samples.take(reading(midnight + 50s, 0, 0), {}, 5min);
    samples.take(reading(midnight + 80s, 30 * second, 3000), {}, 5min);   // half of two
    samples.take(reading(midnight + 120s, 30 * second, 7000), {}, 5min);  // idle
    auto const points = samples.averages.points(midnight + 1h);
    ASSERT_EQ(points.size(), 2U);
    EXPECT_NEAR(*points.at(midnight)[instance_cpu], 50, 0.01);
    EXPECT_NEAR(*points.at(midnight + 1min)[instance_cpu], 50.0 * 20 / 60, 0.01);
    EXPECT_NEAR(*points.at(midnight)[instance_read], 100, 0.01);
    EXPECT_NEAR(*points.at(midnight)[instance_memory_used], 512, 0.01);
    EXPECT_EQ(points.at(midnight)[instance_sent], std::nullopt);
}

TEST(HistorySamplesTest, ARebootIsNoSpike) {
    Samples samples;
    samples.take(reading(midnight, 900 * second, 1'000'000'000), {}, 5min);
    samples.take(reading(midnight + 30s, 2 * second, 5000), {}, 5min);
    samples.take(reading(midnight + 60s, 5 * second, 8000), {}, 5min);
    auto const point = samples.averages.points(midnight + 1h).at(midnight);
    EXPECT_NEAR(*point[instance_cpu], 5, 0.01);  // of the last 30 s only
    EXPECT_NEAR(*point[instance_read], 100, 0.01);
}

TEST(HistorySamplesTest, ABreakIsAGap) {
    for (int const kind : {0, 1, 2, 3}) {
        Samples samples;
        samples.take(reading(midnight, 0, 0), {}, 5min);
        auto const later = midnight + (kind == 0 ? 6min : 3min);
        auto next = reading(later, 90 * second, 90'000);
        if (kind == 2) next.host = "node2";
        if (kind == 3) samples.pause();
        samples.take(next, kind == 1 ? later - 1s : Time{}, 5min);
        auto const points = samples.averages.points(midnight + 1h);
        EXPECT_EQ(points.size(), 2U) << kind;
        for (auto const& [at, point] : points)
            EXPECT_EQ(point[instance_cpu], std::nullopt) << kind;
        EXPECT_EQ(points.at(later)[instance_memory_used], 512) << kind;
    }
}

TEST(HistorySamplesTest, WhatWasNotReadIsNoZero) {
    Samples samples;
    samples.take(reading(midnight, 0, 1'000'000), {}, 5min);
    auto silent = reading(midnight + 20s, second, 0);
    silent.counters[instance_read].reset();
    samples.take(silent, {}, 5min);
    samples.take(reading(midnight + 40s, 2 * second, 1'000'500), {}, 5min);
    EXPECT_EQ(samples.averages.points(midnight + 1h).at(midnight)[instance_read], std::nullopt);
}

// ---- the database
// --------------------------------------------------------------------------------

class HistoryTest : protected test::WithLoop, public test::DatabaseTest {
protected:
    static inline InstanceId const id{"6f0a1b52-0d7e-4c55-9a53-3c1f4a2b9e01"};
    HistorySubject const host{HistoryKind::host, "node1"};

    void write(std::map<Time, Point> minutes, std::set<Time> sum_up = {}) {
        db().write_now([&](db::Transaction& tx) { write_history(tx, {{host, minutes, sum_up}}); });
    }
    std::map<Time, Point> read_of(HistorySubject const& subject, std::size_t tier, Time from,
                                  Time to) {
        return db().read_now(
            [&](db::Transaction& tx) { return read_history(tx, subject, tiers[tier], from, to); });
    }
    std::map<Time, Point> read(std::size_t tier, Time from, Time to) {
        return read_of(host, tier, from, to);
    }
    std::int64_t rows() {
        return *db().read_now([](db::Transaction& tx) {
            return tx.first<std::int64_t>("SELECT COUNT(*) FROM history");
        });
    }
    template <class T>
    T run(awaitable<T> work) {
        return test::run(loop, std::move(work));
    }

    /// node1 is online and has one machine that runs.
    void show_machine(std::string const& on = "node1") {
        for (auto const* name : {"node1", "node2"}) {
            inventory.put_host({name, "test:///default", {}, false, now(), {}, {}});
            inventory.set_status(name, {virt::HostState::online, {}, midnight - 1h});
            inventory.set_domains(name, {});
        }
        virt::DomainFacts facts;
        facts.uuid = id;
        facts.name = "web";
        facts.state = virt::DomainState::running;
        facts.vcpus = 1;
        facts.memory_mib = 1024;
        inventory.set_domains(on, {facts});
    }
    /// Its counters at a time: half of its processor is at work.
    virt::DomainStats stats(Time at) const {
        auto const seconds = static_cast<std::uint64_t>((at - midnight).count()) / 1000;
        virt::DomainStats stats;
        stats.uuid = id;
        stats.state = virt::DomainState::running;
        stats.cpu_time_ns = seconds * second / 2;
        stats.memory_used_kib = 256 * 1024;
        stats.sent_bytes = seconds * 1000;
        return stats;
    }
    /// The monitor's looks from one time to another.
    void look(History& history, Time from, Time to, std::string const& on = "node1") {
        for (auto at = from; at <= to; at += 30s) {
            inventory.set_stats(on, {stats(at)});
            history.machines_read(on, {stats(at)}, at);
        }
    }

    Events events{loop.get_executor()};
    Inventory inventory{events};
};

TEST_P(HistoryTest, SumsUpIntoCoarserTiers) {
    std::map<Time, Point> minutes;
    for (int i = 0; i < 15; ++i)
        minutes[midnight + i * 1min] = cpu_point(i);
    minutes[midnight + 50min] = cpu_point(80);
    write(minutes, {midnight, midnight + 45min});
    EXPECT_EQ(read(0, midnight, midnight + 1h), minutes);
    auto const quarters = read(1, midnight, midnight + 1h);
    EXPECT_EQ(quarters,
              (std::map<Time, Point>{{midnight, cpu_point(7)}, {midnight + 45min, cpu_point(80)}}));
    EXPECT_EQ(read(2, midnight, midnight + 1h).at(midnight)[host_cpu], 43.5);
    EXPECT_EQ(rows(), 3);
}

TEST_P(HistoryTest, SeveralWritersFillEachOthersGapsAndCountNothingTwice) {
    auto const at = midnight + 5min;
    write({{at, cpu_point(10)}, {at + 1min, cpu_point(20)}}, {midnight});
    auto other = cpu_point(90);
    other[host_running] = 3;
    write({{at, other}, {at + 2min, cpu_point(30)}}, {midnight});
    auto const found = read(0, midnight, midnight + 1h);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found.at(at)[host_cpu], 10);
    EXPECT_EQ(found.at(at)[host_running], 3);
    EXPECT_EQ(read(1, midnight, midnight + 1h).at(midnight)[host_cpu], 20);
}

TEST_P(HistoryTest, IsRemovedByAgeAndWithWhatItIsOf) {
    auto const at = midnight + 40 * 24h;
    std::int64_t const name_only = 0;
    db().write_now([&](db::Transaction& tx) {
        tx.exec(
            "INSERT INTO hosts (name, uri, maintenance, created_at) VALUES ('node1', 'x', "
            ":maintenance, 0)",
            name_only);
        InstanceRecord record;
        record.id = id;
        record.state = RecordState::gone;
        Records::save(tx, record);
        std::map<Time, Point> const minutes{{at, cpu_point(1)}};
        write_history(tx, {{{HistoryKind::instance, id.str()}, minutes, {}},
                           {{HistoryKind::host, "removed"}, minutes, {}},
                           {host, {{midnight, cpu_point(5)}, {at, cpu_point(1)}}, {midnight, at}}});
    });
    EXPECT_EQ(rows(), 8);
    db().write_now([&](db::Transaction& tx) { return prune_history(tx, at); });
    EXPECT_EQ(read(0, midnight, at + 1h).size(), 1U);
    EXPECT_EQ(read(1, midnight, at + 1h).size(), 1U);
    EXPECT_EQ(read(2, midnight, at + 1h).size(), 2U);
    EXPECT_EQ(rows(), 4);
}

TEST_P(HistoryTest, GoesOnUnderAnotherName) {
    HistorySubject const heir{HistoryKind::host, "node2"};
    auto const later = midnight + 3h;  // in the chunk after
    write({{midnight, cpu_point(10)}, {midnight + 5min, cpu_point(20)}, {later, cpu_point(30)}},
          {midnight, later});
    db().write_now([&](db::Transaction& tx) {
        write_history(tx, {{heir, {{midnight + 5min, cpu_point(70)}}, {midnight}}});
        move_history(tx, host, heir);
    });
    EXPECT_EQ(
        read_of(heir, 0, midnight, midnight + 4h),
        (std::map<Time, Point>{
            {midnight, cpu_point(10)}, {midnight + 5min, cpu_point(70)}, {later, cpu_point(30)}}));
    EXPECT_EQ(read_of(heir, 1, midnight, midnight + 4h),
              (std::map<Time, Point>{{midnight, cpu_point(70)}, {later, cpu_point(30)}}));
    EXPECT_EQ(read(0, midnight, midnight + 4h).size() + read(1, midnight, midnight + 4h).size(),
              0U);
}

TEST_P(HistoryTest, AnswersFromMemoryAndFromTheDatabase) {
    show_machine();
    History history(db(), inventory, 5min);
    auto const end = midnight + 40min;
    look(history, midnight, end);
    auto const check = [&](InstanceMetrics const& metrics) {
        ASSERT_EQ(metrics.series.cpu_percent.size(), 360U);
        EXPECT_EQ(metrics.step_seconds, 60);
        auto const first = static_cast<std::size_t>((midnight - metrics.since) / 1min);
        EXPECT_EQ(metrics.series.cpu_percent[first - 1], std::nullopt);
        for (auto i = first; i < first + 39; ++i) {
            EXPECT_EQ(metrics.series.cpu_percent[i], 50.0) << i;
            EXPECT_EQ(metrics.series.memory_used_mib[i], 256.0) << i;
            EXPECT_NEAR(*metrics.series.sent_bytes[i], 1000, 10) << i;
            EXPECT_EQ(metrics.series.read_bytes[i], std::nullopt) << i;
        }
    };
    check(run(history.of_instance(id, MetricsSpan::hours, end)));
    EXPECT_EQ(rows(), 0);
    run(history.flush(end));
    check(run(history.of_instance(id, MetricsSpan::hours, end)));
    run(history.flush_all(end));

    History after_restart(db(), inventory, 5min);
    check(run(after_restart.of_instance(id, MetricsSpan::hours, end)));
    auto const week = run(after_restart.of_instance(id, MetricsSpan::week, end));
    EXPECT_EQ(week.series.cpu_percent.back(), 50.0);
    auto const year = run(after_restart.of_instance(id, MetricsSpan::year, end));
    EXPECT_EQ(year.since + 364 * 24h, midnight);
    EXPECT_EQ(year.series.memory_used_mib.back(), 256.0);
}

TEST_P(HistoryTest, ACrashLosesMinutesAndLeavesNoHoleInTheCoarserTiers) {
    show_machine();
    auto const crash = midnight + 20min;
    {
        History history(db(), inventory, 5min);
        look(history, midnight, midnight + 10min);
        run(history.flush(midnight + 10min));
        look(history, midnight + 10min, crash);
    }
    auto const quarters = [this] {
        return read_of({HistoryKind::instance, id.str()}, 1, midnight, midnight + 15min);
    };
    EXPECT_TRUE(quarters().empty());
    History again(db(), inventory, 5min);
    look(again, crash, midnight + 40min);
    run(again.flush(midnight + 40min));
    auto const metrics = run(again.of_instance(id, MetricsSpan::hours, midnight + 40min));
    auto const first = static_cast<std::size_t>((midnight - metrics.since) / 1min);
    EXPECT_EQ(metrics.series.cpu_percent[first + 8], 50.0);
    EXPECT_EQ(metrics.series.cpu_percent[first + 12], std::nullopt);
    EXPECT_EQ(metrics.series.cpu_percent[first + 25], 50.0);
    EXPECT_EQ(quarters().at(midnight)[instance_cpu], 50.0);
}

TEST_P(HistoryTest, AMachineThatMovesKeepsItsHistory) {
    show_machine("node1");
    History history(db(), inventory, 5min);
    look(history, midnight, midnight + 5min);
    show_machine("node2");
    look(history, midnight + 6min, midnight + 10min, "node1");  // node1 has no word any more
    look(history, midnight + 8min, midnight + 12min, "node2");
    auto const end = midnight + 12min;
    auto const metrics = run(history.of_instance(id, MetricsSpan::hours, end));
    auto const first = static_cast<std::size_t>((midnight - metrics.since) / 1min);
    EXPECT_EQ(metrics.series.cpu_percent[first + 4], 50.0);
    EXPECT_EQ(metrics.series.cpu_percent[first + 6], std::nullopt);
    EXPECT_EQ(metrics.series.cpu_percent[first + 9], 50.0);
}

TEST_P(HistoryTest, AHostShowsNothingOfMachinesBeforeTheyWereListed) {
    History history(db(), inventory, 5min);
    inventory.put_host({"node1", "test:///default", {}, false, now(), {}, {}});
    inventory.set_status("node1", {virt::HostState::online, {}, midnight - 1h});
    virt::HostInfo info;
    info.cpus = 4;
    info.memory_mib = 1000;
    info.memory_free_mib = 400;
    inventory.set_info("node1", info);
    history.host_read("node1", midnight);
    auto metrics = run(history.of_host("node1", MetricsSpan::hours, midnight));
    EXPECT_EQ(metrics.series.memory_used_mib.back(), 600.0);
    EXPECT_EQ(metrics.series.running.back(), std::nullopt);
    EXPECT_EQ(metrics.series.disk_used_bytes.back(), std::nullopt);
    EXPECT_EQ(metrics.series.cpu_percent.back(), std::nullopt);
    show_machine();
    history.host_read("node1", midnight + 30s);
    metrics = run(history.of_host("node1", MetricsSpan::hours, midnight));
    EXPECT_EQ(metrics.series.running.back(), 1.0);
    EXPECT_EQ(metrics.series.promised_memory_mib.back(), 1024.0);
}

TEST_P(HistoryTest, WhatTheDatabaseRefusesIsWrittenLater) {
    show_machine();
    History history(db(), inventory, 5min);
    look(history, midnight, midnight + 5min);
    auto const execute = [this](char const* sql) {
        db().write_now([sql](db::Transaction& tx) { tx.exec(sql); });
    };
    execute("ALTER TABLE history RENAME TO away");
    EXPECT_THROW(run(history.flush(midnight + 6min)), std::exception);
    execute("ALTER TABLE away RENAME TO history");
    run(history.flush(midnight + 8min));
    EXPECT_EQ(rows(), 1);
}

ON_EVERY_DATABASE(HistoryTest);

}  // namespace
}  // namespace ourea
