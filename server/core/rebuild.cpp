// SPDX-License-Identifier: Apache-2.0
// Compares each mark with the row of its machine, and fills in what the row lacks.
#include "core/rebuild.hpp"

#include "core/audit.hpp"
#include "core/membership.hpp"
#include "core/names.hpp"
#include "core/records.hpp"

#include <map>

namespace ourea {
namespace {

/// The row of a machine that the database does not know; its disks are measured by the server.
InstanceRecord fresh_record(SurveyedMachine const& machine) {
    auto const& facts = machine.facts;
    InstanceRecord record;
    record.id = facts.uuid;
    record.name = facts.name;
    record.host = machine.host;
    take_size(record, facts);
    record.created_at = facts.mark->created_at.value_or(now());
    record.last_seen_at = record.changed_at = now();
    record.running = is_on(facts.state);
    return record;
}

/// One machine's turn.
class Restoring {
public:
    Restoring(db::Transaction& tx, SurveyedMachine const& machine, RebuildWish wish)
        : tx_(tx), machine_(machine), mark_(*machine.facts.mark), wish_(wish) {
        line_.host = machine.host;
        line_.name = machine.facts.name;
        line_.id = machine.facts.uuid;
    }

    RebuildLine run(Actor const& actor) {
        auto const row =
            tx_.first<InstanceRecord>("SELECT * FROM instances WHERE id = :id", line_.id);
        bool const known = row && row->state != RecordState::gone;
        if (known && row->state != RecordState::present && row->state != RecordState::missing) {
            line_.problems.push_back("It is being worked on.");
            return line_;
        }
        auto record = known ? *row : fresh_record(machine_);
        // Without owner and origin it was only seen: then nobody decided that it is no template.
        bool const blank = !record.owner && !record.origin && !record.template_;
        restore_owner(record);
        restore_origin(record, blank);
        restore_template(record, blank);
        if (blank && mark_.created_at) record.created_at = *mark_.created_at;
        if (!line_.restored.empty() && !wish_.dry_run) write(record);
        restore_name();
        if (!line_.restored.empty() && !wish_.dry_run) note(actor);
        return line_;
    }

private:
    void keep(std::string what) { line_.kept.push_back(std::move(what)); }

    void restore_owner(InstanceRecord& record) {
        if (mark_.owner.empty() || record.owner == mark_.owner) return;
        if (record.owner && !wish_.overwrite)
            return keep("owner " + *record.owner + " (the mark says " + mark_.owner + ")");
        try {
            check_holder(tx_, holder_of(mark_.owner), "owner");
        } catch (Error const& error) {
            line_.problems.push_back("The owner is not restored: " + error.message());
            return;
        }
        record.owner = mark_.owner;
        line_.restored.push_back("owner " + mark_.owner);
    }

    void restore_origin(InstanceRecord& record, bool blank) {
        bool const same = record.origin == mark_.origin && record.linked == mark_.linked;
        if (mark_.origin == InstanceId() || same) return;
        auto const& called = mark_.origin_name.empty() ? mark_.origin.str() : mark_.origin_name;
        if (!blank && !wish_.overwrite) return keep("origin (the mark says " + called + ")");
        record.origin = mark_.origin;
        record.origin_name = called;
        record.linked = mark_.linked;
        line_.restored.push_back((mark_.linked ? "linked to " : "copy of ") + called);
    }

    void restore_template(InstanceRecord& record, bool blank) {
        if (!mark_.is_template || record.template_) return;
        if (!blank && !wish_.overwrite) return keep("no template (the mark says template)");
        record.template_ = true;
        line_.restored.push_back("template");
    }

    void write(InstanceRecord const& record) {
        tx_.exec("DELETE FROM instances WHERE id = :id AND state = 'gone'", record.id);
        Records::ensure(tx_, record);
        tx_.exec(
            "UPDATE instances SET owner = :owner, template = :template, origin = :origin, "
            "origin_name = :origin_name, linked = :linked, created_at = :created_at, decided = "
            ":decided WHERE id = :id",
            record.owner, record.template_, record.origin, record.origin_name, record.linked,
            record.created_at, Records::decide(tx_), record.id);
    }

    /// The name under which it was handed out, or the one that it has.
    void restore_name() {
        auto const& name = mark_.name.empty() ? line_.name : mark_.name;
        auto const holder = tx_.first<std::optional<InstanceId>>(
            "SELECT instance FROM names WHERE name = :name", name);
        if (!holder || *holder == line_.id) return;
        if (*holder) {
            line_.problems.push_back("The name " + name + " is taken by another instance.");
            return;
        }
        auto const held =
            tx_.first<std::int64_t>("SELECT COUNT(*) FROM names WHERE instance = :id", line_.id);
        if (held.value_or(0) > 0) return;
        if (!wish_.dry_run) Names::adopt(tx_, name, line_.id);
        line_.restored.push_back("name " + name);
    }

    void note(Actor const& actor) {
        boost::json::array restored(line_.restored.begin(), line_.restored.end());
        auto entry =
            audit_entry(actor, "instance.rebuild", "instance:" + line_.id.str(), line_.name);
        entry.detail = boost::json::serialize(boost::json::object{{"restored", restored}});
        if (!mark_.owner.empty()) entry.on_behalf_of = mark_.owner;
        Audit::append(tx_, entry);
    }

    db::Transaction& tx_;
    SurveyedMachine const& machine_;
    virt::Mark const& mark_;
    RebuildWish wish_;
    RebuildLine line_;
};

}  // namespace

std::vector<RebuildLine> rebuild(db::Transaction& tx, Actor const& actor,
                                 std::vector<SurveyedMachine> machines, RebuildWish wish) {
    std::map<InstanceId, SurveyedMachine const*> by_id;
    for (auto const& machine : machines) {
        if (!machine.facts.mark) continue;
        auto& chosen = by_id[machine.facts.uuid];
        if (!chosen || (is_on(machine.facts.state) && !is_on(chosen->facts.state)))
            chosen = &machine;
    }
    std::vector<RebuildLine> lines;
    for (auto const& [id, machine] : by_id)
        lines.push_back(Restoring(tx, *machine, wish).run(actor));
    return lines;
}

}  // namespace ourea
