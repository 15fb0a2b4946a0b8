// SPDX-License-Identifier: Apache-2.0
// Implements the program's one exception.
#include "base/error.hpp"

#include <utility>

namespace ourea {

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::invalid:
            return "invalid";
        case Kind::unauthenticated:
            return "unauthenticated";
        case Kind::forbidden:
            return "forbidden";
        case Kind::not_found:
            return "not_found";
        case Kind::conflict:
            return "conflict";
        case Kind::too_large:
            return "too_large";
        case Kind::quota:
            return "quota";
        case Kind::throttled:
            return "throttled";
        case Kind::unavailable:
            return "unavailable";
        case Kind::internal:
            return "internal";
    }
    return "internal";
}

Error::Error(Kind kind, std::string message, std::string detail, std::string field)
    : kind_(kind),
      message_(std::move(message)),
      detail_(std::move(detail)),
      field_(std::move(field)) {}

Error invalid(std::string field, std::string message) {
    return Error(Kind::invalid, std::move(message), {}, std::move(field));
}

Error forbidden(std::string reason, std::string remedy) {
    auto message = remedy.empty() ? std::move(reason) : reason + " " + remedy;
    Error error(Kind::forbidden, std::move(message));
    error.remedy_ = std::move(remedy);
    return error;
}

std::string describe(std::exception_ptr error) {
    try {
        std::rethrow_exception(std::move(error));
    } catch (std::exception const& e) {
        return e.what();
    } catch (...) {
        return "unknown error";
    }
}

}  // namespace ourea
