// SPDX-License-Identifier: Apache-2.0
// Owners for libvirt's handles, and the one place where its errors become ours. Only for virt/.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"

#include <libvirt/libvirt.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace ourea::virt {

template <auto F>
struct Free {
    void operator()(auto* p) const noexcept { F(p); }
};

using ConnPtr = std::unique_ptr<virConnect, Free<virConnectClose>>;
using DomainPtr = std::unique_ptr<virDomain, Free<virDomainFree>>;
using PoolPtr = std::unique_ptr<virStoragePool, Free<virStoragePoolFree>>;
using VolumePtr = std::unique_ptr<virStorageVol, Free<virStorageVolFree>>;
using NetworkPtr = std::unique_ptr<virNetwork, Free<virNetworkFree>>;
using StreamPtr = std::unique_ptr<virStream, Free<virStreamFree>>;
using TextPtr = std::unique_ptr<char, Free<std::free>>;

/// How the message begins when the transport failed: what was asked for may have happened.
constexpr char host_is_silent[] = "The host does not answer";

/// libvirt's last error on this thread (they are thread-local) as ours.
Error last_error();

/// Whether libvirt's last error on this thread says that the driver lacks the call or a flag of it.
bool last_is_unsupported();
bool last_is(int code);

/// Throws `last_error()` for a failed call.
inline int check(int result) {
    if (result < 0) throw last_error();
    return result;
}

template <class T>
T* check(T* handle) {
    if (!handle) throw last_error();
    return handle;
}

/// A text that the caller of libvirt must free; empty for none.
inline std::string take_text(char* text) {
    TextPtr owner(text);
    return owner ? std::string(owner.get()) : std::string();
}

/// The handles of a virXxxListAll… array, each with an owner.
template <class Ptr, class Raw>
std::vector<Ptr> take_list(Raw** items, int count) {
    check(count);
    std::unique_ptr<Raw*, Free<std::free>> array(items);
    std::vector<Ptr> out;
    out.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        out.emplace_back(items[i]);
    return out;
}

DomainPtr find_domain(virConnectPtr conn, InstanceId const& id);
PoolPtr find_pool(virConnectPtr conn, std::string const& name);
InstanceId id_of(virDomainPtr domain);

}  // namespace ourea::virt
