// SPDX-License-Identifier: Apache-2.0
// What a registered name, its addresses, and a whole import must look like: pure functions.
#pragma once

#include "core/names.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ourea {

/// `^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`, for names and pools.
bool is_name(std::string_view text);

/// "52:54:00:ab:cd:ef" from that, from dashes or from Cisco's dots, in any case; nothing if it is
/// none, or a group address (IEEE 802), which no machine can have.
std::optional<std::string> normal_mac(std::string_view text);

/// The canonical text of an IPv4 or IPv6 address that one machine can have; nothing otherwise.
std::optional<std::string> normal_ip(std::string_view text);

/// "ourea2" before "ourea10".
bool natural_less(std::string_view a, std::string_view b);

/// Checks and normalises each item by itself, and that no two of them collide.
void check_batch(NamesBatch& batch);

using NameEntries = std::map<std::string, NameRecord, std::less<>>;

/// What an import changes in the table.
struct NamesChange {
    std::vector<NameRecord> added;
    std::vector<NameRecord> updated;
    std::int64_t unchanged = 0;
};

/// Compares a checked batch with the table; throws where they contradict each other.
NamesChange plan_import(NameEntries const& table, NamesBatch const& batch, Time at);

}  // namespace ourea
