// SPDX-License-Identifier: Apache-2.0
// Long work as rows: recorded steps with their undo, so that a crash leaves nothing half done.
#pragma once

#include "core/events.hpp"
#include "core/hosts.hpp"
#include "core/inventory.hpp"
#include "db/database.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

/// A row of `jobs`. `plan` is JSON with every identifier chosen beforehand; `steps` a JSON list of
/// `JobStep`.
struct JobRecord {
    JobId id;
    std::string kind;
    JobState state = JobState::queued;
    std::optional<InstanceId> instance;
    std::optional<std::string> instance_name;
    std::optional<std::string> host;
    std::string actor;
    std::string plan;
    std::string steps = "[]";
    bool undoing = false;
    bool cancel = false;
    std::optional<int> progress;
    std::string message;
    std::optional<std::string> error;
    Time created_at{};
    std::optional<Time> started_at;
    std::optional<Time> finished_at;
};
BOOST_DESCRIBE_STRUCT(JobRecord, (),
                      (id, kind, state, instance, instance_name, host, actor, plan, steps, undoing,
                       cancel, progress, message, error, created_at, started_at, finished_at))

JobView to_view(JobRecord const& record);

/// How far a step is.
struct Reached {
    Reached(int of_hundred, std::string words = {}) : percent(of_hundred), note(std::move(words)) {}
    int percent = 0;
    std::string note;  ///< stands behind the step's name; empty: nothing to add
};

/// Tells how far the present step is. Throws when the job was cancelled.
using Progress = std::function<void(Reached)>;

struct Step {
    std::string name;  ///< "Copy disk vda"
    /// May run again after a crash in its middle: it first removes what it may have left.
    std::function<awaitable<void>(Progress)> run;
    /// Idempotent, touches only what carries the job's identifiers. Empty: nothing to undo.
    std::function<awaitable<void>()> undo;
    /// Once it is done there is no way back: the job is finished although somebody cancels it.
    /// Interrupted by a crash, it runs again even if cancelled, to see whether it was done.
    bool decides = false;
};

/// What a job does, made anew from its plan by each process that works on it.
struct Work {
    std::vector<Step> steps;
    std::string host;         ///< waited for before each step; it has only so many jobs at once
    std::string other_host;   ///< waited for, too, if a step needs two
    bool keep_going = false;  ///< has no undo: what fails for want of the host is tried again
    std::function<void(db::Transaction&)> commit;
    /// In the transaction that ends a failed or cancelled job, once all is undone.
    std::function<void(db::Transaction&, std::string const& error)> roll_back;
    /// What came of it, in words that stand behind "Done"; asked when it has succeeded.
    std::function<std::string()> outcome;
    /// On the loop, after either: memory follows the database.
    std::function<awaitable<void>(bool succeeded)> after;
};

struct JobFilter {
    std::optional<std::string> actor;  ///< only this person's
    bool active = false;
    std::optional<InstanceId> instance;
};

/// Lives on the event loop.
class Jobs {
public:
    using Make = std::function<Work(JobRecord const&)>;

    Jobs(boost::asio::any_io_executor executor, db::Database& database, Inventory& inventory,
         Hosts& hosts, Events& events, std::string replica);

    /// How jobs of this kind are done; before `recover`.
    void define(std::string kind, Make make) { makes_[std::move(kind)] = std::move(make); }

    /// In the transaction that reserves what the job needs. Throws `conflict` if another job works
    /// on the instance.
    void insert(db::Transaction& tx, JobRecord const& record) const;
    /// After that transaction: runs it, or queues it while its host has enough to do.
    void start(JobRecord record);
    /// Takes up what a crash of this replica, or a lease that ran out, left unfinished.
    awaitable<void> recover();
    /// Holds on to the running jobs; about every ten seconds.
    awaitable<void> renew_leases();

    awaitable<std::vector<JobRecord>> list(JobFilter filter, std::size_t limit);
    awaitable<std::optional<JobRecord>> find(JobId id);
    /// Undoes the job as soon as its present step lets it. Throws `conflict` if it has ended.
    awaitable<JobRecord> cancel(JobId id);

    /// A new record with its steps' names, ready for `insert`.
    static JobRecord make_record(std::string kind, std::string actor, std::string plan,
                                 std::vector<std::string> const& steps);

private:
    struct Running;

    awaitable<void> run(std::shared_ptr<Running> job);
    awaitable<bool> run_steps(Running& job);
    awaitable<void> run_step(Running& job, std::size_t index);
    awaitable<void> undo(Running& job);
    awaitable<void> undo_step(Running& job, std::size_t index);
    awaitable<void> finish(Running& job, bool succeeded);
    awaitable<void> wait_for_hosts(Running& job, std::size_t index);
    HostPicture const* absent_host(Work const& work) const;
    awaitable<void> save(Running& job);
    awaitable<void> sleep(std::chrono::milliseconds time);
    void spawn(std::shared_ptr<Running> job);
    void start_queued(std::string const& host);
    void tell(Running const& job);
    void report(Running& job, std::size_t index, Reached const& reached);

    static constexpr int per_host = 4;  ///< jobs that work on one host at once
    boost::asio::any_io_executor executor_;
    db::Database& database_;
    Inventory& inventory_;
    Hosts& hosts_;
    Events& events_;
    std::string replica_;
    std::map<std::string, Make> makes_;
    std::map<JobId, std::shared_ptr<Running>> running_;
    std::map<std::string, std::deque<std::shared_ptr<Running>>> queued_;
    std::map<std::string, int> busy_;
};

}  // namespace ourea
