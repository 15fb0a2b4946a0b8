// SPDX-License-Identifier: Apache-2.0
// Tests of registered names: grammar, CSV, import, claims, and what people see.
#include "core/names.hpp"

#include "core/names_csv.hpp"
#include "core/names_rules.hpp"
#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <algorithm>

namespace ourea {
namespace {

using test::run;

NewName name(std::string text, std::optional<std::string> mac = {},
             std::optional<std::string> ip = {}, std::string pool = "ourea") {
    return {std::move(text), std::move(mac), std::move(ip), std::move(pool)};
}

/// What `f` throws as an Error; the test fails if it does not.
template <class F>
Error error_of(F f) {
    try {
        f();
    } catch (Error const& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Kind::internal, ""};
}

TEST(NameRules, Grammar) {
    EXPECT_TRUE(is_name("ourea7"));
    EXPECT_TRUE(is_name("7.a_b-c"));
    EXPECT_TRUE(is_name(std::string(63, 'a')));
    for (auto const& bad : {std::string(), std::string("-a"), std::string(".a"), std::string("a b"),
                            std::string("a/b"), std::string("ä"), std::string(64, 'a')})
        EXPECT_FALSE(is_name(bad)) << bad;
}

TEST(NameRules, MacAddresses) {
    for (auto const* text :
         {"52:54:00:AB:cd:ef", "52-54-00-ab-CD-EF", "5254.00ab.cdef", "525400ABCDEF"})
        EXPECT_EQ(normal_mac(text), "52:54:00:ab:cd:ef") << text;
    for (auto const* bad :
         {"", "52:54:00:ab:cd", "52:54:00:ab:cd:eg", "52:54-00:ab:cd:ef", "53:54:00:ab:cd:ef",
          "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "52:54:00:ab:cd:ef:", " 52:54:00:ab:cd:e",
          "5254:00ab:cdef", "525400abcdef0", "5254.00ab.cde"})
        EXPECT_EQ(normal_mac(bad), std::nullopt) << bad;
}

TEST(NameRules, IpAddresses) {
    EXPECT_EQ(normal_ip("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(normal_ip("2001:DB8:0:0::7"), "2001:db8::7");
    for (auto const* bad : {"", "192.0.2", "192.0.2.256", "0.0.0.0", "224.0.0.1", "::", "ff02::1",
                            "fe80::1%eth0", "host", "192.0.2.7/24"})
        EXPECT_EQ(normal_ip(bad), std::nullopt) << bad;
}

TEST(NameRules, NaturalOrder) {
    EXPECT_TRUE(natural_less("ourea2", "ourea10"));
    EXPECT_FALSE(natural_less("ourea10", "ourea2"));
    EXPECT_TRUE(natural_less("a9b2", "a10b1"));
    EXPECT_TRUE(natural_less("a", "a1"));
    EXPECT_TRUE(natural_less("ourea1", "ourea01") != natural_less("ourea01", "ourea1"));
    EXPECT_FALSE(natural_less("x", "x"));
}

TEST(NamesCsv, ReadsWhatSpreadsheetsWrite) {
    auto const batch = parse_names_csv(
        "\xEF\xBB\xBFName,MAC,IP,Pool\r\n"
        "ourea1,52:54:00:00:00:01,192.0.2.1,lab\r\n"
        "\r\n"
        "\"ourea2\",,\"192.0.2.2\" ,\"la\"\"b\"\r\n"
        "ourea3 , , ,lab");
    ASSERT_EQ(batch.items.size(), 3u);
    EXPECT_EQ(batch.items[0], name("ourea1", "52:54:00:00:00:01", "192.0.2.1", "lab"));
    EXPECT_EQ(batch.items[1], name("ourea2", {}, "192.0.2.2", "la\"b"));
    EXPECT_EQ(batch.items[2], name("ourea3", {}, {}, "lab"));
    EXPECT_EQ(batch.lines, (std::vector<std::size_t>{2, 4, 5}));
}

TEST(NamesCsv, HeaderIsOptionalAndOrdersTheColumns) {
    EXPECT_EQ(parse_names_csv("ourea1,,,lab\n").items.at(0), name("ourea1", {}, {}, "lab"));
    EXPECT_EQ(parse_names_csv("pool,name\nlab,ourea1\n").items.at(0),
              name("ourea1", {}, {}, "lab"));
    EXPECT_TRUE(parse_names_csv("").items.empty());
    EXPECT_TRUE(parse_names_csv("name,mac,ip,pool\n").items.empty());
}

TEST(NamesCsv, NamesTheLineOfAnError) {
    auto const message = [](std::string_view text) {
        return error_of([&] { parse_names_csv(text); }).message();
    };
    EXPECT_EQ(message("a,,,p\n,,,p\n"), "line 2: name: required");
    EXPECT_EQ(message("a,,,p\nb,,\n"), "line 2: pool: required");
    EXPECT_EQ(message("a,,,p,x\n"), "line 1: expected 4 cells, found 5");
    EXPECT_EQ(message("a,,,p\n\n\"b\n\nc"), "line 3: a quote is not closed");
    EXPECT_EQ(message("a\"b,,,p\n"), "line 1: a quote inside a cell that is not quoted");
    EXPECT_EQ(message("\"a\"b,,,p\n"), "line 1: text after a closing quote");
    EXPECT_EQ(message("name,mac,address,pool\n"),
              "line 1: unknown column \"address\"; there are name,mac,ip,pool");
    EXPECT_EQ(message("name,name,ip,pool\n"), "line 1: column name is there twice");
}

class NamesTest : protected test::WithLoop, public test::DatabaseTest {
protected:
    void SetUp() override {
        DatabaseTest::SetUp();
        if (IsSkipped()) return;
        events.filter_by([](Actor const&, Audience const&) { return true; });
        revisions = std::make_unique<db::Revisions>(db());
        names = std::make_unique<Names>(db(), *revisions, inventory);
    }

    ImportedNames import(std::vector<NewName> items) {
        return run(loop, names->import_items(system_actor(), std::move(items)));
    }

    Error refused(std::vector<NewName> items) {
        return error_of([&] { import(std::move(items)); });
    }

    void claim(std::string const& text, InstanceId const& by) {
        db().write_now([&](db::Transaction& tx) { Names::claim(tx, text, by); });
        run(loop, names->reload());
    }

    std::vector<std::string> listed(NameFilter const& filter, bool all = true) {
        std::vector<std::string> found;
        auto const may_see = [all](InstanceId const&) { return all; };
        for (auto const& view : names->list(filter, may_see))
            found.push_back(view.name);
        return found;
    }

    std::int64_t count(std::string const& sql) {
        return db()
            .read_now([&](db::Transaction& tx) { return tx.first<std::int64_t>(sql); })
            .value();
    }

    Events events{loop.get_executor()};
    Inventory inventory{events};
    std::unique_ptr<db::Revisions> revisions;
    std::unique_ptr<Names> names;
    InstanceId const id = InstanceId::random();
};

TEST_P(NamesTest, ImportAddsUpdatesAndLeavesAlone) {
    auto result = import({name("ourea1", "52-54-00-00-00-01", "192.0.2.1"), name("ourea2")});
    EXPECT_EQ(result.added, 2);
    result = import({name("ourea1", "52:54:00:00:00:01", "192.0.2.1"),
                     name("ourea2", {}, {}, "other"), name("ourea3")});
    EXPECT_EQ(result.added, 1);
    EXPECT_EQ(result.updated, 1);
    EXPECT_EQ(result.unchanged, 1);
    ASSERT_NE(names->find("ourea1"), nullptr);
    EXPECT_EQ(names->find("ourea1")->mac, "52:54:00:00:00:01");
    EXPECT_EQ(names->find("ourea2")->pool, "other");
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit WHERE action = 'names.import'"), 2);

    db::Revisions others(db());
    Names const loaded(db(), others, inventory);
    ASSERT_NE(loaded.find("ourea1"), nullptr);
    EXPECT_EQ(*loaded.find("ourea1"), *names->find("ourea1"));
}

TEST_P(NamesTest, ImportIsAllOrNothingAndNamesThePlace) {
    import({name("taken", "52:54:00:00:00:01", "192.0.2.1")});
    auto error = refused({name("a"), name("b"), name("c"), name("d", "banana")});
    EXPECT_EQ(error.kind(), Kind::invalid);
    EXPECT_EQ(error.field(), "items[3].mac");
    EXPECT_TRUE(error.message().starts_with("items[3].mac: ")) << error.message();
    EXPECT_EQ(refused({name("a"), name("-b")}).field(), "items[1].name");
    EXPECT_EQ(refused({name("a", {}, {}, "")}).field(), "items[0].pool");
    EXPECT_EQ(refused({name("a"), name("a")}).field(), "items[1].name");
    EXPECT_EQ(refused({name("a", {}, "192.0.2.9"), name("b", {}, "192.0.2.9")}).field(),
              "items[1].ip");
    error = refused({name("a"), name("b", "52:54:00:00:00:01")});
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.field(), "items[1].mac");
    EXPECT_NE(error.message().find("belongs to taken"), std::string::npos) << error.message();
    EXPECT_EQ(refused({name("b", {}, "192.0.2.1")}).field(), "items[0].ip");
    EXPECT_EQ(count("SELECT COUNT(*) FROM names"), 1);
    EXPECT_EQ(listed({}), std::vector<std::string>{"taken"});
}

TEST_P(NamesTest, AddressesMayChangePlacesWithinAnImport) {
    import(
        {name("a", "52:54:00:00:00:01", "192.0.2.1"), name("b", "52:54:00:00:00:02", "192.0.2.2")});
    auto const result = import(
        {name("a", "52:54:00:00:00:02", "192.0.2.2"), name("b", "52:54:00:00:00:01", "192.0.2.1")});
    EXPECT_EQ(result.updated, 2);
    EXPECT_EQ(names->find("a")->ip, "192.0.2.2");
    EXPECT_EQ(names->find("b")->mac, "52:54:00:00:00:01");
}

TEST_P(NamesTest, AUsedNameKeepsItsAddresses) {
    import({name("ourea1", "52:54:00:00:00:01", "192.0.2.1")});
    claim("ourea1", id);
    auto const error = refused({name("ourea1", "52:54:00:00:00:02", "192.0.2.1")});
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.field(), "items[0].mac");
    EXPECT_EQ(refused({name("ourea1", "52:54:00:00:00:01")}).field(), "items[0].ip");
    EXPECT_EQ(import({name("ourea1", "52:54:00:00:00:01", "192.0.2.1", "moved")}).updated, 1);
    EXPECT_EQ(names->find("ourea1")->instance, id);
}

TEST_P(NamesTest, CsvErrorsNameTheLine) {
    auto const result =
        run(loop, names->import_csv(system_actor(), "name,mac,ip,pool\nourea1,,192.0.2.1,lab\n"));
    EXPECT_EQ(result.added, 1);
    auto const text = "name,mac,ip,pool\nourea2,,,lab\nourea3,01:00:5e:00:00:01,,lab\n";
    auto const error = error_of([&] { run(loop, names->import_csv(system_actor(), text)); });
    EXPECT_EQ(error.kind(), Kind::invalid);
    EXPECT_TRUE(error.message().starts_with("line 3: mac: ")) << error.message();
    EXPECT_EQ(names->find("ourea2"), nullptr);
}

TEST_P(NamesTest, TheNextFreeOneComesInTheOrderOfTheImport) {
    std::vector<NewName> items;
    for (int i = 1; i <= 12; ++i)
        items.push_back(name("ourea" + std::to_string(i)));
    import(items);
    import({name("special", {}, {}, "other")});
    std::vector<std::string> taken;
    for (int i = 0; i < 12; ++i) {
        auto const* expected = names->next_free("ourea");
        ASSERT_NE(expected, nullptr);
        auto const found = db().write_now([&](db::Transaction& tx) {
            return Names::claim_next(tx, "ourea", InstanceId::random());
        });
        EXPECT_EQ(found.name, expected->name);
        run(loop, names->reload());
        taken.push_back(found.name);
    }
    EXPECT_EQ(taken.at(1), "ourea2");
    EXPECT_EQ(taken.at(9), "ourea10");
    EXPECT_EQ(names->next_free("ourea"), nullptr);
    auto const next = [&](std::optional<std::string> const& pool) {
        return db().write_now([&](db::Transaction& tx) {
            return Names::claim_next(tx, pool, InstanceId::random()).name;
        });
    };
    EXPECT_EQ(error_of([&] { next("ourea"); }).message(), "No name of pool ourea is free.");
    EXPECT_EQ(next(std::nullopt), "special");
    EXPECT_EQ(error_of([&] { next(std::nullopt); }).kind(), Kind::conflict);
}

TEST_P(NamesTest, ClaimAndRelease) {
    import({name("ourea1", {}, "192.0.2.1")});
    claim("ourea1", id);
    EXPECT_EQ(names->of_instance(id), names->find("ourea1"));
    EXPECT_EQ(names->addresses().at(id), std::vector<std::string>{"192.0.2.1"});
    auto const error = error_of([&] { claim("ourea1", InstanceId::random()); });
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.message(), "ourea1 is taken.");
    EXPECT_EQ(error_of([&] { claim("nothing", InstanceId::random()); }).kind(), Kind::not_found);
    for (int twice = 0; twice < 2; ++twice) {
        db().write_now([&](db::Transaction& tx) { Names::release(tx, id); });
        run(loop, names->reload());
        EXPECT_EQ(names->of_instance(id), nullptr);
    }
    claim("ourea1", InstanceId::random());
}

TEST_P(NamesTest, ClaimsOfManyAtOnceTakeEachNameOnce) {
    std::vector<NewName> items;
    for (int i = 1; i <= 5; ++i)
        items.push_back(name("ourea" + std::to_string(i)));
    import(items);
    std::vector<awaitable<std::string>> claims;
    for (int i = 0; i < 100; ++i) {
        auto work = [mine = InstanceId::random()](db::Transaction& tx) {
            return Names::claim_next(tx, std::nullopt, mine).name;
        };
        claims.push_back(db().write(work));
    }
    auto const errors = test::run_all(std::move(claims));
    EXPECT_EQ(std::count(errors.begin(), errors.end(), nullptr), 5);
    auto const none = std::string("No registered name is free.");
    for (auto const& error : errors)
        EXPECT_EQ(error ? describe(error) : none, none);
    EXPECT_EQ(count("SELECT COUNT(DISTINCT instance) FROM names"), 5);
}

TEST_P(NamesTest, ClaimsOfOneNameAtOnceHaveOneWinner) {
    import({name("ourea1")});
    std::vector<awaitable<std::string>> claims;
    for (int i = 0; i < 20; ++i) {
        auto work = [mine = InstanceId::random()](db::Transaction& tx) {
            return Names::claim(tx, "ourea1", mine).name;
        };
        claims.push_back(db().write(work));
    }
    auto const errors = test::run_all(std::move(claims));
    EXPECT_EQ(std::count(errors.begin(), errors.end(), nullptr), 1);
}

TEST_P(NamesTest, RemoveRefusesWhatIsUsed) {
    import({name("ourea1"), name("ourea2")});
    claim("ourea1", id);
    auto const remove = [&](std::string const& text) {
        run(loop, names->remove(system_actor(), text));
    };
    EXPECT_EQ(error_of([&] { remove("ourea1"); }).kind(), Kind::conflict);
    EXPECT_EQ(error_of([&] { remove("ourea3"); }).kind(), Kind::not_found);
    remove("ourea2");
    EXPECT_EQ(listed({}), std::vector<std::string>{"ourea1"});
    EXPECT_EQ(count("SELECT COUNT(*) FROM audit WHERE action = 'names.delete'"), 1);
}

TEST_P(NamesTest, ListFiltersAndHidesWhatOthersUse) {
    import({name("ourea10", "52:54:00:00:00:10"), name("ourea2"),
            name("lab1", {}, "192.0.2.1", "lab")});
    claim("ourea2", id);
    using List = std::vector<std::string>;
    EXPECT_EQ(listed({}), (List{"lab1", "ourea2", "ourea10"}));
    EXPECT_EQ(listed({}, false), (List{"lab1", "ourea10"}));
    EXPECT_EQ(listed({true, {}, {}}), (List{"lab1", "ourea10"}));
    EXPECT_EQ(listed({false, {}, {}}), List{"ourea2"});
    EXPECT_EQ(listed({{}, "lab", {}}), List{"lab1"});
    EXPECT_EQ(listed({{}, {}, "00:10"}), List{"ourea10"});
    EXPECT_EQ(listed({{}, {}, "192.0"}), List{"lab1"});
}

TEST_P(NamesTest, ListTellsWhatDoesNotFit) {
    import(
        {name("ourea1", "52:54:00:00:00:01"), name("ourea2", "52:54:00:00:00:02"), name("ourea3")});
    claim("ourea1", id);
    virt::DomainFacts mine;
    mine.uuid = id;
    mine.name = "renamed";
    virt::DomainFacts foreign;
    foreign.uuid = InstanceId::random();
    foreign.name = "ourea3";
    foreign.nics.push_back({"52:54:00:00:00:02", "", "", "", "", ""});
    inventory.put_host({"node1", "test:///default", {}, false, now(), {}, {}});
    inventory.set_domains("node1", {mine, foreign});
    auto const all = names->list({}, [](InstanceId const&) { return true; });
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].state, NameState::used);
    EXPECT_EQ(all[0].problems,
              (std::vector<std::string>{"The instance is now called renamed.",
                                        "No interface of the instance has this MAC address."}));
    EXPECT_EQ(all[1].problems.size(), 1u);
    EXPECT_EQ(all[2].problems.size(), 1u);
    for (auto const& view : names->list({}, [](InstanceId const&) { return false; }))
        EXPECT_TRUE(view.problems.empty()) << "tells of a machine that one may not see";
    inventory.set_domain("node1", id, std::nullopt);
    auto const later = names->list({}, [](InstanceId const&) { return true; });
    EXPECT_EQ(later[0].problems.size(), 1u);
}

TEST_P(NamesTest, GivesMachinesTheirAddresses) {
    virt::DomainFacts machine;
    machine.uuid = id;
    machine.name = "ourea1";
    inventory.put_host({"node1", "test:///default", {}, false, now(), {}, {}});
    inventory.set_domains("node1", {machine});
    import({name("ourea1", {}, "192.0.2.1")});
    claim("ourea1", id);
    EXPECT_EQ(inventory.find(id)->row.addresses, std::vector<std::string>{"192.0.2.1"});
}

ON_EVERY_DATABASE(NamesTest);

}  // namespace
}  // namespace ourea
