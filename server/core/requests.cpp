// SPDX-License-Identifier: Apache-2.0
// Takes requests, decides them in one transaction with what they give, keeps memory in step.
#include "core/requests.hpp"

#include "core/request_rows.hpp"
#include "db/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace ourea {
namespace {

/// What an approval of a machine found out in its transaction; written anew if that runs again.
struct Found {
    std::map<std::string, std::int64_t> numbers;
    Request decided;
    std::optional<AuditEntry> given;
};

NewInstance amended(NewInstance wanted, InstanceAmends const& amends) {
    auto const take = [](auto& to, auto const& from) {
        if (from) to = *from;
    };
    take(wanted.from, amends.from);
    take(wanted.name, amends.name);
    take(wanted.pool, amends.pool);
    take(wanted.vcpus, amends.vcpus);
    take(wanted.memory_mib, amends.memory_mib);
    take(wanted.disk_gib, amends.disk_gib);
    take(wanted.linked, amends.linked);
    take(wanted.host, amends.host);
    take(wanted.start, amends.start);
    take(wanted.title, amends.title);
    return wanted;
}

/// The same error, its field below "instance".
Error of_instance(Error const& error) {
    if (error.field().empty()) return error;
    return Error(error.kind(), error.message(), error.detail(), "instance." + error.field());
}

Request decision(Request request, Actor const& actor, RequestState state,
                 std::optional<std::string> answer) {
    request.state = state;
    request.answer = std::move(answer);
    request.decided_by = actor.user;
    request.decided_at = now();
    return request;
}

Granted granted_by(Approval const& approval, Request const& request) {
    if (approval.expires_at) check_end(*approval.expires_at);
    bool const of_quota = request.kind == RequestKind::quota;
    if (of_quota && approval.instance)
        throw invalid("instance", "instance: this request is for more quota");
    if (!of_quota && approval.quota)
        throw invalid("quota", "quota: what the machine needs is added without it");
    Granted granted;
    granted.expires_at = approval.expires_at;
    if (!of_quota) return granted;
    granted.quota = approval.quota ? approval.quota : request.quota;
    check_amounts(*granted.quota, "quota.");
    return granted;
}

}  // namespace

Requests::Requests(db::Database& database, db::Revisions& revisions, Accounts& accounts,
                   Groups& groups, Clones& clones)
    : database_(database),
      revisions_(revisions),
      accounts_(accounts),
      groups_(groups),
      clones_(clones) {
    auto snapshot = database_.read_now(&read_all);
    entries_ = std::move(snapshot.entries);
    revisions_.keep("requests", snapshot.number, [this] { return load(); });
}

Request const* Requests::find(RequestId const& id) const {
    auto const found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

Request Requests::known(RequestId const& id) const {
    auto const* request = find(id);
    if (!request) throw Error(Kind::not_found, "There is no such request.");
    return *request;
}

Request Requests::open(RequestId const& id) const {
    auto request = known(id);
    request_rows::refuse_late(request);
    return request;
}

std::vector<Request> Requests::all() const {
    std::vector<Request> requests;
    requests.reserve(entries_.size());
    for (auto const& [id, request] : entries_)
        requests.push_back(request);
    std::sort(requests.begin(), requests.end(), [](Request const& one, Request const& other) {
        return std::tie(other.created_at, other.id) < std::tie(one.created_at, one.id);
    });
    return requests;
}

std::string Requests::holder_for(Actor const& actor, NewRequest const& wanted) const {
    auto const owner = wanted.instance ? wanted.instance->owner.value_or(actor.user) : actor.user;
    auto const holder = wanted.holder.value_or(holder_of(owner_of(owner)));
    bool const known = holder.starts_with(group_prefix) || holder.starts_with(user_prefix);
    if (!known || !owns(actor, owner_of(holder)))
        throw invalid("holder", "holder: you may ask for yourself and for groups that you are in");
    if (wanted.instance && wanted.instance->owner && owner_of(owner) != owner_of(holder))
        throw invalid("instance.owner", "instance.owner: not the same as holder");
    return holder;
}

/// Only the quota may be in the way of the machine: everything else is said now.
awaitable<void> Requests::check(Actor const& actor, Request const& request) {
    check_words(request.reason, "reason");
    bool const of_quota = request.kind == RequestKind::quota;
    if (of_quota ? !request.quota || request.instance : !request.instance || request.quota)
        throw invalid(of_quota ? "quota" : "instance",
                      of_quota ? "quota: say how much more, and nothing of a machine"
                               : "instance: describe the machine, and nothing of a quota");
    if (of_quota) {
        check_amounts(*request.quota, "quota.");
        co_return;
    }
    try {
        auto wanted = *request.instance;
        co_await clones_.preview(actor, std::move(wanted));
    } catch (Error const& error) {
        throw of_instance(error);
    }
}

awaitable<Request> Requests::ask(Actor const& actor, NewRequest wanted) {
    Request request;
    request.id = RequestId::random();
    request.kind = wanted.kind;
    request.requester = actor.user;
    request.holder = holder_for(actor, wanted);
    request.reason = std::move(wanted.reason);
    request.quota = wanted.quota;
    request.instance = std::move(wanted.instance);
    if (request.instance) request.instance->owner = owner_of(request.holder);
    request.created_at = now();
    co_await check(actor, request);
    auto write = [actor, request](db::Transaction& tx) {
        auto const number = db::bump(tx, "requests");
        request_rows::insert(tx, actor, request);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("requests", number);
    co_return request;
}

awaitable<Request> Requests::approve(Actor const& actor, RequestId id, Approval approval) {
    auto const request = open(id);
    if (approval.answer && approval.answer->empty()) approval.answer.reset();
    if (approval.answer) check_words(*approval.answer, "answer");
    auto decided = decision(request, actor, RequestState::approved, approval.answer);
    decided.granted = granted_by(approval, request);
    if (request.kind == RequestKind::quota) {
        co_await give_quota(actor, std::move(decided));
    } else {
        auto wanted = amended(*request.instance, approval.instance.value_or(InstanceAmends{}));
        decided.granted->instance = wanted;
        co_await give_instance(actor, std::move(decided), std::move(wanted));
    }
    co_return known(id);
}

awaitable<void> Requests::give_quota(Actor const& actor, Request decided) {
    auto write = [actor, decided = std::move(decided)](db::Transaction& tx) {
        auto numbers = request_rows::claim(tx, actor, decided);
        auto const given = request_rows::give(tx, actor, decided);
        Audit::append(tx, given);
        request_rows::store(tx, actor, decided);
        return numbers;
    };
    auto numbers = co_await database_.write(std::move(write));
    co_await follow(std::move(numbers));
}

/// Made with the rights of who asked, as if they had the quota; what lacks is given with it.
awaitable<void> Requests::give_instance(Actor const& actor, Request decided, NewInstance wanted) {
    auto const* user = accounts_.find(decided.requester);
    if (!user) throw Error(Kind::conflict, decided.requester + " has no account any more.");
    auto const found = std::make_shared<Found>();
    Approved approved;
    approved.by = actor;
    approved.before = [found, actor, decided](db::Transaction& tx, std::string const& owner,
                                              Demand const& demand) {
        *found = {request_rows::claim(tx, actor, decided), decided, std::nullopt};
        lock_owner(tx, owner);
        auto const outlook = quota_outlook(tx, owner, demand);
        if (outlook.problem.empty()) return;
        found->decided.granted->quota = lack_of(outlook, demand);
        found->given = request_rows::give(tx, actor, found->decided);
    };
    approved.after = [found, actor](db::Transaction& tx, JobRecord const& job) {
        found->decided.job = job.id;
        if (found->given) Audit::append(tx, *found->given);
        request_rows::store(tx, actor, found->decided);
    };
    auto making = clones_.create(groups_.actor_of(*user), std::move(wanted), std::move(approved));
    try {
        co_await std::move(making);
    } catch (Error const& error) {
        bool const not_theirs = error.kind() == Kind::forbidden || error.kind() == Kind::not_found;
        if (!not_theirs) throw of_instance(error);
        throw Error(Kind::conflict, fmt::format("{} cannot have this machine: {}",
                                                decided.requester, error.message()));
    }
    co_await follow(found->numbers);
}

awaitable<Request> Requests::close(Actor const& actor, Request decided) {
    auto write = [actor, decided](db::Transaction& tx) {
        auto numbers = request_rows::claim(tx, actor, decided);
        request_rows::store(tx, actor, decided);
        return numbers;
    };
    auto numbers = co_await database_.write(std::move(write));
    co_await follow(std::move(numbers));
    co_return decided;
}

awaitable<Request> Requests::refuse(Actor const& actor, RequestId id, std::string answer) {
    check_words(answer, "answer");
    auto decided = decision(open(id), actor, RequestState::refused, std::move(answer));
    co_return co_await close(actor, std::move(decided));
}

awaitable<Request> Requests::withdraw(Actor const& actor, RequestId id) {
    auto decided = decision(open(id), actor, RequestState::withdrawn, std::nullopt);
    co_return co_await close(actor, std::move(decided));
}

awaitable<void> Requests::follow(Numbers numbers) {
    for (auto const& [topic, number] : numbers)
        co_await revisions_.follow(topic, number);
}

Requests::Snapshot Requests::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "requests");
    for (auto& request : request_rows::read_all(tx)) {
        auto const id = request.id;
        snapshot.entries.emplace(id, std::move(request));
    }
    return snapshot;
}

awaitable<db::Revisions::Loaded> Requests::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

/// Nothing of a request changes but by its decision.
void Requests::install(Entries entries) {
    auto const before = std::exchange(entries_, std::move(entries));
    std::vector<std::pair<RequestId, std::string>> changed;
    for (auto const& [id, request] : before)
        if (!entries_.contains(id)) changed.emplace_back(id, request.requester);
    for (auto const& [id, request] : entries_) {
        auto const found = before.find(id);
        if (found == before.end() || found->second.state != request.state)
            changed.emplace_back(id, request.requester);
    }
    for (auto const& [id, requester] : changed)
        tell(id, requester);
}

void Requests::tell(RequestId const& id, std::string const& requester) {
    for (auto const& changed : changed_)
        changed(id, requester);
}

}  // namespace ourea
