// SPDX-License-Identifier: Apache-2.0
// An SSH server on a loopback port for tests, and a folder that vanishes with them.
#pragma once

#include "base/unique_fd.hpp"
#include "virt/spawn.hpp"
#include "virt/ssh_keys.hpp"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ourea::virt {

class Folder {
public:
    Folder() {
        std::string name = "/tmp/ourea-virt-XXXXXX";
        if (!::mkdtemp(name.data())) throw std::runtime_error("no folder");
        path = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    std::filesystem::path path;
};

/// Listens on a free port of the loopback address.
class Listener {
public:
    Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* const address = reinterpret_cast<sockaddr*>(&at);
        if (::bind(fd_.get(), address, size) != 0 || ::listen(fd_.get(), 8) != 0 ||
            ::getsockname(fd_.get(), address, &size) != 0) {
            throw std::runtime_error("no port");
        }
        port = ntohs(at.sin_port);
    }

    UniqueFd accept() {
        pollfd wait{fd_.get(), POLLIN, 0};
        if (::poll(&wait, 1, 20'000) != 1) throw std::runtime_error("nobody came");
        return UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    }

    std::uint16_t port = 0;

private:
    UniqueFd fd_;
};

/// A port where nobody listens.
inline std::uint16_t free_port() {
    Listener const gone;
    return gone.port;
}

inline bool can_connect(std::uint16_t port) {
    UniqueFd const fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
}

class Sshd {
public:
    static bool installed() { return std::filesystem::exists("/usr/sbin/sshd"); }

    explicit Sshd(std::filesystem::path const& folder) : folder_(folder) {
        port = free_port();
        // As root, sshd wants the folder that its service would have made.
        if (::geteuid() == 0) std::filesystem::create_directories("/run/sshd");
        host_key = (folder / "host_key").string();
        run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host_key},
                    std::chrono::seconds(30));
        std::ofstream(folder / "sshd_config")
            << "Port " << port << "\nListenAddress 127.0.0.1\nHostKey " << host_key
            << "\nPidFile none\nAuthorizedKeysFile " << (folder / "authorized_keys").string()
            << "\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n";
        std::ofstream(folder / "authorized_keys") << "";
        pid_ = spawn({"/usr/sbin/sshd", "-D", "-e", "-f", (folder / "sshd_config").string()}, -1,
                     -1, -1);
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!can_connect(port)) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error("sshd is silent");
            ::poll(nullptr, 0, 10);
        }
    }
    ~Sshd() {
        ::kill(pid_, SIGTERM);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    Sshd(Sshd const&) = delete;
    Sshd& operator=(Sshd const&) = delete;

    void let_in(std::string const& key) {
        std::ofstream(folder_ / "authorized_keys") << key << "\n";
    }
    pid_t pid() const { return pid_; }

    std::uint16_t port = 0;
    std::string host_key;

private:
    std::filesystem::path folder_;
    pid_t pid_ = -1;
};

}  // namespace ourea::virt
