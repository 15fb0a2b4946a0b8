// SPDX-License-Identifier: Apache-2.0
// Tries a host's address: grammar, name, port, key, libvirt.
#include "virt/probe.hpp"

#include "base/error.hpp"
#include "base/ids.hpp"
#include "virt/connection.hpp"
#include "virt/domain_calls.hpp"
#include "virt/uri.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>

namespace ourea::virt {

namespace {

namespace fs = std::filesystem;

constexpr std::uint16_t ssh_port = 22;
constexpr std::uint16_t tcp_port = 16'509;
constexpr std::uint16_t tls_port = 16'514;
constexpr int connect_milliseconds = 5000;
constexpr std::chrono::seconds longest{60};

/// A step that fails ends the probe with these words.
struct Failed {
    std::string words;
};

struct FreeAddresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

std::uint16_t port_of(HostUri const& uri) {
    if (uri.port) return *uri.port;
    if (uri.is_ssh()) return ssh_port;
    return uri.transport == "tcp" ? tcp_port : tls_port;
}

Addresses resolve(HostUri const& uri) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    auto const port = std::to_string(port_of(uri));
    int const error = ::getaddrinfo(uri.host.c_str(), port.c_str(), &hints, &list);
    if (error != 0) throw Failed{std::string("The name is not known: ") + ::gai_strerror(error)};
    return Addresses(list);
}

std::string number_of(addrinfo const& address) {
    std::array<char, NI_MAXHOST> text{};
    ::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0,
                  NI_NUMERICHOST);
    return text.data();
}

/// 0, or why there is no connection.
int try_port(addrinfo const& address) {
    UniqueFd const fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return errno;
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    pollfd wait{fd.get(), POLLOUT, 0};
    if (::poll(&wait, 1, connect_milliseconds) != 1) return ETIMEDOUT;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

/// A copy of our SSH files that trusts the keys under test; gone when the probe ends.
class Trial {
public:
    Trial(fs::path const& state_dir, HostUri const& uri, std::vector<HostKey> const& keys)
        : folder_(state_dir / ("probe-" + random_hex(8))) {
        auto const ours = ensure_ssh(state_dir);
        auto const copy = SshFiles::in(folder_);
        fs::create_directories(copy.key.parent_path());
        ::chmod(folder_.c_str(), 0700);
        fs::copy_file(ours.key, copy.key);
        fs::copy_file(ours.public_key, copy.public_key);
        ensure_ssh(folder_);
        remember(copy, uri.host, port_of(uri), keys);
    }
    ~Trial() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    Trial(Trial const&) = delete;
    Trial& operator=(Trial const&) = delete;

    fs::path const& folder() const { return folder_; }

private:
    fs::path folder_;
};

class Probe {
public:
    Probe(std::string uri, fs::path state_dir, std::optional<std::string> confirmed)
        : text_(std::move(uri)),
          state_dir_(std::move(state_dir)),
          confirmed_(std::move(confirmed)) {}

    ProbeReport run() {
        bool const usable = step("address", [this] { return check_address(); }) &&
                            (uri_.is_local() || (step("name", [this] { return check_name(); }) &&
                                                 step("port", [this] { return check_port(); }))) &&
                            (!uri_.is_ssh() || step("key", [this] { return check_key(); }));
        if (usable) step("libvirt", [this] { return check_libvirt(); });
        return std::move(report_);
    }

private:
    template <class F>
    bool step(char const* name, F check_it) {
        ProbeStep out{name, true, {}};
        try {
            out.detail = check_it();
        } catch (Failed const& failed) {
            out = {name, false, failed.words};
        } catch (Error const& error) {
            out = {name, false, error.message()};
        } catch (std::exception const& error) {
            out = {name, false, error.what()};
        }
        report_.steps.push_back(out);
        return out.ok;
    }

    std::string check_address() {
        uri_ = parse_host_uri(text_);
        return uri_.str();
    }

    std::string check_name() {
        addresses_ = resolve(uri_);
        std::string out;
        for (auto const* at = addresses_.get(); at != nullptr; at = at->ai_next) {
            if (!out.empty()) out += ", ";
            out += number_of(*at);
        }
        return out;
    }

    std::string check_port() {
        int error = ETIMEDOUT;
        for (auto const* at = addresses_.get(); at != nullptr; at = at->ai_next) {
            error = try_port(*at);
            if (error == 0) return "Port " + std::to_string(port_of(uri_)) + " is open.";
        }
        throw Failed{"Port " + std::to_string(port_of(uri_)) +
                     " cannot be reached: " + std::strerror(error)};
    }

    std::string check_key() {
        report_.keys = scan_host_keys(uri_.host, port_of(uri_));
        if (report_.keys.empty()) throw Failed{"The host shows no SSH key."};
        report_.host_key = report_.keys.front().fingerprint;
        auto const known = trusted();
        // Each kind of key came over a connection of its own: only what was compared is trusted.
        std::ranges::copy_if(report_.keys, std::back_inserter(trusted_keys_), [&](auto const& key) {
            return std::ranges::find(known, key.fingerprint) != known.end();
        });
        if (!trusted_keys_.empty()) return trusted_keys_.front().fingerprint;
        if (known.empty()) {
            throw Failed{"Compare this with the host's own, then confirm it: " + *report_.host_key};
        }
        throw Failed{"The host's SSH key is not the one that was confirmed: it is " +
                     *report_.host_key + "."};
    }

    /// Fingerprints: what was confirmed now, otherwise what was remembered.
    std::vector<std::string> trusted() const {
        if (confirmed_) return {*confirmed_};
        auto const files = SshFiles::in(fs::absolute(state_dir_));
        std::vector<std::string> out;
        for (auto const& key : remembered(files, uri_.host, port_of(uri_))) {
            out.push_back(key.fingerprint);
        }
        return out;
    }

    std::string check_libvirt() {
        std::optional<Trial> trial;
        if (uri_.is_ssh()) trial.emplace(state_dir_, uri_, trusted_keys_);
        auto const conn = open_plain(prepare(trial ? trial->folder() : state_dir_));
        auto const info = read_info(conn.get());
        return info.hostname + ": " + info.hypervisor + " " + info.hypervisor_version +
               ", libvirt " + info.libvirt_version;
    }

    std::string prepare(fs::path const& folder) const {
        if (!uri_.is_ssh()) return effective_uri(uri_, {});
        return effective_uri(uri_, SshFiles::in(fs::absolute(folder)));
    }

    std::string text_;
    fs::path state_dir_;
    std::optional<std::string> confirmed_;
    HostUri uri_;
    Addresses addresses_;
    std::vector<HostKey> trusted_keys_;
    ProbeReport report_;
};

}  // namespace

boost::asio::awaitable<ProbeReport> probe(std::string uri, fs::path state_dir,
                                          std::optional<std::string> confirmed_key) {
    auto work = [uri = std::move(uri), state_dir = std::move(state_dir),
                 confirmed = std::move(confirmed_key)] {
        return Probe(uri, state_dir, confirmed).run();
    };
    auto running = on_thread(std::move(work), longest);
    auto report = co_await std::move(running);
    if (report) co_return std::move(*report);
    ProbeReport late;
    late.steps.push_back(ProbeStep{"libvirt", false, "The host did not answer in time."});
    co_return late;
}

}  // namespace ourea::virt
