// SPDX-License-Identifier: Apache-2.0
// Hashes and inserts rows of the audit, and carries them to and from exports.
#include "core/audit_rows.hpp"

#include "base/digest.hpp"
#include "base/json_text.hpp"
#include "db/sql_text.hpp"

namespace ourea {
namespace {

/// What a line of an export holds before its detail, which comes last and as it is stored.
struct ExportedRow {
    std::int64_t seq = 0;
    std::int64_t version = 0;
    Time at;
    std::optional<std::string> actor;
    Via via = Via::system;
    std::optional<std::string> means;
    std::optional<std::string> on_behalf_of;
    std::optional<std::string> address;
    std::string action;
    std::optional<std::string> object;
    std::optional<std::string> object_name;
    Result result = Result::ok;
    std::optional<std::string> request_id;
    std::string previous_hash;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(ExportedRow, (),
                      (seq, version, at, actor, via, means, on_behalf_of, address, action, object,
                       object_name, result, request_id, previous_hash, hash))

/// An unescaped quote after a comma cannot stand within a JSON string: the first one is ours.
constexpr std::string_view detail_key = ",\"detail\":";

/// Copies the members of the same name.
template <class To, class From>
To converted(From const& from) {
    To to{};
    boost::mp11::mp_for_each<reflect::Members<To>>([&](auto t) {
        boost::mp11::mp_for_each<reflect::Members<From>>([&](auto f) {
            using Same = std::is_same<std::remove_cvref_t<decltype(to.*t.pointer)>,
                                      std::remove_cvref_t<decltype(from.*f.pointer)>>;
            if constexpr (Same::value)
                if (std::string_view(t.name) == f.name) to.*t.pointer = from.*f.pointer;
        });
    });
    return to;
}

/// What comes from outside, e.g. the name in a failed sign-in, must not fill the disk.
std::string bounded(std::string_view text) {
    constexpr std::size_t limit = 256;
    return db::clean_utf8(text.substr(0, limit));
}

std::optional<std::string> bounded(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    return bounded(std::string_view(*text));
}

void append_cell(std::string& line, std::string_view text) {
    constexpr std::string_view formula = "=+-@\t\r";
    if (!line.empty()) line += ',';
    bool const guarded = !text.empty() && formula.find(text.front()) != formula.npos;
    bool const quoted = text.find_first_of("\",\r\n") != text.npos;
    if (quoted) line += '"';
    if (guarded) line += '\'';
    for (char const c : text) {
        if (c == '"') line += '"';
        line += c;
    }
    if (quoted) line += '"';
}

template <class T>
std::string cell_of(T const& value) {
    if constexpr (reflect::IsOptional<T>::value)
        return value ? cell_of(*value) : std::string();
    else if constexpr (std::same_as<T, std::string>)
        return value;
    else if constexpr (std::integral<T>)
        return std::to_string(value);
    else if constexpr (std::same_as<T, Time>)
        return to_rfc3339(value);
    else
        return std::string(reflect::enum_name(value));
}

}  // namespace

AuditEnds audit_ends(db::Transaction& tx) {
    auto const ends =
        tx.first<AuditEnds>("SELECT seq, hash, base_seq, base_hash FROM audit_head WHERE id = 1");
    if (!ends) throw Error(Kind::internal, "The audit has lost its head.");
    return *ends;
}

/// Released chains depend on every byte of this.
std::string hash_of(AuditRow const& row) {
    bool const old = row.version == 1;
    std::string text = old ? "[\"ourea-audit-1\"," : "[\"ourea-audit-2\",";
    auto add = [&](auto const& value) {
        print(text, value);
        text += ',';
    };
    add(row.previous_hash);
    add(row.seq);
    add(to_unix_ms(row.at));
    add(row.actor);
    add(row.via);
    if (!old) {
        add(row.means);
        add(row.on_behalf_of);
    }
    add(row.address);
    add(row.action);
    add(row.object);
    add(row.object_name);
    add(row.result);
    add(row.detail);
    print(text, row.request_id);
    text += ']';
    return sha256_hex(text);
}

AuditRow row_of(AuditEntry const& entry, AuditEnds const& ends) {
    AuditRow row;
    row.seq = ends.seq + 1;
    row.at = now();
    row.actor = bounded(entry.actor);
    row.via = entry.via;
    row.means = bounded(entry.means);
    row.on_behalf_of = bounded(entry.on_behalf_of);
    row.address = bounded(entry.address);
    row.action = bounded(std::string_view(entry.action));
    row.object = bounded(entry.object);
    row.object_name = bounded(entry.object_name);
    row.result = entry.result;
    row.detail = db::clean_utf8(entry.detail);
    row.request_id = bounded(entry.request_id);
    row.previous_hash = ends.hash;
    row.hash = hash_of(row);
    return row;
}

void insert(db::Transaction& tx, AuditRow const& row) {
    tx.exec(
        "INSERT INTO audit (seq, version, at, actor, via, means, on_behalf_of, address, action, "
        "object, object_name, result, detail, request_id, previous_hash, hash) VALUES (:seq, "
        ":version, :at, :actor, :via, :means, :on_behalf_of, :address, :action, :object, "
        ":object_name, :result, :detail, :request_id, :previous_hash, :hash)",
        row.seq, row.version, row.at, row.actor, row.via, row.means, row.on_behalf_of, row.address,
        row.action, row.object, row.object_name, row.result, row.detail, row.request_id,
        row.previous_hash, row.hash);
}

Record record_of(AuditRow row) {
    return {row.seq,
            row.at,
            std::move(row.actor),
            row.via,
            std::move(row.means),
            std::move(row.on_behalf_of),
            std::move(row.address),
            std::move(row.action),
            std::move(row.object),
            std::move(row.object_name),
            row.result,
            RawJson{std::move(row.detail)},
            std::move(row.request_id)};
}

std::string to_json_line(AuditRow const& row) {
    auto line = to_json(converted<ExportedRow>(row));
    line.pop_back();
    line += detail_key;
    line += row.detail;
    line += '}';
    return line;
}

AuditRow from_json_line(std::string_view line) {
    while (line.ends_with('\r') || line.ends_with(' '))
        line.remove_suffix(1);
    auto const detail = line.find(detail_key);
    if (detail == line.npos || !line.ends_with('}'))
        throw invalid("line", "This is no line of a JSON-lines export.");
    auto row =
        converted<AuditRow>(read_text<ExportedRow>(std::string(line.substr(0, detail)) + "}"));
    line.remove_prefix(detail + detail_key.size());
    line.remove_suffix(1);
    row.detail = line;
    return row;
}

std::string export_lines(std::vector<AuditRow> const& rows, ExportFormat format,
                         std::int64_t last) {
    std::string lines;
    for (auto const& row : rows) {
        if (row.seq > last) break;
        lines += format == ExportFormat::csv ? to_csv_line(row) + "\r\n" : to_json_line(row) + "\n";
    }
    return lines;
}

std::string csv_header() {
    std::string line;
    boost::mp11::mp_for_each<reflect::Members<AuditRow>>(
        [&](auto d) { append_cell(line, d.name); });
    return line;
}

std::string to_csv_line(AuditRow const& row) {
    std::string line;
    boost::mp11::mp_for_each<reflect::Members<AuditRow>>(
        [&](auto d) { append_cell(line, cell_of(row.*d.pointer)); });
    return line;
}

}  // namespace ourea
