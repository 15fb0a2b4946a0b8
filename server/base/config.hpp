// SPDX-License-Identifier: Apache-2.0
// What the administrator may set: command line first, then the file, then these defaults.
#pragma once

#include <filesystem>
#include <string>

namespace ourea {

/// Every key is documented in packaging/ourea.conf, under the same name with dashes.
struct Config {
    std::string listen = "127.0.0.1:8080";  ///< ADDRESS:PORT and unix:PATH, by commas
    std::filesystem::path state_dir = "/var/lib/ourea";
    std::string database;            ///< empty: sqlite:STATE_DIR/ourea.db
    std::filesystem::path web_root;  ///< empty: beside the program
    std::string log_level = "info";
    std::string base_path;              ///< "/ourea", or empty: the pages are at the root
    std::string trusted_proxies;        ///< web servers in front: addresses, networks, "unix"
    std::string remote_user_header;     ///< names who is signed in; empty: none does
    std::string remote_user_forms;      ///< "*@REALM", "DOMAIN\*": how the header says names
    bool single_sign_on_create = true;  ///< makes an account for whom the web server names first
    bool single_sign_on_link = false;   ///< accounts with a password are open to it as well
    std::string sign_out_url;           ///< where the web server's own sign-out is
    bool password_sign_in = true;
    int statistics_seconds = 5;   ///< between two looks at the hosts' figures
    int reconcile_seconds = 300;  ///< between two full comparisons with a host
    int history_seconds = 300;    ///< between two writes of the history
    std::string audit_anchor;     ///< "file:PATH", "syslog", or empty: no anchors
    int audit_anchor_seconds = 3600;
    int audit_retention_days = 0;  ///< 0: for ever

    std::string database_url() const {
        return database.empty() ? "sqlite:" + (state_dir / "ourea.db").string() : database;
    }
};

}  // namespace ourea
