// SPDX-License-Identifier: Apache-2.0
// Each right says what it comes from, and if it is not there, why not.
#include "core/effective_rights.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

using Texts = std::vector<std::string>;

class EffectiveRights : public testing::Test {
protected:
    EffectiveRights() {
        bob.user = "bob";
        membership.add("web", "user:bob");
        membership.add("all", "group:web");
        bob.groups = membership.groups_of("user:bob");
    }

    EffectiveRight right(std::string const& name) {
        object.rights = {};
        for (auto const& grant : grants)
            if (owns(bob, owner_of(grant.grantee))) object.rights |= grant.rights;
        for (auto const& found : effective_rights(bob, object, grants, membership))
            if (found.right == name) return found;
        ADD_FAILURE() << name;
        return {};
    }

    Actor bob;
    Membership membership;
    Object object;
    std::vector<Grant> grants;
};

TEST_F(EffectiveRights, ComeFromGrantsDirectlyAndThroughGroups) {
    grants = {{"group:all", {Right::power}},
              {"group:other", {Right::delete_}},
              {"group:web", {Right::view}},
              {"user:bob", {Right::power}}};
    EXPECT_EQ(right("power").because,
              (Texts{"grant to group:all (through group:web)", "grant to user:bob"}));
    EXPECT_EQ(right("view").because, (Texts{"grant to group:web"}));
    EXPECT_EQ(right("see").because.size(), 3U);
    EXPECT_FALSE(right("delete").allowed);
    EXPECT_TRUE(right("delete").because.empty());
    EXPECT_EQ(right("delete").reason, "You need the right “delete” on this instance.");
    EXPECT_TRUE(right("delete").remedy);
}

TEST_F(EffectiveRights, ComeFromOwnershipAndRole) {
    object.owner = "bob";
    EXPECT_EQ(right("delete").because, (Texts{"owner"}));
    object.owner = "group:all";
    EXPECT_EQ(right("delete").because, (Texts{"owner group:all (through group:web)"}));
    bob.role = Role::staff;
    EXPECT_EQ(right("see").because, (Texts{"role staff"}));
    EXPECT_EQ(right("power").because, (Texts{"owner group:all (through group:web)"}));
    bob.role = Role::administrator;
    EXPECT_EQ(right("power").because, (Texts{"role administrator"}));
}

TEST_F(EffectiveRights, OfAStrangerAreNone) {
    object.owner = "alice";
    EXPECT_FALSE(right("see").allowed);
    EXPECT_TRUE(right("see").reason);
    EXPECT_FALSE(right("see").remedy);
}

}  // namespace
}  // namespace ourea
