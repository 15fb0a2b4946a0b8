// SPDX-License-Identifier: Apache-2.0
// Tells the thread sanitizer about libraries whose locks it cannot see.

#if defined(__SANITIZE_THREAD__)
// GLib's and libvirt's reference counts and futex locks are not instrumented. This hides what their
// callbacks do, too: they copy and post, and what is posted is seen again.
extern "C" char const* __tsan_default_suppressions();
char const* __tsan_default_suppressions() {
    return "race:libglib-2.0.so\n"
           "race:libvirt.so\n";
}
#endif
