// SPDX-License-Identifier: Apache-2.0
// Gathers the events of a machine, asks whether the portal made them, and notes the others.
#include "core/outside.hpp"

#include "base/log.hpp"
#include "core/audit.hpp"
#include "core/clones.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// How long before an event the portal's own doing may have been written down.
constexpr auto grace = 15s;
/// How long after a job's end its events may still come.
constexpr auto job_grace = 2s;
/// How long a guest may take to do what the portal asked of it.
constexpr auto guest_patience = 10min;
/// More kinds of event than this are not told apart.
constexpr std::size_t most_words = 16;

/// What the figures above do not tell of its definition.
void add_definition(boost::json::object& picture, virt::DomainFacts const& facts) {
    if (!facts.definition) return;
    for (auto const& [field, words] : *facts.definition) {
        bool const told = picture.contains(field) || field.starts_with("disk:") ||
                          field.starts_with("interface:");
        if (!told) picture[field] = words;
    }
}

/// What of a machine a record compares.
boost::json::object picture_of(Instance const* instance) {
    boost::json::object picture;
    if (!instance || !instance->facts) return picture;
    auto const& facts = *instance->facts;
    picture["name"] = facts.name;
    picture["state"] = to_string(facts.state);
    picture["host"] = instance->record.host.value_or("");
    picture["vcpus"] = facts.next_vcpus;
    picture["memory_mib"] = facts.next_memory_mib;
    picture["title"] = facts.title;
    picture["description"] = facts.description;
    picture["autostart"] = facts.autostart;
    boost::json::array disks, interfaces;
    for (auto const& disk : facts.disks)
        disks.emplace_back(disk.target + " " + (disk.path.empty() ? disk.volume : disk.path));
    for (auto const& nic : facts.nics)
        interfaces.emplace_back(nic.mac + " " + (nic.network.empty() ? nic.bridge : nic.network));
    picture["disks"] = std::move(disks);
    picture["interfaces"] = std::move(interfaces);
    add_definition(picture, facts);
    return picture;
}

/// Leaves in both what differs.
void reduce(boost::json::object& before, boost::json::object& after) {
    for (auto it = before.begin(); it != before.end();) {
        auto const* other = after.if_contains(it->key());
        if (other && *other == it->value()) {
            after.erase(it->key());
            it = before.erase(it);
        } else {
            ++it;
        }
    }
}

bool is_off(boost::json::object const& picture) {
    auto const* state = picture.if_contains("state");
    return !state || *state == "shutoff" || *state == "crashed";
}

/// The record's verb, from what became of the machine.
std::string verb_of(boost::json::object const& before, boost::json::object const& after,
                    std::set<std::string> const& words) {
    if (after.empty()) return "undefined";
    if (before.empty()) return "defined";
    if (before.at("host") != after.at("host")) return "migrated";
    // A picture may have been taken in the middle of it, before its event came.
    bool const starts = words.contains("started"), stops = words.contains("stopped");
    if (starts != stops && starts != is_off(after)) return starts ? "started" : "stopped";
    if (is_off(before) != is_off(after)) return is_off(after) ? "stopped" : "started";
    auto const& now = after.at("state");
    if (before.at("state") == now) return words.contains("stopped") ? "restarted" : "changed";
    if (now == "paused" || now == "suspended") return "paused";
    return now == "running" ? "resumed" : "changed";
}

/// The events that a verb of the portal brings with it.
std::set<std::string_view> brought_by(std::string_view action) {
    if (action == "instance.start") return {"started", "resumed", "defined"};
    if (action == "instance.stop") return {"shutting down", "stopped", "undefined"};
    if (action == "instance.shutdown") return {"shutting down", "stopped"};
    if (action == "instance.reboot" || action == "instance.reset")
        return {"paused", "resumed", "stopped", "started", "shutting down"};
    if (action == "instance.suspend") return {"paused"};
    if (action == "instance.resume") return {"resumed", "power management"};
    std::set<std::string_view> const edits{"instance.edit", "instance.template",
                                           "instance.untemplate", "instance.own"};
    if (edits.contains(action)) return {"defined", "changed"};
    return {};
}

struct EndedJob {
    std::string kind;
    std::string steps;
};
BOOST_DESCRIBE_STRUCT(EndedJob, (), (kind, steps))

/// The events that a job brings with it; a clone that failed also stops and undefines.
std::set<std::string_view> brought_by(EndedJob const& job) {
    std::set<std::string_view> words{"defined", "changed"};
    bool const deletes = job.kind == "delete";
    bool const undone = job.steps.find("undone") != std::string::npos;
    if (deletes || undone) words.insert({"stopped", "undefined", "shutting down"});
    if (job.kind == "migrate")
        words.insert({"started", "stopped", "resumed", "paused", "undefined", "shutting down"});
    bool const starts =
        job.kind == "clone" && job.steps.find(clone_start_step) != std::string::npos;
    if (starts) words.insert({"started", "resumed"});
    return words;
}

}  // namespace

struct Outside::State : std::enable_shared_from_this<State> {
    /// Of one machine, from its first event to the record.
    struct Change {
        Time since{};
        std::string name;
        std::set<std::string> words;
        std::int64_t events = 0;
        boost::json::object before;
    };
    /// A change, what the machine is like after it, and the record to be.
    struct Finding {
        Change change;
        boost::json::object after;
        AuditEntry entry;
    };
    /// How long is waited for a machine the next time, and until when that is remembered.
    struct Patience {
        std::chrono::milliseconds wait;
        std::chrono::steady_clock::time_point until;
    };

    State(asio::any_io_executor where, db::Database& d, Inventory const& i, Times t)
        : loop(where), database(d), inventory(i), times(t) {}

    /// What happens while a job works on the machine is the job's.
    void heard(virt::HostEvent const& event) {
        auto const* instance = inventory.find(event.id);
        if (instance && instance->job) return;
        auto const [at, fresh] = changes.try_emplace(event.id);
        auto& change = at->second;
        ++change.events;
        if (change.words.size() < most_words) change.words.insert(word_of(event));
        if (!fresh) return;
        change.since = now();
        change.name = event.name;
        change.before = picture_of(instance);
        auto done = [](std::exception_ptr error) {
            if (error)
                log::error("a change made outside could not be noted",
                           {{"error", describe(error)}});
        };
        asio::co_spawn(loop, settle(shared_from_this(), event.id, next_wait(event.id)), done);
    }

    static std::string word_of(virt::HostEvent const& event) {
        using Event = virt::HostEventKind;
        bool const life = event.kind == Event::domain_state ||
                          event.kind == Event::domain_defined ||
                          event.kind == Event::domain_undefined;
        return life ? event.detail : "changed";
    }

    std::chrono::milliseconds next_wait(InstanceId const& id) {
        auto const at = std::chrono::steady_clock::now();
        std::erase_if(patience, [&](auto const& entry) { return entry.second.until < at; });
        auto const found = patience.find(id);
        auto const wait = found == patience.end() ? times.gather
                                                  : std::min(found->second.wait * 2, times.longest);
        patience.insert_or_assign(id, Patience{wait, at + wait * 4});
        return wait;
    }

    static awaitable<void> settle(std::shared_ptr<State> self, InstanceId id,
                                  std::chrono::milliseconds wait) {
        asio::steady_timer timer(self->loop, wait);
        co_await timer.async_wait(asio::use_awaitable);
        // A verb is in the log only once its host has answered.
        while (!self->closed && self->inventory.has_verb(id)) {
            timer.expires_after(self->times.gather);
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (self->closed) co_return;
        auto const node = self->changes.extract(id);
        auto change = node.mapped();
        auto const* instance = self->inventory.find(id);
        if (instance && instance->job) co_return;
        if (instance) change.name = instance->record.name;
        Finding found{std::move(change), picture_of(instance), {}};
        found.entry.via = Via::outside;
        found.entry.object = "instance:" + id.str();
        found.entry.object_name = found.change.name;
        auto write = [id, found, gather = self->times.gather](db::Transaction& tx) {
            note(tx, id, found, gather);
        };
        co_await self->database.write(write);
    }

    /// Another server on this database may have noted the same at about the same time, well after
    /// the first event; and the portal may have done it, or the part of it that was a verb.
    static void note(db::Transaction& tx, InstanceId const& id, Finding found,
                     std::chrono::milliseconds gather) {
        tx.exec("UPDATE audit_head SET seq = seq WHERE id = 1");
        auto const active = tx.first<std::int64_t>(
            "SELECT COUNT(*) FROM jobs WHERE instance = :id AND state IN ('queued', 'running')",
            id);
        if (active.value_or(0) > 0) return;
        auto const left = not_ours(tx, id, found);
        if (left.empty()) return;
        auto& [change, after, entry] = found;
        entry.action = "instance." + name_it(change, after, left);
        reduce(change.before, after);
        bool const shows = !change.before.empty() || !after.empty() || left.contains("defined");
        if (entry.action == "instance.changed" && !shows) return;
        auto const noted = tx.first<std::int64_t>(
            "SELECT COUNT(*) FROM audit WHERE object = :object AND via = 'outside' AND action = "
            ":action AND at > :since",
            entry.object, entry.action, change.since + gather / 2);
        if (noted.value_or(0) > 0) return;
        boost::json::object detail{{"before", std::move(change.before)},
                                   {"after", std::move(after)}};
        detail["events"] = boost::json::array(left.begin(), left.end());
        if (change.events > 1) detail["count"] = change.events;
        entry.detail = boost::json::serialize(detail);
        Audit::append(tx, entry);
    }

    /// The record's verb; the pictures then show what the portal did not do, and nothing else.
    static std::string name_it(Change& change, boost::json::object& after,
                               std::set<std::string> const& left) {
        auto& before = change.before;
        auto verb = verb_of(before, after, left);
        if (before.empty() || after.empty()) return verb;
        bool const partly = left.size() < change.words.size();
        bool const starts = left.contains("started"), stops = left.contains("stopped");
        if (verb == "migrated") return verb;
        if (partly && starts != stops) verb = starts ? "started" : "stopped";
        if (partly && only_details(left)) {
            before.erase("state");
            after.erase("state");
            return "changed";
        }
        if (verb != "started" && verb != "stopped") return verb;
        bool const on = verb == "started";
        // The portal's part of what differs is no news, nor is what it began from.
        bool const begun = change.words.contains("started") && !on;
        if (partly) keep_state(before);
        if (partly) keep_state(after);
        if (partly && begun) before["state"] = "running";
        if (is_off(before) != on) before["state"] = on ? "shutoff" : "running";
        if (is_off(after) == on) after["state"] = on ? "running" : "shutoff";
        return verb;
    }

    static void keep_state(boost::json::object& picture) {
        boost::json::object const state{{"state", picture.at("state")}};
        picture = state;
    }

    static bool only_details(std::set<std::string> const& words) {
        return std::ranges::all_of(
            words, [](auto const& word) { return word == "changed" || word == "defined"; });
    }

    /// The events that neither a job nor a verb of the portal brought.
    static std::set<std::string> not_ours(db::Transaction& tx, InstanceId const& id,
                                          Finding const& found) {
        auto left = found.change.words;
        auto const since = found.change.since;
        auto const take = [&](std::set<std::string_view> const& brought) {
            for (auto const word : brought)
                left.erase(std::string(word));
        };
        auto const take_away = [&](std::string_view sql, Time after) {
            for (auto const& action : tx.select<std::string>(sql, found.entry.object, after))
                take(brought_by(action));
        };
        for (auto const& job : tx.select<EndedJob>(
                 "SELECT kind, steps FROM jobs WHERE instance = :id AND finished_at > :since", id,
                 since - job_grace))
            take(brought_by(job));
        auto const& before = found.change.before;
        bool const made = before.empty() && !found.after.empty() && left.contains("defined");
        bool const gone = !before.empty() && is_off(before) && left.contains("undefined");
        take_away(
            "SELECT action FROM audit WHERE object = :object AND via <> 'outside' AND result = "
            "'ok' AND at > :since",
            since);
        // Of what was done before the first event, only the last can have brought it.
        for (auto const& action : tx.select<std::string>(
                 "SELECT action FROM audit WHERE object = :object AND via <> 'outside' AND result "
                 "= 'ok' AND at > :since AND at <= :until ORDER BY seq DESC LIMIT 1",
                 found.entry.object, since - grace, since))
            take(brought_by(action));
        take_away(
            "SELECT action FROM audit WHERE object = :object AND action IN ('instance.shutdown', "
            "'instance.reboot') AND result = 'ok' AND at > :since",
            since - guest_patience);
        // Only a job makes machines, and only what ran and was not kept goes with its stop.
        if (made) left.insert("defined");
        if (gone) left.insert("undefined");
        return left;
    }

    asio::any_io_executor loop;
    db::Database& database;
    Inventory const& inventory;
    Times times;
    std::map<InstanceId, Change> changes;
    std::map<InstanceId, Patience> patience;
    bool closed = false;
};

Outside::Outside(asio::any_io_executor loop, db::Database& database, Inventory const& inventory)
    : Outside(std::move(loop), database, inventory, Times{}) {}

Outside::Outside(asio::any_io_executor loop, db::Database& database, Inventory const& inventory,
                 Times times)
    : state_(std::make_shared<State>(std::move(loop), database, inventory, times)) {}

Outside::~Outside() {
    state_->closed = true;
}

bool Outside::gathers(InstanceId const& id) const {
    return state_->changes.contains(id);
}

void Outside::heard(virt::HostEvent const& event) {
    state_->heard(event);
}

}  // namespace ourea
