// SPDX-License-Identifier: Apache-2.0
// What can be done with an instance in its present state, and if not, why; rights are `may()`'s.
#pragma once

#include "core/access.hpp"
#include "core/inventory.hpp"

namespace ourea {

/// Everything that the page of an instance offers.
enum class Verb {
    start,
    shutdown,
    reboot,
    reset,
    stop,
    suspend,
    resume,
    console,
    view,  ///< a console in which one may only look
    screenshot,
    resize,
    clone,
    delete_,
    edit,
    template_,
    grant,
    own,
    migrate
};
BOOST_DESCRIBE_ENUM(Verb, start, shutdown, reboot, reset, stop, suspend, resume, console, view,
                    screenshot, resize, clone, delete_, edit, template_, grant, own, migrate)

/// The action whose right the verb needs.
Action action_of(Verb verb);

/// What around the instance decides as well.
struct Surroundings {
    HostPicture const* host = nullptr;       ///< null: not a host of ours (any more)
    std::vector<std::string> linked_clones;  ///< names of machines whose disks are based on its own
    bool being_copied = false;               ///< a job reads its disks
};

/// A sentence that says what to do first; nothing if the verb is possible now.
std::optional<std::string> obstacle(Instance const& instance, Verb verb,
                                    Surroundings const& around);

}  // namespace ourea
