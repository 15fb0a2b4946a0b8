// SPDX-License-Identifier: Apache-2.0
// A small RFC 4180 reader and the mapping of its columns to names.
#include "core/names_csv.hpp"

#include <algorithm>
#include <array>

namespace ourea {
namespace {

constexpr std::array<std::string_view, 4> columns{"name", "mac", "ip", "pool"};

struct CsvRow {
    std::size_t line = 0;
    std::vector<std::string> cells;
    bool blank() const { return cells.size() == 1 && cells[0].empty(); }
};

[[noreturn]] void bad_line(std::size_t line, std::string const& text) {
    throw Error(Kind::invalid, "line " + std::to_string(line) + ": " + text);
}

std::string trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// Reads one record after the other; a line ends with LF, CRLF or CR.
class CsvReader {
public:
    explicit CsvReader(std::string_view text) : rest_(text) {
        if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    }

    std::optional<CsvRow> next() {
        if (rest_.empty()) return std::nullopt;
        CsvRow row{line_, {}};
        do {
            row.cells.push_back(cell());
        } while (take(','));
        if (!rest_.empty() && !end_of_line()) bad_line(line_, "text after a closing quote");
        return row;
    }

private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool end_of_line() {
        if (!take('\r')) {
            if (!take('\n')) return false;
        } else {
            take('\n');
        }
        ++line_;
        return true;
    }

    std::string cell() {
        auto const blanks = std::min(rest_.find_first_not_of(" \t"), rest_.size());
        if (rest_.substr(blanks).starts_with('"')) {
            rest_.remove_prefix(blanks);
            return quoted();
        }
        auto const end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
        auto const text = rest_.substr(0, end);
        if (text.find('"') != std::string_view::npos)
            bad_line(line_, "a quote inside a cell that is not quoted");
        rest_.remove_prefix(end);
        return trimmed(text);
    }

    std::string quoted() {
        auto const start = line_;
        rest_.remove_prefix(1);
        std::string text;
        while (!rest_.empty()) {
            if (take('"')) {
                if (!rest_.starts_with('"')) {
                    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
                    return text;
                }
            } else if (rest_.front() == '\n') {
                ++line_;
            }
            text += rest_.front();
            rest_.remove_prefix(1);
        }
        bad_line(start, "a quote is not closed");
    }

    std::string_view rest_;
    std::size_t line_ = 1;
};

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

/// For each cell of a row, which column it is.
using Order = std::vector<std::size_t>;

std::optional<Order> read_header(CsvRow const& row) {
    Order order;
    for (auto const& cell : row.cells) {
        auto const found = std::find(columns.begin(), columns.end(), lowered(cell));
        if (found == columns.end()) {
            if (!order.empty() && order.front() == 0)
                bad_line(row.line, "unknown column \"" + cell + "\"; there are name,mac,ip,pool");
            return std::nullopt;
        }
        auto const column = static_cast<std::size_t>(found - columns.begin());
        if (std::find(order.begin(), order.end(), column) != order.end())
            bad_line(row.line, "column " + cell + " is there twice");
        order.push_back(column);
    }
    return order;
}

NewName to_name(CsvRow const& row, Order const& order) {
    if (row.cells.size() > order.size())
        bad_line(row.line, "expected " + std::to_string(order.size()) + " cells, found " +
                               std::to_string(row.cells.size()));
    std::array<std::string, 4> values;
    for (std::size_t i = 0; i < row.cells.size(); ++i)
        values[order[i]] = row.cells[i];
    if (values[0].empty()) bad_line(row.line, "name: required");
    if (values[3].empty()) bad_line(row.line, "pool: required");
    auto const present = [](std::string& text) {
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    };
    NewName name;
    name.name = std::move(values[0]);
    name.mac = present(values[1]);
    name.ip = present(values[2]);
    name.pool = std::move(values[3]);
    return name;
}

}  // namespace

NamesBatch parse_names_csv(std::string_view text) {
    CsvReader reader(text);
    NamesBatch batch;
    Order order{0, 1, 2, 3};
    bool first = true;
    while (auto const row = reader.next()) {
        if (row->blank()) continue;
        auto const header = first ? read_header(*row) : std::nullopt;
        first = false;
        if (header) {
            order = *header;
            continue;
        }
        batch.items.push_back(to_name(*row, order));
        batch.lines.push_back(row->line);
    }
    return batch;
}

}  // namespace ourea
