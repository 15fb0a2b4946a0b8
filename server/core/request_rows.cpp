// SPDX-License-Identifier: Apache-2.0
// SQL and audit of requests.
#include "core/request_rows.hpp"

#include "core/account_rows.hpp"
#include "core/membership.hpp"

#include <fmt/format.h>

namespace ourea::request_rows {
namespace {

constexpr std::int64_t open_per_person = 10;
constexpr std::int64_t closed_per_person = 100;

/// `granted` as its column holds it.
struct GrantedRow : Granted {
    std::optional<JobId> job;
};
BOOST_DESCRIBE_STRUCT(GrantedRow, (Granted), (job))

struct RequestRow {
    RequestId id;
    RequestKind kind = RequestKind::quota;
    std::string requester;
    std::string holder;
    std::string wanted;
    std::string reason;
    RequestState state = RequestState::open;
    std::optional<std::string> granted;
    std::optional<std::string> answer;
    std::optional<std::string> decided_by;
    Time created_at{};
    std::optional<Time> decided_at;
};
BOOST_DESCRIBE_STRUCT(RequestRow, (),
                      (id, kind, requester, holder, wanted, reason, state, granted, answer,
                       decided_by, created_at, decided_at))

/// What the log shows of a request before and after a decision.
struct Seen {
    RequestState state = RequestState::open;
    std::optional<Granted> granted;
    std::optional<std::string> answer;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (state, granted, answer))

struct Asked {
    RequestKind kind = RequestKind::quota;
    std::string holder;
    std::string reason;
    std::optional<Amounts> quota;
    std::optional<NewInstance> instance;
    std::optional<std::string> origin = std::nullopt;  ///< name of what `instance` is made from
};
BOOST_DESCRIBE_STRUCT(Asked, (), (kind, holder, reason, quota, instance, origin))

Request request_of(RequestRow row) {
    Request request{
        row.id, row.kind, row.requester, row.holder,     row.state,      row.reason,     {},
        {},     {},       row.answer,    row.decided_by, row.created_at, row.decided_at, {}};
    if (row.kind == RequestKind::quota)
        request.quota = read_text<Amounts>(row.wanted);
    else
        request.instance = read_text<NewInstance>(row.wanted);
    if (!row.granted) return request;
    auto const granted = read_text<GrantedRow>(*row.granted);
    request.granted = granted;
    request.job = granted.job;
    return request;
}

AuditEntry entry_for(Actor const& actor, std::string action, Request const& request) {
    auto entry = audit_entry(actor, std::move(action), "request:" + request.id.str(),
                             std::string(reflect::enum_name(request.kind)));
    if (request.requester != actor.user)
        entry.on_behalf_of = request.requester;
    else if (auto owner = owner_of(request.holder); owner != actor.user)
        entry.on_behalf_of = std::move(owner);
    return entry;
}

std::string action_of(RequestState state) {
    if (state == RequestState::approved) return "request.approve";
    return state == RequestState::refused ? "request.refuse" : "request.withdraw";
}

}  // namespace

void refuse_late(Request const& found) {
    if (found.state == RequestState::open) return;
    throw Error(Kind::conflict, fmt::format("{} has {} this request already.",
                                            found.decided_by.value_or(found.requester),
                                            reflect::enum_name(found.state)));
}

std::vector<Request> read_all(db::Transaction& tx) {
    std::vector<Request> requests;
    for (auto& row : tx.select<RequestRow>("SELECT * FROM requests"))
        requests.push_back(request_of(std::move(row)));
    return requests;
}

void insert(db::Transaction& tx, Actor const& actor, Request const& request) {
    auto const open = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM requests WHERE requester = :requester AND state = 'open'",
        request.requester);
    if (open.value_or(0) >= open_per_person)
        throw Error(Kind::conflict, fmt::format("You have {} open requests; withdraw one, or wait "
                                                "for an answer.",
                                                open_per_person));
    tx.exec(
        "DELETE FROM requests WHERE requester = :requester AND state <> 'open' AND id NOT IN "
        "(SELECT id FROM requests WHERE requester = :requester AND state <> 'open' ORDER BY "
        "created_at DESC LIMIT :most)",
        request.requester, closed_per_person);
    auto const wanted = request.quota ? to_json(*request.quota) : to_json(*request.instance);
    tx.exec(
        "INSERT INTO requests (id, kind, requester, holder, wanted, reason, state, created_at) "
        "VALUES (:id, :kind, :requester, :holder, :wanted, :reason, :state, :at)",
        request.id, request.kind, request.requester, request.holder, wanted, request.reason,
        request.state, request.created_at);
    auto entry = entry_for(actor, "request.create", request);
    Asked asked{request.kind, request.holder, request.reason, request.quota, request.instance};
    if (request.instance)
        asked.origin = tx.first<std::string>("SELECT name FROM instances WHERE id = :id",
                                             request.instance->from);
    entry.detail = account_rows::change_of(std::optional<Asked>(), std::optional(asked)) + "}";
    Audit::append(tx, entry);
}

Numbers claim(db::Transaction& tx, Actor const& actor, Request const& decided) {
    Numbers numbers;
    if (decided.granted) {
        bool const group = decided.holder.starts_with(group_prefix);
        std::string const topic = decided.granted->expires_at ? "loans"
                                  : group                     ? "groups"
                                                              : "users";
        numbers[topic] = db::bump(tx, topic);
    }
    numbers["requests"] = db::bump(tx, "requests");
    auto row = tx.first<RequestRow>("SELECT * FROM requests WHERE id = :id", decided.id);
    if (!row) throw Error(Kind::not_found, "There is no such request.");
    refuse_late(request_of(std::move(*row)));
    if (decided.granted) check_gives_to(tx, actor, decided.holder);
    return numbers;
}

AuditEntry give(db::Transaction& tx, Actor const& actor, Request const& decided) {
    auto const owner = owner_of(decided.holder);
    auto const& granted = *decided.granted;
    if (granted.expires_at) {
        Loan const loan{*granted.quota, LoanId::random(), decided.holder, decided.reason,
                        actor.user,     decided.id.str(), now(),          *granted.expires_at};
        return Loans::insert(tx, actor, loan);
    }
    bool const group = owner.starts_with(group_prefix);
    auto const before = limits_of(tx, owner);
    auto const after = raise_limits(tx, owner, *granted.quota);
    account_rows::check_limits(after, "quota.");
    auto entry =
        audit_entry(actor, group ? "group.quota" : "user.quota", (group ? "" : "user:") + owner,
                    group ? owner.substr(group_prefix.size()) : owner);
    entry.detail = account_rows::detail_of(before, after);
    return entry;
}

void store(db::Transaction& tx, Actor const& actor, Request const& decided) {
    std::optional<std::string> granted;
    if (decided.granted) granted = to_json(GrantedRow{*decided.granted, decided.job});
    tx.exec(
        "UPDATE requests SET state = :state, granted = :granted, answer = :answer, decided_by = "
        ":by, decided_at = :at WHERE id = :id",
        decided.state, granted, decided.answer, decided.decided_by, decided.decided_at, decided.id);
    auto entry = entry_for(actor, action_of(decided.state), decided);
    Seen const after{decided.state, decided.granted, decided.answer};
    entry.detail = account_rows::change_of(std::optional(Seen{}), std::optional(after)) + "}";
    Audit::append(tx, entry);
}

}  // namespace ourea::request_rows
