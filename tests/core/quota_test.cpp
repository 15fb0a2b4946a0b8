// SPDX-License-Identifier: Apache-2.0
// Quotas count what is there, refuse in words, and hold under a race.
#include "core/quota.hpp"

#include "base/error.hpp"
#include "core/records.hpp"
#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t gib = std::int64_t{1} << 30;

class QuotaTest : public test::DatabaseTest {
protected:
    void add_user(std::string const& name, Quota quota) {
        db().write_now([&](db::Transaction& tx) {
            tx.exec(
                "INSERT INTO users (name, role, created_at, quota_instances, quota_vcpus, "
                "quota_memory_mib, quota_disk_gib) VALUES (:name, 'user', 0, :i, :v, :m, :d)",
                name, quota.instances, quota.vcpus, quota.memory_mib, quota.disk_gib);
        });
    }

    static void insert(db::Transaction& tx, std::string const& owner, Demand const& size,
                       std::string const& state = "present") {
        auto const id = random_uuid();
        tx.exec(
            "INSERT INTO instances (id, name, owner, vcpus, memory_mib, disk_bytes, state, "
            "created_at, changed_at) VALUES (:id, :name, :owner, :v, :m, :d, :state, 0, 0)",
            id, id, owner, size.vcpus, size.memory_mib, size.disk_bytes, state);
    }
    void add_instance(std::string const& owner, Demand const& size,
                      std::string const& state = "present") {
        db().write_now([&](db::Transaction& tx) { insert(tx, owner, size, state); });
    }

    std::string problem(std::string const& owner, Demand const& wanted) {
        try {
            db().write_now([&](db::Transaction& tx) { check_quota(tx, owner, wanted); });
            return "";
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), Kind::quota);
            return error.message();
        }
    }
};

TEST_P(QuotaTest, UsageIsTheSumOfWhatIsNotGone) {
    add_user("alice", {});
    add_user("bob", {});
    add_instance("alice", {1, 2, 1024, 10 * gib});
    add_instance("alice", {1, 1, 512, gib / 2}, "creating");
    add_instance("alice", {1, 4, 4096, 9000 * gib}, "missing");
    add_instance("alice", {1, 64, 65536, gib}, "gone");
    add_instance("bob", {1, 1, 256, 1});
    auto usage = [](db::Transaction& tx) { return usage_of(tx, "alice"); };
    EXPECT_EQ(db().read_now(usage), (Usage{3, 7, 5632, 9011}));
    auto const all = db().read_now(&usage_of_all);
    EXPECT_EQ(all.size(), 2U);
    EXPECT_EQ(all.at("alice"), (Usage{3, 7, 5632, 9011}));
    EXPECT_EQ(all.at("bob"), (Usage{1, 1, 256, 1}));
    EXPECT_EQ(db().read_now([](db::Transaction& tx) { return usage_of(tx, "carol"); }), Usage{});
}

TEST_P(QuotaTest, TheRefusalNamesEveryNumber) {
    add_user("alice", {2, 4, 4096, 20});
    add_instance("alice", {1, 2, 4096, 10 * gib});
    EXPECT_EQ(problem("alice", {0, 0, 0, 10 * gib}), "");
    EXPECT_EQ(problem("alice", {1, 1, 2048, 0}), "Memory: 6144 of 4096 MiB would be used.");
    EXPECT_EQ(problem("alice", {2, 3, 0, 10 * gib + 1}),
              "Instances: 3 of 2 would be used. CPUs: 5 of 4 would be used. "
              "Disk: 21 of 20 GiB would be used.");
}

TEST_P(QuotaTest, NullIsUnlimitedAndZeroIsNone) {
    add_user("free", {});
    add_user("none", {0, 0, 0, 0});
    EXPECT_EQ(problem("free", {1'000'000, 1'000'000, 1'000'000'000, 1'000'000 * gib}), "");
    EXPECT_EQ(problem("none", {1, 0, 0, 0}), "Instances: 1 of 0 would be used.");
    EXPECT_EQ(problem("none", {0, 0, 0, 1}), "Disk: 1 of 0 GiB would be used.");
    EXPECT_EQ(problem("none", {}), "");
}

TEST_P(QuotaTest, WhatDoesNotGrowIsNotRefused) {
    add_user("alice", {1, 1, 1024, 10});
    add_instance("alice", {1, 8, 512, gib});
    EXPECT_EQ(problem("alice", {0, 0, 512, 0}), "");
    EXPECT_EQ(problem("alice", {0, -1, 0, 0}), "");
    EXPECT_NE(problem("alice", {0, 1, 0, 0}), "");
}

/// Five may run; a hundred are started at the same time.
TEST_P(QuotaTest, AsManyStartAsMayRun) {
    add_user("alice", {});
    db().write_now(
        [](db::Transaction& tx) { tx.exec("UPDATE users SET quota_running_vcpus = 10"); });
    std::vector<InstanceId> ids;
    db().write_now([&](db::Transaction& tx) {
        ids.clear();
        for (int i = 0; i < 100; ++i)
            insert(tx, "alice", {1, 2, 1024, 1});
        for (auto const& id : tx.select<std::string>("SELECT id FROM instances"))
            ids.emplace_back(id);
    });
    auto start = [](db::Database& database, InstanceId id) -> awaitable<void> {
        auto work = [id](db::Transaction& tx) { reserve_start(tx, id); };
        co_await database.write(work);
    };
    std::vector<awaitable<void>> works;
    for (auto const& id : ids)
        works.push_back(start(db(), id));
    int started = 0;
    for (auto const& error : test::run_all(std::move(works))) {
        if (!error) ++started;
        if (error) {
            EXPECT_EQ(describe(error), "Running CPUs: 12 of 10 would be used.");
        }
    }
    EXPECT_EQ(started, 5);
    auto usage = [](db::Transaction& tx) { return usage_of(tx, "alice"); };
    EXPECT_EQ(db().read_now(usage), (Usage{100, 200, 102400, 1, 5, 10, 5120}));
}

TEST_P(QuotaTest, AStartThatFailedOrIsOverGivesItsPlaceBack) {
    add_user("alice", {});
    db().write_now([&](db::Transaction& tx) {
        tx.exec("UPDATE users SET quota_running_instances = 1");
        insert(tx, "alice", {1, 1, 1, 1});
        insert(tx, "alice", {1, 1, 1, 1});
    });
    auto const all = db().read_now(&Records::read_all);
    auto start = [&](std::size_t index) {
        return db().write_now(
            [&](db::Transaction& tx) { return reserve_start(tx, all[index].id); });
    };
    auto show = [&](std::size_t index, bool running) {
        db().write_now([&](db::Transaction& tx) {
            auto record = all[index];
            record.running = running;
            if (!running) record.ended = now();
            Records::save(tx, record);
        });
    };
    start(0);
    auto const reserved = start(0);  // its own place is no obstacle
    EXPECT_THROW(start(1), Error);
    db().write_now([&](db::Transaction& tx) { release_start(tx, all[0].id, reserved - 1h); });
    EXPECT_THROW(start(1), Error);  // what another start has reserved is not this one's to release
    db().write_now([&](db::Transaction& tx) { release_start(tx, all[0].id, reserved); });
    auto const other = start(1);
    db().write_now([&](db::Transaction& tx) { release_start(tx, all[1].id, other); });
    start(0);
    show(0, true);
    EXPECT_THROW(start(1), Error);
    show(0, false);
    start(1);
    EXPECT_THROW(start(0), Error);
    show(1, false);  // a run so short that no save saw it
    start(0);
    EXPECT_THROW(start(1), Error);
    db().write_now([&](db::Transaction& tx) {
        auto record = all[0];
        record.ended = now() - 1h;
        Records::save(tx, record);
    });
    EXPECT_THROW(start(1), Error);  // a run that ended before the start was reserved ends no start
    // A reservation that nobody ended, because its process died, ends by itself.
    db().write_now([](db::Transaction& tx) { tx.exec("UPDATE instances SET starting_until = 1"); });
    start(0);
}

TEST_P(QuotaTest, NobodysMachineStartsWithoutLimit) {
    db().write_now([](db::Transaction& tx) {
        tx.exec(
            "INSERT INTO instances (id, name, state, created_at, changed_at) VALUES "
            "('6f0a1b52-0d7e-4c55-9a53-3c1f4a2b9e01', 'web', 'present', 0, 0)");
        reserve_start(tx, InstanceId("6f0a1b52-0d7e-4c55-9a53-3c1f4a2b9e01"));
    });
}

TEST_P(QuotaTest, ALoanWidensTheLimitUntilItExpires) {
    add_user("alice", {1, 1, {}, 0});
    db().write_now([](db::Transaction& tx) {
        tx.exec(
            "INSERT INTO quota_loans (id, holder, instances, memory_mib, reason, granted_by, "
            "created_at, expires_at) VALUES ('1', 'user:alice', 2, 5, 'Exam', 'sam', 0, :until)",
            now() + std::chrono::hours(1));
        tx.exec(
            "INSERT INTO quota_loans (id, holder, vcpus, reason, granted_by, created_at, "
            "expires_at) VALUES ('2', 'user:alice', 9, 'Exam', 'sam', 0, :until)",
            now() - std::chrono::hours(1));
    });
    EXPECT_EQ(problem("alice", {3, 0, 1'000'000, 0}), "");
    EXPECT_EQ(problem("alice", {4, 2, 0, 0}),
              "Instances: 4 of 3 would be used. CPUs: 2 of 1 would be used.");
    auto const lent = db().read_now(&lent_to_all);
    ASSERT_EQ(lent.size(), 1U);
    EXPECT_EQ(lent.at("alice").loans, 1);
    EXPECT_EQ(with_loans({1, 1, {}, 0}, lent.at("alice")), (Quota{3, 1, {}, 0}));
    db().write_now([](db::Transaction& tx) { tx.exec("UPDATE quota_loans SET expires_at = 1"); });
    EXPECT_NE(problem("alice", {2, 0, 0, 0}), "");
}

TEST_P(QuotaTest, AnUnknownOwnerIsNamed) {
    for (std::string const owner : {"ghost", "group:ghost"}) {
        try {
            db().write_now([&](db::Transaction& tx) { check_quota(tx, owner, {}); });
            ADD_FAILURE();
        } catch (Error const& error) {
            EXPECT_EQ(error.kind(), Kind::invalid);
            EXPECT_EQ(error.field(), "owner");
        }
    }
}

TEST_P(QuotaTest, AGroupIsAnOwnerLikeAUser) {
    add_user("web", {9, {}, {}, {}});
    db().write_now([](db::Transaction& tx) {
        tx.exec("INSERT INTO groups (name, quota_instances, created_at) VALUES ('web', 1, 0)");
    });
    add_instance("web", {1, 2, 1024, gib});
    EXPECT_EQ(problem("group:web", {1, 2, 1024, gib}), "");
    add_instance("group:web", {1, 2, 1024, gib});
    EXPECT_EQ(problem("group:web", {1, 0, 0, 0}), "Instances: 2 of 1 would be used.");
    EXPECT_EQ(problem("web", {1, 0, 0, 0}), "");
}

TEST_P(QuotaTest, TheOutlookTellsWithoutRefusing) {
    add_user("alice", {1, {}, {}, {}});
    add_instance("alice", {1, 2, 1024, gib});
    auto const outlook = db().read_now([](db::Transaction& tx) {
        return quota_outlook(tx, "alice", {1, 1, 512, gib / 2});
    });
    EXPECT_EQ(outlook.quota, (Quota{1, {}, {}, {}}));
    EXPECT_EQ(outlook.before, (Usage{1, 2, 1024, 1}));
    EXPECT_EQ(outlook.after, (Usage{2, 3, 1536, 2}));
    EXPECT_EQ(outlook.problem, "Instances: 2 of 1 would be used.");
}

/// A hundred want one of five places at the same time.
TEST_P(QuotaTest, ARaceForTheLastPlacesIsWonByAsManyAsFit) {
    add_user("alice", {5, {}, {}, {}});
    auto reserve = [](db::Database& database) -> awaitable<void> {
        auto work = [](db::Transaction& tx) {
            check_quota(tx, "alice", {1, 1, 1, 1});
            insert(tx, "alice", {1, 1, 1, 1}, "creating");
        };
        co_await database.write(work);
    };
    std::vector<awaitable<void>> works;
    for (int i = 0; i < 100; ++i)
        works.push_back(reserve(db()));
    int made = 0;
    for (auto const& error : test::run_all(std::move(works))) {
        if (error) {
            EXPECT_EQ(describe(error), "Instances: 6 of 5 would be used.");
        } else {
            ++made;
        }
    }
    EXPECT_EQ(made, 5);
    auto usage = [](db::Transaction& tx) { return usage_of(tx, "alice").instances; };
    EXPECT_EQ(db().read_now(usage), 5);
}

TEST_P(QuotaTest, WhatGrowsCountsBeforeItHasGrown) {
    add_user("alice", {{}, 4, {}, 20});
    auto const id = InstanceId::random();
    auto const add = [&](db::Transaction& tx) {
        tx.exec(
            "INSERT INTO instances (id, name, owner, vcpus, memory_mib, disk_bytes, state, "
            "created_at, changed_at, running) VALUES (:id, 'one', 'alice', 2, 512, :disk, "
            "'present', 0, 0, 1)",
            id, 10 * gib);
    };
    db().write_now(add);
    auto const grow = [&](Growth const& growth) {
        db().write_now([&](db::Transaction& tx) { reserve_growth(tx, id, growth); });
    };
    auto const settle = [&](bool grown) {
        db().write_now([&](db::Transaction& tx) { settle_growth(tx, id, grown); });
    };
    auto const usage = [&] {
        return db().read_now([](db::Transaction& tx) { return usage_of(tx, "alice"); });
    };
    Usage const before{1, 2, 512, 10, 1, 2, 512};
    EXPECT_THROW(grow({5, {}, 0}), Error);
    EXPECT_THROW(grow({{}, {}, 11 * gib}), Error);
    EXPECT_EQ(usage(), before);
    grow({4, 1024, 10 * gib});
    Usage const after{1, 4, 1024, 20, 1, 4, 1024};
    EXPECT_EQ(usage(), after);
    EXPECT_EQ(problem("alice", {0, 1, 0, 0}), "CPUs: 5 of 4 would be used.");
    settle(false);
    EXPECT_EQ(usage(), before);
    grow({4, 1024, 10 * gib});
    settle(true);
    EXPECT_EQ(usage(), after);
    grow({1, 256, 0});
    EXPECT_EQ(usage(), after);
    settle(true);
    EXPECT_EQ(usage(), after);
}

ON_EVERY_DATABASE(QuotaTest);

}  // namespace
}  // namespace ourea
