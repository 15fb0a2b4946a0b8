// SPDX-License-Identifier: Apache-2.0
// Opens a connection of its own, lists, and closes it.
#include "virt/survey.hpp"

#include "virt/domain_calls.hpp"
#include "virt/host_core.hpp"
#include "virt/threads.hpp"
#include "virt/uri.hpp"

namespace ourea::virt {

namespace {

constexpr std::chrono::seconds longest{60};

}  // namespace

boost::asio::awaitable<std::vector<DomainFacts>> survey(std::string uri,
                                                        std::filesystem::path state_dir) {
    auto work = [uri = std::move(uri), state_dir = std::move(state_dir)] {
        ConnPtr const conn = open_plain(prepare_uri(parse_host_uri(uri), state_dir));
        return read_domains(conn.get());
    };
    auto running = on_thread(std::move(work), longest);
    auto domains = co_await std::move(running);
    if (!domains) throw Error(Kind::unavailable, "The host did not answer in time.");
    co_return std::move(*domains);
}

}  // namespace ourea::virt
