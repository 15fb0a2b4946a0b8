// SPDX-License-Identifier: Apache-2.0
// Converts between points in time and RFC 3339 text.
#include "base/time.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ourea {
namespace {

/// Reads exactly `width` digits at `pos`; -1 if they are not there.
int digits(std::string_view text, std::size_t pos, std::size_t width) {
    if (pos + width > text.size()) return -1;
    int value = 0;
    auto const* first = text.data() + pos;
    if (*first < '0' || *first > '9') return -1;
    auto [end, ec] = std::from_chars(first, first + width, value);
    return ec == std::errc{} && end == first + width ? value : -1;
}

/// Reads ".123456" at `pos` as milliseconds and moves `pos` behind it.
int fraction_ms(std::string_view text, std::size_t& pos) {
    if (pos >= text.size() || text[pos] != '.') return 0;
    int ms = 0;
    int scale = 100;
    for (++pos; pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; ++pos) {
        ms += (text[pos] - '0') * scale;
        scale /= 10;
    }
    return ms;
}

/// Reads "Z" or "+02:00" at `pos`; nothing if there is anything else.
std::optional<std::chrono::minutes> offset(std::string_view text, std::size_t pos) {
    if (text.substr(pos) == "Z" || text.substr(pos) == "z") return std::chrono::minutes(0);
    if (text.size() != pos + 6 || text[pos + 3] != ':') return std::nullopt;
    int const h = digits(text, pos + 1, 2);
    int const m = digits(text, pos + 4, 2);
    if (h < 0 || m < 0 || (text[pos] != '+' && text[pos] != '-')) return std::nullopt;
    auto const value = std::chrono::minutes(h * 60 + m);
    return text[pos] == '+' ? value : -value;
}

}  // namespace

Time now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

std::string to_rfc3339(Time t) {
    using namespace std::chrono;
    auto const day = floor<days>(t);
    year_month_day const date{day};
    hh_mm_ss const clock{t - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    int const y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
    int const h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
    if (y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60)
        return std::nullopt;
    year_month_day const date{year(y), month(static_cast<unsigned>(mo)),
                              std::chrono::day(static_cast<unsigned>(d))};
    if (!date.ok()) return std::nullopt;
    std::size_t pos = 19;
    int const ms = fraction_ms(text, pos);
    auto const zone = offset(text, pos);
    if (!zone) return std::nullopt;
    return Time(sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms) - *zone);
}

}  // namespace ourea
