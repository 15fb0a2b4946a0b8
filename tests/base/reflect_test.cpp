// SPDX-License-Identifier: Apache-2.0
// The JSON reader names the offending place; printer and schema follow the description.
#include "base/reflect.hpp"

#include "base/schema.hpp"

#include <gtest/gtest.h>

namespace sample {
enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)
struct Disk {
    std::string name;
    std::int64_t size = 0;
};
BOOST_DESCRIBE_STRUCT(Disk, (), (name, size))
struct Machine {
    std::string name;
    unsigned vcpus = 0;
    std::optional<std::string> title;
    std::vector<Disk> disks;
    Colour colour = Colour::red;
    std::optional<std::optional<int>> patch;
    bool delete_ = false;
};
BOOST_DESCRIBE_STRUCT(Machine, (), (name, vcpus, title, disks, colour, patch, delete_))
}  // namespace sample

using namespace ourea;

namespace {

Error error_of(std::string_view text) {
    try {
        read_text<sample::Machine>(text);
    } catch (Error const& e) {
        return e;
    }
    return Error(Kind::internal, "nothing was thrown");
}

TEST(Reflect, NamesTheOffendingPlace) {
    struct Case {
        std::string_view text, field, message;
    };
    for (auto const& c : std::vector<Case>{
             {R"({"vcpus":1,"colour":"red","delete":true})", "name", "name: required"},
             {R"({"name":1})", "name", "name: expected a string"},
             {R"({"name":"a","vcpus":-1})", "vcpus", "vcpus: expected a whole number, 0 or more"},
             {R"({"name":"a","vcpus":1.5})", "vcpus", "vcpus: expected a whole number, 0 or more"},
             {R"({"name":"a","vcpus":99999999999})", "vcpus",
              "vcpus: expected a whole number, 0 or more"},
             {R"({"name":"a","vcpus":1,"disks":[{"name":"x","size":1},2]})", "disks[1]",
              "disks[1]: expected an object"},
             {R"({"name":"a","vcpus":1,"disks":[{"name":"x","size":"1"}]})", "disks[0].size",
              "disks[0].size: expected a whole number"},
             {R"({"name":"a","vcpus":1,"colour":"blue"})", "colour",
              "colour: expected red or green"},
             {R"({"name":"a","vcpus":1,"colour":"red","delete":true,"x":1})", "x",
              "x: unknown field"},
             {"[]", "", "the body must be an object"},
         }) {
        auto const error = error_of(c.text);
        EXPECT_EQ(error.kind(), Kind::invalid) << c.text;
        EXPECT_EQ(error.field(), c.field) << c.text;
        EXPECT_EQ(error.message(), c.message) << c.text;
    }
}

TEST(Reflect, ReportsBrokenAndTooDeepJson) {
    EXPECT_EQ(error_of("{").kind(), Kind::invalid);
    EXPECT_EQ(error_of(std::string(100, '[') + std::string(100, ']')).kind(), Kind::invalid);
}

TEST(Reflect, TellsAbsentFromNull) {
    auto const base = std::string(R"({"name":"a","vcpus":1,"colour":"red","delete":false)");
    EXPECT_FALSE(read_text<sample::Machine>(base + "}").patch.has_value());
    auto const null = read_text<sample::Machine>(base + R"(,"patch":null})").patch;
    ASSERT_TRUE(null.has_value());
    EXPECT_FALSE(null->has_value());
    EXPECT_EQ(read_text<sample::Machine>(base + R"(,"patch":3})").patch,
              std::optional(std::optional(3)));
}

TEST(Reflect, PrintsWhatItReads) {
    std::string const text =
        R"({"name":"a\"\n","vcpus":2,"title":null,"disks":[{"name":"x","size":-7}],"colour":"green","patch":null,"delete":true})";
    EXPECT_EQ(to_json(read_text<sample::Machine>(text)), text);
}

TEST(Reflect, RepairsBytesThatAreNotUtf8) {
    EXPECT_EQ(to_json(std::string("a\xFF\xC3\xA9\xED\xA0\x80")),
              "\"a\xEF\xBF\xBD\xC3\xA9\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Schema, DescribesBothDirections) {
    Schemas schemas;
    schemas.of<sample::Machine>(Direction::output);
    schemas.of<sample::Machine>(Direction::input);
    auto const& all = schemas.components();
    ASSERT_TRUE(all.contains("Machine") && all.contains("MachineInput") && all.contains("Disk"));
    EXPECT_EQ(all.at("Machine").at("required").as_array().size(), 7u);
    EXPECT_EQ(all.at("MachineInput").at("required").as_array().size(), 4u);
    EXPECT_EQ(boost::json::serialize(all.at("Machine").at("properties").at("title")),
              R"({"type":["string","null"]})");
}

TEST(Schema, NamesTemplatesReadably) {
    EXPECT_EQ(schema_name("ourea::api::List<ourea::Host>"), "HostList");
    EXPECT_EQ(schema_name("ourea::Host"), "Host");
}

TEST(Time, RoundTripsAndRefusesNonsense) {
    auto const t = from_unix_ms(1769860800123);
    EXPECT_EQ(to_rfc3339(t), "2026-01-31T12:00:00.123Z");
    EXPECT_EQ(parse_rfc3339("2026-01-31T12:00:00.123Z"), t);
    EXPECT_EQ(parse_rfc3339("2026-01-31T14:00:00.123+02:00"), t);
    for (auto bad : {"", "2026-02-30T12:00:00Z", "2026-01-31", "2026-01-31T25:00:00Z",
                     "2026-01-31T12:00:00", "2026-01-31T12:00:00+2:00", "2026-01-31T12:00:00Zx"})
        EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

TEST(Ids, AreUuids) {
    auto const id = InstanceId::random();
    EXPECT_EQ(InstanceId::parse(id.str()), id);
    EXPECT_EQ(id.str()[14], '4');
    EXPECT_EQ(InstanceId::parse("6695EB01-F6A4-8304-79AA-97F2502E193F")->str(),
              "6695eb01-f6a4-8304-79aa-97f2502e193f");
    EXPECT_FALSE(InstanceId::parse("6695eb01-f6a4-8304-79aa-97f2502e193g"));
    EXPECT_FALSE(InstanceId::parse("../../etc/passwd"));
}

}  // namespace
