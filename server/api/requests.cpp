// SPDX-License-Identifier: Apache-2.0
// What people ask for, and what the staff decide about it.
#include "api/handlers.hpp"
#include "app.hpp"

namespace ourea::api {
namespace {

constexpr char no_request[] = "There is no such request.";

/// What is asked for a group is its members' business.
Object object_of(Call const& call, Request const& request) {
    auto object = ourea::object_of(ObjectKind::request, request.requester);
    object.own = owns(call.actor, owner_of(request.holder));
    return object;
}

/// The id of the request in the path, if the actor may do this to it.
RequestId permitted(Call const& call, Action action) {
    auto const* request = call.app.requests.find(call.id<RequestId>());
    if (!request) throw Error(Kind::not_found, no_request);
    require(call.actor, action, object_of(call, *request), no_request);
    return request->id;
}

bool holds(std::string const& text, std::string const& wanted) {
    return text.find(wanted) != text.npos;
}

}  // namespace

awaitable<List<Request>> list_requests(Call const& call, Query<PageQuery> query) {
    std::vector<Request> shown;
    for (auto& request : call.app.requests.all()) {
        bool const found = !query->q || holds(request.requester, *query->q) ||
                           holds(request.holder, *query->q) || holds(request.reason, *query->q);
        if (found && may(call.actor, Action::see, object_of(call, request)).allowed)
            shown.push_back(std::move(request));
    }
    co_return page(std::move(shown), query->cursor, query->limit);
}

awaitable<Created<Request>> create_request(Call const& call, NewRequest body) {
    auto const own = ourea::object_of(ObjectKind::request, call.actor.user);
    require(call.actor, Action::edit, own, no_request);
    auto request = co_await call.app.requests.ask(call.actor, std::move(body));
    auto location = "/requests/" + request.id.str();
    co_return Created<Request>{std::move(request), std::move(location)};
}

awaitable<Request> get_request(Call const& call) {
    co_return *call.app.requests.find(permitted(call, Action::see));
}

awaitable<Request> approve_request(Call const& call, Approval body) {
    return call.app.requests.approve(call.actor, permitted(call, Action::manage), std::move(body));
}

awaitable<Request> refuse_request(Call const& call, RefuseRequest body) {
    return call.app.requests.refuse(call.actor, permitted(call, Action::manage),
                                    std::move(body.answer));
}

awaitable<Request> withdraw_request(Call const& call) {
    return call.app.requests.withdraw(call.actor, permitted(call, Action::cancel));
}

}  // namespace ourea::api
