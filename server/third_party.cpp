// SPDX-License-Identifier: Apache-2.0
// Compiles the header-only parts of Boost once, so that no other file pays for them.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
#include <boost/json/src.hpp>
#include <boost/url/src.hpp>
