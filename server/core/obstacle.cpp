// SPDX-License-Identifier: Apache-2.0
// The table of states and verbs, in words.
#include "core/obstacle.hpp"

#include <algorithm>

namespace ourea {
namespace {

using Reason = std::optional<std::string>;

bool active(InstanceState state) {
    return state == InstanceState::running || state == InstanceState::paused ||
           state == InstanceState::suspended || state == InstanceState::shutdown;
}

/// "ourea1, ourea2, ourea3 and 5 more".
std::string some_of(std::vector<std::string> const& names) {
    constexpr std::size_t most = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
        text += (i > 0 ? ", " : "") + names[i];
    if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
    return text;
}

Reason maintenance_obstacle(Surroundings const& around) {
    if (!around.host->record.maintenance) return std::nullopt;
    return "Host " + around.host->record.name + " is in maintenance.";
}

Reason start_obstacle(Instance const& instance, Surroundings const& around) {
    if (active(instance.row.state)) return "It is on already.";
    if (auto reason = maintenance_obstacle(around)) return reason;
    if (around.being_copied) return "It is being copied; start it when that is done.";
    if (instance.record.template_ && !around.linked_clones.empty())
        return "Linked clones depend on the disks of this template; a start would damage them.";
    return std::nullopt;
}

Reason power_obstacle(Instance const& instance, Verb verb) {
    auto const state = instance.row.state;
    switch (verb) {
        case Verb::shutdown:
        case Verb::reboot:
            if (state == InstanceState::running) return std::nullopt;
            return state == InstanceState::paused ? "It is paused; resume it first."
                                                  : "It is not running.";
        case Verb::suspend:
            if (state == InstanceState::running) return std::nullopt;
            return "It is not running.";
        case Verb::resume:
            if (state == InstanceState::paused || state == InstanceState::suspended)
                return std::nullopt;
            return "It is not paused.";
        default:
            if (active(state)) return std::nullopt;
            return "It is off.";
    }
}

Reason console_obstacle(Instance const& instance, Verb verb) {
    if (!active(instance.row.state)) return "It is off; start it to see its screen.";
    auto const& graphics = instance.facts->graphics;
    bool const vnc = std::any_of(graphics.begin(), graphics.end(),
                                 [](auto const& one) { return one.type == "vnc"; });
    if (verb != Verb::screenshot && !vnc) return "It has no VNC graphics.";
    return std::nullopt;
}

Reason delete_obstacle(Instance const& instance, Surroundings const& around) {
    if (!around.linked_clones.empty())
        return "Linked clones depend on its disks (" + some_of(around.linked_clones) +
               "); delete those first.";
    if (around.being_copied) return "It is being copied; delete it when that is done.";
    if (instance.record.template_) return "It is a template; take that mark away first.";
    return std::nullopt;
}

Reason template_obstacle(Instance const& instance, Surroundings const& around) {
    if (!instance.record.template_)
        return active(instance.row.state) ? Reason("Shut it down first: a template must be off.")
                                          : std::nullopt;
    if (!around.linked_clones.empty())
        return "Linked clones depend on it; it stays a template until they are gone.";
    return std::nullopt;
}

/// A machine on its way to another host runs, and its screen can be seen.
bool goes_on(JobBrief const& job, Verb verb) {
    bool const looks = verb == Verb::console || verb == Verb::view || verb == Verb::screenshot;
    return looks && job.kind == "migrate";
}

/// What the host or a job forbids, whatever the verb.
Reason common_obstacle(Instance const& instance, Verb verb, Surroundings const& around) {
    if (verb == Verb::grant || verb == Verb::own) return std::nullopt;
    if (instance.job && !goes_on(*instance.job, verb))
        return "A job works on it: " + instance.job->message + ".";
    if (instance.row.state == InstanceState::missing)
        return verb == Verb::delete_ ? std::nullopt
                                     : Reason(
                                           "Its host no longer shows it; an administrator "
                                           "can find out where it went.");
    if (!around.host) return "Its host is not known here any more.";
    if (around.host->status.state != virt::HostState::online)
        return "Host " + around.host->record.name + " does not answer.";
    if (!instance.facts) return "Its state is not known yet.";
    return std::nullopt;
}

}  // namespace

Action action_of(Verb verb) {
    switch (verb) {
        case Verb::console:
            return Action::console;
        case Verb::view:
        case Verb::screenshot:
            return Action::view;
        case Verb::resize:
            return Action::resize;
        case Verb::clone:
            return Action::clone;
        case Verb::delete_:
            return Action::delete_;
        case Verb::edit:
            return Action::edit;
        case Verb::template_:
            return Action::mark_template;
        case Verb::grant:
            return Action::grant;
        case Verb::own:
            return Action::own;
        case Verb::migrate:
            return Action::migrate;
        default:
            return Action::power;
    }
}

Reason obstacle(Instance const& instance, Verb verb, Surroundings const& around) {
    if (auto reason = common_obstacle(instance, verb, around)) return reason;
    switch (verb) {
        case Verb::grant:
        case Verb::own:
        case Verb::edit:
            return std::nullopt;
        case Verb::resize:
            if (around.being_copied) return "It is being copied; change it when that is done.";
            if (!instance.facts->persistent)
                return "It is gone once it is off: it has no definition to change.";
            return std::nullopt;
        case Verb::migrate:
            if (around.being_copied) return "It is being copied; move it when that is done.";
            if (!instance.facts->persistent)
                return "It is gone once it is off: it has no definition to take along.";
            return std::nullopt;
        case Verb::start:
            return start_obstacle(instance, around);
        case Verb::console:
        case Verb::view:
        case Verb::screenshot:
            return console_obstacle(instance, verb);
        case Verb::delete_:
            return delete_obstacle(instance, around);
        case Verb::template_:
            return template_obstacle(instance, around);
        case Verb::clone:
            if (!active(instance.row.state)) return maintenance_obstacle(around);
            return "Shut it down first: the disks of a running machine cannot be copied soundly.";
        default:
            return power_obstacle(instance, verb);
    }
}

}  // namespace ourea
