// SPDX-License-Identifier: Apache-2.0
// Writes loans to the database and keeps memory in step with it.
#include "core/loans.hpp"

#include "core/account_rows.hpp"
#include "core/membership.hpp"
#include "db/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ourea {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_loan = 24h * 366, remembered = 24h * 92;
constexpr std::int64_t per_holder = 100;
constexpr std::size_t longest_text = 1000;

AuditEntry entry_for(Actor const& actor, std::string action, Loan const& loan) {
    auto const owner = owner_of(loan.holder);
    auto entry = audit_entry(actor, std::move(action), "loan:" + loan.id.str(), owner);
    if (owner != actor.user) entry.on_behalf_of = owner;
    return entry;
}

std::string detail_of(std::optional<Loan> const& before, std::optional<Loan> const& after) {
    return account_rows::change_of(before, after) + "}";
}

void refuse_many(db::Transaction& tx, std::string const& holder) {
    auto const active = tx.first<std::int64_t>(
        "SELECT COUNT(*) FROM quota_loans WHERE holder = :holder AND expires_at > :now", holder,
        now());
    if (active.value_or(0) >= per_holder)
        throw Error(Kind::conflict, fmt::format("{} has {} loans already; end some of them first.",
                                                owner_of(holder), per_holder));
}

}  // namespace

void check_amounts(Amounts const& amounts, std::string const& path) {
    account_rows::check_limits(amounts, path);
    bool some = false;
    boost::mp11::mp_for_each<reflect::Members<Amounts>>(
        [&](auto d) { some = some || (amounts.*d.pointer).value_or(0) > 0; });
    if (!some) throw invalid(path + "instances", "Say how much more, in at least one dimension.");
}

void check_words(std::string const& text, std::string const& field) {
    if (text.find_first_not_of(" \t\r\n") == text.npos)
        throw invalid(field, field + ": write a few words");
    if (text.size() > longest_text)
        throw invalid(field, fmt::format("{}: at most {} bytes", field, longest_text));
    for (char c : text)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            throw invalid(field, field + ": holds a control character");
}

void check_end(Time end) {
    auto const at = now();
    if (end <= at) throw invalid("expires_at", "expires_at: this time is past");
    if (end > at + longest_loan)
        throw invalid("expires_at", "expires_at: a loan lasts at most a year");
}

Loans::Loans(db::Database& database, db::Revisions& revisions)
    : database_(database), revisions_(revisions), told_(now()) {
    auto snapshot = database_.read_now(&read_all);
    entries_ = std::move(snapshot.entries);
    revisions_.keep("loans", snapshot.number, [this] { return load(); });
}

Loan const* Loans::find(LoanId const& id) const {
    auto const found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

std::vector<Loan> Loans::of_holder(std::string_view holder) const {
    std::vector<Loan> loans;
    for (auto const& [id, loan] : entries_)
        if (loan.holder == holder) loans.push_back(loan);
    std::sort(loans.begin(), loans.end(), [](Loan const& one, Loan const& other) {
        return std::tie(other.expires_at, other.id) < std::tie(one.expires_at, one.id);
    });
    return loans;
}

AuditEntry Loans::insert(db::Transaction& tx, Actor const& actor, Loan const& loan) {
    refuse_many(tx, loan.holder);
    tx.exec("DELETE FROM quota_loans WHERE expires_at < :long_ago", now() - remembered);
    tx.exec(
        "INSERT INTO quota_loans (id, holder, instances, vcpus, memory_mib, disk_gib, "
        "running_instances, running_vcpus, running_memory_mib, reason, granted_by, request, "
        "created_at, expires_at) VALUES (:id, :holder, :instances, :vcpus, :memory, :disk, "
        ":running_instances, :running_vcpus, :running_memory, :reason, :by, :request, :at, :end)",
        loan.id, loan.holder, loan.instances, loan.vcpus, loan.memory_mib, loan.disk_gib,
        loan.running_instances, loan.running_vcpus, loan.running_memory_mib, loan.reason,
        loan.granted_by, loan.request, loan.created_at, loan.expires_at);
    auto entry = entry_for(actor, "loan.create", loan);
    entry.detail = detail_of(std::nullopt, loan);
    return entry;
}

awaitable<Loan> Loans::lend(Actor const& actor, std::string holder, NewLoan wanted) {
    check_amounts(wanted);
    check_words(wanted.reason, "reason");
    check_end(wanted.expires_at);
    Amounts const& amounts = wanted;
    Loan const loan{amounts,
                    LoanId::random(),
                    std::move(holder),
                    std::move(wanted.reason),
                    actor.user,
                    std::nullopt,
                    now(),
                    wanted.expires_at};
    auto write = [actor, loan](db::Transaction& tx) {
        auto const number = db::bump(tx, "loans");
        check_holder(tx, loan.holder, "holder");
        check_gives_to(tx, actor, loan.holder);
        Audit::append(tx, insert(tx, actor, loan));
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("loans", number);
    co_return loan;
}

awaitable<void> Loans::end(Actor const& actor, LoanId id) {
    auto write = [actor, id](db::Transaction& tx) {
        auto const number = db::bump(tx, "loans");
        auto const loan = tx.first<Loan>("SELECT * FROM quota_loans WHERE id = :id", id);
        if (!loan) throw Error(Kind::not_found, "There is no such loan.");
        check_gives_to(tx, actor, loan->holder);
        tx.exec("DELETE FROM quota_loans WHERE id = :id", id);
        auto entry = entry_for(actor, "loan.delete", *loan);
        entry.detail = detail_of(*loan, std::nullopt);
        Audit::append(tx, entry);
        return number;
    };
    auto const number = co_await database_.write(std::move(write));
    co_await revisions_.follow("loans", number);
}

Loans::Snapshot Loans::read_all(db::Transaction& tx) {
    Snapshot snapshot;
    snapshot.number = db::revision(tx, "loans");
    for (auto& loan : tx.select<Loan>("SELECT * FROM quota_loans"))
        snapshot.entries.emplace(loan.id, std::move(loan));
    return snapshot;
}

awaitable<db::Revisions::Loaded> Loans::load() {
    return db::reload(database_, &read_all,
                      [this](Entries entries) { install(std::move(entries)); });
}

/// A loan never changes: it is there or not.
void Loans::install(Entries entries) {
    auto const before = std::exchange(entries_, std::move(entries));
    std::set<std::string> changed;
    for (auto const& [id, loan] : before)
        if (!entries_.contains(id)) changed.insert(loan.holder);
    for (auto const& [id, loan] : entries_)
        if (!before.contains(id)) changed.insert(loan.holder);
    for (auto const& holder : changed)
        tell(holder);
}

void Loans::tell_expired() {
    auto const at = now();
    std::set<std::string> changed;
    for (auto const& [id, loan] : entries_)
        if (loan.expires_at > told_ && loan.expires_at <= at) changed.insert(loan.holder);
    told_ = at;
    for (auto const& holder : changed)
        tell(holder);
}

void Loans::tell(std::string const& holder) {
    for (auto const& changed : changed_)
        changed(holder);
}

}  // namespace ourea
