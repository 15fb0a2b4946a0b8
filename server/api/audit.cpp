// SPDX-License-Identifier: Apache-2.0
// The log of who did what: all of it for staff, of an instance for who may see it.
#include "api/handlers.hpp"
#include "app.hpp"
#include "core/audit_rows.hpp"
#include "http/event_stream.hpp"

namespace ourea::api {
namespace {

awaitable<List<Record>> read_page(App& app, AuditFilter filter, std::optional<std::string> cursor,
                                  std::optional<std::int64_t> limit) {
    std::optional<std::int64_t> before;
    if (cursor) before = static_cast<std::int64_t>(page_offset(cursor));
    auto found = co_await app.audit.list(std::move(filter), before, page_limit(limit));
    List<Record> result;
    result.items = std::move(found.items);
    result.total = found.total;
    if (found.next_before) result.next_cursor = std::to_string(*found.next_before);
    co_return result;
}

AuditFilter filter_of(AuditFields const& fields) {
    AuditFilter filter;
    filter.actor = fields.actor;
    filter.object = fields.object;
    filter.action = fields.action;
    filter.via = fields.via;
    filter.result = fields.result;
    filter.text = fields.q;
    filter.since = fields.since;
    filter.until = fields.until;
    return filter;
}

void check_may_see(Actor const& actor) {
    require(actor, Action::see, object_of(ObjectKind::audit), "There is no such log.");
}

/// Page after page, so that memory holds one of them and no transaction is long.
awaitable<void> send_rows(App& app, AuditFilter filter, ExportFormat format, std::int64_t last,
                          http::EventStream& stream) {
    auto const header = format == ExportFormat::csv ? csv_header() + "\r\n" : std::string();
    co_await stream.send(header);
    for (std::int64_t after = 0; after < last;) {
        auto const rows = co_await app.audit.rows(filter, after, audit_page_size);
        auto const lines = export_lines(rows, format, last);
        co_await stream.send(lines);
        after = rows.size() < audit_page_size ? last : rows.back().seq;
    }
}

}  // namespace

awaitable<List<Record>> list_audit(Call const& call, Query<AuditQuery> query) {
    check_may_see(call.actor);
    return read_page(call.app, filter_of(query.value), query->cursor, query->limit);
}

awaitable<Download> export_audit(Call const& call, Query<ExportQuery> query) {
    check_may_see(call.actor);
    auto const filter = filter_of(query.value);
    auto const format = query->format;
    auto entry = audit_entry(call.actor, "audit.export", "audit", "");
    entry.detail = to_json(query.value);
    auto const head = co_await call.app.audit.head();
    co_await call.app.audit.note(entry);
    bool const csv = format == ExportFormat::csv;
    Download result;
    auto& headers = result.response.headers;
    headers.add("Content-Type", csv ? "text/csv; charset=utf-8" : "application/jsonl");
    headers.add("Content-Disposition",
                std::string("attachment; filename=\"ourea-audit.") + (csv ? "csv\"" : "jsonl\""));
    headers.add("Cache-Control", "no-store");
    result.response.stream = [&app = call.app, filter, format,
                              last = head.seq](http::EventStream& stream) {
        return send_rows(app, filter, format, last, stream);
    };
    co_return result;
}

awaitable<AuditHead> get_audit_head(Call const& call, Query<HeadQuery> query) {
    check_may_see(call.actor);
    if (query->check.value_or(false)) co_await call.app.audit_keeper.check();
    co_return co_await call.app.audit_keeper.head();
}

awaitable<List<Record>> list_activity(Call const& call, Query<PageQuery> query) {
    auto const& instance =
        call.app.instances.permitted(call.actor, call.id<InstanceId>(), Action::activity);
    AuditFilter filter;
    filter.object = "instance:" + instance.id().str();
    filter.text = query->q;
    return read_page(call.app, std::move(filter), query->cursor, query->limit);
}

awaitable<List<Record>> list_user_activity(Call const& call, Query<PageQuery> query) {
    constexpr char no_user[] = "There is no such user.";
    auto const* user = call.app.accounts.find(call.parameter("name"));
    if (!user) throw Error(Kind::not_found, no_user);
    auto object = object_of(ObjectKind::user, user->name);
    object.role = user->role;
    require(call.actor, Action::activity, object, no_user);
    AuditFilter filter;
    filter.user = user->name;
    filter.text = query->q;
    return read_page(call.app, std::move(filter), query->cursor, query->limit);
}

awaitable<List<Record>> list_group_activity(Call const& call, Query<PageQuery> query) {
    constexpr char no_group[] = "There is no such group.";
    auto const* group = call.app.groups.find(call.parameter("name"));
    if (!group) throw Error(Kind::not_found, no_group);
    auto object = object_of(ObjectKind::group, std::string(group_prefix) + group->name);
    object.own = owns(call.actor, object.owner);
    require(call.actor, Action::activity, object, no_group);
    AuditFilter filter;
    filter.group = group->name;
    filter.text = query->q;
    return read_page(call.app, std::move(filter), query->cursor, query->limit);
}

}  // namespace ourea::api
