// SPDX-License-Identifier: Apache-2.0
// A job while this process works on it; shared by the two halves of `Jobs`.
#pragma once

#include "core/jobs.hpp"

namespace ourea {

struct Jobs::Running {
    Running(JobRecord r, Work w)
        : record(std::move(r)),
          work(std::move(w)),
          steps(read_text<std::vector<JobStep>>(record.steps)) {
        steps.resize(work.steps.size());
        for (std::size_t i = 0; i < steps.size(); ++i)
            steps[i].name = work.steps[i].name;
        record.steps = to_json(steps);
    }

    void set_step(std::size_t index, StepState state) {
        steps[index].state = state;
        record.steps = to_json(steps);
    }

    /// Whether this step may have been done for good before a crash: it is looked at once more.
    bool may_be_done(std::size_t index) const {
        return steps[index].state == StepState::running && work.steps[index].decides;
    }

    /// Whether it can no longer be cancelled.
    bool decided() const {
        for (std::size_t i = 0; i < steps.size(); ++i)
            if (steps[i].state == StepState::done && work.steps[i].decides) return true;
        return false;
    }

    JobRecord record;
    Work work;
    std::vector<JobStep> steps;
    Time told_at{};  ///< when progress was last published
};

}  // namespace ourea
