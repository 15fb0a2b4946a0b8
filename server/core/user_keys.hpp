// SPDX-License-Identifier: Apache-2.0
// The public SSH keys of people, for the machines that they make.
#pragma once

#include "core/audit.hpp"
#include "db/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ourea {

struct UserKey {
    std::string id;
    std::string title;
    std::string type;
    std::string public_key;   ///< "TYPE BASE64", without the comment
    std::string fingerprint;  ///< "SHA256:…", as OpenSSH prints it
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(UserKey, (), (id, title, type, public_key, fingerprint, created_at))

/// Reads one line in OpenSSH's format; its comment becomes the title. Throws `invalid` for the
/// field "public_key" with what is wrong with it.
UserKey parse_public_key(std::string_view line);

/// Nothing is kept in memory.
class UserKeys {
public:
    explicit UserKeys(db::Database& database) : database_(database) {}

    /// In the order in which they were added.
    awaitable<std::vector<UserKey>> of_user(std::string user);
    /// An empty title is the key's comment. Throws `invalid`, or `conflict` if the key is there
    /// already or there are too many.
    awaitable<UserKey> add(Actor const& actor, std::string title, std::string public_key);
    /// Throws `not_found`.
    awaitable<void> remove(Actor const& actor, std::string id);

private:
    db::Database& database_;
};

}  // namespace ourea
