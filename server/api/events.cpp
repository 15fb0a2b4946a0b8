// SPDX-License-Identifier: Apache-2.0
// The stream of changes to the browser.
#include "api/handlers.hpp"
#include "api/session_cookie.hpp"
#include "app.hpp"
#include "http/event_stream.hpp"

namespace ourea::api {
namespace {

awaitable<void> pump(std::shared_ptr<Subscription> subscription, http::EventStream& stream) {
    while (auto const frame = co_await subscription->next())
        co_await stream.send(*frame);
}

}  // namespace

awaitable<http::Response> watch_events(Call const& call) {
    if (call.actor.via != Via::token && !same_origin(call.app, call.request))
        throw Error(Kind::forbidden, "This request comes from a foreign page.");
    auto const last = call.request.headers.find("Last-Event-ID").value_or("");
    auto subscription = call.app.events.subscribe(call.actor, last);
    http::Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.headers.add("Cache-Control", "no-store");
    response.stream = [subscription](http::EventStream& stream) {
        return pump(subscription, stream);
    };
    co_return response;
}

}  // namespace ourea::api
