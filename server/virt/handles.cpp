// SPDX-License-Identifier: Apache-2.0
// Translates libvirt's errors and looks objects up.
#include "virt/handles.hpp"

#include <libvirt/virterror.h>

#include <array>
#include <string_view>

namespace ourea::virt {

namespace {

/// Who reports an error: the transport means that the connection, not the request, failed.
bool from_transport(virError const& e) {
    return e.domain == VIR_FROM_RPC || e.domain == VIR_FROM_REMOTE || e.domain == VIR_FROM_SSH ||
           e.domain == VIR_FROM_LIBSSH;
}

Kind kind_of(virError const& e) {
    switch (e.code) {
        case VIR_ERR_NO_DOMAIN:
        case VIR_ERR_NO_STORAGE_POOL:
        case VIR_ERR_NO_STORAGE_VOL:
        case VIR_ERR_NO_NETWORK:
        case VIR_ERR_NO_DOMAIN_SNAPSHOT:
        case VIR_ERR_NO_DOMAIN_METADATA:
            return Kind::not_found;
        case VIR_ERR_XML_ERROR:
        case VIR_ERR_XML_DETAIL:
        case VIR_ERR_XML_INVALID_SCHEMA:
            return Kind::invalid;
        case VIR_ERR_NO_MEMORY:
        case VIR_ERR_NO_CONNECT:
        case VIR_ERR_INVALID_CONN:
        case VIR_ERR_RPC:
        case VIR_ERR_AUTH_FAILED:
        case VIR_ERR_AUTH_CANCELLED:
        case VIR_ERR_AUTH_UNAVAILABLE:
        case VIR_ERR_AGENT_UNRESPONSIVE:
            return Kind::unavailable;
        case VIR_ERR_INVALID_ARG:
        case VIR_ERR_INVALID_DOMAIN:
        case VIR_ERR_INVALID_STORAGE_POOL:
        case VIR_ERR_INVALID_STORAGE_VOL:
            return Kind::internal;
        default:
            return from_transport(e) ? Kind::unavailable : Kind::conflict;
    }
}

/// Drivers refuse flags they do not know as invalid arguments.
bool unknown_flag(virError const& e) {
    return e.code == VIR_ERR_INVALID_ARG && e.message &&
           std::string_view(e.message).find("unsupported flags") != std::string_view::npos;
}

bool unsupported(virError const& e) {
    return unknown_flag(e) || e.code == VIR_ERR_NO_SUPPORT ||
           e.code == VIR_ERR_OPERATION_UNSUPPORTED || e.code == VIR_ERR_ARGUMENT_UNSUPPORTED;
}

/// libvirt's own words without the prefix that names the code.
std::string words(virError const& e) {
    if (e.str2 && *e.str2) return e.str2;
    return e.message ? e.message : "unknown error";
}

std::string sentence(virError const& e, Kind kind) {
    switch (e.code) {
        case VIR_ERR_NO_DOMAIN:
            return "The host does not have this instance.";
        case VIR_ERR_NO_STORAGE_POOL:
            return "The host does not have this storage pool.";
        case VIR_ERR_NO_STORAGE_VOL:
            return "The host does not have this volume.";
        case VIR_ERR_NO_NETWORK:
            return "The host does not have this network.";
        case VIR_ERR_STORAGE_VOL_EXIST:
            return "A volume of this name exists already.";
        case VIR_ERR_OPERATION_TIMEOUT:
            return "The instance is busy with another operation on its host.";
        case VIR_ERR_ACCESS_DENIED:
        case VIR_ERR_OPERATION_DENIED:
            return "The host does not allow the portal to do this: " + words(e);
        default:
            break;
    }
    if (unsupported(e)) return "This hypervisor's driver cannot do this: " + words(e);
    switch (kind) {
        case Kind::unavailable:
            return std::string(host_is_silent) + ": " + words(e);
        case Kind::invalid:
            return "The host does not accept the definition: " + words(e);
        case Kind::internal:
            return "The portal asked the host for something impossible.";
        default:
            return "The hypervisor refused: " + words(e);
    }
}

}  // namespace

Error last_error() {
    virErrorPtr e = virGetLastError();
    if (!e || e->code == VIR_ERR_OK) {
        return Error(Kind::internal, "A call to libvirt failed without a reason.");
    }
    Kind const kind = unsupported(*e) ? Kind::conflict : kind_of(*e);
    std::string detail = e->message ? e->message : "";
    detail += " (libvirt error " + std::to_string(e->code) + ", domain " +
              std::to_string(e->domain) + ")";
    return Error(kind, sentence(*e, kind), std::move(detail));
}

bool last_is_unsupported() {
    virErrorPtr e = virGetLastError();
    return e && unsupported(*e);
}

bool last_is(int code) {
    return virGetLastErrorCode() == code;
}

DomainPtr find_domain(virConnectPtr conn, InstanceId const& id) {
    return DomainPtr(check(virDomainLookupByUUIDString(conn, id.str().c_str())));
}

PoolPtr find_pool(virConnectPtr conn, std::string const& name) {
    return PoolPtr(check(virStoragePoolLookupByName(conn, name.c_str())));
}

InstanceId id_of(virDomainPtr domain) {
    std::array<char, VIR_UUID_STRING_BUFLEN> text{};
    check(virDomainGetUUIDString(domain, text.data()));
    return InstanceId(text.data());
}

}  // namespace ourea::virt
