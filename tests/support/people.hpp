// SPDX-License-Identifier: Apache-2.0
// The people part of the core on a test's database, as another process would build it too.
#pragma once

#include "core/accounts.hpp"
#include "core/grants.hpp"
#include "core/loans.hpp"
#include "core/sessions.hpp"
#include "core/settings.hpp"
#include "support/databases.hpp"
#include "support/event_loop.hpp"

#include <string>
#include <vector>

namespace ourea::test {

/// Passwords take tens of milliseconds each to hash: one pool for all of a test.
struct People {
    explicit People(db::Database& database, Sessions::Options options = {})
        : revisions(database),
          accounts(database, revisions, passwords),
          settings(database, revisions),
          groups(database, revisions),
          sessions(database, revisions, accounts, groups, passwords, options),
          grants(database, revisions),
          loans(database, revisions),
          audit(database) {}

    db::Revisions revisions;
    Passwords passwords;
    Accounts accounts;
    Settings settings;
    Groups groups;
    Sessions sessions;
    Grants grants;
    Loans loans;
    Audit audit;
};

inline Actor actor_named(std::string name, Role role = Role::administrator) {
    Actor actor;
    actor.user = std::move(name);
    actor.role = role;
    actor.address = "192.0.2.1";
    actor.request_id = "request-1";
    return actor;
}

inline NewUser user_named(std::string name, Role role = Role::user,
                          std::optional<std::string> password = {}) {
    NewUser user;
    user.name = std::move(name);
    user.role = role;
    user.password = std::move(password);
    return user;
}

/// What an awaitable or a function failed with; fails the test if it did not.
template <class F>
Error error_of(F&& f) {
    try {
        f();
    } catch (Error const& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(ourea::Kind::internal, "");
}

class PeopleTest : public DatabaseTest {
protected:
    People& people() {
        if (!people_) people_ = std::make_unique<People>(db());
        return *people_;
    }
    /// The same database as a server sees it that starts now.
    People& restarted() {
        people_.reset();
        return people();
    }
    Actor const root = actor_named("root");

    std::vector<Record> records(AuditFilter filter = {}) {
        return run(people().audit.list(std::move(filter), {}, 1000)).items;
    }

private:
    std::unique_ptr<People> people_;
};

}  // namespace ourea::test
