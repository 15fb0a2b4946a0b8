// SPDX-License-Identifier: Apache-2.0
// Power, editing and screens of instances.
#include "core/instances.hpp"

#include "core/monitor.hpp"
#include "core/quota.hpp"
#include "core/records.hpp"
#include "virt/domain_xml.hpp"
#include "virt/uri.hpp"

namespace ourea {
namespace {

constexpr std::string_view no_instance = "There is no instance with this id.";

std::string object_name(InstanceId const& id) {
    return "instance:" + id.str();
}

AuditEntry entry_for(Actor const& actor, std::string_view verb, Instance const& instance) {
    return audit_entry(actor, "instance." + std::string(verb), object_name(instance.id()),
                       instance.record.name);
}

std::string checked_text(std::optional<std::string> const& text, std::string const& field,
                         std::size_t limit) {
    if (!text) return {};
    if (text->size() > limit)
        throw invalid(field, field + ": at most " + std::to_string(limit) + " bytes");
    for (char c : *text)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
            throw invalid(field, field + ": holds a control character");
    if (field == "title" && text->find('\n') != std::string::npos)
        throw invalid(field, "title: must be one line");
    return *text;
}

std::string texts_changed(virt::DomainFacts const& facts, std::optional<std::string> const& title,
                          std::optional<std::string> const& description) {
    boost::json::object before, after;
    auto const put = [&](char const* field, std::string const& old, auto const& text) {
        if (!text) return;
        before[field] = old;
        after[field] = *text;
    };
    put("title", facts.title, title);
    put("description", facts.description, description);
    return boost::json::serialize(
        boost::json::object{{"before", std::move(before)}, {"after", std::move(after)}});
}

/// For as long as it lives, the portal itself does something to the machine.
class UnderWay {
public:
    UnderWay(Inventory& inventory, InstanceId id) : inventory_(inventory), id_(std::move(id)) {
        inventory_.begin_verb(id_);
    }
    ~UnderWay() { inventory_.end_verb(id_); }
    UnderWay(UnderWay const&) = delete;
    UnderWay& operator=(UnderWay const&) = delete;

private:
    Inventory& inventory_;
    InstanceId id_;
};

}  // namespace

Instances::Instances(db::Database& database, Inventory& inventory, Hosts& hosts, Grants& grants,
                     Audit& audit)
    : database_(database), inventory_(inventory), hosts_(hosts), grants_(grants), audit_(audit) {}

Object Instances::object_of(Actor const& actor, Instance const& instance) const {
    return object_of(instance, grants_.rights(actor, instance.id()));
}

Object Instances::object_of(Instance const& instance, Rights rights) {
    auto object = ourea::object_of(ObjectKind::instance, instance.record.owner.value_or(""));
    object.rights = rights;
    object.is_template = instance.record.template_;
    object.id = instance.id();
    return object;
}

bool Instances::visible(Actor const& actor, InstanceId const& id) const {
    auto const* instance = inventory_.find(id);
    return instance && may(actor, Action::see, object_of(actor, *instance)).allowed;
}

Surroundings Instances::around(Instance const& instance) const {
    Surroundings around;
    if (instance.record.host) around.host = inventory_.host(*instance.record.host);
    around.linked_clones = inventory_.linked_clones(instance.id());
    around.being_copied = inventory_.being_copied(instance.id());
    return around;
}

Instance const& Instances::permitted(Actor const& actor, InstanceId const& id,
                                     Action action) const {
    auto const* instance = inventory_.find(id);
    if (!instance) throw Error(Kind::not_found, std::string(no_instance));
    require(actor, action, object_of(actor, *instance), no_instance);
    return *instance;
}

Instance const& Instances::allowed(Actor const& actor, InstanceId const& id, Verb verb) const {
    auto const& instance = permitted(actor, id, action_of(verb));
    auto const surroundings = around(instance);
    auto const reason = obstacle(instance, verb, surroundings);
    if (!reason) return instance;
    bool const offline = surroundings.host &&
                         surroundings.host->status.state != virt::HostState::online &&
                         !instance.job;
    throw Error(offline ? Kind::unavailable : Kind::conflict,
                instance.record.name + ": " + *reason);
}

InstanceView Instances::view(Actor const& actor, InstanceId const& id) const {
    auto const& instance = permitted(actor, id, Action::see);
    auto view = inventory_.view(instance);
    view.actions = actions(actor, instance);
    return view;
}

std::vector<ActionView> Instances::actions(Actor const& actor, Instance const& instance) const {
    std::vector<ActionView> result;
    auto const object = object_of(actor, instance);
    auto const surroundings = around(instance);
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Verb>>([&](auto verb) {
        auto const decision = may(actor, action_of(verb.value), object);
        auto reason = decision.allowed ? obstacle(instance, verb.value, surroundings)
                                       : std::optional(decision.reason);
        auto remedy = decision.remedy.empty() ? std::nullopt : std::optional(decision.remedy);
        result.push_back(
            {std::string(reflect::member_name(verb.name)), !reason, reason, std::move(remedy)});
    });
    return result;
}

/// A start that failed gives its place back, unless the machine is on for another reason.
awaitable<InstanceView> Instances::start(Actor actor, InstanceId id) {
    auto const record = allowed(actor, id, Verb::start).record;
    auto reserve = [record](db::Transaction& tx) {
        Records::ensure(tx, record);  // it may be too new to have been saved
        return reserve_start(tx, record.id);
    };
    auto const reserved = co_await database_.write(reserve);
    std::exception_ptr failure;
    try {
        co_return co_await power(actor, id, Verb::start, &virt::Host::start);
    } catch (...) {
        failure = std::current_exception();
    }
    auto const* instance = inventory_.find(id);
    auto release = [id, reserved](db::Transaction& tx) { release_start(tx, id, reserved); };
    if (!instance || !instance->record.running) co_await database_.write(release);
    std::rethrow_exception(std::move(failure));
}
awaitable<InstanceView> Instances::shutdown(Actor actor, InstanceId id) {
    return power(std::move(actor), std::move(id), Verb::shutdown, &virt::Host::shutdown);
}
awaitable<InstanceView> Instances::reboot(Actor actor, InstanceId id) {
    return power(std::move(actor), std::move(id), Verb::reboot, &virt::Host::reboot);
}
awaitable<InstanceView> Instances::reset(Actor actor, InstanceId id) {
    return power(std::move(actor), std::move(id), Verb::reset, &virt::Host::reset);
}
awaitable<InstanceView> Instances::stop(Actor actor, InstanceId id) {
    return power(std::move(actor), std::move(id), Verb::stop, &virt::Host::stop);
}
awaitable<InstanceView> Instances::suspend(Actor actor, InstanceId id) {
    return power(std::move(actor), std::move(id), Verb::suspend, &virt::Host::suspend);
}
awaitable<InstanceView> Instances::resume(Actor actor, InstanceId id) {
    return power(std::move(actor), std::move(id), Verb::resume, &virt::Host::resume);
}

awaitable<InstanceView> Instances::power(Actor actor, InstanceId id, Verb verb,
                                         HostVerb host_verb) {
    auto const& instance = allowed(actor, id, verb);
    auto const host = *instance.record.host;
    auto entry = entry_for(actor, reflect::enum_name(verb), instance);
    UnderWay const under_way(inventory_, id);
    std::exception_ptr failure;
    try {
        auto const connection = hosts_.online(host);
        co_await ((*connection).*host_verb)(id);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        boost::json::object const detail{{"error", describe(failure)}};
        entry.result = Result::failed;
        entry.detail = boost::json::serialize(detail);
    }
    co_await audit_.note(entry);
    if (failure) std::rethrow_exception(std::move(failure));
    auto const monitor = hosts_.monitor(host);
    co_await monitor->refresh(id);
    co_return view(actor, id);
}

awaitable<InstanceView> Instances::update(Actor actor, InstanceId id, InstanceChange change) {
    auto const& instance = permitted(actor, id, Action::see);
    auto const host = instance.record.host.value_or("");
    auto entry = entry_for(actor, "edit", instance);
    std::optional<std::string> title, description;
    if (change.title) title = checked_text(*change.title, "title", 200);
    if (change.description) description = checked_text(*change.description, "description", 4000);
    if (title || description) allowed(actor, id, Verb::edit);
    bool const marks = change.template_ && *change.template_ != instance.record.template_;
    if (marks) allowed(actor, id, Verb::template_);
    bool const gives = change.owner && *change.owner != instance.record.owner;
    if (gives) allowed(actor, id, Verb::own);
    if (title || description) {
        entry.detail = texts_changed(*instance.facts, title, description);
        UnderWay const under_way(inventory_, id);
        auto const connection = hosts_.online(host);
        if (title) co_await connection->set_title(id, *title);
        if (description) co_await connection->set_description(id, *description);
        co_await audit_.note(entry);
        auto const monitor = hosts_.monitor(host);
        co_await monitor->refresh(id);
    }
    if (marks) co_await set_template(actor, id, *change.template_);
    if (gives) co_await set_owner(actor, id, *change.owner);
    co_return view(actor, id);
}

/// The database decides; the mark on the host is a copy from which it could be rebuilt.
awaitable<void> Instances::set_template(Actor actor, InstanceId id, bool is_template) {
    auto record = allowed(actor, id, Verb::template_).record;
    auto const entry =
        entry_for(actor, is_template ? "template" : "untemplate", *inventory_.find(id));
    auto write = [id, record, is_template, entry](db::Transaction& tx) {
        Records::ensure(tx, record);  // it may be too new to have been saved
        auto const decided = Records::decide(tx);
        tx.exec(
            "UPDATE instances SET template = :template, decided = :decided, mark_pending = 1 WHERE "
            "id = :id",
            is_template, decided, id);
        auto const clones = tx.first<std::int64_t>(
            "SELECT COUNT(*) FROM instances WHERE origin = :id AND linked = 1 AND state <> 'gone'",
            id);
        if (!is_template && clones.value_or(0) > 0)
            throw Error(Kind::conflict, "Linked clones depend on this template.");
        Audit::append(tx, entry);
        return decided;
    };
    record.decided = co_await database_.write(write);
    record.template_ = is_template;
    inventory_.put_record(record);
    co_await write_mark(id);
}

awaitable<std::string> Instances::screenshot(Actor actor, InstanceId id) {
    auto const& instance = allowed(actor, id, Verb::screenshot);
    auto const connection = hosts_.online(*instance.record.host);
    co_return co_await connection->screenshot(id);
}

awaitable<virt::GraphicsConnection> Instances::open_console(Actor actor, InstanceId id, Verb verb) {
    auto const& instance = allowed(actor, id, verb);
    auto const connection = hosts_.online(*instance.record.host);
    co_return co_await connection->open_graphics(id);
}

awaitable<std::optional<std::string>> Instances::console_password(Actor actor, InstanceId id,
                                                                  Verb verb) {
    auto const& instance = allowed(actor, id, verb);
    auto const connection = hosts_.online(*instance.record.host);
    auto const uri = virt::parse_host_uri(connection->address().uri);
    if (uri.is_local() && !uri.is_test()) co_return std::nullopt;
    virt::XmlView const view{false, true};
    auto const xml = co_await connection->domain_xml(id, view);
    for (auto const& graphics : virt::parse_domain(xml).graphics)
        if (graphics.type == "vnc") co_return graphics.password;
    co_return std::nullopt;
}

}  // namespace ourea
