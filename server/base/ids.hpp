// SPDX-License-Identifier: Apache-2.0
// Ids that cannot be mixed up: a job's id never passes for an instance's.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ourea {

/// A random (version 4) UUID in its canonical lower-case text form, RFC 9562.
std::string random_uuid();

/// The canonical form of a UUID given in any case; nothing if it is none.
std::optional<std::string> canonical_uuid(std::string_view text);

/// `bytes` random bytes as lower-case hex.
std::string random_hex(std::size_t bytes);

/// A UUID that names one kind of thing. An empty id names nothing.
template <class Tag>
class Id {
public:
    Id() = default;
    explicit Id(std::string text) : text_(std::move(text)) {}

    static Id random() { return Id(random_uuid()); }

    /// Nothing if `text` is not a UUID.
    static std::optional<Id> parse(std::string_view text) {
        auto canonical = canonical_uuid(text);
        if (!canonical) return std::nullopt;
        return Id(std::move(*canonical));
    }

    std::string const& str() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    auto operator<=>(Id const&) const = default;

private:
    std::string text_;
};

using InstanceId = Id<struct InstanceTag>;  ///< the domain's UUID
using JobId = Id<struct JobTag>;

}  // namespace ourea

template <class Tag>
struct std::hash<ourea::Id<Tag>> {
    std::size_t operator()(ourea::Id<Tag> const& id) const noexcept {
        return std::hash<std::string>{}(id.str());
    }
};
