// SPDX-License-Identifier: Apache-2.0
// What the server does for the log by itself: proves it, anchors its head elsewhere, shortens it.
#pragma once

#include "core/audit.hpp"
#include "core/throttle.hpp"

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <string>

namespace ourea {

/// Where the head is kept besides the database.
struct AnchorPlace {
    enum class Medium { none, file, syslog };
    Medium medium = Medium::none;
    std::filesystem::path path;
};

/// "file:PATH", "syslog" or nothing. Throws `invalid`.
AnchorPlace parse_anchor_place(std::string const& text);

/// Blocks until the line is on the disk, or with the system's log.
void write_anchor(AnchorPlace const& place, std::string const& line);

/// Lives on the event loop; files are written on a thread of its own.
class AuditKeeper {
public:
    AuditKeeper(Audit& audit, AnchorPlace place, int retention_days)
        : audit_(audit), place_(std::move(place)), retention_days_(retention_days) {}

    /// Walks the whole chain and remembers the outcome. A walk that is under way is not repeated.
    awaitable<void> check();
    /// The newest record, with the outcome of the last walk.
    awaitable<AuditHead> head();
    /// Writes an anchor if the head moved since the last one.
    awaitable<void> anchor();
    /// Removes what is older than the days that are kept, at most once a day.
    awaitable<void> shorten();
    /// Records a write that was refused; of one actor's so many that a loop does not fill the disk.
    awaitable<void> note_refusal(AuditEntry entry);

private:
    Audit& audit_;
    AnchorPlace place_;
    int retention_days_;
    Throttle refusals_{{20, std::chrono::minutes(1), 1000}};
    std::int64_t anchored_ = 0;
    bool checking_ = false;
    std::optional<AuditProof> proof_;
    Time proved_at_{};
    boost::asio::thread_pool thread_{1};
};

}  // namespace ourea
