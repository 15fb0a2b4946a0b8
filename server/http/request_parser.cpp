// SPDX-License-Identifier: Apache-2.0
// Beast's parser with our limits and what RFC 9112 demands beyond it.
#include "http/request_parser.hpp"

#include "http/target.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/string_body.hpp>

namespace ourea::http {

namespace beast = boost::beast::http;

namespace {

using Message = beast::request<beast::string_body>;

Refusal bad(std::string_view detail) {
    return {400, "invalid", detail};
}

Refusal refusal_of(boost::system::error_code error) {
    if (error == beast::error::header_limit)
        return {431, "too_large", "The header of the request is too large"};
    if (error == beast::error::body_limit)
        return {413, "too_large", "The body of the request is too large"};
    if (error == beast::error::bad_version) return {505, "invalid", "Only HTTP/1.1 is spoken here"};
    return bad("The request is not valid HTTP");
}

bool lists(Message const& message, beast::field field, char const* token) {
    auto const range = message.equal_range(field);
    for (auto i = range.first; i != range.second; ++i)
        if (beast::token_list(i->value()).exists(token)) return true;
    return false;
}

/// Framing and host must mean the same to us and to every proxy before us: else requests could be
/// smuggled.
Refusal check(Message const& message) {
    if (message.version() != 10 && message.version() != 11)
        return {505, "invalid", "Only HTTP/1.1 is spoken here"};
    auto const codings = message.equal_range(beast::field::transfer_encoding);
    if (codings.first != codings.second) {
        if (message.version() == 10 || std::next(codings.first) != codings.second ||
            message.count(beast::field::content_length) > 0)
            return bad("The request's length is ambiguous");
        if (!boost::beast::iequals(codings.first->value(), "chunked"))
            return {501, "invalid", "Only the transfer coding chunked is known here"};
    }
    auto const lengths = message.count(beast::field::content_length);
    auto const length = message[beast::field::content_length];
    if (lengths > 1 || length.find_first_not_of("0123456789") != length.npos)
        return bad("The request's length is ambiguous");
    auto const hosts = message.count(beast::field::host);
    if (hosts > 1 || (hosts == 0 && message.version() == 11))
        return bad("The request must name one host");
    return {};
}

}  // namespace

struct RequestParser::Impl {
    beast::request_parser<beast::string_body> parser;
};

RequestParser::RequestParser(Limits const& limits) : impl_(std::make_unique<Impl>()) {
    impl_->parser.eager(true);
    impl_->parser.header_limit(limits.header_bytes);
    impl_->parser.body_limit(limits.body_bytes);
}

RequestParser::~RequestParser() = default;

Refusal RequestParser::feed(std::string& bytes) {
    boost::system::error_code error;
    auto const used = impl_->parser.put(boost::asio::buffer(bytes), error);
    bytes.erase(0, used);
    if (!error || error == beast::error::need_more) return {};
    return refusal_of(error);
}

bool RequestParser::done() const {
    return impl_->parser.is_done();
}

bool RequestParser::awaits_body() const {
    return impl_->parser.is_header_done() && !impl_->parser.is_done();
}

bool RequestParser::expects_continue() const {
    auto const& message = impl_->parser.get();
    return message.version() == 11 &&
           boost::beast::iequals(message[beast::field::expect], "100-continue");
}

Refusal RequestParser::take(Incoming& in) {
    auto message = impl_->parser.release();
    if (auto refusal = check(message); refusal.status != 0) return refusal;
    auto& request = in.request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    if (!parse_target(request)) return bad("The address of the request is not valid");
    for (auto const& field : message)
        request.headers.add(std::string(field.name_string()), std::string(field.value()));
    in.head = message.method() == beast::verb::head;
    in.keep_alive = message.keep_alive();
    in.http_1_0 = message.version() == 10;
    in.upgrade = !in.http_1_0 && message.method() == beast::verb::get &&
                 lists(message, beast::field::connection, "upgrade") &&
                 lists(message, beast::field::upgrade, "websocket");
    request.body = std::move(message.body());
    return {};
}

}  // namespace ourea::http
