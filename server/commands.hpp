// SPDX-License-Identifier: Apache-2.0
// What the program does for each of its commands; main.cpp reads the command line.
#pragma once

#include "base/config.hpp"
#include "core/audit.hpp"
#include "core/people.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ourea::commands {

/// Each returns the exit status; what goes wrong is thrown as an `Error`.
int serve(Config const& config, std::function<Config()> const& read_again);

struct AddUser {
    std::string name;
    Role role = Role::user;
    bool can_clone = false;
    std::optional<std::string> email;
    bool password_from_stdin = false;
    std::optional<Quota> quota;
};
int add_user(Config const& config, AddUser const& wanted);
int change_password(Config const& config, std::string const& name);

struct AddHost {
    std::string name;
    std::string uri;
    std::optional<std::string> host_key;
    bool accept_host_key = false;
};
int add_host(Config const& config, AddHost const& wanted);

int print_ssh_key(Config const& config);

struct VerifyAudit {
    std::vector<std::string> anchors;  ///< files, or SEQ:HASH
    std::string file;                  ///< an export instead of the database; "-": standard input
    bool gaps = false;
};
int verify_audit(Config const& config, VerifyAudit const& wanted);
int print_audit_head(Config const& config);

struct ExportAudit {
    ExportFormat format = ExportFormat::jsonl;
    std::string since;
    std::string until;
};
int export_audit(Config const& config, ExportAudit const& wanted);
int prune_audit(Config const& config, std::string const& before);

struct Rebuild {
    bool dry_run = false;
    bool overwrite = false;
};
int rebuild(Config const& config, Rebuild const& wanted);

struct Import {
    std::string file;  ///< "-": standard input
    std::string from;  ///< names of hosts
    std::string to;
    std::string name;
    std::string pool;
    std::string network;
    bool dry_run = false;
};
int import_machine(Config const& config, Import const& wanted);

int backup(Config const& config, std::filesystem::path const& file);
int restore(Config const& config, std::filesystem::path const& file);
int print_openapi();

}  // namespace ourea::commands
