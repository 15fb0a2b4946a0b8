// SPDX-License-Identifier: Apache-2.0
// The commands around the log: prove it, anchor it, carry it away, shorten it.
#include "commands.hpp"
#include "core/audit_proof.hpp"
#include "offline.hpp"

#include <fstream>
#include <iostream>

namespace ourea::commands {
namespace {

Time time_of(std::string const& text, std::string const& option) {
    auto const time = parse_rfc3339(text.size() == 10 ? text + "T00:00:00Z" : text);
    if (time) return *time;
    throw invalid(option,
                  option + ": expected 2026-01-31 or 2026-01-31T12:00:00Z, not \"" + text + "\"");
}

int say(AuditProof const& proof) {
    if (proof.first_bad) {
        std::cout << "Record " << *proof.first_bad << ": " << proof.problem << "\n";
        return 1;
    }
    std::cout << proof.count << " records are sound; the newest has the hash " << proof.head
              << "\n";
    if (proof.base_seq > 0)
        std::cout << "The records up to " << proof.base_seq << " are not part of this.\n";
    return 0;
}

AuditProof verify_file(std::string const& name, std::vector<Anchor> const& anchors, bool gaps) {
    if (name == "-") return verify_export(std::cin, anchors, gaps);
    std::ifstream file(name);
    if (!file) throw Error(Kind::not_found, "The file " + name + " cannot be read.");
    return verify_export(file, anchors, gaps);
}

}  // namespace

int verify_audit(Config const& config, VerifyAudit const& wanted) {
    std::vector<Anchor> anchors;
    for (auto const& text : wanted.anchors) {
        auto const more = anchors_of(text);
        anchors.insert(anchors.end(), more.begin(), more.end());
    }
    if (!wanted.file.empty()) return say(verify_file(wanted.file, anchors, wanted.gaps));
    Offline offline(config);
    return say(Audit(offline.database).verify(ChainWalk(anchors)));
}

int print_audit_head(Config const& config) {
    Offline offline(config);
    auto const head = offline.database.read_now(&Audit::read_head);
    if (head.seq == 0) throw Error(Kind::not_found, "The log is empty.");
    std::cout << to_string(Anchor{head.seq, head.hash}) << " "
              << to_rfc3339(head.at.value_or(now())) << "\n";
    return 0;
}

int export_audit(Config const& config, ExportAudit const& wanted) {
    AuditFilter filter;
    if (!wanted.since.empty()) filter.since = time_of(wanted.since, "since");
    if (!wanted.until.empty()) filter.until = time_of(wanted.until, "until");
    Offline offline(config);
    auto const end = offline.database.read_now(&Audit::read_head).seq;
    bool const csv = wanted.format == ExportFormat::csv;
    if (csv) std::cout << csv_header() << "\r\n";
    for (std::int64_t after = 0; after < end;) {
        auto const rows = offline.database.read_now([&](db::Transaction& tx) {
            return Audit::read_rows(tx, filter, after, audit_page_size);
        });
        std::cout << export_lines(rows, wanted.format, end);
        after = rows.size() < audit_page_size ? end : rows.back().seq;
    }
    std::cout.flush();
    if (!std::cout) throw Error(Kind::unavailable, "The export could not be written to the end.");
    auto entry = audit_entry(this_person(), "audit.export", "audit", "");
    boost::json::object detail{{"format", reflect::enum_name(wanted.format)}};
    if (filter.since) detail["since"] = to_rfc3339(*filter.since);
    if (filter.until) detail["until"] = to_rfc3339(*filter.until);
    entry.detail = boost::json::serialize(detail);
    offline.database.write_now([&](db::Transaction& tx) { Audit::append(tx, entry); });
    return 0;
}

int prune_audit(Config const& config, std::string const& before) {
    Offline offline(config);
    Audit audit(offline.database);
    auto const time = time_of(before, "before");
    if (time > now()) throw invalid("before", "before: lies in the future");
    auto const removed = wait_for(audit.prune(this_person(), time));
    if (removed.count == 0) {
        std::cout << "No record is older than " << to_rfc3339(time) << ".\n";
        return 0;
    }
    std::cout << "Removed " << removed.count << " records, " << removed.first << " to "
              << removed.last << "; a new record says so, and the rest stays provable.\n"
              << "To keep what goes, export it before the next time: ourea audit export --format "
                 "jsonl --until "
              << before << "\n";
    return 0;
}

}  // namespace ourea::commands
