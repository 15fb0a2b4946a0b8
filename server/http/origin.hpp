// SPDX-License-Identifier: Apache-2.0
// Tells requests of our own pages from those that foreign pages make a browser send.
#pragma once

#include "http/message.hpp"

namespace ourea::http {

/// False if the request names another origin than the one it is sent to; `null`, another port and
/// another scheme are foreign. Without an Origin header it comes from no foreign page, unless
/// Sec-Fetch-Site says so. `trust_proxy`: X-Forwarded-Proto and X-Forwarded-Host are the proxy's
/// word.
bool same_origin(Request const& request, bool trust_proxy = false);

/// Whether the browser's side of the connection is encrypted: the proxy's word, if it is trusted.
bool over_tls(Request const& request, bool trust_proxy);

}  // namespace ourea::http
