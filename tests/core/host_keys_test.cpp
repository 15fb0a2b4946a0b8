// SPDX-License-Identifier: Apache-2.0
// Tests of which SSH key of a new host is trusted.
#include "core/host_keys.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

Error refusal(std::vector<virt::HostKey> const& offered,
              std::optional<std::string> const& confirmed) {
    try {
        confirmed_key(offered, confirmed);
    } catch (Error const& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Kind::internal, ""};
}

TEST(HostKeys, OnlyTheConfirmedOneIsTrusted) {
    std::vector<virt::HostKey> const offered{{"ssh-ed25519", "AAAA", "SHA256:one"},
                                             {"ssh-rsa", "BBBB", "SHA256:two"}};
    EXPECT_EQ(confirmed_key(offered, "SHA256:two").key, "BBBB");
    auto error = refusal(offered, std::nullopt);
    EXPECT_EQ(error.kind(), Kind::invalid);
    EXPECT_EQ(error.field(), "host_key");
    EXPECT_NE(error.message().find("SHA256:one"), std::string::npos);
    error = refusal(offered, "SHA256:other");
    EXPECT_EQ(error.kind(), Kind::conflict);
    EXPECT_EQ(error.field(), "host_key");
    EXPECT_EQ(refusal({}, "SHA256:one").kind(), Kind::unavailable);
}

}  // namespace
}  // namespace ourea
