// SPDX-License-Identifier: Apache-2.0
// Wires the parts together.
#include "app.hpp"

#include "api/dispatch.hpp"
#include "base/log.hpp"
#include "base/state_dir.hpp"
#include "db/migrate.hpp"

#include <boost/asio/co_spawn.hpp>

namespace ourea {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

/// Migrated before anything reads it.
std::string migrated(Config const& config) {
    auto const url = config.database_url();
    db::Database database(url);
    db::migrate(database);
    return url;
}

Hosts::Options host_options(Config const& config) {
    Hosts::Options options;
    options.state_dir = config.state_dir;
    options.times.statistics = std::chrono::seconds(config.statistics_seconds);
    options.times.reconcile = std::chrono::seconds(config.reconcile_seconds);
    return options;
}

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

Endpoint endpoint_of(std::string const& listen) {
    auto const colon = listen.rfind(':');
    auto const port = colon == std::string::npos ? -1 : std::atoi(listen.c_str() + colon + 1);
    if (port < 0 || port > 65535)
        throw invalid("listen",
                      "listen: expected ADDRESS:PORT, such as 127.0.0.1:8080, or unix:PATH");
    auto address = listen.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    return {address, static_cast<std::uint16_t>(port)};
}

}  // namespace

App::App(asio::io_context& io, Config given)
    : loop(io),
      config(std::move(given)),
      proxies({config.trusted_proxies, config.remote_user_header, config.remote_user_forms}),
      replica(replica_id(config.state_dir)),
      database(migrated(config)),
      revisions(database),
      audit(database),
      audit_keeper(audit, parse_anchor_place(config.audit_anchor), config.audit_retention_days),
      accounts(database, revisions, passwords),
      settings(database, revisions),
      groups(database, revisions),
      grants(database, revisions),
      loans(database, revisions),
      sessions(database, revisions, accounts, groups, passwords),
      tokens(database, revisions, accounts, groups),
      user_keys(database),
      events(loop.get_executor()),
      inventory(events),
      records(loop.get_executor(), database, revisions, inventory),
      hosts(loop.get_executor(), database, revisions, event_thread, inventory, events,
            host_options(config)),
      names(database, revisions, inventory),
      instances(database, inventory, hosts, grants, audit),
      jobs(loop.get_executor(), database, inventory, hosts, events, replica),
      clones(loop.get_executor(), database, inventory, hosts, instances, names, accounts, groups,
             settings, jobs),
      requests(database, revisions, accounts, groups, clones),
      removals(database, inventory, hosts, instances, names, jobs),
      resizes(database, inventory, hosts, instances, jobs),
      migrations(loop.get_executor(), database, inventory, hosts, instances, settings, jobs),
      maintenance(database, inventory, hosts, migrations),
      balance(inventory, hosts, settings),
      outside(loop.get_executor(), database, inventory),
      drifts(loop.get_executor(), database, revisions, inventory, instances, outside),
      successions(database, revisions, inventory, instances),
      history(database, inventory, host_options(config).times.longest()),
      replays(database),
      files(config.web_root, config.base_path),
      listener(loop.get_executor(), http::Limits{},
               [this](http::Request request) { return api::handle(*this, std::move(request)); }) {
    events.filter_by([this](Actor const& actor, Audience const& audience) {
        return may_receive(actor, audience);
    });
    hosts.on_change(
        [this](std::string const&, virt::HostEvent const& event) { outside.heard(event); });
    hosts.on_figures([this](std::string const& host, auto const* stats) {
        stats ? history.machines_read(host, *stats) : history.host_read(host);
    });
    records.load();
    drifts.load();
    inventory.set_addresses(names.addresses());
    follow_sessions();
    follow_rights();
    follow_groups();
    follow_requests();
}

App::~App() = default;

bool App::sees(Actor const& actor, InstanceId const& id) const {
    auto const* instance = inventory.find_even_gone(id);
    return instance && may(actor, Action::see, instances.object_of(actor, *instance)).allowed;
}

bool App::may_receive(Actor const& actor, Audience const& audience) const {
    // A narrow token hears of its instances, and of nothing else.
    if (actor.only && !actor.only->contains(audience.instance)) return false;
    switch (audience.kind) {
        case Audience::Kind::viewers_of_instance:
            return sees(actor, audience.instance);
        case Audience::Kind::user:
            return actor.user == audience.user || actor.role != Role::user;
        case Audience::Kind::only_user:
            return actor.user == audience.user;
        case Audience::Kind::staff:
            return actor.role != Role::user;
        case Audience::Kind::group:
            return actor.role != Role::user || owns(actor, audience.user);
        case Audience::Kind::who_gained:
            return owns(actor, audience.user) && sees(actor, audience.instance);
        case Audience::Kind::who_lost:
            return owns(actor, audience.user) && !sees(actor, audience.instance);
        case Audience::Kind::administrators:
            return actor.role == Role::administrator;
    }
    return false;
}

void App::close_all_of(std::string const& session_id, char const* words) {
    events.close_if([&](Actor const& actor) { return actor.session_id == session_id; });
    consoles.close_where([&](Consoles::Open const& console) -> std::string {
        return console.actor.session_id == session_id ? words : "";
    });
}

/// A session or a token that ended takes its event streams and consoles with it; so does a change
/// of the account for tokens, which outlive it.
void App::follow_sessions() {
    sessions.on_end(
        [this](Session const& session) { close_all_of(session.id, "You have signed out."); });
    tokens.on_end([this](Token const& token) {
        close_all_of("token:" + token.id, "The token was revoked or has expired.");
    });
    accounts.on_change([this](std::string const& name) {
        auto const* user = accounts.find(name);
        auto const weaker = [&](Actor const& actor) {
            return actor.via == Via::token && actor.user == name &&
                   (!user || user->role < actor.role || (user->read_only && !actor.read_only));
        };
        events.close_if(weaker);
        consoles.close_where([&](Consoles::Open const& console) -> std::string {
            return weaker(console.actor) ? "Your account was changed." : "";
        });
    });
}

/// A right that was withdrawn ends the consoles that needed it, and every list knows at once.
void App::follow_access() {
    inventory.touch();
    check_consoles();
}

void App::check_consoles() {
    consoles.close_where([this](Consoles::Open const& console) -> std::string {
        auto const* instance = inventory.find(console.instance);
        auto const needed = console.view_only ? Action::view : Action::console;
        bool const kept =
            instance &&
            may(console.actor, needed, instances.object_of(console.actor, *instance)).allowed;
        return kept ? "" : "Your right to this console was withdrawn.";
    });
}

void App::publish_access(InstanceId const& id, std::string const& owner) {
    auto const* instance = inventory.find(id);
    if (!instance) return;
    events.publish("instance", id.str(), RawJson{instance->row_json},
                   {Audience::Kind::who_gained, id, owner});
    events.publish("instance", id.str(), RawJson{"null"}, {Audience::Kind::who_lost, id, owner});
}

void App::follow_rights() {
    grants.on_change([this](InstanceId const& id, std::string const& grantee) {
        follow_access();
        publish_access(id, owner_of(grantee));
    });
    auto const given = [this](InstanceId const& id, std::string const& from) {
        follow_access();
        auto const* instance = inventory.find(id);
        for (auto const& owner : {from, instance ? instance->record.owner.value_or("") : ""}) {
            if (!owner.empty()) publish_access(id, owner);
            publish_owner(owner);
        }
    };
    instances.on_given(given);
    records.on_given(given);
    accounts.on_change([this](std::string const& user) { publish_user(user); });
}

/// Who is in other groups than before sees other instances: their streams and consoles go on with
/// what they may now, and what their pages show is fetched again.
void App::follow_groups() {
    groups.on_change([this](Groups::Change const& change) {
        auto const renew = [this, &change](Actor& actor) {
            if (change.users.contains(actor.user)) actor.groups = groups.of_user(actor.user);
        };
        events.renew(renew);
        consoles.renew(renew);
        follow_access();
        for (auto const& user : change.users)
            events.publish("reset", "", RawJson{}, {Audience::Kind::only_user, {}, user});
        for (auto const& group : change.groups)
            publish_group(group);
    });
}

/// Who asked, the group that it is for, and the staff hear of a request; what is given or lent
/// shows in the quota.
void App::follow_requests() {
    loans.on_change([this](std::string const& holder) { publish_owner(owner_of(holder)); });
    requests.on_change([this](RequestId const& id, std::string const& requester) {
        auto const* request = requests.find(id);
        auto const row = request ? RawJson{to_json(*request)} : RawJson{};
        events.publish("request", id.str(), row, {Audience::Kind::user, {}, requester});
        if (request && request->holder.starts_with(group_prefix))
            events.publish("request", id.str(), row, {Audience::Kind::group, {}, request->holder});
    });
}

void App::publish_owner(std::string const& owner) {
    if (owner.starts_with(group_prefix))
        publish_group(owner.substr(group_prefix.size()));
    else if (accounts.find(owner))
        publish_user(owner);
}

void App::publish_group(std::string name) {
    asio::co_spawn(loop, api::render_group(*this, name),
                   [this, name](std::exception_ptr error, RawJson const& row) {
                       log_failure("a change of a group could not be told", error);
                       if (error) return;
                       events.publish(
                           "group", name, row,
                           {Audience::Kind::group, {}, std::string(group_prefix) + name});
                   });
}

/// The list of users shows their usage as well, which is the database's to say. A user hears of the
/// own account, whose quota may be another now.
void App::publish_user(std::string name) {
    asio::co_spawn(loop, api::render_user(*this, name),
                   [this, name](std::exception_ptr error, RawJson const& row) {
                       log_failure("a change of a user could not be told", error);
                       if (!error)
                           events.publish("user", name, row, {Audience::Kind::user, {}, name});
                   });
}

void App::listen() {
    constexpr std::string_view unix_prefix = "unix:";
    std::string_view rest = config.listen;
    while (!rest.empty()) {
        std::string const one(rest.substr(0, rest.find(',')));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        if (one.starts_with(unix_prefix)) {
            auto const path = one.substr(unix_prefix.size());
            listener.start_unix(path);
            log::info("listening", {{"socket", path}});
            continue;
        }
        auto const endpoint = endpoint_of(one);
        listener.start(endpoint.address, endpoint.port);
        log::info("listening", {{"address", endpoint.address}, {"port", endpoint.port}});
    }
}

void App::stop() {
    if (std::exchange(stopping_, true)) return;
    log::info("stopping");
    asio::co_spawn(loop, shut_down(), [this](std::exception_ptr error) {
        log_failure("the end was not clean", error);
        loop.stop();
    });
}

awaitable<void> App::shut_down() {
    listener.stop();
    events.close_if([](Actor const&) { return true; });
    consoles.close_where([](Consoles::Open const&) { return std::string("The portal restarts."); });
    co_await listener.drained(5s);
    hosts.stop();
    co_await records.flush();
    co_await history.flush_all();
    co_await tidy_sessions();
    co_await audit_keeper.anchor();
}

void App::reload(Config const& fresh) {
    log::set_level(fresh.log_level);
    config.log_level = fresh.log_level;
    log::info("the configuration was read again");
}

}  // namespace ourea
