// SPDX-License-Identifier: Apache-2.0
// Checks people's public SSH keys and keeps them.
#include "core/user_keys.hpp"

#include "virt/ssh_keys.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace ourea {
namespace {

constexpr std::int64_t per_user = 20;
constexpr std::size_t least_rsa_bits = 2048;
constexpr std::array<std::string_view, 7> types{"ssh-ed25519",
                                                "ecdsa-sha2-nistp256",
                                                "ecdsa-sha2-nistp384",
                                                "ecdsa-sha2-nistp521",
                                                "sk-ssh-ed25519@openssh.com",
                                                "sk-ecdsa-sha2-nistp256@openssh.com",
                                                "ssh-rsa"};

struct KeyRow {
    std::string id;
    std::string title;
    std::string public_key;
    std::string fingerprint;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (id, title, public_key, fingerprint, created_at))

Error wrong(std::string const& what) {
    return invalid("public_key", "public_key: " + what);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    auto const begin = text.find_first_not_of(blank);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

/// Takes the first word off.
std::string_view word(std::string_view& text) {
    auto const end = std::min(text.find_first_of(" \t"), text.size());
    auto const first = text.substr(0, end);
    text = trimmed(text.substr(end));
    return first;
}

std::string decoded(std::string_view base64) {
    std::string raw(base64.size(), '\0');
    std::size_t length = 0;
    bool const good = ::sodium_base642bin(reinterpret_cast<unsigned char*>(raw.data()), raw.size(),
                                          base64.data(), base64.size(), nullptr, &length, nullptr,
                                          sodium_base64_VARIANT_ORIGINAL) == 0;
    if (!good || length == 0) throw wrong("the middle part is damaged; copy the whole line again");
    raw.resize(length);
    return raw;
}

/// Takes one string with its length off the wire format of RFC 4253.
std::string_view field(std::string_view& wire) {
    std::size_t length = 0;
    if (wire.size() < 4) throw wrong("the key is cut off; copy the whole line again");
    for (char const c : wire.substr(0, 4))
        length = length << 8U | static_cast<unsigned char>(c);
    wire.remove_prefix(4);
    if (length > wire.size()) throw wrong("the key is cut off; copy the whole line again");
    auto const value = wire.substr(0, length);
    wire.remove_prefix(length);
    return value;
}

std::size_t bits_of(std::string_view number) {
    while (number.starts_with('\0'))
        number.remove_prefix(1);
    if (number.empty()) return 0;
    std::size_t bits = number.size() * 8;
    for (auto top = static_cast<unsigned char>(number.front()); (top & 0x80U) == 0;
         top = static_cast<unsigned char>(top << 1U))
        --bits;
    return bits;
}

void check_content(std::string_view type, std::string_view wire) {
    if (field(wire) != type)
        throw wrong("the first word is not the kind of key that follows; copy the whole line");
    auto const first = field(wire);
    if (type == "ssh-rsa" && bits_of(field(wire)) < least_rsa_bits)
        throw wrong("an RSA key must have at least 2048 bits");
    bool const ed25519 = type.find("ssh-ed25519") != type.npos;
    if (first.empty() || (ed25519 && first.size() != 32))
        throw wrong("the key is damaged; copy the whole line again");
    if (type.starts_with("ecdsa-") || type.starts_with("sk-")) field(wire);  // point, application
    if (type.starts_with("sk-ecdsa-")) field(wire);
    if (!wire.empty()) throw wrong("something follows after the key");
}

void check_title(std::string const& title) {
    bool const plain = std::all_of(title.begin(), title.end(), [](char c) {
        return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
    });
    if (title.size() > 128 || !plain) throw invalid("title", "title: at most 128 characters");
}

void check_room(db::Transaction& tx, std::string const& user, std::string const& fingerprint) {
    auto const same = tx.first<std::string>(
        "SELECT id FROM ssh_keys WHERE user_name = :user AND fingerprint = :fingerprint", user,
        fingerprint);
    if (same) throw Error(Kind::conflict, "You have added this key already.", {}, "public_key");
    auto const count =
        tx.first<std::int64_t>("SELECT COUNT(*) FROM ssh_keys WHERE user_name = :user", user);
    if (count.value_or(0) >= per_user)
        throw Error(Kind::conflict, "You have 20 keys already; remove one first.");
}

/// Writers of one person's keys take turns on the person's row.
void lock_user(db::Transaction& tx, std::string const& user) {
    tx.exec("UPDATE users SET name = name WHERE name = :user", user);
}

std::string type_of(std::string const& public_key) {
    return public_key.substr(0, public_key.find(' '));
}

}  // namespace

UserKey parse_public_key(std::string_view line) {
    auto rest = trimmed(line);
    if (rest.empty()) throw wrong("required");
    if (rest.find("PRIVATE KEY") != rest.npos)
        throw wrong(
            "this is a private key. Give it to nobody; paste the file that ends in .pub instead");
    if (rest.size() > 8192) throw wrong("too long for a key");
    if (rest.find_first_of("\r\n") != rest.npos) throw wrong("one key, in one line");
    UserKey key;
    key.type = word(rest);
    if (std::find(types.begin(), types.end(), key.type) == types.end())
        throw wrong(
            "it must begin with ssh-ed25519, ecdsa-sha2-nistp256, -nistp384 or -nistp521, "
            "ssh-rsa, or the name of a security key's kind; options before it are refused");
    std::string const base64(word(rest));
    check_content(key.type, decoded(base64));
    key.public_key = key.type + " " + base64;
    key.fingerprint = virt::fingerprint(base64);
    key.title = rest;
    return key;
}

awaitable<std::vector<UserKey>> UserKeys::of_user(std::string user) {
    auto query = [user = std::move(user)](db::Transaction& tx) {
        return tx.select<KeyRow>(
            "SELECT id, title, public_key, fingerprint, created_at FROM ssh_keys "
            "WHERE user_name = :user ORDER BY created_at, id",
            user);
    };
    std::vector<UserKey> keys;
    auto const rows = co_await database_.read(std::move(query));
    for (auto const& row : rows)
        keys.push_back({row.id, row.title, type_of(row.public_key), row.public_key, row.fingerprint,
                        row.created_at});
    co_return keys;
}

awaitable<UserKey> UserKeys::add(Actor const& actor, std::string title, std::string public_key) {
    auto key = parse_public_key(public_key);
    if (!title.empty()) key.title = std::move(title);
    check_title(key.title);
    key.id = random_uuid();
    key.created_at = now();
    auto entry = audit_entry(actor, "ssh_key.add", "user:" + actor.user, actor.user);
    entry.detail = "{\"before\":null,\"after\":" + to_json(key) + "}";
    auto write = [entry = std::move(entry), key, user = actor.user](db::Transaction& tx) {
        lock_user(tx, user);
        check_room(tx, user, key.fingerprint);
        tx.exec(
            "INSERT INTO ssh_keys (id, user_name, title, public_key, fingerprint, created_at) "
            "VALUES (:id, :user, :title, :key, :fingerprint, :created)",
            key.id, user, key.title, key.public_key, key.fingerprint, key.created_at);
        Audit::append(tx, entry);
    };
    co_await database_.write(std::move(write));
    co_return key;
}

awaitable<void> UserKeys::remove(Actor const& actor, std::string id) {
    auto entry = audit_entry(actor, "ssh_key.remove", "user:" + actor.user, actor.user);
    auto write = [entry = std::move(entry), id = std::move(id),
                  user = actor.user](db::Transaction& tx) mutable {
        auto const fingerprint = tx.first<std::string>(
            "SELECT fingerprint FROM ssh_keys WHERE id = :id AND user_name = :user", id, user);
        if (!fingerprint) throw Error(Kind::not_found, "There is no such key.");
        tx.exec("DELETE FROM ssh_keys WHERE id = :id", id);
        entry.detail = "{\"fingerprint\":" + to_json(*fingerprint) + "}";
        Audit::append(tx, entry);
    };
    co_await database_.write(std::move(write));
}

}  // namespace ourea
