// SPDX-License-Identifier: Apache-2.0
// The composition root: every part of the server, in the order in which they depend on each other.
#pragma once

#include "base/config.hpp"
#include "core/accounts.hpp"
#include "core/audit.hpp"
#include "core/audit_keeper.hpp"
#include "core/balance.hpp"
#include "core/clones.hpp"
#include "core/consoles.hpp"
#include "core/drifts.hpp"
#include "core/events.hpp"
#include "core/grants.hpp"
#include "core/groups.hpp"
#include "core/history.hpp"
#include "core/hosts.hpp"
#include "core/instances.hpp"
#include "core/inventory.hpp"
#include "core/jobs.hpp"
#include "core/loans.hpp"
#include "core/maintenance.hpp"
#include "core/migrations.hpp"
#include "core/names.hpp"
#include "core/outside.hpp"
#include "core/passwords.hpp"
#include "core/records.hpp"
#include "core/removals.hpp"
#include "core/replays.hpp"
#include "core/requests.hpp"
#include "core/resizes.hpp"
#include "core/sessions.hpp"
#include "core/settings.hpp"
#include "core/successions.hpp"
#include "core/tokens.hpp"
#include "core/user_keys.hpp"
#include "db/database.hpp"
#include "db/revisions.hpp"
#include "http/files.hpp"
#include "http/listener.hpp"
#include "http/proxies.hpp"
#include "virt/event_thread.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace ourea {

/// Lives on the event loop's thread.
class App {
public:
    /// Opens the database and loads what is kept in memory; nothing runs before `start()`.
    App(boost::asio::io_context& loop, Config config);
    ~App();
    App(App const&) = delete;
    App& operator=(App const&) = delete;

    /// Listens first, then connects to the hosts and takes up unfinished jobs.
    void start();
    /// Lets requests in flight finish and ends everything else, within 10 s; then the loop stops.
    void stop();
    void reload(Config const& config);

    bool ready() const { return recovered; }
    /// Ends the consoles of those who may not look, or not use them, any more.
    void check_consoles();

    boost::asio::io_context& loop;
    Config config;
    http::Proxies proxies;
    std::string replica;  ///< names this installation's jobs; kept in the state directory
    db::Database database;
    db::Revisions revisions;
    Audit audit;
    AuditKeeper audit_keeper;
    Passwords passwords;
    Accounts accounts;
    Settings settings;
    Groups groups;
    Grants grants;
    Loans loans;
    Sessions sessions;
    Tokens tokens;
    UserKeys user_keys;
    Events events;
    Inventory inventory;
    Records records;
    virt::EventThread event_thread;
    Hosts hosts;
    Names names;
    Instances instances;
    Jobs jobs;
    Clones clones;
    Requests requests;
    Removals removals;
    Resizes resizes;
    Migrations migrations;
    Maintenance maintenance;
    Balance balance;
    Outside outside;
    Drifts drifts;
    Successions successions;
    History history;
    Consoles consoles;
    Replays replays;
    http::Files files;
    http::Listener listener;
    bool recovered = false;  ///< unfinished jobs were taken up

private:
    bool sees(Actor const& actor, InstanceId const& id) const;
    bool may_receive(Actor const& actor, Audience const& audience) const;
    void listen();
    void follow_sessions();
    void close_all_of(std::string const& session_id, char const* words);
    void follow_rights();
    void follow_groups();
    void follow_requests();
    /// Ends consoles whose right is gone, and makes every list new.
    void follow_access();
    /// Tells those behind "NAME" or "group:NAME" that they see the instance, or do not any more.
    void publish_access(InstanceId const& id, std::string const& owner);
    void publish_user(std::string name);
    void publish_owner(std::string const& owner);
    void publish_group(std::string name);
    void every(std::chrono::milliseconds period, char const* what, awaitable<void> (App::*task)());
    static void log_failure(char const* what, std::exception_ptr error);
    void once(char const* what, awaitable<void> task);
    static awaitable<void> repeat(App& app, std::chrono::milliseconds period, char const* what,
                                  awaitable<void> (App::*task)());
    awaitable<void> poll_database();
    awaitable<void> renew_leases();
    awaitable<void> tidy_sessions();
    awaitable<void> mend_marks();
    awaitable<void> anchor_audit();
    awaitable<void> tidy_audit();
    awaitable<void> keep_history();
    awaitable<void> check_audit();
    awaitable<void> take_up_jobs();
    awaitable<void> shut_down();

    bool stopping_ = false;
};

}  // namespace ourea
