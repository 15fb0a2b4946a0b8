// SPDX-License-Identifier: Apache-2.0
// Queues jobs, lists them, takes them up again after a crash.
#include "core/jobs.hpp"

#include "base/log.hpp"
#include "core/jobs_running.hpp"

#include <boost/asio/co_spawn.hpp>

namespace ourea {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds lease{30};

constexpr std::string_view columns =
    "id, kind, state, instance, instance_name, host, actor, plan, steps, undoing, cancel, "
    "progress, "
    "message, error, created_at, started_at, finished_at";

std::string select(std::string_view rest) {
    return "SELECT " + std::string(columns) + " FROM jobs " + std::string(rest);
}

}  // namespace

JobView to_view(JobRecord const& record) {
    JobView view;
    view.id = record.id;
    view.kind = record.kind;
    view.state = record.state;
    view.progress = record.progress;
    view.message = record.message;
    view.instance = record.instance;
    view.instance_name = record.instance_name;
    view.host = record.host;
    view.actor = record.actor;
    view.steps = read_text<std::vector<JobStep>>(record.steps);
    view.error = record.error;
    view.created_at = record.created_at;
    view.started_at = record.started_at;
    view.finished_at = record.finished_at;
    return view;
}

Jobs::Jobs(asio::any_io_executor executor, db::Database& database, Inventory& inventory,
           Hosts& hosts, Events& events, std::string replica)
    : executor_(std::move(executor)),
      database_(database),
      inventory_(inventory),
      hosts_(hosts),
      events_(events),
      replica_(std::move(replica)) {}

JobRecord Jobs::make_record(std::string kind, std::string actor, std::string plan,
                            std::vector<std::string> const& steps) {
    JobRecord record;
    record.id = JobId::random();
    record.kind = std::move(kind);
    record.actor = std::move(actor);
    record.plan = std::move(plan);
    record.message = "Waiting to begin";
    record.created_at = now();
    std::vector<JobStep> list;
    for (auto const& name : steps)
        list.push_back({name, StepState::pending});
    record.steps = to_json(list);
    return record;
}

void Jobs::insert(db::Transaction& tx, JobRecord const& record) const {
    try {
        tx.exec(
            "INSERT INTO jobs (id, kind, state, instance, instance_name, host, actor, plan, steps, "
            "message, replica, lease_until, created_at) VALUES (:id, :kind, :state, :instance, "
            ":instance_name, :host, :actor, :plan, :steps, :message, :replica, :lease, :created)",
            record.id, record.kind, record.state, record.instance, record.instance_name,
            record.host, record.actor, record.plan, record.steps, record.message, replica_,
            now() + lease, record.created_at);
    } catch (Error const& error) {
        if (!db::is_unique_violation(error)) throw;
        throw Error(Kind::conflict, record.instance_name.value_or("This instance") +
                                        " is being worked on; wait until that is done.");
    }
}

void Jobs::start(JobRecord record) {
    auto const make = makes_.find(record.kind);
    if (make == makes_.end()) {
        log::error("a job of an unknown kind", {{"job", record.id.str()}, {"kind", record.kind}});
        return;
    }
    auto work = make->second(record);
    auto job = std::make_shared<Running>(std::move(record), std::move(work));
    running_[job->record.id] = job;
    tell(*job);
    queued_[job->work.host].push_back(job);
    start_queued(job->work.host);
}

void Jobs::start_queued(std::string const& host) {
    auto& waiting = queued_[host];
    while (!waiting.empty() && busy_[host] < per_host) {
        auto job = waiting.front();
        waiting.pop_front();
        ++busy_[host];
        spawn(std::move(job));
    }
}

void Jobs::spawn(std::shared_ptr<Running> job) {
    asio::co_spawn(executor_, run(job), [this, job](std::exception_ptr error) {
        if (error)
            log::error("a job was left unfinished; the next start takes it up",
                       {{"job", job->record.id.str()}, {"error", describe(error)}});
        running_.erase(job->record.id);
        --busy_[job->work.host];
        start_queued(job->work.host);
    });
}

awaitable<void> Jobs::recover() {
    auto claim = [replica = replica_](db::Transaction& tx) {
        auto const at = now();
        tx.exec(
            "UPDATE jobs SET replica = :replica, lease_until = :until WHERE state IN ('queued', "
            "'running') AND (replica = :mine OR lease_until < :now)",
            replica, at + lease, replica, at);
        return tx.select<JobRecord>(
            select("WHERE state IN ('queued', 'running') AND replica = :replica "
                   "ORDER BY created_at, id"),
            replica);
    };
    auto const records = co_await database_.write(claim);
    for (auto const& record : records) {
        if (running_.contains(record.id)) continue;
        log::info("taking up an unfinished job",
                  {{"job", record.id.str()}, {"kind", record.kind}, {"step", record.message}});
        start(record);
    }
}

awaitable<void> Jobs::renew_leases() {
    if (running_.empty()) co_return;
    auto renew = [replica = replica_](db::Transaction& tx) {
        tx.exec(
            "UPDATE jobs SET lease_until = :until WHERE state IN ('queued', 'running') AND "
            "replica = :replica",
            now() + lease, replica);
    };
    co_await database_.write(renew);
}

awaitable<std::vector<JobRecord>> Jobs::list(JobFilter filter, std::size_t limit) {
    auto query = [filter = std::move(filter), limit](db::Transaction& tx) {
        std::string sql = "WHERE 1 = 1";
        std::vector<db::Value> values;
        if (filter.actor) {
            sql += " AND actor = :actor";
            values.push_back(*filter.actor);
        }
        if (filter.instance) {
            sql += " AND instance = :instance";
            values.push_back(filter.instance->str());
        }
        if (filter.active) sql += " AND state IN ('queued', 'running')";
        sql += " ORDER BY created_at DESC, id LIMIT :limit";
        values.push_back(static_cast<std::int64_t>(limit));
        return db::rows_of<JobRecord>(tx.select_values(select(sql), std::move(values)));
    };
    co_return co_await database_.read(query);
}

awaitable<std::optional<JobRecord>> Jobs::find(JobId id) {
    if (auto const found = running_.find(id); found != running_.end())
        co_return found->second->record;
    auto query = [id](db::Transaction& tx) {
        return tx.first<JobRecord>(select("WHERE id = :id"), id);
    };
    co_return co_await database_.read(query);
}

awaitable<JobRecord> Jobs::cancel(JobId id) {
    auto const found = running_.find(id);
    if (found == running_.end())
        throw Error(Kind::conflict, "This job has ended; there is nothing to cancel.");
    auto const job = found->second;
    if (job->work.keep_going)
        throw Error(Kind::conflict, "A deletion cannot be cancelled once it has begun.");
    if (job->decided())
        throw Error(Kind::conflict, "It is too late to cancel this: the main part is done.");
    auto flag = [id](db::Transaction& tx) {
        tx.exec("UPDATE jobs SET cancel = 1 WHERE id = :id", id);
    };
    co_await database_.write(flag);
    job->record.cancel = true;
    if (job->record.state == JobState::running || job->record.state == JobState::queued)
        job->record.message = "Cancelling";
    tell(*job);
    co_return job->record;
}

void Jobs::tell(Running const& job) {
    auto const& record = job.record;
    bool const active = record.state == JobState::queued || record.state == JobState::running;
    auto const view = to_view(record);
    if (record.instance)
        inventory_.set_job(*record.instance, active ? std::optional<JobBrief>(view) : std::nullopt);
    events_.publish("job", record.id.str(), RawJson{to_json(view)},
                    {Audience::Kind::user, {}, record.actor});
}

}  // namespace ourea
