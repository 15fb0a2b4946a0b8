// SPDX-License-Identifier: Apache-2.0
// Writes, lists and proves the chain of audit records.
#include "core/audit.hpp"

#include "core/audit_proof.hpp"
#include "core/audit_rows.hpp"

#include <fmt/format.h>

namespace ourea {
namespace {

/// `text` for LIKE … ESCAPE '!', where its own wildcards mean themselves.
std::string escaped(std::string_view text) {
    std::string out;
    for (char const c : text) {
        if (c == '%' || c == '_' || c == '!') out += '!';
        out += c;
    }
    return out;
}

/// A WHERE clause that grows, with its values.
struct Where {
    std::string sql = " WHERE seq > (SELECT base_seq FROM audit_head WHERE id = 1)";
    std::vector<db::Value> values;

    template <class... Values>
    void add(std::string_view condition, Values const&... more) {
        sql += fmt::format(" AND ({})", condition);
        (values.push_back(db::to_value(more)), ...);
    }
};

Where where(AuditFilter const& filter) {
    Where where;
    if (filter.actor) where.add("actor = :actor", *filter.actor);
    if (filter.object)
        where.add(
            "object = :object OR object IN (SELECT 'instance:' || instance FROM taken_over WHERE "
            "'instance:' || heir = :object)",
            *filter.object);
    if (filter.action && filter.action->ends_with('.')) {
        where.add("action LIKE :action ESCAPE '!'", escaped(*filter.action) + "%");
    } else if (filter.action) {
        where.add("action = :action", *filter.action);
    }
    if (filter.since) where.add("at >= :since", *filter.since);
    if (filter.until) where.add("at < :until", *filter.until);
    if (filter.via) where.add("via = :via", *filter.via);
    if (filter.result) where.add("result = :result", *filter.result);
    if (filter.user) {
        // At the command line the actor is a name of the system's, not of the portal's.
        where.add("(actor = :user AND via <> 'cli') OR on_behalf_of = :user OR object = :account",
                  *filter.user, "user:" + *filter.user);
    }
    if (filter.group)
        where.add("object = :group OR on_behalf_of = :group",
                  std::string(group_prefix) + *filter.group);
    if (filter.text) {
        where.add(
            "LOWER(COALESCE(actor, '') || ' ' || action || ' ' || COALESCE(object_name, '') || ' ' "
            "|| COALESCE(means, '') || ' ' || COALESCE(on_behalf_of, '') || ' ' || detail) LIKE "
            "LOWER(:text) ESCAPE '!'",
            "%" + escaped(*filter.text) + "%");
    }
    return where;
}

AuditPage list_page(db::Transaction& tx, AuditFilter const& filter,
                    std::optional<std::int64_t> before, std::size_t limit) {
    AuditPage page;
    auto condition = where(filter);
    auto const counted =
        tx.select_values("SELECT COUNT(*) FROM audit" + condition.sql, condition.values);
    page.total = db::rows_of<std::int64_t>(counted).at(0);
    if (before) condition.add("seq < :before", *before);
    condition.values.push_back(static_cast<std::int64_t>(limit) + 1);
    auto rows = db::rows_of<AuditRow>(
        tx.select_values("SELECT * FROM audit" + condition.sql + " ORDER BY seq DESC LIMIT :limit",
                         condition.values));
    if (rows.size() > limit) {
        rows.resize(limit);
        if (!rows.empty()) page.next_before = rows.back().seq;
    }
    for (auto& row : rows)
        page.items.push_back(record_of(std::move(row)));
    return page;
}

/// The last record before `before` and all younger ones; 0 if there is none.
std::int64_t last_before(db::Transaction& tx, AuditEnds const& ends, Time before) {
    auto const kept = tx.first<std::optional<std::int64_t>>(
        "SELECT MIN(seq) FROM audit WHERE seq > :base AND at >= :before", ends.base_seq, before);
    return kept && *kept ? **kept - 1 : ends.seq;
}

/// Moves the beginning of the chain, and tells of it in the same transaction.
Removed move_base(db::Transaction& tx, Actor const& actor, Time before) {
    tx.exec("UPDATE audit_head SET seq = seq WHERE id = 1");
    auto const ends = audit_ends(tx);
    Removed removed{ends.base_seq + 1, last_before(tx, ends, before), 0};
    if (removed.last < removed.first) return {};
    removed.count = removed.last - ends.base_seq;
    auto const hash =
        tx.first<std::string>("SELECT hash FROM audit WHERE seq = :seq", removed.last);
    if (!hash) throw Error(Kind::conflict, "The log has a hole; ourea audit verify says where.");
    tx.exec("UPDATE audit_head SET base_seq = :seq, base_hash = :hash WHERE id = 1", removed.last,
            *hash);
    auto entry = audit_entry(actor, "audit.prune", "audit", "");
    boost::json::object const detail{{"before", to_rfc3339(before)},
                                     {"first", removed.first},
                                     {"last", removed.last},
                                     {"count", removed.count},
                                     {"hash", *hash}};
    entry.detail = boost::json::serialize(detail);
    Audit::append(tx, entry);
    return removed;
}

/// Some of the rows before the beginning; false if none are left.
bool remove_some(db::Transaction& tx) {
    return tx.exec(
               "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <= (SELECT "
               "base_seq FROM audit_head WHERE id = 1) ORDER BY seq LIMIT 2000)") > 0;
}

}  // namespace

AuditEntry audit_entry(Actor const& actor, std::string action, std::string object,
                       std::string object_name) {
    AuditEntry entry;
    entry.actor = actor.user;
    entry.via = actor.via;
    if (!actor.means.empty()) entry.means = actor.means;
    if (!actor.address.empty()) entry.address = actor.address;
    entry.action = std::move(action);
    entry.object = std::move(object);
    entry.object_name = std::move(object_name);
    if (!actor.request_id.empty()) entry.request_id = actor.request_id;
    return entry;
}

std::int64_t Audit::append(db::Transaction& tx, AuditEntry const& entry) {
    // The UPDATE locks the row, so that two replicas cannot continue the chain from one record.
    tx.exec("UPDATE audit_head SET seq = seq WHERE id = 1");
    auto const row = row_of(entry, audit_ends(tx));
    insert(tx, row);
    tx.exec("UPDATE audit_head SET seq = :seq, hash = :hash WHERE id = 1", row.seq, row.hash);
    return row.seq;
}

awaitable<void> Audit::note(AuditEntry entry) {
    auto write = [entry = std::move(entry)](db::Transaction& tx) { append(tx, entry); };
    co_await database_.write(std::move(write));
}

awaitable<AuditPage> Audit::list(AuditFilter filter, std::optional<std::int64_t> before,
                                 std::size_t limit) {
    auto query = [filter = std::move(filter), before, limit](db::Transaction& tx) {
        return list_page(tx, filter, before, limit);
    };
    co_return co_await database_.read(std::move(query));
}

std::vector<AuditRow> Audit::read_rows(db::Transaction& tx, AuditFilter const& filter,
                                       std::int64_t after, std::size_t limit) {
    auto condition = where(filter);
    condition.add("seq > :after", after);
    condition.values.push_back(static_cast<std::int64_t>(limit));
    return db::rows_of<AuditRow>(tx.select_values(
        "SELECT * FROM audit" + condition.sql + " ORDER BY seq LIMIT :limit", condition.values));
}

awaitable<std::vector<AuditRow>> Audit::rows(AuditFilter filter, std::int64_t after,
                                             std::size_t limit) {
    auto query = [filter = std::move(filter), after, limit](db::Transaction& tx) {
        return read_rows(tx, filter, after, limit);
    };
    co_return co_await database_.read(std::move(query));
}

AuditHead Audit::read_head(db::Transaction& tx) {
    auto const ends = audit_ends(tx);
    AuditHead head;
    head.seq = ends.seq;
    head.hash = ends.hash;
    head.at = tx.first<Time>("SELECT at FROM audit WHERE seq = :seq", ends.seq);
    head.count = ends.seq - ends.base_seq;
    head.base_seq = ends.base_seq;
    return head;
}

awaitable<AuditHead> Audit::head() {
    co_return co_await database_.read(&read_head);
}

awaitable<Removed> Audit::prune(Actor actor, Time before) {
    auto move = [actor = std::move(actor), before](db::Transaction& tx) {
        return move_base(tx, actor, before);
    };
    auto const removed = co_await database_.write(std::move(move));
    while (co_await database_.write(&remove_some)) {
    }
    co_return removed;
}

awaitable<AuditProof> Audit::walk() {
    ChainWalk walk;
    auto page = [&walk](db::Transaction& tx) {
        auto next = walk;  // this may run more than once
        bool const more = walk_page(tx, next);
        return std::pair(more, std::move(next));
    };
    for (bool more = true; more;) {
        auto found = co_await database_.read(page);
        more = found.first;
        walk = std::move(found.second);
    }
    co_return walk.proof();
}

AuditProof Audit::verify(ChainWalk walk) {
    return database_.read_now([&](db::Transaction& tx) {
        auto here = walk;
        while (walk_page(tx, here)) {
        }
        return here.proof();
    });
}

AuditProof Audit::verify() {
    return verify(ChainWalk{});
}

}  // namespace ourea
