// SPDX-License-Identifier: Apache-2.0
// A public key is read as OpenSSH writes it, with OpenSSH's fingerprint.
#include "core/user_keys.hpp"

#include "support/people.hpp"

#include <gtest/gtest.h>

namespace ourea {
namespace {

constexpr char ed25519[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

TEST(PublicKey, TheCommentIsTheTitle) {
    auto const key = parse_public_key(std::string("  ") + ed25519 + " me@desk \n");
    EXPECT_EQ(key.type, "ssh-ed25519");
    EXPECT_EQ(key.title, "me@desk");
    EXPECT_EQ(key.public_key, ed25519);
    EXPECT_EQ(key.fingerprint.substr(0, 7), "SHA256:");
    EXPECT_EQ(key.fingerprint.size(), 50U);
}

TEST(PublicKey, WhatIsWrongIsSaidOfItsField) {
    for (std::string const text :
         {"", "ssh-ed25519", "ssh-ed25519 AAAA", "no-key AAAA", "-----BEGIN RSA PRIVATE KEY-----",
          "from=\"*\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"}) {
        auto const error = test::error_of([&] { parse_public_key(text); });
        EXPECT_EQ(error.kind(), Kind::invalid) << text;
        EXPECT_EQ(error.field(), "public_key") << text;
    }
}

}  // namespace
}  // namespace ourea
