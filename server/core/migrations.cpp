// SPDX-License-Identifier: Apache-2.0
// Plans a migration: which hosts could take the machine, what stands in the way, what will be done.
#include "core/migrations.hpp"

#include "base/log.hpp"
#include "core/audit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <set>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// How long a host may take to say whether it could run a machine.
constexpr auto patience = 20s;
constexpr std::int64_t most_bandwidth_mib_s = 100'000;
constexpr std::int64_t most_downtime_ms = 60'000;

void check_limits(std::optional<std::int64_t> bandwidth, std::optional<std::int64_t> downtime) {
    auto const fits = [](auto const& value, std::int64_t most) {
        return !value || (*value >= 1 && *value <= most);
    };
    if (!fits(bandwidth, most_bandwidth_mib_s))
        throw invalid("bandwidth_mib_s", "bandwidth_mib_s: expected 1 to 100000");
    if (!fits(downtime, most_downtime_ms))
        throw invalid("max_downtime_ms", "max_downtime_ms: expected 1 to 60000");
}

/// Several hosts are asked at once; whoever waits is woken by each answer.
struct Inquiry {
    explicit Inquiry(asio::any_io_executor loop) : answered(std::move(loop)) {
        answered.expires_at(asio::steady_timer::time_point::max());
    }
    std::vector<MigrationTarget> targets;
    std::set<std::size_t> open;  ///< indices of those that were asked and have not answered
    asio::steady_timer answered;
};

void add_unfitness(virt::Unfitness unfit, std::vector<Blocker>& blockers) {
    if (!unfit.machine.empty())
        blockers.push_back({BlockerKind::machine, std::move(unfit.machine)});
    if (!unfit.cpu.empty()) blockers.push_back({BlockerKind::cpu, std::move(unfit.cpu)});
}

awaitable<void> ask(std::shared_ptr<Inquiry> inquiry, std::size_t index,
                    std::shared_ptr<virt::Host> host, std::string xml) {
    auto& blockers = inquiry->targets[index].blockers;
    try {
        auto asking = host->unfitness_for(std::move(xml));
        add_unfitness(co_await std::move(asking), blockers);
    } catch (Error const& error) {
        blockers.push_back({BlockerKind::host, error.message()});
    }
    inquiry->open.erase(index);
    inquiry->answered.cancel();
}

void refuse(MigrationPlan const& plan, std::vector<Blocker> const& blockers) {
    if (blockers.empty()) return;
    auto text = plan.instance + " cannot go to " + plan.to + ":";
    for (auto const& blocker : blockers)
        text += " " + blocker.reason;
    throw Error(Kind::conflict, text, {}, "host");
}

std::vector<std::string> step_names(MigrationPlan const& plan) {
    std::vector<std::string> names;
    if (!plan.copied.empty()) names.push_back("Check the storage of " + plan.to);
    names.push_back("Move it to " + plan.to);
    if (!plan.copied.empty()) names.push_back("Delete its disks on " + plan.from);
    return names;
}

AuditEntry audit_of(Actor const& actor, MigrationPlan const& plan) {
    auto entry = audit_entry(actor, "instance.migrate", "instance:" + plan.id.str(), plan.instance);
    boost::json::object const detail{{"before", {{"host", plan.from}}},
                                     {"after", {{"host", plan.to}}},
                                     {"live", plan.live},
                                     {"storage", !plan.copied.empty()}};
    entry.detail = boost::json::serialize(detail);
    return entry;
}

}  // namespace

Migrations::Migrations(asio::any_io_executor loop, db::Database& database, Inventory& inventory,
                       Hosts& hosts, Instances& instances, Settings const& settings, Jobs& jobs)
    : loop_(std::move(loop)),
      database_(database),
      inventory_(inventory),
      hosts_(hosts),
      instances_(instances),
      settings_(settings),
      jobs_(jobs) {
    jobs_.define("migrate", [this](JobRecord const& record) { return make_work(record); });
}

std::vector<Blocker> Migrations::known_blockers(Instance const& instance, HostPicture const& to,
                                                Way way) const {
    auto const& from = *inventory_.host(*instance.record.host);
    return migration_blockers(instance, from, to, way, hosts_.shared_pools());
}

/// How it stands with each host but its own, before anybody is asked.
std::vector<MigrationTarget> Migrations::candidates(Instance const& instance) const {
    std::vector<MigrationTarget> targets;
    bool const live = is_on(instance.row.state);
    auto const& from = *inventory_.host(*instance.record.host);
    auto company = company_on_hosts(placed_machines(inventory_, {}), settings_.placement(),
                                    instance.record.tags, instance.id());
    for (auto const& [name, picture] : inventory_.hosts()) {
        if (name == instance.record.host) continue;
        MigrationTarget target;
        target.host = name;
        target.state = picture.phase();
        target.blockers = known_blockers(instance, picture, {live, false, false});
        target.needs_storage = live && !target.blockers.empty() &&
                               known_blockers(instance, picture, {live, true, false}).empty();
        if (target.needs_storage) target.blockers.clear();
        if (picture.info && picture.info->memory_free_mib)
            target.memory_free_mib = static_cast<std::int64_t>(*picture.info->memory_free_mib);
        target.warnings = reservations(from, picture, company[name]);
        targets.push_back(std::move(target));
    }
    return targets;
}

awaitable<std::vector<MigrationTarget>> Migrations::targets(Actor actor, InstanceId id) {
    instances_.allowed(actor, id, Verb::migrate);
    return survey(std::move(id));
}

awaitable<std::vector<MigrationTarget>> Migrations::survey(InstanceId id) {
    auto const& instance = *inventory_.find(id);
    auto const source = hosts_.online(*instance.record.host);
    auto const inquiry = std::make_shared<Inquiry>(loop_);
    inquiry->targets = candidates(instance);
    auto reading = source->domain_xml(id, virt::XmlView{false, false});
    auto const xml = co_await std::move(reading);
    for (std::size_t i = 0; i < inquiry->targets.size(); ++i) {
        auto const& target = inquiry->targets[i];
        auto const* picture = inventory_.host(target.host);
        if (!picture || picture->status.state != virt::HostState::online) continue;
        inquiry->open.insert(i);
        auto asking = ask(inquiry, i, hosts_.online(target.host), xml);
        asio::co_spawn(loop_, std::move(asking), [](std::exception_ptr error) {
            if (error)
                log::error("a host could not be asked about a machine",
                           {{"error", describe(error)}});
        });
    }
    auto const until = std::chrono::steady_clock::now() + patience;
    while (!inquiry->open.empty() && std::chrono::steady_clock::now() < until) {
        inquiry->answered.expires_at(until);
        boost::system::error_code woken;
        co_await inquiry->answered.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    for (auto const index : inquiry->open)
        inquiry->targets[index].blockers.push_back(
            {BlockerKind::host, "It did not answer in time."});
    co_return inquiry->targets;
}

MigrationPlan Migrations::make_plan(Actor const& actor, Instance const& instance,
                                    NewMigration const& wanted) const {
    bool const on = is_on(instance.row.state);
    if (wanted.live.value_or(on) != on)
        throw Error(
            Kind::conflict,
            on ? "live: it runs; shut it down first, or move it as it runs." : "live: it is off.",
            {}, "live");
    check_limits(wanted.bandwidth_mib_s, wanted.max_downtime_ms);
    auto const* to = inventory_.host(wanted.host);
    if (!to) throw invalid("host", "host: there is no host " + wanted.host);
    MigrationPlan plan;
    plan.id = instance.id();
    plan.instance = instance.record.name;
    plan.from = *instance.record.host;
    plan.to = wanted.host;
    plan.actor = actor.user;
    plan.live = on;
    plan.paused = instance.row.state == InstanceState::paused;
    plan.bandwidth_mib_s = wanted.bandwidth_mib_s;
    plan.max_downtime_ms = wanted.max_downtime_ms;
    Way const way{on, wanted.storage.value_or(false), wanted.unsafe_cache.value_or(false)};
    refuse(plan, known_blockers(instance, *to, way));
    for (auto& disk : disks_of(*inventory_.host(plan.from), *instance.facts)) {
        plan.pools.push_back(disk.pool.name);
        if (way.copy_storage && !hosts_.is_shared(disk.pool))
            plan.copied.push_back({std::move(disk.target), disk.pool.name, std::move(disk.volume)});
    }
    return plan;
}

awaitable<JobRecord> Migrations::migrate(Actor actor, InstanceId id, NewMigration wanted) {
    auto const& instance = instances_.allowed(actor, id, Verb::migrate);
    auto const plan = make_plan(actor, instance, wanted);
    auto const source = hosts_.online(plan.from);
    auto const target = hosts_.online(plan.to);
    auto reading = source->domain_xml(id, virt::XmlView{false, false});
    auto const xml = co_await std::move(reading);
    std::vector<Blocker> blockers;
    auto asking = target->unfitness_for(xml);
    add_unfitness(co_await std::move(asking), blockers);
    refuse(plan, blockers);
    auto job = Jobs::make_record("migrate", actor.user, to_json(plan), step_names(plan));
    job.instance = id;
    job.instance_name = plan.instance;
    job.host = plan.from;
    auto reserve = [this, job, entry = audit_of(actor, plan)](db::Transaction& tx) {
        jobs_.insert(tx, job);
        Audit::append(tx, entry);
    };
    co_await database_.write(reserve);
    jobs_.start(job);
    co_return job;
}

awaitable<void> Migrations::change(Actor actor, JobRecord job, MigrationChange wanted) {
    check_limits(wanted.bandwidth_mib_s, wanted.max_downtime_ms);
    if (job.kind != "migrate" || !job.instance || !destination(*job.instance))
        throw Error(Kind::conflict, "Only a migration that is under way can be changed.");
    virt::MigrationLimits limits;
    boost::json::object after;
    auto const take = [&](char const* field, auto const& value, auto& into) {
        if (!value) return;
        into = static_cast<std::uint64_t>(*value);
        after[field] = *value;
    };
    take("bandwidth_mib_s", wanted.bandwidth_mib_s, limits.bandwidth_mib_s);
    take("max_downtime_ms", wanted.max_downtime_ms, limits.max_downtime_ms);
    auto const source = hosts_.online(job.host.value_or(""));
    auto limiting = source->limit_migration(*job.instance, limits);
    co_await std::move(limiting);
    if (auto const found = moving_.find(*job.instance); found != moving_.end()) {
        auto& late = *found->second.late;
        if (limits.bandwidth_mib_s) late.bandwidth_mib_s = limits.bandwidth_mib_s;
        if (limits.max_downtime_ms) late.max_downtime_ms = limits.max_downtime_ms;
    }
    auto entry =
        audit_entry(actor, "job.change", "job:" + job.id.str(), job.instance_name.value_or(""));
    entry.detail = boost::json::serialize(boost::json::object{{"after", std::move(after)}});
    auto write = [entry](db::Transaction& tx) { Audit::append(tx, entry); };
    co_await database_.write(write);
}

std::optional<std::string> Migrations::destination(InstanceId const& id) const {
    auto const found = moving_.find(id);
    if (found == moving_.end()) return std::nullopt;
    return found->second.to;
}

}  // namespace ourea
