// SPDX-License-Identifier: Apache-2.0
// The cookie that carries a browser's session, and what belongs to it in a request.
#pragma once

#include "api/account_types.hpp"
#include "api/reply.hpp"
#include "core/sessions.hpp"
#include "http/message.hpp"

namespace ourea {
class App;
}

namespace ourea::api {

inline constexpr char session_cookie[] = "ourea_session";

/// The secret of an `Authorization: Bearer` header; nothing if there is no such header.
std::optional<std::string> bearer_of(http::Request const& request);

/// Whether the request comes from a page of ours, as the browser sees the portal's address.
bool same_origin(App const& app, http::Request const& request);

/// A good sign-in as its answer, with the cookie.
WithCookie<SessionView> with_cookie(App const& app, http::Request const& request,
                                    SignedIn const& done);

/// The live session of the request; null if there is none, or if the web server in front now names
/// somebody else than the one it signed in. Valid until the next suspension.
Session const* session_of(App& app, http::Request const& request);

}  // namespace ourea::api
