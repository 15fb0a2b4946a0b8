// SPDX-License-Identifier: Apache-2.0
// The one thread that runs libvirt's event loop.
#pragma once

#include <memory>

namespace ourea::virt {

/// Make one, before the first `Host`, and let it die after the last. libvirt's callbacks run on its
/// thread; they only copy and post. Its destructor gives the hosts' threads `patience` to finish
/// (a thread stuck in a call to a dead host is left behind), then joins its own.
class EventThread {
public:
    EventThread();
    ~EventThread();
    EventThread(EventThread const&) = delete;
    EventThread& operator=(EventThread const&) = delete;

private:
    struct Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace ourea::virt
