// SPDX-License-Identifier: Apache-2.0
// Brings a machine of a Xen host here with its disks, and notes it in the log.
#include "commands.hpp"
#include "core/hosts.hpp"
#include "offline.hpp"
#include "virt/event_thread.hpp"
#include "virt/import.hpp"

#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>

namespace ourea::commands {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// A configuration is some lines; more is another file.
constexpr std::size_t longest = 1 << 20;

std::string read_text(std::string const& file) {
    std::ifstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary);
        if (!opened) throw invalid("file", "The file " + file + " cannot be read.");
    }
    auto& in = file == "-" ? std::cin : opened;
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.empty()) throw invalid("file", "The configuration is empty.");
    if (text.size() > longest) throw invalid("file", "This is too long for a configuration.");
    return text;
}

HostRecord host_of(db::Database& database, std::string const& name, char const* option) {
    auto host = database.read_now([&](db::Transaction& tx) {
        return tx.first<HostRecord>("SELECT * FROM hosts WHERE name = :name", name);
    });
    if (host) return std::move(*host);
    throw invalid(option, "There is no host " + name + ": add it with \"ourea host add\" first.");
}

std::string mebibytes(std::uint64_t bytes) {
    return fmt::format("{} MiB", bytes >> 20);
}

/// One line for each disk, which grows on a terminal.
bool show_progress(virt::ForeignDisk const& disk, std::uint64_t done) {
    static bool const terminal = ::isatty(STDOUT_FILENO) == 1;
    static std::uint64_t shown = 0;
    if (terminal && (done == 0 || done > shown + (64U << 20) || done < shown)) {
        std::cout << "\r" << disk.was << " as " << disk.volume << ": " << mebibytes(done)
                  << std::flush;
        shown = done;
    }
    return interrupted == 0;
}

void say(virt::Imported const& imported, Import const& wanted) {
    auto const& machine = imported.machine;
    std::cout << (::isatty(STDOUT_FILENO) == 1 ? "\r" : "") << machine.name << "  " << wanted.to
              << "  " << machine.id.str() << "\n";
    for (std::size_t i = 0; i < machine.disks.size(); ++i) {
        auto const& disk = machine.disks[i];
        std::cout << "    disk " << disk.was << ", " << disk.path << ": " << disk.target << ", "
                  << wanted.pool << "/" << disk.volume << ", " << mebibytes(imported.bytes[i])
                  << "\n";
    }
    for (auto const& note : machine.notes)
        std::cout << "    note: " << note << "\n";
    std::cout << (wanted.dry_run ? "Nothing was made.\n"
                                 : "It is off, and nobody's: give it an owner, then start it. The "
                                   "old one is untouched: never run both.\n");
}

void note(Offline& offline, virt::ForeignMachine const& machine, Import const& wanted) {
    auto entry =
        audit_entry(this_person(), "instance.import", "instance:" + machine.id.str(), machine.name);
    boost::json::array volumes;
    for (auto const& disk : machine.disks)
        volumes.emplace_back(disk.volume);
    entry.detail = boost::json::serialize(boost::json::object{
        {"from", wanted.from}, {"host", wanted.to}, {"pool", wanted.pool}, {"disks", volumes}});
    offline.database.write_now([&](db::Transaction& tx) { Audit::append(tx, entry); });
}

}  // namespace

int import_machine(Config const& config, Import const& wanted) {
    Offline offline(config);
    virt::EventThread events;
    auto const to = host_of(offline.database, wanted.to, "to");
    if (to.maintenance) throw Error(Kind::conflict, "The host " + to.name + " is in maintenance.");
    virt::ImportWish const wish{host_of(offline.database, wanted.from, "from").uri,
                                to.uri,
                                read_text(wanted.file),
                                wanted.name,
                                wanted.pool,
                                wanted.network,
                                wanted.dry_run};
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    auto const imported = virt::import_machine(wish, config.state_dir, show_progress);
    if (!wanted.dry_run) note(offline, imported.machine, wanted);
    say(imported, wanted);
    return 0;
}

}  // namespace ourea::commands
