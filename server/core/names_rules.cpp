// SPDX-License-Identifier: Apache-2.0
// Grammar and normal forms of names and addresses, and the comparison of an import with the table.
#include "core/names_rules.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>

namespace ourea {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// The twelve digits of "aa:bb:cc:dd:ee:ff", "aa-bb-…", "aabb.ccdd.eeff" or "aabbccddeeff".
std::optional<std::string> mac_digits(std::string_view text) {
    std::size_t const group = text.size() == 17 ? 2 : text.size() == 14 ? 4 : 12;
    char const separator = group == 12 ? '\0' : group == 4 ? '.' : text[2];
    if (group == 2 && separator != ':' && separator != '-') return std::nullopt;
    if (group == 12 && text.size() != 12) return std::nullopt;
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (i % (group + 1) == group) {
            if (c != separator) return std::nullopt;
            continue;
        }
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
        if (!is_digit(c) && (c < 'a' || c > 'f')) return std::nullopt;
        digits += c;
    }
    return digits;
}

void check_item(NamesBatch& batch, std::size_t i) {
    auto& item = batch.items[i];
    constexpr std::string_view grammar =
        "expected 1 to 63 letters, digits, dots, dashes and underscores, beginning with a letter "
        "or digit";
    if (!is_name(item.name)) throw batch.error(Kind::invalid, i, "name", grammar);
    if (!is_name(item.pool)) throw batch.error(Kind::invalid, i, "pool", grammar);
    if (item.mac) {
        auto mac = normal_mac(*item.mac);
        if (!mac)
            throw batch.error(Kind::invalid, i, "mac",
                              "expected the MAC address of one interface, such as "
                              "52:54:00:12:34:56");
        item.mac = std::move(mac);
    }
    if (item.ip) {
        auto ip = normal_ip(*item.ip);
        if (!ip) throw batch.error(Kind::invalid, i, "ip", "expected an IPv4 or IPv6 address");
        item.ip = std::move(ip);
    }
}

/// Refuses a value that an earlier item has.
void check_unique(NamesBatch const& batch, std::string_view column, auto value_of) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        std::optional<std::string> const value = value_of(batch.items[i]);
        if (value && !seen.emplace(*value, i).second)
            throw batch.error(Kind::invalid, i, column, *value + " is there twice");
    }
}

/// Refuses an address that another name of the table has and keeps.
void check_free(NameEntries const& table, NamesBatch const& batch, std::string_view column,
                auto value_of) {
    std::map<std::string, std::string> holders;
    for (auto const& [name, record] : table)
        if (auto const& value = value_of(record)) holders.emplace(*value, name);
    for (auto const& item : batch.items)  // they give up what they had
        if (auto const found = table.find(item.name); found != table.end())
            if (auto const& value = value_of(found->second)) holders.erase(*value);
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        auto const& value = value_of(batch.items[i]);
        auto const found = value ? holders.find(*value) : holders.end();
        if (found != holders.end())
            throw batch.error(Kind::conflict, i, column, *value + " belongs to " + found->second);
    }
}

void check_used(NamesBatch const& batch, std::size_t i, NameRecord const& old) {
    if (!old.instance) return;
    auto const& item = batch.items[i];
    if (item.mac != old.mac)
        throw batch.error(Kind::conflict, i, "mac",
                          old.name + " is in use, its MAC address cannot change");
    if (item.ip != old.ip)
        throw batch.error(Kind::conflict, i, "ip",
                          old.name + " is in use, its IP address cannot change");
}

/// A run of digits as a number: without leading zeros, the longer one is greater.
std::string_view take_number(std::string_view& text) {
    auto const end = std::find_if_not(text.begin(), text.end(), is_digit);
    auto number = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(number.size());
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 63 && is_alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
           });
}

std::optional<std::string> normal_mac(std::string_view text) {
    auto const digits = mac_digits(text);
    if (!digits || *digits == "000000000000") return std::nullopt;
    int first = 0;
    std::from_chars(digits->data(), digits->data() + 2, first, 16);
    if (first & 1) return std::nullopt;
    std::string mac;
    for (std::size_t i = 0; i < digits->size(); i += 2)
        mac += (i > 0 ? ":" : "") + digits->substr(i, 2);
    return mac;
}

std::optional<std::string> normal_ip(std::string_view text) {
    boost::system::error_code bad;
    auto const address = boost::asio::ip::make_address(text, bad);
    if (bad || address.is_unspecified() || address.is_multicast() ||
        text.find('%') != std::string_view::npos)
        return std::nullopt;
    return address.to_string();
}

bool natural_less(std::string_view a, std::string_view b) {
    auto const whole = std::pair(a, b);
    while (!a.empty() && !b.empty()) {
        if (is_digit(a.front()) && is_digit(b.front())) {
            auto const left = take_number(a);
            auto const right = take_number(b);
            if (left.size() != right.size()) return left.size() < right.size();
            if (left != right) return left < right;
            continue;
        }
        if (a.front() != b.front()) return a.front() < b.front();
        a.remove_prefix(1);
        b.remove_prefix(1);
    }
    if (a.empty() != b.empty()) return a.empty();
    return whole.first < whole.second;
}

Error NamesBatch::error(Kind kind, std::size_t item, std::string_view column,
                        std::string_view text) const {
    if (lines.empty()) {
        auto const field = "items[" + std::to_string(item) + "]." + std::string(column);
        return {kind, field + ": " + std::string(text), {}, field};
    }
    return {kind,
            "line " + std::to_string(lines.at(item)) + ": " + std::string(column) + ": " +
                std::string(text),
            {},
            std::string(column)};
}

void check_batch(NamesBatch& batch) {
    for (std::size_t i = 0; i < batch.items.size(); ++i)
        check_item(batch, i);
    check_unique(batch, "name", [](NewName const& item) { return std::optional(item.name); });
    check_unique(batch, "mac", [](NewName const& item) { return item.mac; });
    check_unique(batch, "ip", [](NewName const& item) { return item.ip; });
}

NamesChange plan_import(NameEntries const& table, NamesBatch const& batch, Time at) {
    auto const mac = [](NewName const& item) -> auto const& {
        return item.mac;
    };
    auto const ip = [](NewName const& item) -> auto const& {
        return item.ip;
    };
    check_free(table, batch, "mac", mac);
    check_free(table, batch, "ip", ip);
    std::int64_t last = 0;
    for (auto const& [name, record] : table)
        last = std::max(last, record.position);
    NamesChange change;
    for (std::size_t i = 0; i < batch.items.size(); ++i) {
        auto const& item = batch.items[i];
        auto const found = table.find(item.name);
        NameRecord record;
        if (found != table.end()) record = found->second;
        static_cast<NewName&>(record) = item;
        if (found == table.end()) {
            record.position = ++last;
            record.created_at = at;
            change.added.push_back(std::move(record));
        } else if (record == found->second) {
            ++change.unchanged;
        } else {
            check_used(batch, i, found->second);
            change.updated.push_back(std::move(record));
        }
    }
    return change;
}

}  // namespace ourea
