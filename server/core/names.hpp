// SPDX-License-Identifier: Apache-2.0
// Pools of pre-registered host names with their MAC and IP addresses: all in memory, audited.
#pragma once

#include "core/audit.hpp"
#include "core/inventory.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ourea {

struct NewName {
    std::string name;
    std::optional<std::string> mac;
    std::optional<std::string> ip;
    std::string pool;
    bool operator==(NewName const&) const = default;
};
BOOST_DESCRIBE_STRUCT(NewName, (), (name, mac, ip, pool))

/// What one import brings, and where each item stands in it.
struct NamesBatch {
    std::vector<NewName> items;
    std::vector<std::size_t> lines;  ///< of each item; empty if it came as JSON

    /// "items[3].mac: …" with that field, or "line 4: mac: …".
    Error error(Kind kind, std::size_t item, std::string_view column, std::string_view text) const;
};

/// One row of the table.
struct NameRecord : NewName {
    std::int64_t position = 0;  ///< the order in which free names are taken
    std::optional<InstanceId> instance;
    Time created_at{};
    bool operator==(NameRecord const&) const = default;
};
BOOST_DESCRIBE_STRUCT(NameRecord, (NewName), (position, instance, created_at))

enum class NameState { free, used };
BOOST_DESCRIBE_ENUM(NameState, free, used)

struct NameView {
    std::string name;
    std::optional<std::string> mac;
    std::optional<std::string> ip;
    std::string pool;
    std::optional<InstanceId> instance;
    NameState state = NameState::free;
    std::vector<std::string> problems;  ///< sentences about what does not fit what the hosts show
};
BOOST_DESCRIBE_STRUCT(NameView, (), (name, mac, ip, pool, instance, state, problems))

struct NameFilter {
    std::optional<bool> free;
    std::optional<std::string> pool;
    std::optional<std::string> q;  ///< anywhere in name, MAC or IP
};

struct ImportedNames {
    std::int64_t added = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
};
BOOST_DESCRIBE_STRUCT(ImportedNames, (), (added, updated, unchanged))

/// Lives on the event loop; made after the instances' records are in the inventory, because it
/// gives them their addresses. Who may call what is the caller's question to `may()`.
class Names {
public:
    using MaySee = std::function<bool(InstanceId const&)>;

    /// Loads all names, waiting for the database.
    Names(db::Database& database, db::Revisions& revisions, Inventory& inventory);

    NameRecord const* find(std::string_view name) const;
    NameRecord const* of_instance(InstanceId const& id) const;
    /// What `claim_next` would take now; null if there is none.
    NameRecord const* next_free(std::optional<std::string> const& pool) const;
    /// The free ones and those of instances that the predicate lets through, in natural order.
    std::vector<NameView> list(NameFilter const& filter, MaySee const& may_see) const;
    std::unordered_map<InstanceId, std::vector<std::string>> addresses() const;

    /// All or nothing. Throws `invalid` or `conflict` naming the place: "items[3].mac".
    awaitable<ImportedNames> import_items(Actor const& actor, std::vector<NewName> items);
    /// The same from CSV, naming the line: "line 3: …".
    awaitable<ImportedNames> import_csv(Actor const& actor, std::string text);
    /// Throws `not_found`, or `conflict` while an instance uses it.
    awaitable<void> remove(Actor const& actor, std::string name);

    // In the transaction that makes or removes an instance; `reload()` after its commit.

    /// Throws `conflict` ("ourea7 is taken") or `not_found`.
    static NameRecord claim(db::Transaction& tx, std::string const& name,
                            InstanceId const& instance);
    /// The first free one of the pool, or of any; throws `conflict` if there is none.
    static NameRecord claim_next(db::Transaction& tx, std::optional<std::string> const& pool,
                                 InstanceId const& instance);
    /// The name is the instance's if it is registered and free, and the instance has none.
    static bool adopt(db::Transaction& tx, std::string const& name, InstanceId const& instance);
    /// Frees what the instance has; idempotent.
    static void release(db::Transaction& tx, InstanceId const& instance);

    /// Brings memory in line with the table.
    awaitable<void> reload();

private:
    using Entries = std::map<std::string, NameRecord, std::less<>>;
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };

    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    awaitable<ImportedNames> write(Actor const& actor, NamesBatch batch);

    db::Database& database_;
    db::Revisions& revisions_;
    Inventory& inventory_;
    Entries entries_;
    std::unordered_map<InstanceId, std::string> by_instance_;
};

}  // namespace ourea
