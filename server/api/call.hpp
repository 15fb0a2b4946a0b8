// SPDX-License-Identifier: Apache-2.0
// What a handler gets: who asks, what was sent, and the program it may use.
#pragma once

#include "base/error.hpp"
#include "base/ids.hpp"
#include "core/people.hpp"
#include "http/message.hpp"

#include <map>
#include <string>
#include <string_view>

namespace ourea {
class App;
}

namespace ourea::api {

/// One authenticated request. Lives as long as its handler runs.
struct Call {
    App& app;
    http::Request const& request;
    Actor actor;
    std::map<std::string, std::string, std::less<>> parameters;  ///< "{name}" in the path

    std::string const& parameter(std::string_view name) const;

    /// The id in the path; what is no UUID does not exist.
    template <class AnyId>
    AnyId id(std::string_view name = "id") const {
        auto const parsed = AnyId::parse(parameter(name));
        if (!parsed)
            throw Error(Kind::not_found, "There is no such object, or you may not see it.");
        return *parsed;
    }
};

}  // namespace ourea::api
