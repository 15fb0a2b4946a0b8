// SPDX-License-Identifier: Apache-2.0
// The commands of the program.
#include "commands.hpp"

#include "api/dispatch.hpp"
#include "app.hpp"
#include "base/log.hpp"
#include "base/state_dir.hpp"
#include "offline.hpp"
#include "virt/ssh_keys.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <malloc.h>
#include <sys/stat.h>

namespace ourea::commands {

namespace asio = boost::asio;

namespace {

std::string password_from_stdin() {
    std::string password;
    if (!std::getline(std::cin, password) || password.empty())
        throw invalid("password", "No password came on standard input.");
    return password;
}

awaitable<void> follow_signals(asio::io_context& loop, App& app,
                               std::function<Config()> const& read_again) {
    asio::signal_set signals(loop, SIGTERM, SIGINT, SIGHUP);
    for (;;) {
        int const number = co_await signals.async_wait(asio::use_awaitable);
        if (number != SIGHUP) break;
        try {
            app.reload(read_again());
        } catch (std::exception const& error) {
            log::error("the configuration was not taken over", {{"error", error.what()}});
        }
    }
    app.stop();
}

}  // namespace

int serve(Config const& config, std::function<Config()> const& read_again) {
    // Threads that mostly wait would else cost an arena of memory each.
    ::mallopt(M_ARENA_MAX, 2);
    ::umask(0077);
    std::signal(SIGPIPE, SIG_IGN);
    log::set_level(config.log_level);
    ensure_state_dir(config.state_dir);
    auto const lock = lock_state_dir(config.state_dir);
    asio::io_context loop(1);
    App app(loop, config);
    app.start();
    asio::co_spawn(loop, follow_signals(loop, app, read_again), [](std::exception_ptr error) {
        if (error) log::error("signals are not followed", {{"error", describe(error)}});
    });
    loop.run();
    log::info("stopped");
    return 0;
}

int add_user(Config const& config, AddUser const& wanted) {
    Offline offline(config);
    NewUser user;
    user.name = wanted.name;
    user.role = wanted.role;
    user.email = wanted.email;
    if (wanted.password_from_stdin) user.password = password_from_stdin();
    auto const can_clone = wanted.can_clone ? std::optional(true) : std::nullopt;
    auto const made = wait_for(offline.settings.make_account(offline.accounts, this_person(), user,
                                                             wanted.quota, can_clone));
    std::cout << "Added " << reflect::enum_name(made.role) << " " << made.name << "\n";
    if (!user.password)
        std::cout << "There is no password yet: ourea user passwd " << made.name
                  << " --password-stdin\n";
    return 0;
}

int change_password(Config const& config, std::string const& name) {
    Offline offline(config);
    UserChange change;
    change.password = password_from_stdin();
    wait_for(offline.accounts.update(this_person(), name, change));
    std::cout << "The password of " << name << " is changed; its sessions have ended.\n";
    return 0;
}

int add_host(Config const& config, AddHost const& wanted) {
    Offline offline(config);
    virt::EventThread events;
    NewHost const host{wanted.name, wanted.uri, wanted.host_key};
    auto const made = add_host_now(offline.database, config.state_dir, this_person(), host,
                                   wanted.accept_host_key);
    std::cout << "Added host " << made.name << " (" << made.uri << ")\n";
    return 0;
}

int print_ssh_key(Config const& config) {
    ensure_state_dir(config.state_dir);
    std::cout << virt::public_key(virt::ensure_ssh(config.state_dir)) << "\n";
    return 0;
}

int backup(Config const& config, std::filesystem::path const& file) {
    Offline offline(config);
    offline.database.backup(file);
    std::cout << "Saved to " << file.string() << "\n";
    return 0;
}

int restore(Config const& config, std::filesystem::path const& file) {
    ensure_state_dir(config.state_dir);
    auto const lock = lock_state_dir(config.state_dir);
    db::restore(config.database_url(), file);
    std::cout << "Restored from " << file.string() << "\n";
    return 0;
}

int print_openapi() {
    std::cout << boost::json::serialize(api::openapi()) << "\n";
    return 0;
}

}  // namespace ourea::commands
