// SPDX-License-Identifier: Apache-2.0
// What is lent beside a quota until a day: in memory, written through, audited.
#pragma once

#include "core/audit.hpp"
#include "core/quota.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

using LoanId = Id<struct LoanTag>;

/// A row of `quota_loans`.
struct Loan : Amounts {
    LoanId id;
    std::string holder;  ///< "user:NAME" or "group:NAME"
    std::string reason;
    std::string granted_by;
    std::optional<std::string> request;  ///< the id of the one that it answers
    Time created_at{};
    Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(Loan, (Amounts),
                      (id, holder, reason, granted_by, request, created_at, expires_at))

struct NewLoan : Amounts {
    std::string reason;
    Time expires_at{};
};
BOOST_DESCRIBE_STRUCT(NewLoan, (Amounts), (reason, expires_at))

/// Throws `invalid` unless something is asked for; the field that it names begins with `path`.
void check_amounts(Amounts const& amounts, std::string const& path = {});
/// Throws `invalid` naming the field unless it is 1 to 1000 bytes of text.
void check_words(std::string const& text, std::string const& field);
/// Throws `invalid` unless it is in the future, and within a year.
void check_end(Time end);

/// Lives on the event loop. Who may call what is the caller's question to `may()`, except that
/// staff lend to ordinary users alone, which only the transaction can know.
class Loans {
public:
    using Changed = std::function<void(std::string const& holder)>;

    /// Loads all loans, waiting for the database.
    Loans(db::Database& database, db::Revisions& revisions);

    Loan const* find(LoanId const& id) const;
    /// Also those that are over, for three months; the last to end comes first.
    std::vector<Loan> of_holder(std::string_view holder) const;

    awaitable<Loan> lend(Actor const& actor, std::string holder, NewLoan wanted);
    /// Throws `not_found` if it is gone already.
    awaitable<void> end(Actor const& actor, LoanId id);

    /// In a transaction that has bumped "loans": stores what was checked. The record that it
    /// answers is to be appended last.
    static AuditEntry insert(db::Transaction& tx, Actor const& actor, Loan const& loan);

    /// Tells of those whose time is over since the last call; about once a second.
    void tell_expired();
    /// Called when what is lent to a holder changed, also by another process or by the time.
    void on_change(Changed changed) { changed_.push_back(std::move(changed)); }

private:
    using Entries = std::map<LoanId, Loan>;
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };

    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    void tell(std::string const& holder);

    db::Database& database_;
    db::Revisions& revisions_;
    Entries entries_;
    Time told_;
    std::vector<Changed> changed_;
};

}  // namespace ourea
