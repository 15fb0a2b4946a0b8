// SPDX-License-Identifier: Apache-2.0
// What is lent to users and groups beside their quotas.
#include "api/groups.hpp"
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_loan[] = "There is no such loan.";

LoanView to_view(Loan const& loan) {
    return {loan, loan.expires_at > now()};
}

List<LoanView> loans_of(Call const& call, std::string const& holder) {
    List<LoanView> list;
    for (auto const& loan : call.app.loans.of_holder(holder))
        list.items.push_back(to_view(loan));
    list.total = static_cast<std::int64_t>(list.items.size());
    return list;
}

std::string group_holder(Call const& call, Action action) {
    return std::string(group_prefix) + permitted_group(call, action).name;
}

awaitable<Created<LoanView>> lend(Call const& call, std::string holder, NewLoan wanted) {
    auto const loan =
        co_await call.app.loans.lend(call.actor, std::move(holder), std::move(wanted));
    co_return Created<LoanView>{to_view(loan), "/loans/" + loan.id.str()};
}

/// Whoever may see the holder may know of the loan.
Object object_of(Call const& call, Loan const& loan) {
    auto const owner = owner_of(loan.holder);
    bool const group = owner.starts_with(group_prefix);
    auto object = ourea::object_of(group ? ObjectKind::group : ObjectKind::user, owner);
    object.own = group && owns(call.actor, owner);
    if (auto const* user = call.app.accounts.find(owner)) object.role = user->role;
    return object;
}

}  // namespace

awaitable<List<LoanView>> list_user_loans(Call const& call) {
    co_return loans_of(call, holder_of(permitted_user(call, Action::see).name));
}

awaitable<Created<LoanView>> lend_to_user(Call const& call, NewLoan body) {
    return lend(call, holder_of(permitted_user(call, Action::manage).name), std::move(body));
}

awaitable<List<LoanView>> list_group_loans(Call const& call) {
    co_return loans_of(call, group_holder(call, Action::see));
}

awaitable<Created<LoanView>> lend_to_group(Call const& call, NewLoan body) {
    return lend(call, group_holder(call, Action::manage), std::move(body));
}

awaitable<void> end_loan(Call const& call) {
    auto const* loan = call.app.loans.find(call.id<LoanId>());
    if (!loan) throw Error(Kind::not_found, no_loan);
    require(call.actor, Action::manage, object_of(call, *loan), no_loan);
    return call.app.loans.end(call.actor, loan->id);
}

}  // namespace ourea::api
