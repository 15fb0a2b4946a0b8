// SPDX-License-Identifier: Apache-2.0
// Rebuilds what the database lost from the metadata of the machines on all hosts.
#include "commands.hpp"
#include "core/inventory.hpp"
#include "core/rebuild.hpp"
#include "offline.hpp"
#include "virt/event_thread.hpp"
#include "virt/survey.hpp"

#include <iostream>

namespace ourea::commands {
namespace {

/// What all hosts show, and which do not answer.
struct Survey {
    std::vector<SurveyedMachine> machines;
    std::size_t unmarked = 0;
    std::size_t silent = 0;
};

Survey survey_all(Config const& config, std::vector<HostRecord> const& hosts) {
    Survey survey;
    for (auto const& host : hosts) {
        try {
            for (auto& facts : wait_for(virt::survey(host.uri, config.state_dir))) {
                if (!facts.mark) ++survey.unmarked;
                survey.machines.push_back({host.name, std::move(facts)});
            }
        } catch (Error const& error) {
            ++survey.silent;
            std::cout << "Host " << host.name << " is left out: " << error.message() << "\n";
        }
    }
    return survey;
}

void say(char const* what, std::vector<std::string> const& parts) {
    for (auto const& part : parts)
        std::cout << "    " << what << part << "\n";
}

/// Answers whether everything could be restored.
bool say(std::vector<RebuildLine> const& lines, bool dry_run) {
    std::size_t restored = 0, problems = 0;
    for (auto const& line : lines) {
        if (!line.restored.empty()) ++restored;
        problems += line.problems.size();
        bool const silent = line.restored.empty() && line.kept.empty() && line.problems.empty();
        if (silent) continue;
        std::cout << line.name << "  " << line.host << "  " << line.id.str() << "\n";
        say(dry_run ? "would restore: " : "restored: ", line.restored);
        say("kept: ", line.kept);
        say("not restored: ", line.problems);
    }
    std::cout << lines.size() << " marked machines, " << restored
              << (dry_run ? " would be restored, " : " restored, ") << problems << " problems\n";
    return problems == 0;
}

}  // namespace

int rebuild(Config const& config, Rebuild const& wanted) {
    ensure_state_dir(config.state_dir);
    auto const lock = lock_state_dir(config.state_dir);
    Offline offline(config);
    virt::EventThread events;
    auto const hosts = offline.database.read_now([](db::Transaction& tx) {
        return tx.select<HostRecord>("SELECT * FROM hosts ORDER BY name");
    });
    if (hosts.empty())
        throw Error(Kind::conflict, "There is no host in the database: add them first.");
    auto const survey = survey_all(config, hosts);
    auto const lines = offline.database.write_now([&](db::Transaction& tx) {
        return ourea::rebuild(tx, this_person(), survey.machines,
                              {wanted.overwrite, wanted.dry_run});
    });
    bool const complete = say(lines, wanted.dry_run);
    if (survey.unmarked > 0)
        std::cout << survey.unmarked << " machines have no mark: nobody owned them here\n";
    std::cout << "Grants, quotas and the log are not in the metadata.\n";
    return complete && survey.silent == 0 ? 0 : 1;
}

}  // namespace ourea::commands
