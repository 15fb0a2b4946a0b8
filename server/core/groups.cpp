// SPDX-License-Identifier: Apache-2.0
// Writes groups to the database and keeps memory in step with it.
#include "core/groups.hpp"

#include "core/account_rows.hpp"
#include "core/settings.hpp"
#include "db/constraint.hpp"
#include "db/reload.hpp"

#include <algorithm>

namespace ourea {
namespace {

struct GroupRow {
    std::string name;
    std::string description;
    std::optional<std::int64_t> quota_instances;
    std::optional<std::int64_t> quota_vcpus;
    std::optional<std::int64_t> quota_memory_mib;
    std::optional<std::int64_t> quota_disk_gib;
    std::optional<std::int64_t> quota_running_instances;
    std::optional<std::int64_t> quota_running_vcpus;
    std::optional<std::int64_t> quota_running_memory_mib;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(GroupRow, (),
                      (name, description, quota_instances, quota_vcpus, quota_memory_mib,
                       quota_disk_gib, quota_running_instances, quota_running_vcpus,
                       quota_running_memory_mib, created_at))

struct MemberRow {
    std::string group_name;
    std::string member;
};
BOOST_DESCRIBE_STRUCT(MemberRow, (), (group_name, member))

Group group_of(GroupRow row) {
    return {std::move(row.name),
            std::move(row.description),
            {row.quota_instances, row.quota_vcpus, row.quota_memory_mib, row.quota_disk_gib,
             row.quota_running_instances, row.quota_running_vcpus, row.quota_running_memory_mib},
            row.created_at,
            {}};
}

Error unknown(std::string const& name) {
    return Error(Kind::not_found, "There is no group " + name + ".");
}

Error taken(std::string const& name) {
    return Error(Kind::conflict, "There is already a group " + name + ".", {}, "name");
}

void check_description(std::string const& text) {
    if (text.size() > 1000) throw invalid("description", "description: at most 1000 bytes");
    for (char c : text)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
            throw invalid("description", "description: holds a control character");
}

/// The row as the transaction sees it; the caller has bumped "groups", so it stays so.
Group read_one(db::Transaction& tx, std::string const& name) {
    auto row = tx.first<GroupRow>("SELECT * FROM groups WHERE name = :name", name);
    if (!row) throw unknown(name);
    return group_of(std::move(*row));
}

void store(db::Transaction& tx, Group const& group) {
    auto const& quota = group.quota;
    tx.exec(
        "UPDATE groups SET description = :description, quota_instances = :instances, quota_vcpus = "
        ":vcpus, quota_memory_mib = :memory, quota_disk_gib = :disk, quota_running_instances = "
        ":running_instances, quota_running_vcpus = :running_vcpus, quota_running_memory_mib = "
        ":running_memory WHERE name = :name",
        group.description, quota.instances, quota.vcpus, quota.memory_mib, quota.disk_gib,
        quota.running_instances, quota.running_vcpus, quota.running_memory_mib, group.name);
}

void insert(db::Transaction& tx, Group const& group) {
    try {
        tx.exec("INSERT INTO groups (name, created_at) VALUES (:name, :at)", group.name,
                group.created_at);
    } catch (db::ConstraintError const& error) {
        if (db::is_unique_violation(error)) throw taken(group.name);
        throw;
    }
    store(tx, group);
}

/// Says the way in which a group would come to hold itself.
void refuse_circle(db::Transaction& tx, std::string const& group, std::string const& member) {
    if (!member.starts_with(group_prefix)) return;
    auto const inner = member.substr(group_prefix.size());
    auto way = Membership::read(tx).path(holder_of(std::string(group_prefix) + group), inner);
    if (inner != group && way.empty()) return;
    std::string text = inner + " in " + group;
    for (auto const& next : way)
        text += " in " + next;
    throw Error(Kind::conflict,
                "A group cannot be in itself, not through others either: " + text + ".");
}

/// Another group of that name must not be given to new accounts unseen.
void keep_default(db::Transaction& tx, std::string const& name) {
    auto const groups = Settings::read(tx).groups;
    if (std::find(groups.begin(), groups.end(), name) == groups.end()) return;
    throw Error(Kind::conflict,
                "New accounts are put into " + name + "; change that in the settings first.");
}

AuditEntry entry_for(Actor const& actor, std::string action, std::string const& name) {
    return audit_entry(actor, std::move(action), std::string(group_prefix) + name, name);
}

std::string member_detail(std::string const& member) {
    boost::json::object const detail{{"member", member}};
    return boost::json::serialize(detail);
}

struct Seen {
    std::string description;
    Quota quota;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (description, quota))

std::string detail_of(std::optional<Group> const& before, std::optional<Group> const& after) {
    auto const seen = [](std::optional<Group> const& group) {
        return group ? std::optional(Seen{group->description, group->quota}) : std::nullopt;
    };
    return account_rows::change_of(seen(before), seen(after)) + "}";
}

}  // namespace

Groups::Groups(db::Database& database, db::Revisions& revisions)
    : database_(database), revisions_(revisions) {
    auto snapshot = database_.read_now(&read_all);
    install(std::move(snapshot.entries));
    revisions_.keep("groups", snapshot.number, [this] { return load(); });
}

Group const* Groups::find(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

std::vector<Group> Groups::all() const {
    std::vector<Group> groups;
    groups.reserve(entries_.size());
    for (auto const& [name, group] : entries_)
        groups.push_back(group);
    return groups;
}

std::vector<std::string> const& Groups::of_user(std::string_view user) const {
    static std::vector<std::string> const none;
    auto const found = of_users_.find(user);
    return found == of_users_.end() ? none : found->second;
}

Actor Groups::actor_of(User const& user) const {
    Actor actor;
    actor.user = user.name;
    actor.role = user.role;
    actor.can_clone = user.can_clone;
    actor.read_only = user.read_only;
    actor.groups = of_user(user.name);
    return actor;
}

awaitable<Group> Groups::create(Actor const& actor, std::string name, std::string description,
                                Quota quota) {
    check_name(name, "group");
    check_description(description);
    account_rows::check_limits(quota);
    if (find(name)) throw taken(name);
    Group group{name, std::move(description), quota, now(), {}};
    auto write = [group,
                  audit = entry_for(actor, "group.create", name)](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "groups");
        insert(tx, group);
        audit.detail = detail_of(std::nullopt, group);
        Audit::append(tx, audit);
        return number;
    };
    co_return co_await followed(std::move(name), database_.write(std::move(write)));
}

awaitable<Group> Groups::describe(Actor const& actor, std::string name, std::string description) {
    check_description(description);
    auto write = [name, description = std::move(description),
                  audit = entry_for(actor, "group.update", name)](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "groups");
        auto const before = read_one(tx, name);
        auto after = before;
        after.description = description;
        store(tx, after);
        audit.detail = detail_of(before, after);
        Audit::append(tx, audit);
        return number;
    };
    co_return co_await followed(std::move(name), database_.write(std::move(write)));
}

awaitable<Quota> Groups::set_quota(Actor const& actor, std::string name, Quota quota) {
    account_rows::check_limits(quota);
    auto write = [actor, name, quota,
                  audit = entry_for(actor, "group.quota", name)](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "groups");
        auto group = read_one(tx, name);
        check_gives_to(tx, actor, std::string(group_prefix) + name);
        audit.detail = account_rows::detail_of(group.quota, quota);
        group.quota = quota;
        store(tx, group);
        Audit::append(tx, audit);
        return number;
    };
    auto const group = co_await followed(std::move(name), database_.write(std::move(write)));
    co_return group.quota;
}

void Groups::put_in(db::Transaction& tx, Actor const& actor, std::string const& group,
                    std::string const& member) {
    auto const added = tx.exec(
        "INSERT INTO group_members (group_name, member, added_by, created_at) VALUES (:name, "
        ":member, :by, :at) ON CONFLICT (group_name, member) DO NOTHING",
        group, member, actor.user, now());
    auto entry = entry_for(actor, "group.add", group);
    entry.on_behalf_of = owner_of(member);
    entry.detail = member_detail(member);
    if (added > 0) Audit::append(tx, entry);
}

awaitable<Group> Groups::add(Actor const& actor, std::string name, std::string member) {
    auto write = [actor, name, member](db::Transaction& tx) {
        auto const number = db::bump(tx, "groups");
        read_one(tx, name);
        check_holder(tx, member, "member");
        check_gives_to(tx, actor, member);
        refuse_circle(tx, name, member);
        put_in(tx, actor, name, member);
        return number;
    };
    co_return co_await followed(std::move(name), database_.write(std::move(write)));
}

awaitable<void> Groups::take_out(Actor const& actor, std::string name, std::string member) {
    auto write = [actor, name, member,
                  audit = entry_for(actor, "group.take_out", name)](db::Transaction& tx) mutable {
        auto const number = db::bump(tx, "groups");
        auto const removed =
            tx.exec("DELETE FROM group_members WHERE group_name = :name AND member = :member", name,
                    member);
        if (removed == 0) throw Error(Kind::not_found, member + " is no member of " + name + ".");
        check_gives_to(tx, actor, member);
        audit.on_behalf_of = owner_of(member);
        audit.detail = member_detail(member);
        Audit::append(tx, audit);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("groups", number);
}

awaitable<void> Groups::remove(Actor const& actor, std::string name,
                               std::optional<std::string> transfer_to) {
    auto write = [actor, name, transfer_to,
                  audit = entry_for(actor, "group.delete", name)](db::Transaction& tx) mutable {
        auto const holder = std::string(group_prefix) + name;
        Numbers numbers{{"groups", db::bump(tx, "groups")}};
        auto const group = read_one(tx, name);
        audit.detail = detail_of(group, std::nullopt);
        check_gives_to(tx, actor, holder);
        keep_default(tx, name);
        account_rows::release_instances(tx, actor, holder, transfer_to);
        numbers.merge(account_rows::drop_grants(tx, holder));
        numbers.merge(account_rows::drop_loans(tx, holder));
        numbers.merge(account_rows::drop_requests(tx, holder));
        tx.exec("DELETE FROM group_members WHERE group_name = :name OR member = :holder", name,
                holder);
        tx.exec("DELETE FROM groups WHERE name = :name", name);
        Audit::append(tx, audit);
        return numbers;
    };
    for (auto const& [topic, number] : co_await database_.write(std::move(write)))
        co_await revisions_.follow(topic, number);
}

/// The group as it is once the write is known here.
awaitable<Group> Groups::followed(std::string name, awaitable<std::int64_t> writing) {
    auto const number = co_await std::move(writing);
    co_await revisions_.follow("groups", number);
    auto const* group = find(name);
    if (!group) throw unknown(name);
    co_return *group;
}

Groups::Snapshot Groups::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "groups");
    for (auto& row : tx.select<GroupRow>("SELECT * FROM groups")) {
        auto const name = row.name;
        snapshot.entries.emplace(name, group_of(std::move(row)));
    }
    for (auto& row :
         tx.select<MemberRow>("SELECT group_name, member FROM group_members ORDER BY member"))
        if (auto const found = snapshot.entries.find(row.group_name);
            found != snapshot.entries.end())
            found->second.members.push_back(std::move(row.member));
    return snapshot;
}

awaitable<db::Revisions::Loaded> Groups::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

void Groups::install(Entries entries) {
    auto const groups = std::exchange(entries_, std::move(entries));
    auto const users = std::exchange(of_users_, {});
    membership_ = {};
    for (auto const& [name, group] : entries_)
        for (auto const& member : group.members)
            membership_.add(name, member);
    for (auto const& [name, group] : entries_)
        for (auto const& member : group.members)
            if (member.starts_with(user_prefix))
                of_users_.try_emplace(owner_of(member), membership_.groups_of(member));
    Change change;
    auto const compare = [](auto const& one, auto const& other, std::set<std::string>& different) {
        for (auto const& [name, value] : one) {
            auto const found = other.find(name);
            if (found == other.end() || found->second != value) different.insert(name);
        }
    };
    compare(groups, entries_, change.groups);
    compare(entries_, groups, change.groups);
    compare(users, of_users_, change.users);
    compare(of_users_, users, change.users);
    for (auto const& changed : changed_)
        changed(change);
}

}  // namespace ourea
