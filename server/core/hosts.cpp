// SPDX-License-Identifier: Apache-2.0
// Follows the table of hosts with one monitor each, and answers what they show.
#include "core/hosts.hpp"

#include "base/log.hpp"
#include "core/host_keys.hpp"
#include "virt/uri.hpp"

#include <algorithm>
#include <utility>

namespace ourea {

namespace asio = boost::asio;

namespace {

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

Error name_taken(std::string const& name) {
    return {Kind::conflict, "There is already a host " + name + ".", {}, "name"};
}

Error no_such_host(std::string_view name) {
    return {Kind::not_found, "There is no host " + std::string(name) + "."};
}

/// Judges all that can be judged without asking the host.
virt::HostUri check_new_host(NewHost const& host) {
    check_host_name(host.name);
    if (host.cluster) check_host_name(*host.cluster, "cluster");
    auto uri = virt::parse_host_uri(host.uri);
    if (host.host_key && !uri.is_ssh())
        throw invalid("host_key", "host_key: only a host that is reached over SSH has one");
    return uri;
}

std::int64_t insert_host(db::Transaction& tx, HostRecord const& host, AuditEntry const& entry) {
    auto const number = db::bump(tx, hosts_topic);
    if (tx.first<std::string>("SELECT name FROM hosts WHERE name = :name", host.name))
        throw name_taken(host.name);
    tx.exec(
        "INSERT INTO hosts (name, uri, host_key, maintenance, created_at, cluster) "
        "VALUES (:name, :uri, :host_key, 0, :created_at, :cluster)",
        host.name, host.uri, host.host_key, host.created_at, host.cluster);
    Audit::append(tx, entry);
    return number;
}

std::int64_t delete_host(db::Transaction& tx, std::string const& name, AuditEntry const& entry) {
    auto const number = db::bump(tx, hosts_topic);
    auto const jobs = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM jobs WHERE host = :host AND state IN ('queued', 'running')", name);
    if (jobs.value_or(0) > 0)
        throw Error(Kind::conflict, "A job is working on host " + name + ". Wait for its end.");
    if (tx.exec("DELETE FROM hosts WHERE name = :name", name) == 0) throw no_such_host(name);
    Audit::append(tx, entry);
    return number;
}

HostRecord make_record(NewHost host) {
    HostRecord record;
    record.name = std::move(host.name);
    record.uri = std::move(host.uri);
    record.host_key = std::move(host.host_key);
    record.created_at = now();
    record.cluster = std::move(host.cluster);
    return record;
}

AuditEntry entry_for(Actor const& actor, std::string action, HostRecord const& host) {
    auto entry = audit_entry(actor, std::move(action), "host:" + host.name, host.name);
    entry.detail = to_json(host);
    return entry;
}

/// Nothing for a host without SSH, or a row that an older or newer grammar let in.
std::optional<virt::HostUri> ssh_address(HostRecord const& host) {
    try {
        auto uri = virt::parse_host_uri(host.uri);
        return uri.is_ssh() ? std::optional(std::move(uri)) : std::nullopt;
    } catch (Error const&) {
        return std::nullopt;
    }
}

struct SharedPool {
    std::string name;
    std::string path;
};
BOOST_DESCRIBE_STRUCT(SharedPool, (), (name, path))

}  // namespace

void check_host_name(std::string_view name, std::string const& field) {
    bool const good = !name.empty() && name.size() <= 63 && is_alphanumeric(name.front()) &&
                      std::all_of(name.begin(), name.end(), [](char c) {
                          return is_alphanumeric(c) || c == '.' || c == '-';
                      });
    if (!good)
        throw invalid(field, field +
                                 ": expected 1 to 63 letters, digits, dots and dashes, beginning "
                                 "with a letter or digit");
}

HostRecord add_host_now(db::Database& database, std::filesystem::path const& state_dir,
                        Actor const& actor, NewHost host, bool accept_host_key) {
    auto const uri = check_new_host(host);
    auto taken = [&host](db::Transaction& tx) {
        return tx.first<std::string>("SELECT name FROM hosts WHERE name = :name", host.name);
    };
    if (database.read_now(taken)) throw name_taken(host.name);
    if (uri.is_ssh()) {
        auto const keys = virt::scan_host_keys(uri.host, ssh_port(uri));
        if (accept_host_key && !host.host_key && !keys.empty())
            host.host_key = keys.front().fingerprint;
        auto const key = confirmed_key(keys, host.host_key);
        remember_host_key(state_dir, uri, key);
    }
    auto const record = make_record(std::move(host));
    auto const entry = entry_for(actor, "host.add", record);
    database.write_now([&](db::Transaction& tx) { insert_host(tx, record, entry); });
    return record;
}

Hosts::Hosts(asio::any_io_executor loop, db::Database& database, db::Revisions& revisions,
             virt::EventThread& thread, Inventory& inventory, Events& events, Options options)
    : loop_(std::move(loop)),
      database_(database),
      revisions_(revisions),
      thread_(thread),
      inventory_(inventory),
      events_(events),
      options_(std::move(options)) {
    auto found = database_.read_now([](db::Transaction& tx) { return read_all(tx); });
    revisions_.keep(std::string(hosts_topic), found.number, [this] { return load(); });
    install(std::move(found.entries), std::move(found.shared));
}

Hosts::~Hosts() {
    stop();
}

void Hosts::open() {
    open_ = true;
    for (auto const& [name, record] : entries_)
        watch(record);
}

void Hosts::stop() {
    open_ = false;
    for (auto const& [name, monitor] : monitors_)
        monitor->close();
}

// ---- following the table
// -------------------------------------------------------------------------

Hosts::Snapshot Hosts::read_all(db::Transaction& tx) {
    Snapshot snapshot{db::revision(tx, hosts_topic), {}, {}};
    for (auto& row : tx.select<HostRecord>("SELECT * FROM hosts")) {
        auto name = row.name;
        snapshot.entries.emplace(std::move(name), std::move(row));
    }
    for (auto& row : tx.select<SharedPool>("SELECT name, path FROM shared_pools"))
        snapshot.shared.emplace(std::move(row.name), std::move(row.path));
    return snapshot;
}

awaitable<db::Revisions::Loaded> Hosts::load() {
    auto query = [](db::Transaction& tx) { return read_all(tx); };
    auto snapshot = co_await database_.read(query);
    db::Revisions::Loaded loaded;
    loaded.number = snapshot.number;
    loaded.install = [this, entries = std::move(snapshot.entries),
                      shared = std::move(snapshot.shared)] { install(entries, shared); };
    co_return loaded;
}

void Hosts::install(Entries entries, SharedPools shared) {
    shared_ = std::move(shared);
    auto const before = std::exchange(entries_, std::move(entries));
    for (auto const& [name, record] : before) {
        auto const found = entries_.find(name);
        if (found == entries_.end() || found->second.uri != record.uri) unwatch(name);
    }
    for (auto const& [name, record] : entries_)
        watch(record);
}

/// Idempotent: a host that is watched already is only shown with its new record.
void Hosts::watch(HostRecord const& record) {
    inventory_.put_host(record);
    if (!open_ || monitors_.contains(record.name)) return;
    virt::HostAddress address{record.name, record.uri, options_.state_dir};
    auto const monitor = std::make_shared<Monitor>(thread_, loop_, std::move(address), inventory_,
                                                   events_, options_.times);
    monitors_.emplace(record.name, monitor);
    monitor->on_change(heard_);
    monitor->on_figures(read_);
    monitor->open();
}

void Hosts::unwatch(std::string const& name) {
    if (auto const found = monitors_.find(name); found != monitors_.end()) {
        found->second->close();
        monitors_.erase(found);
    }
    inventory_.remove_host(name);
}

// ---- adding and removing
// -------------------------------------------------------------------------

awaitable<HostView> Hosts::add(Actor const& actor, NewHost host) {
    auto const uri = check_new_host(host);
    if (entries_.contains(host.name)) throw name_taken(host.name);
    if (uri.is_ssh()) co_await learn_host_key(host);
    auto const record = make_record(std::move(host));
    auto const entry = entry_for(actor, "host.add", record);
    auto insert = [record, entry](db::Transaction& tx) { return insert_host(tx, record, entry); };
    auto const number = co_await database_.write(insert);
    std::function<void()> apply = [this, record] {
        entries_.insert_or_assign(record.name, record);
        watch(record);
    };
    co_await revisions_.wrote(hosts_topic, number, apply);
    log::info("host added", {{"host", record.name}, {"uri", record.uri}});
    co_return view(record.name);
}

awaitable<void> Hosts::learn_host_key(NewHost const& host) {
    auto const report = co_await virt::probe(host.uri, options_.state_dir, host.host_key);
    if (report.keys.empty() && !report.steps.empty())
        throw Error(Kind::unavailable, report.steps.back().detail, {}, "uri");
    auto const key = confirmed_key(report.keys, host.host_key);
    auto remember = [state_dir = options_.state_dir, key, text = host.uri] {
        remember_host_key(state_dir, virt::parse_host_uri(text), key);
    };
    co_await offload(files_, remember);
}

awaitable<void> Hosts::remove(Actor const& actor, std::string name) {
    auto const found = entries_.find(name);
    if (found == entries_.end()) throw no_such_host(name);
    auto const record = found->second;
    auto const entry = entry_for(actor, "host.delete", record);
    auto erase = [name, entry](db::Transaction& tx) { return delete_host(tx, name, entry); };
    auto const number = co_await database_.write(erase);
    std::function<void()> apply = [this, name] {
        entries_.erase(name);
        unwatch(name);
    };
    co_await revisions_.wrote(hosts_topic, number, apply);
    log::info("host removed", {{"host", name}});
    co_await forget_host_key(record);
}

/// Unless another host has the same address: a key that nobody confirmed for it is not kept.
awaitable<void> Hosts::forget_host_key(HostRecord record) {
    auto const uri = ssh_address(record);
    if (!uri) co_return;
    for (auto const& [name, other] : entries_) {
        auto const its = ssh_address(other);
        if (its && its->host == uri->host && ssh_port(*its) == ssh_port(*uri)) co_return;
    }
    auto forget = [state_dir = options_.state_dir, uri] {
        virt::forget(virt::SshFiles::in(state_dir), uri->host, ssh_port(*uri));
    };
    co_await offload(files_, forget);
}

awaitable<ProbeView> Hosts::probe(std::string uri) {
    virt::parse_host_uri(uri);
    auto report = co_await virt::probe(std::move(uri), options_.state_dir);
    ProbeView view;
    view.host_key = std::move(report.host_key);
    for (auto& step : report.steps)
        view.steps.push_back({std::move(step.step), step.ok, std::move(step.detail)});
    co_return view;
}

// ---- reads
// ---------------------------------------------------------------------------------------

std::shared_ptr<Monitor> Hosts::monitor(std::string_view name) const {
    auto const found = monitors_.find(name);
    if (found == monitors_.end()) throw no_such_host(name);
    return found->second;
}

std::shared_ptr<virt::Host> Hosts::online(std::string_view name) const {
    auto const host = monitor(name)->host();
    auto const& status = host->status();
    if (status.state == virt::HostState::online) return host;
    auto const who = "Host " + std::string(name);
    if (status.state == virt::HostState::connecting)
        throw Error(Kind::unavailable, who + " is being connected. Try again in a moment.");
    throw Error(Kind::unavailable,
                who + " is offline since " + to_rfc3339(status.since) + ": " + status.error);
}

HostPicture const& Hosts::picture(std::string_view name) const {
    auto const* found = inventory_.host(std::string(name));
    if (!found) throw no_such_host(name);
    return *found;
}

HostView Hosts::view(std::string_view name) const {
    return inventory_.host_view(picture(name));
}

std::vector<HostView> Hosts::views() const {
    std::vector<HostView> views;
    for (auto const& [name, picture] : inventory_.hosts())
        views.push_back(inventory_.host_view(picture));
    return views;
}

}  // namespace ourea
