// SPDX-License-Identifier: Apache-2.0
// Brings the schema of a database to what this program needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ourea::db {

class Database;

struct Migration {
    std::string name;  ///< the file's name without ".sql": "0001_people"
    std::string sql;   ///< portable SQL; a statement ends with `;` at the end of a line
};

/// Those in server/db/migrations, in order; never edited once released.
std::vector<Migration> const& migrations();

/// Runs each migration that the database has not seen, in a transaction of its own. Safe when
/// several processes start at once. Throws `Error(Kind::unavailable)` if a newer program has
/// already changed the schema in a way that this one does not know. Answers how many ran.
std::size_t migrate(Database& database, std::vector<Migration> const& wanted = migrations());

/// The statements of a migration, without comments; exposed for the tests.
std::vector<std::string> statements(std::string_view sql);

}  // namespace ourea::db
