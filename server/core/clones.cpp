// SPDX-License-Identifier: Apache-2.0
// Plans a clone and reserves what it needs: rights, sizes, disks, name, quota.
#include "core/clones.hpp"

#include "core/records.hpp"
#include "core/sizes.hpp"
#include "core/tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace ourea {
namespace {

std::string random_mac() {
    auto const hex = random_hex(3);
    return "52:54:00:" + hex.substr(0, 2) + ":" + hex.substr(2, 2) + ":" + hex.substr(4, 2);
}

std::string clean_title(std::optional<std::string> const& title) {
    if (!title) return {};
    if (title->size() > 200) throw invalid("title", "title: at most 200 bytes");
    for (char c : *title)
        if (static_cast<unsigned char>(c) < 0x20)
            throw invalid("title", "title: must be one line without control characters");
    return *title;
}

void check_name_grammar(std::string const& name) {
    auto const alnum = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    bool ok = !name.empty() && name.size() <= 63 && alnum(name[0]);
    for (char c : name)
        ok = ok && (alnum(c) || c == '.' || c == '_' || c == '-');
    if (!ok)
        throw invalid("name",
                      "name: expected 1 to 63 letters, digits, dots, dashes or "
                      "underscores, beginning with a letter or digit");
}

Demand demand_of(ClonePlan const& plan) {
    Demand demand{1, plan.vcpus, plan.memory_mib};
    if (plan.start) {
        demand.running_instances = 1;
        demand.running_vcpus = plan.vcpus;
        demand.running_memory_mib = plan.memory_mib;
    }
    for (auto const& disk : plan.disks)
        demand.disk_bytes += disk.capacity_bytes;
    return demand;
}

InstanceRecord record_of(ClonePlan const& plan) {
    InstanceRecord record;
    record.id = plan.id;
    record.name = plan.name;
    record.host = plan.host;
    record.owner = plan.owner;
    record.tags = plan.tags;
    record.origin = plan.source;
    record.origin_name = plan.source_name;
    record.linked = plan.linked;
    record.vcpus = plan.vcpus;
    record.memory_mib = plan.memory_mib;
    record.disk_bytes = demand_of(plan).disk_bytes;
    record.state = RecordState::creating;
    record.created_at = record.changed_at = plan.created_at;
    return record;
}

std::vector<std::string> step_names(ClonePlan const& plan) {
    std::vector<std::string> names;
    for (auto const& disk : plan.disks)
        names.push_back((plan.linked ? "Make linked disk " : "Copy disk ") + disk.target);
    names.push_back("Define the machine");
    if (plan.start) names.emplace_back(clone_start_step);
    return names;
}

/// Volumes are called after the machine and a part of its id: readable, and nobody else's.
void name_volumes(ClonePlan& plan) {
    for (auto& disk : plan.disks)
        disk.volume = fmt::format("{}-{}-{}.{}", plan.name, plan.id.str().substr(0, 8), disk.target,
                                  disk.format);
}

/// Locks the source against its deletion: whoever deletes it waits for us, and then sees the clone.
void lock_source(db::Transaction& tx, ClonePlan const& plan, InstanceRecord const& source) {
    Records::ensure(tx, source);
    auto const rows = tx.exec(
        "UPDATE instances SET changed_at = changed_at WHERE id = :id AND state = 'present' AND "
        "(template = 1 OR :linked = 0)",
        plan.source, plan.linked);
    if (rows == 0) throw Error(Kind::conflict, plan.source_name + " cannot be cloned any more.");
}

/// A registered name may be free while somebody made a machine of that name beside the portal.
void check_host_lacks(db::Transaction& tx, ClonePlan const& plan) {
    auto const others = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM instances WHERE host = :host AND name = :name AND state <> 'gone'",
        plan.host, plan.name);
    if (others.value_or(0) > 0)
        throw Error(Kind::conflict,
                    "Host " + plan.host + " has a machine called " + plan.name + " already.", {},
                    "name");
}

/// One that its job will start counts as running until the job has ended, however long that takes.
void insert_record(db::Transaction& tx, InstanceRecord const& record, bool starts) {
    std::int64_t const starting_until = starts ? std::numeric_limits<std::int64_t>::max() : 0;
    tx.exec(
        "INSERT INTO instances (id, name, host, owner, tags, template, origin, origin_name, "
        "linked, vcpus, memory_mib, disk_bytes, state, created_at, changed_at, starting_until, "
        "decided) "
        "VALUES (:id, :name, :host, :owner, :tags, 0, :origin, :origin_name, :linked, :vcpus, "
        ":memory, :disk, :state, :created, :changed, :starting_until, :decided)",
        record.id, record.name, record.host, record.owner, join_tags(record.tags), record.origin,
        record.origin_name, record.linked, record.vcpus, record.memory_mib, record.disk_bytes,
        record.state, record.created_at, record.changed_at, starting_until, Records::decide(tx));
}

AuditEntry audit_of(Actor const& actor, ClonePlan const& plan) {
    auto entry = audit_entry(actor, "instance.create", "instance:" + plan.id.str(), plan.name);
    if (plan.owner != actor.user) entry.on_behalf_of = plan.owner;
    boost::json::object const detail{{"from", plan.source_name},
                                     {"owner", plan.owner},
                                     {"host", plan.host},
                                     {"linked", plan.linked},
                                     {"tags", boost::json::value_from(plan.tags)},
                                     {"vcpus", plan.vcpus},
                                     {"memory_mib", plan.memory_mib},
                                     {"disk_bytes", demand_of(plan).disk_bytes}};
    entry.detail = boost::json::serialize(detail);
    return entry;
}

/// The possible ones first, with the chosen one marked.
std::vector<Place> shown(Places places, std::string const& chosen) {
    auto all = std::move(places.possible);
    for (auto& place : all)
        place.chosen = place.host == chosen;
    std::ranges::move(places.impossible, std::back_inserter(all));
    return all;
}

}  // namespace

class Clones::Arrival {
public:
    /// Until it is known better, on the best of the places.
    Arrival(Arriving& arriving, ClonePlan const& plan, Places const& places)
        : arriving_(arriving), id_(plan.id) {
        auto record = record_of(plan);
        if (!places.possible.empty()) record.host = places.possible.front().host;
        arriving_.emplace(id_, std::move(record));
    }
    ~Arrival() { arriving_.erase(id_); }
    Arrival(Arrival const&) = delete;
    Arrival& operator=(Arrival const&) = delete;

    void is_at(std::string host) { arriving_.at(id_).host = std::move(host); }

private:
    Arriving& arriving_;
    InstanceId id_;
};

Clones::Clones(boost::asio::any_io_executor executor, db::Database& database, Inventory& inventory,
               Hosts& hosts, Instances& instances, Names& names, Accounts& accounts, Groups& groups,
               Settings const& settings, Jobs& jobs)
    : executor_(std::move(executor)),
      database_(database),
      inventory_(inventory),
      hosts_(hosts),
      instances_(instances),
      names_(names),
      accounts_(accounts),
      groups_(groups),
      settings_(settings),
      jobs_(jobs) {
    jobs_.define("clone", [this](JobRecord const& record) { return make_work(record); });
}

std::string Clones::choose_owner(Actor const& actor, NewInstance const& wanted) const {
    auto owner = owner_of(wanted.owner.value_or(actor.user));
    if (owner != actor.user) {
        auto decision = may(actor, Action::give, object_of(ObjectKind::instance, owner));
        if (!decision.allowed)
            throw forbidden(std::move(decision.reason), std::move(decision.remedy));
    }
    bool const group = owner.starts_with(group_prefix);
    if (group ? !groups_.find(owner.substr(group_prefix.size())) : !accounts_.find(owner))
        throw invalid("owner",
                      std::string("owner: there is no such ") + (group ? "group" : "user"));
    return owner;
}

ClonePlan Clones::make_plan(Actor const& actor, NewInstance const& wanted) const {
    auto const& source = instances_.allowed(actor, wanted.from, Verb::clone);
    if (!wanted.ssh_keys.empty())
        throw invalid("ssh_keys", "ssh_keys: first-boot settings are not offered yet");
    if (wanted.user_data)
        throw invalid("user_data", "user_data: first-boot settings are not offered yet");
    ClonePlan plan;
    plan.id = InstanceId::random();
    plan.actor = actor.user;
    plan.owner = choose_owner(actor, wanted);
    plan.source = source.id();
    plan.source_name = source.record.name;
    plan.host = plan.source_host = *source.record.host;
    plan.linked = wanted.linked.value_or(source.record.template_);
    if (plan.linked && !source.record.template_)
        throw invalid("linked", "linked: only a template can be the base of linked disks");
    plan.start = wanted.start.value_or(true);
    auto const* host = inventory_.host(plan.host);
    plan.vcpus = checked_vcpus(host, wanted.vcpus, source.record.vcpus);
    plan.memory_mib = checked_memory_mib(host, wanted.memory_mib, source.record.memory_mib);
    plan.title = clean_title(wanted.title);
    plan.tags = checked_tags(wanted.tags);
    plan.disks = plan_disks(source, wanted);
    if (!plan.linked)
        for (auto& disk : plan.disks)
            disk.format = disk.source_format;
    for (std::size_t i = 0; i < source.facts->nics.size(); ++i)
        plan.macs.push_back(random_mac());
    plan.created_at = now();
    return plan;
}

std::vector<PlannedDisk> Clones::plan_disks(Instance const& source,
                                            NewInstance const& wanted) const {
    std::vector<PlannedDisk> disks;
    auto const& volumes = inventory_.host(*source.record.host)->volumes;
    for (auto const& view : inventory_.disks(source)) {
        if (view.device != "disk" || view.readonly) continue;
        auto const volume = std::find_if(volumes.begin(), volumes.end(), [&](auto const& entry) {
            return entry.second.pool == view.pool && entry.second.name == view.volume;
        });
        if (volume == volumes.end())
            throw Error(Kind::conflict, "Disk " + view.target + " of " + source.record.name +
                                            " is not in a storage pool; it cannot be cloned.");
        auto const& facts = volume->second;
        PlannedDisk disk{
            view.target, facts.pool,   facts.name,
            facts.path,  facts.format, static_cast<std::int64_t>(facts.allocation_bytes),
            {},          "qcow2",      static_cast<std::int64_t>(facts.capacity_bytes)};
        disks.push_back(std::move(disk));
    }
    if (disks.empty() && wanted.disk_gib)
        throw invalid("disk_gib", "disk_gib: " + source.record.name + " has no disk");
    if (disks.empty() || !wanted.disk_gib) return disks;
    auto& first = disks.front();
    auto const least = (first.capacity_bytes + bytes_per_gib - 1) / bytes_per_gib;
    auto const size = *wanted.disk_gib;
    if (size < least || size > most_disk_gib)
        throw invalid("disk_gib", fmt::format("disk_gib: expected {} to {}", least, most_disk_gib));
    first.capacity_bytes = std::max(first.capacity_bytes, size * bytes_per_gib);
    return disks;
}

/// A name of the pools is claimed later, in the transaction; staff may also use one of their own.
void Clones::choose_name(ClonePlan& plan, NewInstance const& wanted, Actor const& actor) const {
    auto const taken = [&](std::string const& name) {
        return std::any_of(inventory_.by_name().begin(), inventory_.by_name().end(),
                           [&](Instance const* other) {
                               return other->record.name == name && other->record.host == plan.host;
                           });
    };
    if (wanted.name) {
        check_name_grammar(*wanted.name);
        auto const* known = names_.find(*wanted.name);
        if (!known && actor.role == Role::user)
            throw invalid("name", "name: " + *wanted.name + " is not one of the registered names");
        if (known && known->instance)
            throw Error(Kind::conflict, *wanted.name + " is taken.", {}, "name");
        plan.name = *wanted.name;
    } else {
        auto const* next = names_.next_free(wanted.pool);
        if (!next)
            throw Error(Kind::conflict,
                        "No registered name is free; an administrator can add some.", {}, "name");
        plan.name = next->name;
    }
    if (wanted.name && taken(plan.name))
        throw Error(Kind::conflict,
                    "Host " + plan.host + " has a machine called " + plan.name + " already.", {},
                    "name");
    if (auto const* known = names_.find(plan.name); known && known->mac && !plan.macs.empty())
        plan.macs.front() = *known->mac;
}

awaitable<Plan> Clones::preview(Actor actor, NewInstance wanted) const {
    auto plan = make_plan(actor, wanted);
    auto places = places_of(plan);
    co_await place(plan, places, wanted, actor);
    choose_name(plan, wanted, actor);
    Plan result;
    if (actor.role == Role::administrator) {
        result.why = wanted.host ? "It was asked for." : why_the_first(places);
        result.places = shown(std::move(places), plan.host);
    }
    result.name = plan.name;
    if (auto const* name = names_.find(plan.name)) {
        result.mac = name->mac;
        result.ip = name->ip;
    }
    result.host = plan.host;
    if (!plan.disks.empty()) result.pool = plan.disks.front().source_pool;
    result.linked = plan.linked;
    result.steps = step_names(plan);
    auto ask = [owner = plan.owner, demand = demand_of(plan)](db::Transaction& tx) {
        return quota_outlook(tx, owner, demand);
    };
    auto const outlook = co_await database_.read(ask);
    result.quota = outlook.quota;
    result.usage_before = outlook.before;
    result.usage_after = outlook.after;
    if (!outlook.problem.empty()) result.problems.push_back(outlook.problem);
    co_return result;
}

awaitable<JobRecord> Clones::create(Actor actor, NewInstance wanted,
                                    std::optional<Approved> approved) {
    auto first = make_plan(actor, wanted);
    auto places = places_of(first);
    Arrival arrival(arriving_, first, places);
    co_await place(first, places, wanted, actor);
    arrival.is_at(first.host);
    choose_name(first, wanted, actor);
    bool const registered = !wanted.name || names_.find(*wanted.name);
    auto const source = inventory_.find(first.source)->record;
    auto reserve = [this, actor, wanted, first, registered, source,
                    approved = std::move(approved)](db::Transaction& tx) {
        auto plan = first;
        if (approved) approved->before(tx, plan.owner, demand_of(plan));
        check_quota(tx, plan.owner, demand_of(plan));
        lock_source(tx, plan, source);
        if (registered) {
            auto const name = wanted.name ? Names::claim(tx, *wanted.name, plan.id)
                                          : Names::claim_next(tx, wanted.pool, plan.id);
            plan.name = name.name;
            if (name.mac && !plan.macs.empty()) plan.macs.front() = *name.mac;
        }
        check_host_lacks(tx, plan);
        name_volumes(plan);
        auto job = Jobs::make_record("clone", actor.user, to_json(plan), step_names(plan));
        job.instance = plan.id;
        job.instance_name = plan.name;
        job.host = plan.host;
        insert_record(tx, record_of(plan), plan.start);
        jobs_.insert(tx, job);
        if (approved) approved->after(tx, job);
        Audit::append(tx, audit_of(approved ? approved->by : actor, plan));
        return std::pair(plan, job);
    };
    auto const [plan, job] = co_await database_.write(reserve);
    inventory_.put_record(record_of(plan));
    jobs_.start(job);
    co_await names_.reload();
    co_return job;
}

}  // namespace ourea
