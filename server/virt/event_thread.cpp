// SPDX-License-Identifier: Apache-2.0
// Runs libvirt's default event loop on one thread.
#include "virt/event_thread.hpp"

#include "virt/handles.hpp"
#include "virt/threads.hpp"

#include <libvirt/virterror.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace ourea::virt {

namespace {

/// How long the hosts' threads are given at the end.
constexpr std::chrono::milliseconds patience{2000};

/// libvirt prints errors to standard error unless told otherwise; ours go where they are caught.
void silence(void*, virErrorPtr) {}

void set_up_libvirt() {
    static std::once_flag once;
    std::call_once(once, [] {
        virSetErrorFunc(nullptr, silence);
        check(virInitialize());
        check(virEventRegisterDefaultImpl());
    });
}

void wake(int timer, void*) {
    virEventRemoveTimeout(timer);
}

}  // namespace

struct EventThread::Loop {
    std::atomic<bool> stop{false};
    std::thread thread;
};

EventThread::EventThread() : loop_(std::make_unique<Loop>()) {
    set_up_libvirt();
    loop_->thread = quiet_thread([stop = &loop_->stop] {
        while (!*stop)
            virEventRunDefaultImpl();
    });
}

EventThread::~EventThread() {
    // Closing a connection needs the loop, so it must still turn meanwhile.
    wait_for_threads(patience);
    loop_->stop = true;
    virEventAddTimeout(0, wake, nullptr, nullptr);
    loop_->thread.join();
}

}  // namespace ourea::virt
