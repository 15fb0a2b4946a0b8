// SPDX-License-Identifier: Apache-2.0
// Walks the chain, compares it with its ends and with anchors, and says in words what is wrong.
#include "core/audit_proof.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>

namespace ourea {
namespace {

constexpr std::int64_t newest_version = 2;

/// What a record "audit.prune" says of the removed records.
struct Pruned {
    std::int64_t last = 0;
    std::string hash;
};

std::optional<Pruned> pruned_of(std::string const& detail) {
    try {
        auto const json = parse_json(detail).as_object();
        return Pruned{json.at("last").to_number<std::int64_t>(),
                      std::string(json.at("hash").as_string())};
    } catch (std::exception const&) {
        return std::nullopt;  // then the base is not what it says, either
    }
}

}  // namespace

Anchor parse_anchor(std::string_view text) {
    Anchor anchor;
    auto const colon = text.find(':');
    auto const* end = text.data() + std::min(colon, text.size());
    auto const read = std::from_chars(text.data(), end, anchor.seq);
    if (colon != text.npos) anchor.hash = text.substr(colon + 1, 64);
    bool const hex = anchor.hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    bool const ended = text.size() <= colon + 65 || text[colon + 65] == ' ';
    if (read.ec != std::errc{} || read.ptr != end || anchor.seq < 1 || anchor.hash.size() != 64 ||
        !hex || !ended)
        throw invalid("anchor", "An anchor is SEQ:HASH, not \"" + std::string(text) + "\".");
    return anchor;
}

std::string to_string(Anchor const& anchor) {
    return std::to_string(anchor.seq) + ":" + anchor.hash;
}

std::vector<Anchor> anchors_of(std::string const& text) {
    std::ifstream file(text);
    if (!file) return {parse_anchor(text)};
    std::vector<Anchor> anchors;
    for (std::string line; std::getline(file, line);)
        if (!line.empty()) anchors.push_back(parse_anchor(line));
    return anchors;
}

ChainWalk::ChainWalk(std::vector<Anchor> const& anchors) {
    for (auto const& anchor : anchors) {
        auto const [known, added] = anchors_.emplace(anchor.seq, anchor.hash);
        if (!added && known->second != anchor.hash)
            fail(anchor.seq,
                 fmt::format("The anchors contradict each other about record {}.", anchor.seq));
    }
}

void ChainWalk::begin(std::int64_t base_seq, std::string base_hash) {
    base_seq_ = base_seq;
    base_hash_ = std::move(base_hash);
    prune_.reset();
    if (proof_.first_bad) return;
    proof_ = {};
    proof_.base_seq = proof_.seq = base_seq_;
    proof_.head = base_hash_;
}

bool ChainWalk::fail(std::int64_t seq, std::string problem) {
    proof_.first_bad = seq;
    proof_.problem = std::move(problem);
    return false;
}

/// Compares one row with what the chain says it must be; a sentence if it is not.
std::string ChainWalk::problem_of(AuditRow const& row) const {
    if (row.version < 1 || row.version > newest_version)
        return fmt::format("Record {} has version {}, which this program does not know.", row.seq,
                           row.version);
    bool const links = row.seq == proof_.seq + 1;
    if (links && row.previous_hash != proof_.head)
        return fmt::format("Record {} does not follow the one before it.", row.seq);
    bool const too_much = row.version == 1 && (row.means || row.on_behalf_of);
    if (too_much || row.hash != hash_of(row)) return fmt::format("Record {} was changed.", row.seq);
    auto const anchor = anchors_.find(row.seq);
    if (anchor != anchors_.end() && anchor->second != row.hash)
        return fmt::format("Record {} is not the one that was anchored.", row.seq);
    return {};
}

bool ChainWalk::take(AuditRow const& row) {
    if (proof_.first_bad) return false;
    auto const expected = proof_.seq + 1;
    if (row.seq < expected)
        return fail(row.seq,
                    fmt::format("Record {} stands behind record {}.", row.seq, proof_.seq));
    if (row.seq > expected && !gaps_)
        return fail(expected, fmt::format("Record {} is missing; {} follows {}.", expected, row.seq,
                                          proof_.seq));
    if (auto problem = problem_of(row); !problem.empty()) return fail(row.seq, std::move(problem));
    if (row.action == "audit.prune" && row.result == Result::ok) prune_ = row.detail;
    ++proof_.count;
    proof_.seq = row.seq;
    proof_.head = row.hash;
    proof_.at = row.at;
    anchors_.erase(row.seq);
    return true;
}

std::string ChainWalk::missing_anchor() const {
    for (auto const& [seq, hash] : anchors_) {
        if (seq > proof_.seq) return fmt::format("Record {} was anchored and is missing.", seq);
        if (seq == base_seq_ && hash != base_hash_)
            return fmt::format("Record {}, the last removed one, is not what was anchored.", seq);
    }
    return {};
}

void ChainWalk::end() {
    if (proof_.first_bad) return;
    if (auto problem = missing_anchor(); !problem.empty()) fail(proof_.seq + 1, std::move(problem));
}

void ChainWalk::end(AuditEnds const& ends) {
    if (proof_.first_bad) return;
    if (ends.seq != proof_.seq || ends.hash != proof_.head) {
        fail(proof_.seq + 1,
             fmt::format("The last records, from {} on, were removed.", proof_.seq + 1));
        return;
    }
    auto const said = prune_ ? pruned_of(*prune_) : std::optional(Pruned{});
    if (!said || said->last != ends.base_seq || said->hash != ends.base_hash) {
        fail(ends.base_seq + 1,
             fmt::format("The log begins at record {}, which no record of a removal says.",
                         ends.base_seq + 1));
        return;
    }
    end();
}

bool walk_page(db::Transaction& tx, ChainWalk& walk) {
    constexpr std::size_t size = 1000;
    auto const ends = audit_ends(tx);
    if (walk.position() < ends.base_seq) walk.begin(ends.base_seq, ends.base_hash);
    auto const rows = tx.select<AuditRow>(
        "SELECT * FROM audit WHERE seq > :after ORDER BY seq LIMIT 1000", walk.position());
    for (auto const& row : rows)
        if (!walk.take(row)) return false;
    if (rows.size() == size) return true;
    walk.end(ends);
    return false;
}

AuditProof verify_export(std::istream& lines, std::vector<Anchor> const& anchors, bool gaps) {
    ChainWalk walk(anchors);
    if (gaps) walk.allow_gaps();
    std::int64_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.empty()) continue;
        AuditRow row;
        try {
            row = from_json_line(line);
        } catch (Error const& error) {
            auto proof = walk.proof();
            proof.first_bad = proof.seq + 1;
            proof.problem = fmt::format("Line {} holds no record: {}", number, error.message());
            return proof;
        }
        if (walk.proof().count == 0 && !walk.proof().first_bad)
            walk.begin(row.seq - 1, row.previous_hash);
        if (!walk.take(row)) return walk.proof();
    }
    walk.end();
    return walk.proof();
}

}  // namespace ourea
