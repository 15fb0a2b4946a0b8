// SPDX-License-Identifier: Apache-2.0
// Checks, anchors and shortens the log of a running server.
#include "core/audit_keeper.hpp"

#include "base/log.hpp"
#include "base/unique_fd.hpp"
#include "core/audit_proof.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <system_error>
#include <unistd.h>

namespace ourea {
namespace {

[[noreturn]] void fail(std::filesystem::path const& path) {
    throw Error(Kind::unavailable, "The anchor file " + path.string() + " cannot be written: " +
                                       std::generic_category().message(errno));
}

void append_line(std::filesystem::path const& path, std::string const& line) {
    UniqueFd const file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (file.get() < 0) fail(path);
    auto const text = line + "\n";
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        fail(path);
    // A pipe or a device has nothing to synchronise.
    if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS) fail(path);
}

}  // namespace

AnchorPlace parse_anchor_place(std::string const& text) {
    using Medium = AnchorPlace::Medium;
    if (text.empty()) return {};
    if (text == "syslog") return {Medium::syslog, {}};
    if (text.starts_with("file:/")) return {Medium::file, text.substr(5)};
    throw invalid("audit-anchor",
                  "audit-anchor: expected file:/ABSOLUTE/PATH or syslog, not \"" + text + "\"");
}

void write_anchor(AnchorPlace const& place, std::string const& line) {
    if (place.medium == AnchorPlace::Medium::file) append_line(place.path, line);
    if (place.medium != AnchorPlace::Medium::syslog) return;
    ::openlog("ourea", LOG_PID, LOG_AUTHPRIV);
    ::syslog(LOG_AUTHPRIV | LOG_NOTICE, "audit %s", line.c_str());
    ::closelog();
}

awaitable<void> AuditKeeper::check() {
    if (checking_) co_return;
    checking_ = true;
    std::exception_ptr failure;
    try {
        proof_ = co_await audit_.walk();
        proved_at_ = now();
    } catch (...) {
        failure = std::current_exception();
    }
    checking_ = false;
    if (failure) std::rethrow_exception(std::move(failure));
    if (proof_->first_bad)
        log::error("the audit is not sound",
                   {{"record", *proof_->first_bad}, {"problem", proof_->problem}});
}

awaitable<AuditHead> AuditKeeper::head() {
    auto head = co_await audit_.head();
    if (!proof_) co_return head;
    head.verified = !proof_->first_bad;
    head.verified_at = proved_at_;
    if (proof_->first_bad) head.problem = proof_->problem;
    co_return head;
}

awaitable<void> AuditKeeper::anchor() {
    if (place_.medium == AnchorPlace::Medium::none) co_return;
    auto const head = co_await audit_.head();
    if (head.seq == anchored_) co_return;
    auto const line = to_string(Anchor{head.seq, head.hash}) + " " + to_rfc3339(now());
    auto write = [place = place_, line] { write_anchor(place, line); };
    co_await offload(thread_, std::move(write));
    anchored_ = head.seq;
}

awaitable<void> AuditKeeper::note_refusal(AuditEntry entry) {
    entry.result = Result::refused;
    auto const key = entry.actor.value_or("");
    if (!refusals_.take(key, Throttle::Clock::now())) co_await audit_.note(std::move(entry));
}

awaitable<void> AuditKeeper::shorten() {
    if (retention_days_ <= 0) co_return;
    auto const today = std::chrono::floor<std::chrono::days>(now());
    auto const removed =
        co_await audit_.prune(system_actor(), today - std::chrono::days(retention_days_));
    if (removed.count > 0)
        log::info("old audit records were removed",
                  {{"first", removed.first}, {"last", removed.last}});
}

}  // namespace ourea
