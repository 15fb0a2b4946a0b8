// SPDX-License-Identifier: Apache-2.0
// What may be a tag, and how tags are kept.
#include "core/tags.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using Tags = std::vector<std::string>;

std::string field_of_error(Tags wanted) {
    try {
        checked_tags(std::move(wanted));
    } catch (Error const& error) {
        return error.field();
    }
    return "none";
}

TEST(TagsTest, AreLoweredSortedAndThereOnce) {
    EXPECT_EQ(checked_tags({"Web", "db:1.2_x-y", "web"}), (Tags{"db:1.2_x-y", "web"}));
    EXPECT_EQ(checked_tags({}), Tags{});
}

TEST(TagsTest, TheWrongOneIsNamed) {
    EXPECT_EQ(field_of_error({"good", "two words"}), "tags[1]");
    EXPECT_EQ(field_of_error({""}), "tags[0]");
    EXPECT_EQ(field_of_error({"caf\u00e9"}), "tags[0]");
    EXPECT_EQ(field_of_error({std::string(41, 'a')}), "tags[0]");
    EXPECT_EQ(field_of_error({std::string(40, 'a')}), "none");
}

TEST(TagsTest, ThereAreNotMoreThanTwenty) {
    Tags many(30, "same");
    EXPECT_EQ(field_of_error(many), "none");
    for (int i = 0; i < 21; ++i)
        many.push_back("tag" + std::to_string(i));
    EXPECT_EQ(field_of_error(many), "tags");
}

TEST(TagsTest, TheTextOfTheTableHoldsThem) {
    for (auto const& tags : {Tags{}, Tags{"a"}, Tags{"a", "b:c"}})
        EXPECT_EQ(split_tags(join_tags(tags)), tags);
    EXPECT_EQ(join_tags({"a", "b"}), "a b");
}

}  // namespace
}  // namespace ourea
