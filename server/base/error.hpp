// SPDX-License-Identifier: Apache-2.0
// The one exception of the program: what ends a request or a job, in words for the person it
// concerns.
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace ourea {

/// What went wrong, as the caller sees it; `api/problem.cpp` maps it to an HTTP status.
enum class Kind {
    invalid,          ///< 400: the request itself is wrong; `field` names the place
    unauthenticated,  ///< 401: not signed in
    forbidden,        ///< 403: visible, but not allowed
    not_found,        ///< 404: does not exist, or the caller may not see it
    conflict,         ///< 409: the state of the object, or a race, forbids it
    too_large,        ///< 413: the body exceeds its limit
    quota,            ///< 422: a quota would be exceeded
    throttled,        ///< 429: too many attempts
    unavailable,      ///< 503: host offline, pool full; try again
    internal,         ///< 500: a defect of ours
};

std::string_view to_string(Kind kind);

/// `message` is shown to the caller; `detail` goes to the log only; `field` is the path of the
/// offending input ("disks[1].size") or empty.
class Error : public std::exception {
public:
    Error(Kind kind, std::string message, std::string detail = {}, std::string field = {});

    Kind kind() const noexcept { return kind_; }
    std::string const& message() const noexcept { return message_; }
    std::string const& detail() const noexcept { return detail_; }
    std::string const& field() const noexcept { return field_; }
    /// Who could allow it, a sentence that `message` ends with; empty if it says nothing of it.
    std::string const& remedy() const noexcept { return remedy_; }
    char const* what() const noexcept override { return message_.c_str(); }

private:
    friend Error forbidden(std::string reason, std::string remedy);
    Kind kind_;
    std::string message_;
    std::string detail_;
    std::string field_;
    std::string remedy_;
};

/// An `invalid` error about one input field.
Error invalid(std::string field, std::string message);

/// A `forbidden` error: why, and who could allow it (may be empty).
Error forbidden(std::string reason, std::string remedy);

/// The words of any exception: an `Error`'s message, otherwise `what()`.
std::string describe(std::exception_ptr error);

}  // namespace ourea
