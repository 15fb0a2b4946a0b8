// SPDX-License-Identifier: Apache-2.0
// The portal's own SSH key pair, known_hosts and client settings. All calls block: offload them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ourea::virt {

/// Everything below one folder "ssh" of the state directory; its mode is 0700, the files' 0600.
struct SshFiles {
    std::filesystem::path key;
    std::filesystem::path public_key;
    std::filesystem::path known_hosts;
    std::filesystem::path config;
    std::filesystem::path command;  ///< what libvirt runs as ssh; 0700

    static SshFiles in(std::filesystem::path const& state_dir);
};

/// Makes what is missing: the ed25519 key pair, an empty known_hosts, the client's settings.
/// Idempotent; throws `Error` (internal) where the folder cannot be written or ssh-keygen fails.
SshFiles ensure_ssh(std::filesystem::path const& state_dir);

/// The line for authorized_keys.
std::string public_key(SshFiles const& files);

struct HostKey {
    std::string type;         ///< "ssh-ed25519"
    std::string key;          ///< base64
    std::string fingerprint;  ///< "SHA256:…", as OpenSSH prints it
};

/// The keys that `host` offers, the strongest kind first; empty if it does not answer in time.
std::vector<HostKey> scan_host_keys(std::string const& host, std::uint16_t port,
                                    std::chrono::seconds timeout = std::chrono::seconds(10));

/// Replaces what known_hosts says about `host` (and `port`) by `keys`.
void remember(SshFiles const& files, std::string const& host, std::uint16_t port,
              std::vector<HostKey> const& keys);
void forget(SshFiles const& files, std::string const& host, std::uint16_t port);

/// The keys that known_hosts holds for `host`.
std::vector<HostKey> remembered(SshFiles const& files, std::string const& host, std::uint16_t port);

/// "SHA256:…" of a base64 key; empty if that is no base64.
std::string fingerprint(std::string_view base64_key);

}  // namespace ourea::virt
