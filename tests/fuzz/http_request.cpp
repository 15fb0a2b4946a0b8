// SPDX-License-Identifier: Apache-2.0
// Fuzzes the request parser: no bytes, however split, may do more than be refused.
#include "http/cookie.hpp"
#include "http/files.hpp"
#include "http/origin.hpp"
#include "http/request_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace ourea::http;

struct Outcome {
    unsigned status = 0;
    bool done = false;
    std::string target, body;

    bool operator==(Outcome const&) const = default;
};

Outcome parse(std::string_view bytes, std::size_t piece) {
    Limits limits;
    limits.header_bytes = 512;
    limits.body_bytes = 256;
    RequestParser parser(limits);
    Outcome outcome;
    std::string received;
    for (; !bytes.empty() && !parser.done(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        received += bytes.substr(0, piece);
        outcome.status = parser.feed(received).status;
        if (outcome.status != 0) return outcome;
    }
    outcome.done = parser.done();
    if (!outcome.done) return outcome;
    Incoming in;
    outcome.status = parser.take(in).status;
    outcome.target = in.request.target;
    outcome.body = in.request.body;
    static_cast<void>(same_origin(in.request, true));
    static_cast<void>(cookie(in.request, "session"));
    static_cast<void>(
        encoding_quality(in.request.headers.joined("Accept-Encoding").value_or(""), "br"));
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view const bytes(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const whole = parse(bytes, bytes.size());
    auto const split = parse(bytes, 1u + data[0] % 64u);
    // A limit may strike earlier when everything comes at once; what is accepted must be the same.
    if (whole.done && split.done && whole != split) std::abort();
    return 0;
}
