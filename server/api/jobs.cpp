// SPDX-License-Identifier: Apache-2.0
// Long work: one's own jobs, and everybody's for staff.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_job[] = "There is no such job.";

Object object_of(Call const& call, JobRecord const& job) {
    auto object = ourea::object_of(ObjectKind::job, job.actor);
    object.id = job.instance;
    if (job.instance) object.rights = call.app.grants.rights(call.actor, *job.instance);
    return object;
}

awaitable<JobRecord> permitted(Call const& call, Action action) {
    auto const job = co_await call.app.jobs.find(call.id<JobId>());
    if (!job) throw Error(Kind::not_found, no_job);
    require(call.actor, action, object_of(call, *job), no_job);
    co_return *job;
}

}  // namespace

awaitable<List<JobView>> list_jobs(Call const& call, Query<JobsQuery> query) {
    JobFilter filter;
    filter.active = query->state == JobScope::active;
    filter.instance = query->instance;
    bool const of_visible =
        query->instance && call.app.instances.visible(call.actor, *query->instance);
    if (call.actor.role == Role::user && !of_visible) filter.actor = call.actor.user;
    auto const records = co_await call.app.jobs.list(filter, page_limit(query->limit));
    std::vector<JobView> views;
    for (auto const& record : records)
        views.push_back(to_view(record));
    co_return page(std::move(views), std::nullopt, 1000);
}

awaitable<JobView> get_job(Call const& call) {
    auto const job = co_await permitted(call, Action::see);
    co_return to_view(job);
}

awaitable<JobView> change_job(Call const& call, MigrationChange body) {
    auto const job = co_await permitted(call, Action::edit);
    auto changing = call.app.migrations.change(call.actor, job, body);
    co_await std::move(changing);
    co_return to_view(job);
}

awaitable<JobView> cancel_job(Call const& call) {
    auto const job = co_await permitted(call, Action::cancel);
    auto const cancelled = co_await call.app.jobs.cancel(job.id);
    auto const entry = audit_entry(call.actor, "job.cancel", "job:" + job.id.str(),
                                   job.instance_name.value_or(""));
    co_await call.app.audit.note(entry);
    co_return to_view(cancelled);
}

}  // namespace ourea::api
