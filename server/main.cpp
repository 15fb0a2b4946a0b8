// SPDX-License-Identifier: Apache-2.0
// Reads the command line and the configuration file, then runs one command.
#include "base/error.hpp"
#include "base/log.hpp"
#include "commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <regex>

namespace {

using namespace ourea;

std::filesystem::path beside_the_program() {
    std::error_code error;
    auto const folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    for (auto const& candidate : {folder / "web", folder.parent_path() / "share/ourea/web"})
        if (std::filesystem::exists(candidate / "index.html", error)) return candidate;
    return folder / "web";
}

void describe_audit_config(CLI::App& cli, Config& config) {
    cli.add_option("--audit-anchor", config.audit_anchor,
                   "file:PATH or syslog: where the newest record's hash is kept as well");
    cli.add_option("--audit-anchor-seconds", config.audit_anchor_seconds, "Between two anchors")
        ->check(CLI::Range(1, 604800))
        ->capture_default_str();
    cli.add_option("--audit-retention-days", config.audit_retention_days,
                   "Older records are removed; 0: never")
        ->check(CLI::Range(0, 36500))
        ->capture_default_str();
}

/// A place that a link may lead to, and nothing that runs.
std::string web_address(std::string const& url) {
    bool const known = url.starts_with("https://") || url.starts_with("http://") ||
                       (url.starts_with("/") && !url.starts_with("//"));
    bool const plain =
        std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 127 && c != '\\'; });
    return known && plain ? "" : "expected https://… or a path that begins with /";
}

std::string path_of_pages(std::string const& path) {
    std::regex const shape("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*");
    return std::regex_match(path, shape) ? "" : "expected a path such as /ourea";
}

void describe_sign_in_config(CLI::App& cli, Config& config) {
    cli.add_option("--trusted-proxies", config.trusted_proxies,
                   "Web servers in front: addresses, networks and unix, by commas");
    cli.add_option("--remote-user-header", config.remote_user_header,
                   "By which they name who is signed in, such as X-Remote-User");
    cli.add_option("--remote-user-forms", config.remote_user_forms,
                   "How it says names, by commas: *@REALM, DOMAIN\\*");
    cli.add_option("--single-sign-on-create", config.single_sign_on_create,
                   "Make an account for whom the web server names first")
        ->capture_default_str();
    cli.add_option("--single-sign-on-link", config.single_sign_on_link,
                   "Let the web server sign in who has a password here, too")
        ->capture_default_str();
    cli.add_option("--sign-out-url", config.sign_out_url, "The web server's own sign-out")
        ->check(CLI::Validator(web_address, "URL"));
    cli.add_option("--password-sign-in", config.password_sign_in, "Let people in by password")
        ->capture_default_str();
}

void describe_config(CLI::App& cli, Config& config) {
    cli.set_config("--config", "", "Read settings from this file")->check(CLI::ExistingFile);
    cli.allow_config_extras(CLI::config_extras_mode::error);
    cli.add_option("--listen", config.listen, "ADDRESS:PORT and unix:PATH, by commas")
        ->capture_default_str();
    cli.add_option("--base-path", config.base_path, "Where the pages are, such as /ourea")
        ->check(CLI::Validator(path_of_pages, "PATH"));
    describe_sign_in_config(cli, config);
    cli.add_option("--state-dir", config.state_dir, "Holds everything the program writes")
        ->capture_default_str();
    cli.add_option("--database", config.database, "sqlite:PATH or postgresql://…");
    cli.add_option("--web-root", config.web_root, "The built front end");
    cli.add_option("--log-level", config.log_level, "debug, info, warning or error")
        ->capture_default_str();
    cli.add_option("--statistics-seconds", config.statistics_seconds, "Between two samples")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    cli.add_option("--reconcile-seconds", config.reconcile_seconds, "Between two full comparisons")
        ->check(CLI::Range(1, 86400))
        ->capture_default_str();
    cli.add_option("--history-seconds", config.history_seconds, "Between two writes of the history")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    describe_audit_config(cli, config);
}

std::optional<std::int64_t> limit_of(std::string const& text) {
    if (text == "unlimited") return std::nullopt;
    std::int64_t value = -1;
    auto const result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size() || value < 0)
        throw invalid("quota", "A quota is a number or \"unlimited\", not \"" + text + "\".");
    return value;
}

/// "INSTANCES,VCPUS,MEMORY_MIB,DISK_GIB".
Quota quota_of(std::vector<std::string> const& parts) {
    return {limit_of(parts.at(0)), limit_of(parts.at(1)), limit_of(parts.at(2)),
            limit_of(parts.at(3))};
}

/// Everything that the command line may hold.
struct CommandLine {
    CLI::App cli{"Ourea: a self-service portal for libvirt hypervisors"};
    Config config;
    commands::AddUser user;
    std::vector<std::string> quota;
    commands::AddHost host;
    std::string password_user;
    commands::VerifyAudit verify;
    commands::Rebuild rebuild;
    commands::Import import;
    commands::ExportAudit export_;
    std::string before;
    std::filesystem::path file;
    std::function<int()> command;

    CommandLine() {
        describe_config(cli, config);
        cli.require_subcommand(1);
        cli.fallthrough();
        describe_users();
        describe_hosts();
        describe_audit();
        describe_import();
        describe_rest();
    }

    CLI::App* add(CLI::App& parent, char const* name, char const* help, std::function<int()> run) {
        auto* sub = parent.add_subcommand(name, help);
        sub->fallthrough();
        if (run) sub->parse_complete_callback([this, run] { command = run; });
        return sub;
    }

    void describe_users() {
        auto* users = add(cli, "user", "Users", nullptr)->require_subcommand(1);
        auto* made = add(*users, "add", "Add a user", [this] {
            if (!quota.empty()) user.quota = quota_of(quota);
            return commands::add_user(config, user);
        });
        made->add_option("name", user.name)->required();
        std::map<std::string, Role> const roles{
            {"user", Role::user}, {"staff", Role::staff}, {"administrator", Role::administrator}};
        made->add_option("--role", user.role, "user, staff or administrator")
            ->required()
            ->transform(CLI::Transformer(roles))
            ->option_text("ROLE");
        made->add_option("--email", user.email);
        made->add_flag("--can-clone", user.can_clone, "May copy own and granted machines");
        made->add_flag("--password-stdin", user.password_from_stdin, "Read the password's line");
        made->add_option("--quota", quota, "INSTANCES,VCPUS,MEMORY_MIB,DISK_GIB, or unlimited each")
            ->delimiter(',')
            ->expected(4);
        auto* passwd = add(*users, "passwd", "Change a password",
                           [this] { return commands::change_password(config, password_user); });
        passwd->add_option("name", password_user)->required();
        passwd->add_flag("--password-stdin", user.password_from_stdin, "Read the password's line")
            ->required();
    }

    void describe_hosts() {
        auto* hosts = add(cli, "host", "Hypervisor hosts", nullptr)->require_subcommand(1);
        auto* made =
            add(*hosts, "add", "Add a host", [this] { return commands::add_host(config, host); });
        made->add_option("name", host.name)->required();
        made->add_option("uri", host.uri, "qemu:///system, qemu+ssh://root@HOST/system, …")
            ->required();
        auto* key = made->add_option("--host-key", host.host_key, "SHA256:… that you confirmed");
        made->add_flag("--accept-host-key", host.accept_host_key, "Trust what the host shows")
            ->excludes(key);
    }

    void describe_audit() {
        auto* audit = add(cli, "audit", "The log", nullptr)->require_subcommand(1);
        auto* proof = add(*audit, "verify", "Walk the hash chain",
                          [this] { return commands::verify_audit(config, verify); });
        proof->add_option("--anchor", verify.anchors, "A file of anchors, or SEQ:HASH; repeatable")
            ->allow_extra_args(false);
        proof->add_option("--export", verify.file, "A JSON-lines export, - for standard input");
        proof->add_flag("--gaps", verify.gaps, "The export was filtered: records may be missing");
        add(*audit, "head", "Print the newest record as SEQ:HASH TIME",
            [this] { return commands::print_audit_head(config); });
        auto* exported = add(*audit, "export", "Print the log, the oldest record first",
                             [this] { return commands::export_audit(config, export_); });
        std::map<std::string, ExportFormat> const formats{{"csv", ExportFormat::csv},
                                                          {"jsonl", ExportFormat::jsonl}};
        exported->add_option("--format", export_.format, "csv or jsonl")
            ->required()
            ->transform(CLI::Transformer(formats))
            ->option_text("FORMAT");
        exported->add_option("--since", export_.since, "2026-01-31 or 2026-01-31T12:00:00Z");
        exported->add_option("--until", export_.until, "The same, exclusive");
        add(*audit, "prune", "Remove the oldest records; the rest stays provable",
            [this] { return commands::prune_audit(config, before); })
            ->add_option("--before", before, "2026-01-31 or 2026-01-31T12:00:00Z")
            ->required();
    }

    void describe_import() {
        auto* imported = add(cli, "import", "Bring a machine of a Xen host here with its disks",
                             [this] { return commands::import_machine(config, import); });
        imported
            ->add_option("file", import.file,
                         "Its xl configuration, or a definition in libvirt's XML; - for standard "
                         "input")
            ->required();
        imported->add_option("--from", import.from, "The host that it is on, by its name here")
            ->required();
        imported->add_option("--to", import.to, "The host that it comes to")->required();
        imported->add_option("--pool", import.pool, "That host's storage pool, for the disks")
            ->required();
        imported->add_option("--network", import.network,
                             "That host's network; without it, the bridges of the configuration");
        imported->add_option("--name", import.name, "Another name than it had");
        imported->add_flag("--dry-run", import.dry_run, "Say what it would do");
    }

    void describe_rest() {
        add(cli, "serve", "Run the portal", [this] {
            if (config.web_root.empty()) config.web_root = beside_the_program();
            return 0;
        });
        add(cli, "ssh-key", "Print the public key for authorized_keys on the hosts",
            [this] { return commands::print_ssh_key(config); });
        add(cli, "backup", "Copy the database while it is in use",
            [this] { return commands::backup(config, file); })
            ->add_option("file", file)
            ->required();
        add(cli, "restore", "Put a backup in place; the server must not run",
            [this] { return commands::restore(config, file); })
            ->add_option("file", file)
            ->required();
        auto* rebuilt = add(cli, "rebuild",
                            "Restore owners from the machines' metadata; the server must not run",
                            [this] { return commands::rebuild(config, rebuild); });
        rebuilt->add_flag("--dry-run", rebuild.dry_run, "Say what it would do");
        rebuilt->add_flag("--overwrite", rebuild.overwrite,
                          "Also where the database says something else");
        add(cli, "openapi", "Print the API's document", [] { return commands::print_openapi(); });
        add(cli, "version", "Print the version", [] {
            std::cout << OUREA_VERSION << "\n";
            return 0;
        });
    }
};

int run(int argc, char** argv) {
    CommandLine line;
    try {
        line.cli.parse(argc, argv);
    } catch (CLI::Success const& help) {
        return line.cli.exit(help);
    } catch (CLI::ParseError const& error) {
        std::cerr << "ourea: " << error.what() << "\n";
        return 2;
    }
    bool const serves = line.cli.got_subcommand("serve");
    if (!serves) log::set_level("warning");
    int const status = line.command();
    if (!serves) return status;
    auto const read_again = [argc, argv] {
        CommandLine again;
        again.cli.parse(argc, argv);
        return again.config;
    };
    return commands::serve(line.config, read_again);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (ourea::Error const& error) {
        std::cerr << "ourea: " << error.message()
                  << (error.detail().empty() ? "" : " (" + error.detail() + ")") << "\n";
    } catch (std::exception const& error) {
        std::cerr << "ourea: " << error.what() << "\n";
    }
    return 1;
}
