// SPDX-License-Identifier: Apache-2.0
// Packs buckets of figures into a short text and reads them again.
#include "core/history_chunk.hpp"

#include <algorithm>
#include <cmath>

namespace ourea {
namespace {

constexpr std::array host_precisions{Precision::tenth, Precision::whole, Precision::whole,
                                     Precision::tenth, Precision::mebibyte};
constexpr std::array instance_precisions{Precision::tenth,   Precision::whole,
                                         Precision::percent, Precision::percent,
                                         Precision::percent, Precision::percent};
static_assert(host_precisions.size() == host_figures);
static_assert(instance_precisions.size() == instance_figures);

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char separator = ',';
/// What a digit holds beside the bit that says that more follow.
constexpr unsigned digit_bits = 5;
constexpr std::uint64_t more = 1U << digit_bits;

enum class Token : std::uint64_t { difference, repetition, gap };
constexpr unsigned token_bits = 2;
/// Larger ones are damage, or a figure beyond everything that is measured.
constexpr double largest = 1e15;

constexpr double bytes_per_mib = 1024.0 * 1024.0;
/// Steps of one percent.
constexpr double rate_steps = 100.0;

std::int64_t to_whole(double value, Precision precision) {
    auto const bounded = std::min(std::max(value, 0.0), largest);
    switch (precision) {
        case Precision::tenth:
            return std::llround(bounded * 10.0);
        case Precision::mebibyte:
            return std::llround(bounded / bytes_per_mib);
        case Precision::percent:
            return std::llround(rate_steps * std::log1p(bounded));
        case Precision::whole:
            break;
    }
    return std::llround(bounded);
}

double from_whole(std::int64_t whole, Precision precision) {
    auto const value = static_cast<double>(whole);
    switch (precision) {
        case Precision::tenth:
            return value / 10.0;
        case Precision::mebibyte:
            return value * bytes_per_mib;
        case Precision::percent:
            return std::min(largest, std::round(std::expm1(value / rate_steps)));
        case Precision::whole:
            break;
    }
    return value;
}

void put(std::string& out, Token token, std::uint64_t payload) {
    auto rest = payload << token_bits | static_cast<std::uint64_t>(token);
    do {
        auto const low = rest % more;
        rest /= more;
        out += digits[rest > 0 ? low + more : low];
    } while (rest > 0);
}

/// Small differences of either sign become small numbers.
std::uint64_t folded(std::int64_t difference) {
    auto const doubled = static_cast<std::uint64_t>(difference) << 1U;
    return difference < 0 ? ~doubled : doubled;
}

std::int64_t unfolded(std::uint64_t number) {
    auto const half = static_cast<std::int64_t>(number >> 1U);
    return number % 2 == 0 ? half : -half - 1;
}

/// Gathers equal tokens; `flush()` writes what has come together.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void add(std::optional<std::int64_t> value) {
        if (!value) return count(Token::gap);
        if (value == last_) return count(Token::repetition);
        flush();
        put(out_, Token::difference, folded(*value - last_));
        last_ = *value;
    }
    /// Gaps at the end are not written.
    void end() {
        if (running_ == Token::repetition) flush();
    }

private:
    void count(Token token) {
        if (running_ != token) flush();
        running_ = token;
        ++length_;
    }
    void flush() {
        if (length_ > 0) put(out_, running_, length_ - 1);
        length_ = 0;
    }

    std::string& out_;
    std::int64_t last_ = 0;
    Token running_ = Token::gap;
    std::uint64_t length_ = 0;
};

/// The next number of the text, or nothing at its end or where it is damaged.
std::optional<std::uint64_t> take(std::string_view& text) {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 64 && !text.empty(); shift += digit_bits) {
        auto const digit = digits.find(text.front());
        if (digit == digits.npos) return std::nullopt;
        text.remove_prefix(1);
        number |= (digit % more) << shift;
        if (digit < more) return number;
    }
    return std::nullopt;
}

void unpack_figure(std::string_view text, Precision precision, std::size_t figure, Chunk& chunk) {
    std::int64_t last = 0;
    std::size_t bucket = 0;
    while (auto const number = take(text)) {
        auto const payload = *number >> token_bits;
        auto const token = static_cast<Token>(*number % (1U << token_bits));
        if (token > Token::gap) return;
        bool const run = token != Token::difference;
        if (!run) last += unfolded(payload);
        if (last < 0 || static_cast<double>(last) > largest) return;
        auto const room = chunk.size() - bucket;
        if (room == 0 || (run && payload >= room)) return;
        auto const end = bucket + 1 + (run ? static_cast<std::size_t>(payload) : 0);
        if (token == Token::gap) bucket = end;
        for (; bucket < end; ++bucket)
            chunk[bucket][figure] = from_whole(last, precision);
    }
}

}  // namespace

std::span<Precision const> precisions(HistoryKind kind) {
    if (kind == HistoryKind::host) return host_precisions;
    return instance_precisions;
}

std::string pack(Chunk const& chunk, HistoryKind kind) {
    std::string text;
    auto const exact = precisions(kind);
    for (std::size_t figure = 0; figure < exact.size(); ++figure) {
        if (figure > 0) text += separator;
        Writer writer(text);
        for (auto const& point : chunk) {
            auto const& value = point[figure];
            writer.add(value ? std::optional(to_whole(*value, exact[figure])) : std::nullopt);
        }
        writer.end();
    }
    return text;
}

Chunk unpack(std::string_view text, HistoryKind kind, std::int64_t buckets) {
    Chunk chunk(static_cast<std::size_t>(buckets));
    auto const exact = precisions(kind);
    for (std::size_t figure = 0; figure < exact.size() && !text.empty(); ++figure) {
        auto const end = text.find(separator);
        unpack_figure(text.substr(0, end), exact[figure], figure, chunk);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return chunk;
}

Point average(std::span<Point const> points) {
    Point result;
    for (std::size_t figure = 0; figure < most_figures; ++figure) {
        double sum = 0;
        double count = 0;
        for (auto const& point : points) {
            sum += point[figure].value_or(0);
            count += point[figure] ? 1 : 0;
        }
        if (count > 0) result[figure] = sum / count;
    }
    return result;
}

}  // namespace ourea
