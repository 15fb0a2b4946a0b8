// SPDX-License-Identifier: Apache-2.0
// Lists, defines, undefines and marks domains.
#include "virt/domain_calls.hpp"

#include "base/log.hpp"
#include "virt/domain_xml.hpp"

#include <libvirt/virterror.h>

#include <unordered_map>
#include <unordered_set>

namespace ourea::virt {

namespace {

/// What a list of domains needs beside their XML, asked for once for all of them.
struct Overview {
    std::unordered_set<InstanceId> autostart;
    std::unordered_set<InstanceId> persistent;
    std::unordered_map<InstanceId, DomainState> states;
};

std::vector<DomainPtr> list(virConnectPtr conn, unsigned flags) {
    virDomainPtr* items = nullptr;
    int const count = virConnectListAllDomains(conn, &items, flags);
    return take_list<DomainPtr>(items, count);
}

std::unordered_set<InstanceId> ids(std::vector<DomainPtr> const& domains) {
    std::unordered_set<InstanceId> out;
    for (auto const& domain : domains)
        out.insert(id_of(domain.get()));
    return out;
}

DomainState read_state(virDomainPtr domain) {
    int state = 0;
    if (virDomainGetState(domain, &state, nullptr, 0) < 0) return DomainState::unknown;
    return state_of(state);
}

/// A machine that cannot be read harms only its own row.
DomainFacts parse_or_name(virDomainPtr domain, std::string const& xml) {
    try {
        auto facts = parse_domain(xml);
        facts.uuid = id_of(domain);
        return facts;
    } catch (Error const& e) {
        log::warning("a host's domain cannot be read", {{"error", e.message()}});
        DomainFacts facts;
        facts.uuid = id_of(domain);
        facts.name = virDomainGetName(domain);
        return facts;
    }
}

/// Nothing if the domain vanished meanwhile.
std::optional<DomainFacts> read_facts(virDomainPtr domain) {
    TextPtr const xml(virDomainGetXMLDesc(domain, 0));
    if (!xml) {
        if (last_is(VIR_ERR_NO_DOMAIN)) return std::nullopt;
        throw last_error();
    }
    return parse_or_name(domain, xml.get());
}

void keep_definition(DomainFacts& facts, DomainFacts const& next) {
    facts.definition = std::make_shared<Definition const>(definition_of(next));
}

/// What a running machine has after its next start stands in its other document.
void read_definition(virDomainPtr domain, DomainFacts& facts) {
    if (!facts.persistent || facts.next_vcpus == 0) return;
    bool const off = facts.state == DomainState::shutoff || facts.state == DomainState::crashed;
    if (off) return keep_definition(facts, facts);
    TextPtr const xml(virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE));
    if (!xml) return;  // it vanished meanwhile; an event follows
    auto const next = parse_or_name(domain, xml.get());
    if (next.next_vcpus == 0) return;
    facts.next_vcpus = next.next_vcpus;
    facts.next_memory_mib = next.next_memory_mib;
    keep_definition(facts, next);
}

std::unordered_map<InstanceId, DomainState> read_states(virConnectPtr conn) {
    std::unordered_map<InstanceId, DomainState> out;
    for (auto const& one : read_stats(conn))
        out.emplace(one.uuid, one.state);
    return out;
}

DomainPtr find_or_none(virConnectPtr conn, InstanceId const& id) {
    DomainPtr domain(virDomainLookupByUUIDString(conn, id.str().c_str()));
    if (!domain && !last_is(VIR_ERR_NO_DOMAIN)) throw last_error();
    return domain;
}

}  // namespace

DomainState state_of(int libvirt_state) {
    switch (libvirt_state) {
        case VIR_DOMAIN_RUNNING:
        case VIR_DOMAIN_BLOCKED:
            return DomainState::running;
        case VIR_DOMAIN_PAUSED:
            return DomainState::paused;
        case VIR_DOMAIN_SHUTDOWN:
            return DomainState::shutdown;
        case VIR_DOMAIN_SHUTOFF:
            return DomainState::shutoff;
        case VIR_DOMAIN_CRASHED:
            return DomainState::crashed;
        case VIR_DOMAIN_PMSUSPENDED:
            return DomainState::suspended;
        default:
            return DomainState::unknown;
    }
}

std::vector<DomainFacts> read_domains(virConnectPtr conn) {
    auto const domains = list(conn, 0);
    Overview const all{ids(list(conn, VIR_CONNECT_LIST_DOMAINS_AUTOSTART)),
                       ids(list(conn, VIR_CONNECT_LIST_DOMAINS_PERSISTENT)), read_states(conn)};
    std::vector<DomainFacts> out;
    out.reserve(domains.size());
    for (auto const& domain : domains) {
        auto facts = read_facts(domain.get());
        if (!facts) continue;
        auto const state = all.states.find(facts->uuid);
        facts->state = state != all.states.end() ? state->second : read_state(domain.get());
        facts->autostart = all.autostart.contains(facts->uuid);
        facts->persistent = all.persistent.contains(facts->uuid);
        read_definition(domain.get(), *facts);
        out.push_back(std::move(*facts));
    }
    return out;
}

std::optional<DomainFacts> read_domain(virConnectPtr conn, InstanceId const& id) {
    auto const domain = find_or_none(conn, id);
    if (!domain) return std::nullopt;
    auto facts = read_facts(domain.get());
    if (!facts) return std::nullopt;
    facts->state = read_state(domain.get());
    int autostart = 0;
    if (virDomainGetAutostart(domain.get(), &autostart) == 0) facts->autostart = autostart != 0;
    facts->persistent = virDomainIsPersistent(domain.get()) != 0;
    read_definition(domain.get(), *facts);
    return facts;
}

std::string read_domain_xml(virDomainPtr domain, XmlView view) {
    unsigned flags = 0;
    if (view.inactive) flags |= VIR_DOMAIN_XML_INACTIVE;
    if (view.secure) flags |= VIR_DOMAIN_XML_SECURE;
    TextPtr const xml(check(virDomainGetXMLDesc(domain, flags)));
    return xml.get();
}

InstanceId define_domain(virConnectPtr conn, std::string const& xml) {
    DomainPtr domain(virDomainDefineXMLFlags(conn, xml.c_str(), VIR_DOMAIN_DEFINE_VALIDATE));
    if (!domain && last_is_unsupported()) {
        domain.reset(virDomainDefineXMLFlags(conn, xml.c_str(), 0));
    }
    return id_of(check(domain.get()));
}

bool undefine_domain(virConnectPtr conn, InstanceId const& id) {
    auto const domain = find_or_none(conn, id);
    if (!domain) return false;
    // Drivers refuse flags they do not know, as one: fewer and fewer are asked for.
    unsigned const managed = VIR_DOMAIN_UNDEFINE_MANAGED_SAVE;
    unsigned const snapshots = VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA;
    unsigned const checkpoints = VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA;
    unsigned const all = managed | snapshots | checkpoints | VIR_DOMAIN_UNDEFINE_NVRAM;
    for (unsigned flags : {all, managed | snapshots, managed, 0U}) {
        if (virDomainUndefineFlags(domain.get(), flags) == 0) return true;
        if (last_is(VIR_ERR_NO_DOMAIN)) return false;
        if (!last_is_unsupported()) break;
    }
    throw last_error();
}

void resume_domain(virDomainPtr domain) {
    if (read_state(domain) == DomainState::suspended) {
        check(virDomainPMWakeup(domain, 0));
        return;
    }
    check(virDomainResume(domain));
}

void set_metadata(virDomainPtr domain, int type, std::optional<std::string> const& text) {
    bool const element = type == VIR_DOMAIN_METADATA_ELEMENT;
    unsigned flags = 0;
    if (virDomainIsActive(domain) == 1) flags |= VIR_DOMAIN_AFFECT_LIVE;
    if (virDomainIsPersistent(domain) == 1) flags |= VIR_DOMAIN_AFFECT_CONFIG;
    check(virDomainSetMetadata(domain, type, text ? text->c_str() : nullptr,
                               element ? mark_prefix : nullptr, element ? mark_namespace : nullptr,
                               flags));
}

}  // namespace ourea::virt
