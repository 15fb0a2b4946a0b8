// SPDX-License-Identifier: Apache-2.0
// Proves that the chain of audit records is whole: of the database, or of an export by itself.
#pragma once

#include "core/audit_rows.hpp"

#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ourea {

/// A record's hash that was kept elsewhere.
struct Anchor {
    std::int64_t seq = 0;
    std::string hash;
};

/// "SEQ:HASH", perhaps with a space and a time behind it. Throws `invalid`.
Anchor parse_anchor(std::string_view text);
std::string to_string(Anchor const& anchor);
/// All lines of a file that `audit-anchor` wrote, or the one that `text` itself is.
std::vector<Anchor> anchors_of(std::string const& text);

/// Takes records one after the other and stops at the first that is not what it must be.
class ChainWalk {
public:
    explicit ChainWalk(std::vector<Anchor> const& anchors = {});

    /// The record before the first one.
    void begin(std::int64_t base_seq, std::string base_hash);
    /// Whether the walk goes on.
    bool take(AuditRow const& row);
    /// After the last record: what the database says of its ends, and the anchors that are left.
    void end(AuditEnds const& ends);
    /// After the last record of an export.
    void end();
    /// Records may be missing between two: an export with a filter.
    void allow_gaps() { gaps_ = true; }

    std::int64_t position() const { return proof_.seq; }
    AuditProof const& proof() const { return proof_; }

private:
    bool fail(std::int64_t seq, std::string problem);
    std::string problem_of(AuditRow const& row) const;
    std::string missing_anchor() const;

    std::map<std::int64_t, std::string> anchors_;
    std::int64_t base_seq_ = 0;
    std::string base_hash_;
    bool gaps_ = false;
    std::optional<std::string> prune_;  ///< detail of the newest record of a removal
    AuditProof proof_;
};

/// The next thousand records; false at the end. For a walk in several transactions: if the log was
/// pruned in between, it begins anew.
bool walk_page(db::Transaction& tx, ChainWalk& walk);

/// Reads JSON lines to the end.
AuditProof verify_export(std::istream& lines, std::vector<Anchor> const& anchors, bool gaps);

}  // namespace ourea
