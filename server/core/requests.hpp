// SPDX-License-Identifier: Apache-2.0
// What people ask for, more quota or a machine, and what is decided about it.
#pragma once

#include "core/clones.hpp"
#include "core/loans.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ourea {

using RequestId = Id<struct RequestTag>;

enum class RequestKind { quota, instance };
BOOST_DESCRIBE_ENUM(RequestKind, quota, instance)

enum class RequestState { open, approved, refused, withdrawn };
BOOST_DESCRIBE_ENUM(RequestState, open, approved, refused, withdrawn)

/// What was given in the end: `quota` was added, for good or until a day.
struct Granted {
    std::optional<Amounts> quota;
    std::optional<Time> expires_at;
    std::optional<NewInstance> instance;
};
BOOST_DESCRIBE_STRUCT(Granted, (), (quota, expires_at, instance))

struct Request {
    RequestId id;
    RequestKind kind = RequestKind::quota;
    std::string requester;
    std::string holder;  ///< "user:NAME" or "group:NAME": whose quota, or the machine's owner
    RequestState state = RequestState::open;
    std::string reason;
    std::optional<Amounts> quota;  ///< in addition to what there is
    std::optional<NewInstance> instance;
    std::optional<Granted> granted;
    std::optional<std::string> answer;
    std::optional<std::string> decided_by;
    Time created_at{};
    std::optional<Time> decided_at;
    std::optional<JobId> job;  ///< which makes the machine
};
BOOST_DESCRIBE_STRUCT(Request, (),
                      (id, kind, requester, holder, state, reason, quota, instance, granted, answer,
                       decided_by, created_at, decided_at, job))

struct NewRequest {
    RequestKind kind = RequestKind::quota;
    std::string reason;
    std::optional<std::string> holder;  ///< absent: the owner of `instance`, or oneself
    std::optional<Amounts> quota;
    std::optional<NewInstance> instance;
};
BOOST_DESCRIBE_STRUCT(NewRequest, (), (kind, reason, holder, quota, instance))

/// What is absent is as it was asked for.
struct InstanceAmends {
    std::optional<InstanceId> from;
    std::optional<std::string> name;
    std::optional<std::string> pool;
    std::optional<std::int64_t> vcpus;
    std::optional<std::int64_t> memory_mib;
    std::optional<std::int64_t> disk_gib;
    std::optional<bool> linked;
    std::optional<std::string> host;
    std::optional<bool> start;
    std::optional<std::string> title;
};
BOOST_DESCRIBE_STRUCT(InstanceAmends, (),
                      (from, name, pool, vcpus, memory_mib, disk_gib, linked, host, start, title))

struct Approval {
    std::optional<std::string> answer;
    std::optional<Amounts> quota;    ///< absent: as asked for
    std::optional<Time> expires_at;  ///< absent: for good
    std::optional<InstanceAmends> instance;
};
BOOST_DESCRIBE_STRUCT(Approval, (), (answer, quota, expires_at, instance))

/// Lives on the event loop. Who may call what is the caller's question to `may()`, except whether
/// what is given is the actor's to give, which only the transaction can know.
class Requests {
public:
    /// Of a request that is new, decided or gone.
    using Changed = std::function<void(RequestId const& id, std::string const& requester)>;

    /// Loads all requests, waiting for the database.
    Requests(db::Database& database, db::Revisions& revisions, Accounts& accounts, Groups& groups,
             Clones& clones);

    Request const* find(RequestId const& id) const;
    /// The newest first.
    std::vector<Request> all() const;

    /// For oneself or a group of one's own. Throws `invalid` naming the field, `conflict` if too
    /// many are open, and what making the machine would throw, but not for its quota.
    awaitable<Request> ask(Actor const& actor, NewRequest wanted);
    /// Adds to the quota or starts the job that makes the machine, with what the quota lacks for
    /// it. Of several who decide one wins; the others get a `conflict` that names who did.
    awaitable<Request> approve(Actor const& actor, RequestId id, Approval approval);
    awaitable<Request> refuse(Actor const& actor, RequestId id, std::string answer);
    awaitable<Request> withdraw(Actor const& actor, RequestId id);

    /// Called after each change, also one by another process.
    void on_change(Changed changed) { changed_.push_back(std::move(changed)); }

private:
    using Entries = std::map<RequestId, Request>;
    struct Snapshot {
        std::int64_t number = 0;
        Entries entries;
    };
    using Numbers = std::map<std::string, std::int64_t>;  ///< of the topics that were written

    static Snapshot read_all(db::Transaction& tx);
    awaitable<db::Revisions::Loaded> load();
    void install(Entries entries);
    void tell(RequestId const& id, std::string const& requester);
    Request known(RequestId const& id) const;
    Request open(RequestId const& id) const;
    std::string holder_for(Actor const& actor, NewRequest const& wanted) const;
    awaitable<void> check(Actor const& actor, Request const& request);
    awaitable<void> give_quota(Actor const& actor, Request decided);
    awaitable<void> give_instance(Actor const& actor, Request decided, NewInstance wanted);
    awaitable<Request> close(Actor const& actor, Request decided);
    awaitable<void> follow(Numbers numbers);

    db::Database& database_;
    db::Revisions& revisions_;
    Accounts& accounts_;
    Groups& groups_;
    Clones& clones_;
    Entries entries_;
    std::vector<Changed> changed_;
};

}  // namespace ourea
