// SPDX-License-Identifier: Apache-2.0
// Instances: list, make, see, change, delete, power.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {

namespace {

std::vector<std::string> problems_of(QuotaOutlook const& outlook) {
    if (outlook.problem.empty()) return {};
    return {outlook.problem};
}

}  // namespace

awaitable<Rendered<List<InstanceRow>>> list_instances(Call const& call,
                                                      Query<InstanceQuery> query) {
    auto page = call.app.instances.list(call.actor, query.value);
    co_return Rendered<List<InstanceRow>>{std::move(page.json), std::move(page.etag)};
}

awaitable<std::variant<JobAccepted, Plan>> create_instance(Call const& call, Query<DryRun> query,
                                                           NewInstance body) {
    if (query->dry_run.value_or(false))
        co_return co_await call.app.clones.preview(call.actor, std::move(body));
    auto const job = co_await call.app.clones.create(call.actor, std::move(body));
    co_return JobAccepted{to_view(job)};
}

awaitable<InstanceView> get_instance(Call const& call) {
    co_return call.app.instances.view(call.actor, call.id<InstanceId>());
}

awaitable<std::variant<InstanceView, JobAccepted, GrowthPlan>> change_instance(
    Call const& call, Query<DryRun> query, InstanceChange body) {
    auto const id = call.id<InstanceId>();
    auto& app = call.app;
    NewSize const size{body.vcpus, body.memory_mib};
    bool const resizes = size.vcpus || size.memory_mib;
    bool const tries = query->dry_run.value_or(false);
    if (tries && body.owner && !resizes) {
        auto const found = co_await app.instances.preview_owner(call.actor, id, *body.owner);
        co_return GrowthPlan{found.quota, found.before, found.after, problems_of(found)};
    }
    if (tries && !resizes)
        throw invalid("dry_run", "dry_run: only vcpus and memory_mib, or owner can be tried");
    // Also before anything else is changed: all of it must be possible.
    std::optional<GrowthPlan> outlook;
    if (resizes) outlook = co_await app.resizes.preview(call.actor, id, size);
    if (tries) co_return *outlook;
    if (outlook && !outlook->problems.empty()) throw Error(Kind::quota, outlook->problems.front());
    auto view = co_await app.instances.update(call.actor, id, std::move(body));
    if (!resizes) co_return view;
    auto const job = co_await app.resizes.resize(call.actor, id, size);
    if (job) co_return JobAccepted{to_view(*job)};
    co_return view;
}

awaitable<std::variant<JobAccepted, GrowthPlan>> add_disk(Call const& call, Query<DryRun> query,
                                                          NewDisk body) {
    auto const id = call.id<InstanceId>();
    if (query->dry_run.value_or(false))
        co_return co_await call.app.resizes.preview(call.actor, id, std::move(body));
    auto const job = co_await call.app.resizes.add_disk(call.actor, id, std::move(body));
    co_return JobAccepted{to_view(job)};
}

awaitable<std::variant<JobAccepted, GrowthPlan>> change_disk(Call const& call, Query<DryRun> query,
                                                             DiskChange body) {
    auto const id = call.id<InstanceId>();
    auto const target = call.parameter("target");
    if (query->dry_run.value_or(false))
        co_return co_await call.app.resizes.preview(call.actor, id, target, body);
    auto const job = co_await call.app.resizes.grow_disk(call.actor, id, target, body);
    co_return JobAccepted{to_view(job)};
}

awaitable<std::variant<JobAccepted, RemovalPlan>> delete_instance(Call const& call,
                                                                  Query<DeleteQuery> query) {
    auto const id = call.id<InstanceId>();
    bool const volumes = query->volumes.value_or(false);
    if (query->dry_run.value_or(false))
        co_return call.app.removals.preview(call.actor, id, volumes);
    auto const job = co_await call.app.removals.remove(call.actor, id, volumes);
    co_return JobAccepted{to_view(job)};
}

awaitable<InstanceView> start_instance(Call const& call) {
    return call.app.instances.start(call.actor, call.id<InstanceId>());
}
awaitable<InstanceView> shutdown_instance(Call const& call) {
    return call.app.instances.shutdown(call.actor, call.id<InstanceId>());
}
awaitable<InstanceView> reboot_instance(Call const& call) {
    return call.app.instances.reboot(call.actor, call.id<InstanceId>());
}
awaitable<InstanceView> reset_instance(Call const& call) {
    return call.app.instances.reset(call.actor, call.id<InstanceId>());
}
awaitable<InstanceView> stop_instance(Call const& call) {
    return call.app.instances.stop(call.actor, call.id<InstanceId>());
}
awaitable<InstanceView> suspend_instance(Call const& call) {
    return call.app.instances.suspend(call.actor, call.id<InstanceId>());
}
awaitable<InstanceView> resume_instance(Call const& call) {
    return call.app.instances.resume(call.actor, call.id<InstanceId>());
}

awaitable<List<MigrationTarget>> list_migration_targets(Call const& call) {
    auto finding = call.app.migrations.targets(call.actor, call.id<InstanceId>());
    auto targets = co_await std::move(finding);
    co_return page(std::move(targets), std::nullopt, 1000);
}

awaitable<JobAccepted> migrate_instance(Call const& call, NewMigration body) {
    auto const id = call.id<InstanceId>();
    auto const job = co_await call.app.migrations.migrate(call.actor, id, std::move(body));
    co_return JobAccepted{to_view(job)};
}

awaitable<List<TemplateView>> list_templates(Call const& call, Query<PageQuery> query) {
    co_return page(call.app.instances.templates(call.actor), query->cursor, query->limit);
}

}  // namespace ourea::api
