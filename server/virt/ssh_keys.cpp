// SPDX-License-Identifier: Apache-2.0
// Makes the portal's key pair and client settings, and keeps its known_hosts.
#include "virt/ssh_keys.hpp"

#include "base/error.hpp"
#include "virt/spawn.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace ourea::virt {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr char ssh_keygen[] = "/usr/bin/ssh-keygen";
constexpr char ssh_keyscan[] = "/usr/bin/ssh-keyscan";

/// Hosts connect at the same time, and each makes sure of these files first.
std::mutex& files_lock() {
    static std::mutex lock;
    return lock;
}

[[noreturn]] void failed(fs::path const& path, std::string const& why) {
    throw Error(Kind::internal, "The portal cannot write its SSH files.",
                path.string() + ": " + why);
}

/// Paths end up in ssh's settings, where some characters have a meaning.
void check_path(fs::path const& path) {
    for (char const c : path.string()) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || std::strchr("/._-+=,@ ", c) != nullptr;
        if (!plain || c == '\0') failed(path, "this path cannot be used in ssh's settings");
    }
}

/// Replaces the file as a whole, so that a reader never sees half of it.
void write_file(fs::path const& path, std::string const& text, mode_t mode) {
    fs::path const fresh = path.string() + ".new";
    ::unlink(fresh.c_str());
    UniqueFd const fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!fd) failed(fresh, std::strerror(errno));
    auto const written = ::write(fd.get(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) failed(fresh, std::strerror(errno));
    // The umask may have taken bits away that the program needs.
    if (::fchmod(fd.get(), mode) < 0) failed(fresh, std::strerror(errno));
    if (::rename(fresh.c_str(), path.c_str()) < 0) failed(path, std::strerror(errno));
}

std::string read_file(fs::path const& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return std::move(out).str();
}

void write_if_changed(fs::path const& path, std::string const& text, mode_t mode) {
    if (read_file(path) != text) write_file(path, text, mode);
}

std::string settings(SshFiles const& files) {
    std::ostringstream out;
    out << "# Written by the portal at each start.\n"
           "Host *\n"
           "  BatchMode yes\n"
           "  StrictHostKeyChecking yes\n"
        << "  UserKnownHostsFile \"" << files.known_hosts.string() << "\"\n"
        << "  GlobalKnownHostsFile none\n"
           "  UpdateHostKeys no\n"
           "  CheckHostIP no\n"
           "  VerifyHostKeyDNS no\n"
        << "  IdentityFile \"" << files.key.string() << "\"\n"
        << "  IdentitiesOnly yes\n"
           "  IdentityAgent none\n"
           "  PreferredAuthentications publickey\n"
           "  ForwardAgent no\n"
           "  ForwardX11 no\n"
           "  PermitLocalCommand no\n"
           "  ControlMaster no\n"
           "  ControlPath none\n"
           "  CanonicalizeHostname no\n"
           "  EscapeChar none\n"
           "  RequestTTY no\n"
           "  ConnectTimeout 10\n"
           "  ServerAliveInterval 5\n"
           "  ServerAliveCountMax 3\n"
           "  LogLevel ERROR\n";
    return std::move(out).str();
}

/// libvirt takes the name of a program, not its arguments; the settings lie beside this one.
constexpr char wrapper[] =
    "#!/bin/sh\n"
    "# ssh as the portal uses it, for libvirt's command= option.\n"
    "exec /usr/bin/ssh -F \"${0%/*}/config\" \"$@\"\n";

void make_key(SshFiles const& files) {
    if (fs::exists(files.key) && fs::exists(files.public_key)) return;
    std::vector<std::string> command{ssh_keygen, "-q", "-t", "ed25519", "-N", "", "-C", "ourea"};
    if (fs::exists(files.key)) {
        command = {ssh_keygen, "-y"};
    }
    command.insert(command.end(), {"-f", files.key.string()});
    auto const ran = run_program(command, 30s);
    if (ran.status != 0) failed(files.key, ran.err);
    if (command[1] == "-y") write_file(files.public_key, ran.out, 0600);
    ::chmod(files.key.c_str(), 0600);
    ::chmod(files.public_key.c_str(), 0600);
}

/// A name as known_hosts spells it: the port is part of it unless it is the usual one.
std::string entry_name(std::string const& host, std::uint16_t port) {
    return port == 22 ? host : "[" + host + "]:" + std::to_string(port);
}

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        out.push_back(line);
    return out;
}

/// "NAME TYPE BASE64", as known_hosts has it and ssh-keyscan prints it.
std::optional<std::pair<std::string, HostKey>> parse_line(std::string const& line) {
    std::istringstream in(line);
    std::string name;
    HostKey key;
    if (line.starts_with('#') || !(in >> name >> key.type >> key.key)) return std::nullopt;
    key.fingerprint = fingerprint(key.key);
    if (key.fingerprint.empty()) return std::nullopt;
    return std::pair(std::move(name), std::move(key));
}

int rank(std::string const& type) {
    constexpr std::array<std::string_view, 4> order{"ssh-ed25519", "ecdsa-sha2-nistp256",
                                                    "ecdsa-sha2-nistp521", "ssh-rsa"};
    return static_cast<int>(std::ranges::find(order, type) - order.begin());
}

/// known_hosts without the lines for this name.
std::string without(std::string const& text, std::string const& name) {
    std::string out;
    for (auto const& line : lines_of(text)) {
        auto const parsed = parse_line(line);
        if (!parsed || parsed->first != name) out += line + "\n";
    }
    return out;
}

}  // namespace

SshFiles SshFiles::in(fs::path const& state_dir) {
    auto const folder = state_dir / "ssh";
    return {folder / "id_ed25519", folder / "id_ed25519.pub", folder / "known_hosts",
            folder / "config", folder / "ssh"};
}

SshFiles ensure_ssh(fs::path const& state_dir) {
    if (state_dir.empty()) throw Error(Kind::internal, "The portal has no folder for SSH keys.");
    auto const files = SshFiles::in(fs::absolute(state_dir));
    auto const folder = files.key.parent_path();
    check_path(folder);
    std::lock_guard const guard(files_lock());
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) failed(folder, error.message());
    if (::chmod(folder.c_str(), 0700) < 0) failed(folder, std::strerror(errno));
    make_key(files);
    if (!fs::exists(files.known_hosts)) write_file(files.known_hosts, "", 0600);
    write_if_changed(files.config, settings(files), 0600);
    write_if_changed(files.command, wrapper, 0700);
    return files;
}

std::string public_key(SshFiles const& files) {
    auto text = read_file(files.public_key);
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

std::vector<HostKey> scan_host_keys(std::string const& host, std::uint16_t port,
                                    std::chrono::seconds timeout) {
    auto const ran = run_program({ssh_keyscan, "-T", std::to_string(timeout.count()), "-p",
                                  std::to_string(port), "-t", "ed25519,ecdsa,rsa", "--", host},
                                 timeout * 2);
    std::vector<HostKey> out;
    for (auto const& line : lines_of(ran.out)) {
        if (auto parsed = parse_line(line)) out.push_back(std::move(parsed->second));
    }
    std::ranges::stable_sort(out, {}, [](HostKey const& key) { return rank(key.type); });
    return out;
}

void remember(SshFiles const& files, std::string const& host, std::uint16_t port,
              std::vector<HostKey> const& keys) {
    auto const name = entry_name(host, port);
    std::lock_guard const guard(files_lock());
    auto text = without(read_file(files.known_hosts), name);
    for (auto const& key : keys)
        text += name + " " + key.type + " " + key.key + "\n";
    write_file(files.known_hosts, text, 0600);
}

void forget(SshFiles const& files, std::string const& host, std::uint16_t port) {
    remember(files, host, port, {});
}

std::vector<HostKey> remembered(SshFiles const& files, std::string const& host,
                                std::uint16_t port) {
    auto const name = entry_name(host, port);
    std::lock_guard const guard(files_lock());
    std::vector<HostKey> out;
    for (auto const& line : lines_of(read_file(files.known_hosts))) {
        auto parsed = parse_line(line);
        if (parsed && parsed->first == name) out.push_back(std::move(parsed->second));
    }
    return out;
}

std::string fingerprint(std::string_view base64_key) {
    auto const* const text = reinterpret_cast<unsigned char const*>(base64_key.data());
    auto const length = static_cast<int>(base64_key.size());
    if (base64_key.empty() || base64_key.size() % 4 != 0 || base64_key.size() > 16'384) return {};
    std::vector<unsigned char> raw(base64_key.size() / 4 * 3);
    int const size = EVP_DecodeBlock(raw.data(), text, length);
    if (size < 0) return {};
    auto const padding = std::ranges::count(base64_key.substr(base64_key.size() - 2), '=');
    std::array<unsigned char, 32> digest{};
    auto const bytes = static_cast<std::size_t>(size) - static_cast<std::size_t>(padding);
    if (EVP_Digest(raw.data(), bytes, digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        return {};
    }
    std::array<unsigned char, 48> encoded{};
    int const written = EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
    std::string out(encoded.begin(), encoded.begin() + written);
    while (out.ends_with('='))
        out.pop_back();
    return "SHA256:" + out;
}

}  // namespace ourea::virt
