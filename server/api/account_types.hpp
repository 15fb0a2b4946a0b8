// SPDX-License-Identifier: Apache-2.0
// Shapes of what an account comes in by: the ways to sign in, sessions, tokens, SSH keys.
#pragma once

#include "core/sessions.hpp"
#include "core/tokens.hpp"
#include "core/user_keys.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ourea::api {

struct SignIn {
    std::string username;
    std::string password;
    std::optional<std::string> otp;
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (username, password, otp))

struct SingleSignOn {
    bool available = false;           ///< the web server in front can say who somebody is
    std::optional<std::string> user;  ///< whom it names in this very request
};
BOOST_DESCRIBE_STRUCT(SingleSignOn, (), (available, user))

struct SignInOptions {
    bool password = true;
    SingleSignOn single_sign_on;
    std::optional<std::string> sign_out_url;
};
BOOST_DESCRIBE_STRUCT(SignInOptions, (), (password, single_sign_on, sign_out_url))

struct SessionView {
    std::string user;
    Role role = Role::user;
    std::string csrf_token;
    Time expires_at{};
    SessionSource source = SessionSource::password;
    std::optional<std::string> sign_out_note;  ///< what signing out does not do, if anything
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (user, role, csrf_token, expires_at, source, sign_out_note))

struct SessionRow {
    std::string id;
    std::string address;
    std::string user_agent;
    SessionSource source = SessionSource::password;
    Time created_at{};
    Time last_seen_at{};
    Time expires_at{};
    bool current = false;  ///< the one that asks
};
BOOST_DESCRIBE_STRUCT(SessionRow, (),
                      (id, address, user_agent, source, created_at, last_seen_at, expires_at,
                       current))

struct TokenView {
    std::string id;
    std::string name;
    bool read_only = false;
    std::optional<std::vector<InstanceId>> instances;  ///< null: all that the user may see
    Time created_at{};
    Time expires_at{};
    std::optional<Time> last_used_at;
    std::optional<std::string> last_address;
};
BOOST_DESCRIBE_STRUCT(TokenView, (),
                      (id, name, read_only, instances, created_at, expires_at, last_used_at,
                       last_address))

struct NewTokenView {
    std::string id;
    std::string name;
    bool read_only = false;
    std::optional<std::vector<InstanceId>> instances;
    Time created_at{};
    Time expires_at{};
    std::optional<Time> last_used_at;
    std::optional<std::string> last_address;
    std::string token;  ///< shown this once
};
BOOST_DESCRIBE_STRUCT(NewTokenView, (),
                      (id, name, read_only, instances, created_at, expires_at, last_used_at,
                       last_address, token))

struct CreateToken {
    std::string name;
    std::optional<Time> expires_at;
    std::optional<bool> read_only;
    std::optional<std::vector<InstanceId>> instances;
};
BOOST_DESCRIBE_STRUCT(CreateToken, (), (name, expires_at, read_only, instances))

struct AddSshKey {
    std::optional<std::string> title;
    std::string public_key;
};
BOOST_DESCRIBE_STRUCT(AddSshKey, (), (title, public_key))

}  // namespace ourea::api
