// SPDX-License-Identifier: Apache-2.0
// Consoles: two short loops between a WebSocket and a socket, with natural back-pressure.
#include "http/websocket.hpp"

#include "base/log.hpp"
#include "http/large_buffer.hpp"
#include "http/rfb_filter.hpp"
#include "http/splice.hpp"
#include "http/upgraded.hpp"
#include "http/wire.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <memory>
#include <optional>
#include <sys/socket.h>
#include <system_error>
#include <vector>

namespace ourea::http {

namespace asio = boost::asio;
namespace ws = boost::beast::websocket;
using namespace asio::experimental::awaitable_operators;

/// Beast finds these two by their argument when a WebSocket ends or is given up.
template <class Handler>
void async_teardown(boost::beast::role_type role, SplicingSocket& stream, Handler&& handler) {
    using ws::async_teardown;
    async_teardown(role, stream.socket(), std::forward<Handler>(handler));
}

void beast_close_socket(SplicingSocket& stream) {
    boost::system::error_code ignored;
    stream.socket().close(ignored);
}

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t small_buffer = 2 * 1024;
constexpr std::size_t worth_gathering = 4 * 1024;
constexpr std::size_t worth_splicing = 32 * 1024;
constexpr std::chrono::seconds close_time{5};
constexpr std::chrono::milliseconds leave_time{500};
constexpr std::string_view guest_closed = "The machine closed the console";
constexpr std::string_view browser_closed = "The browser closed the console";

/// Without compression: consoles send what is compressed already, and deflate would cost memory.
using Stream = ws::stream<SplicingSocket, false>;

/// What the guest's bytes pass through on their way.
struct Intake {
    std::optional<LargeBuffer> memory;
    std::optional<Pipe> pipe;
};

/// A close frame holds 123 bytes of UTF-8; a character is not cut in two.
ws::close_reason close_reason_of(std::uint16_t code, std::string_view reason) {
    constexpr std::size_t room = 123;
    if (reason.size() > room) {
        std::size_t end = room;
        while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80)
            --end;
        reason = reason.substr(0, end);
    }
    return {static_cast<ws::close_code>(code),
            boost::beast::string_view(reason.data(), reason.size())};
}

Socket adopt(asio::any_io_executor const& executor, UniqueFd fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::system_error(errno, std::generic_category(), "the guest's end is no socket");
    Socket socket(executor);
    socket.assign(asio::generic::stream_protocol(address.ss_family, 0), fd.get());
    [[maybe_unused]] int const owned_by_socket = fd.release();
    socket.non_blocking(true);
    return socket;
}

/// One console while bytes flow.
class Relay : public std::enable_shared_from_this<Relay> {
public:
    Relay(Stream& browser, UniqueFd guest, RelayOptions const& options)
        : browser_(browser),
          guest_(adopt(browser.get_executor(), std::move(guest))),
          input_(options.input),
          on_guest_end_(options.on_guest_end),
          cut_(browser.get_executor()) {
        if (input_ == RelayInput::rfb_view_only) filter_.emplace();
    }

    /// The first call decides; both loops then end.
    void finish(RelayEnder ender, std::uint16_t code, std::string reason);
    /// The browser closes, or answers our close.
    void see_close_frame();

    awaitable<void> from_guest();
    awaitable<void> from_browser();
    RelayEnd const& end() const { return end_; }

private:
    void cut_after(std::chrono::milliseconds patience);
    void see_guest_end();
    asio::const_buffer take(Intake& intake, boost::system::error_code& error);
    awaitable<void> drain_guest();
    std::size_t waiting_from_browser();
    awaitable<std::size_t> gather(asio::mutable_buffer room);
    awaitable<bool> to_guest(std::string_view bytes);
    awaitable<void> close_browser();

    Stream& browser_;
    Socket guest_;
    RelayInput input_;
    std::function<std::optional<Farewell>()> on_guest_end_;
    std::optional<RfbViewOnly> filter_;
    asio::steady_timer cut_;
    bool finished_ = false;
    std::uint16_t code_ = close_code::normal;
    RelayEnd end_;
};

void Relay::finish(RelayEnder ender, std::uint16_t code, std::string reason) {
    if (finished_) return;
    finished_ = true;
    end_.ender = ender;
    end_.reason = std::move(reason);
    code_ = code;
    boost::system::error_code ignored;
    guest_.close(ignored);
    // A browser that neither reads nor answers the close frame is cut off.
    cut_after(close_time);
}

void Relay::see_guest_end() {
    if (finished_) return;
    auto farewell = on_guest_end_ ? on_guest_end_() : std::nullopt;
    if (!farewell) farewell = {close_code::normal, std::string(guest_closed)};
    finish(RelayEnder::guest, farewell->code, std::move(farewell->reason));
}

void Relay::cut_after(std::chrono::milliseconds patience) {
    cut_.expires_after(patience);
    cut_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        auto self = weak.lock();
        boost::system::error_code ignored;
        if (!error && self) self->browser_.next_layer().socket().close(ignored);
    });
}

/// Beast goes on reading until the peer has closed its socket too, for which we do not wait long.
void Relay::see_close_frame() {
    cut_after(leave_time);
}

awaitable<void> Relay::from_guest() {
    while (!finished_) {
        auto [error] = co_await guest_.async_wait(Socket::wait_read, no_throw);
        if (error)
            see_guest_end();
        else if (!finished_)
            co_await drain_guest();
    }
    co_await close_browser();
}

/// What the guest has sent: much of it stays in the kernel, little is cheaper to copy. What the
/// filter must see is always copied.
asio::const_buffer Relay::take(Intake& intake, boost::system::error_code& error) {
    if (!filter_ && guest_.available(error) >= worth_splicing) {
        if (!intake.pipe) intake.pipe.emplace();
        browser_.next_layer().use(&*intake.pipe);
        auto const size = intake.pipe->take_from(guest_.native_handle());
        if (size > 0) return payload_in_pipe(static_cast<std::size_t>(size));
    }
    if (!intake.memory) intake.memory.emplace();
    auto const size = guest_.read_some(intake.memory->all(), error);
    return asio::buffer(intake.memory->data(), size);
}

/// Carries over what there is; buffer and pipe are held only for that long.
awaitable<void> Relay::drain_guest() {
    Intake intake;
    while (!finished_) {
        boost::system::error_code error;
        auto const bytes = take(intake, error);
        if (error == asio::error::would_block || error == asio::error::try_again) co_return;
        if (error) co_return see_guest_end();
        if (filter_) filter_->from_guest({static_cast<char const*>(bytes.data()), bytes.size()});
        auto [failed, sent] = co_await browser_.async_write(bytes, no_throw);
        if (failed)
            co_return finish(RelayEnder::browser, close_code::normal, std::string(browser_closed));
        end_.to_browser_bytes += bytes.size();
    }
}

std::size_t Relay::waiting_from_browser() {
    boost::system::error_code ignored;
    return browser_.next_layer().socket().available(ignored);
}

/// Keys and pointers fit the small buffer; a browser that pastes megabytes gets a large one for as
/// long as more of it is there.
awaitable<void> Relay::from_browser() {
    std::array<char, small_buffer> small;
    std::optional<LargeBuffer> large;
    while (!finished_) {
        if (waiting_from_browser() < worth_gathering)
            large.reset();
        else if (!large)
            large.emplace();
        auto const room = large ? large->all() : asio::buffer(small);
        auto const size = co_await gather(room);
        if (size == 0) {
            finish(RelayEnder::browser, close_code::normal, std::string(browser_closed));
            break;
        }
        std::string_view const bytes(static_cast<char const*>(room.data()), size);
        if (!co_await to_guest(bytes)) break;
    }
}

/// Beast reads a frame in at least two pieces; several of them make one write to the guest. What is
/// worth gathering holds more than control frames, so bytes that came are not kept back for long.
awaitable<std::size_t> Relay::gather(asio::mutable_buffer room) {
    std::size_t total = 0;
    do {
        auto [error, size] = co_await browser_.async_read_some(room + total, no_throw);
        if (error) break;  // what came before it still counts
        total += size;
    } while (total < room.size() && waiting_from_browser() >= worth_gathering);
    co_return total;
}

awaitable<bool> Relay::to_guest(std::string_view bytes) {
    if (input_ == RelayInput::none) co_return true;
    std::string filtered;
    if (filter_) {
        if (!filter_->from_browser(bytes, filtered)) {
            finish(RelayEnder::refused, close_code::protocol_error, filter_->error());
            co_return false;
        }
        bytes = filtered;
    }
    while (!bytes.empty()) {
        boost::system::error_code error;
        auto const size = guest_.write_some(asio::buffer(bytes), error);
        end_.to_guest_bytes += size;
        bytes.remove_prefix(size);
        if (error == asio::error::would_block || error == asio::error::try_again) {
            auto [failed] = co_await guest_.async_wait(Socket::wait_write, no_throw);
            error = failed;
        }
        if (error) {
            see_guest_end();
            co_return false;
        }
    }
    co_return true;
}

/// The other loop still reads, so the browser's answer to the close frame is seen there.
awaitable<void> Relay::close_browser() {
    if (!browser_.is_open()) co_return;
    auto const reason = close_reason_of(code_, end_.reason);
    co_await browser_.async_close(reason, no_throw);
}

class Console final : public WebSocket {
public:
    explicit Console(Socket& socket) : stream_(socket) {}

    awaitable<bool> accept(Headers const& handshake, std::string const& target,
                           std::string const& request_id, Response const& response);
    awaitable<RelayEnd> relay(UniqueFd guest, RelayOptions options) override;
    awaitable<void> close(std::uint16_t code, std::string reason) override;
    void stop();

private:
    static constexpr std::string_view stopping = "The portal is shutting down";

    Stream stream_;
    std::weak_ptr<Relay> relay_;
    bool stopped_ = false;
};

boost::beast::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

awaitable<bool> Console::accept(Headers const& handshake, std::string const& target,
                                std::string const& request_id, Response const& response) {
    boost::beast::http::request<boost::beast::http::empty_body> request;
    request.method(boost::beast::http::verb::get);
    request.target(view(target));
    for (auto const& field : handshake)
        request.insert(view(field.name), view(field.value));

    auto decorate = [&](ws::response_type& answer) {
        for (auto const& field : security_headers())
            answer.set(view(field.name), view(field.value));
        for (auto const& field : response.headers)
            answer.insert(view(field.name), view(field.value));
        answer.set("X-Request-Id", view(request_id));
        answer.set("Cache-Control", "no-store");
        if (!response.subprotocol.empty())
            answer.set("Sec-WebSocket-Protocol", view(response.subprotocol));
    };
    stream_.set_option(ws::stream_base::decorator(decorate));
    stream_.control_callback([this](ws::frame_type kind, boost::beast::string_view) {
        auto running = kind == ws::frame_type::close ? relay_.lock() : nullptr;
        if (running) running->see_close_frame();
    });
    auto timeout = ws::stream_base::timeout::suggested(boost::beast::role_type::server);
    timeout.handshake_timeout = close_time;
    // Half of it passes between two pings: proxies usually cut what is silent for a minute.
    timeout.idle_timeout = std::chrono::seconds(60);
    stream_.set_option(timeout);
    stream_.binary(true);
    stream_.auto_fragment(false);
    // Bytes are passed on as they come, so a message may be as long as it likes.
    stream_.read_message_max(0);
    auto [error] = co_await stream_.async_accept(request, no_throw);
    co_return !error;
}

awaitable<RelayEnd> Console::relay(UniqueFd guest, RelayOptions options) {
    auto relay = std::make_shared<Relay>(stream_, std::move(guest), options);
    relay_ = relay;
    if (options.on_start) {
        options.on_start([weak = relay_](std::string reason) {
            if (auto running = weak.lock())
                running->finish(RelayEnder::portal, close_code::policy, std::move(reason));
        });
    }
    if (stopped_) stop();
    auto both = relay->from_guest() && relay->from_browser();
    co_await std::move(both);
    co_return relay->end();
}

awaitable<void> Console::close(std::uint16_t code, std::string reason) {
    if (!stream_.is_open()) co_return;
    auto const why = close_reason_of(code, reason);
    co_await stream_.async_close(why, no_throw);
}

void Console::stop() {
    stopped_ = true;
    if (auto running = relay_.lock())
        running->finish(RelayEnder::portal, close_code::going_away, std::string(stopping));
}

}  // namespace

std::string_view to_string(RelayEnder ender) {
    switch (ender) {
        case RelayEnder::browser:
            return "browser";
        case RelayEnder::guest:
            return "guest";
        case RelayEnder::portal:
            return "portal";
        case RelayEnder::refused:
            return "refused";
    }
    return "unknown";
}

awaitable<void> serve_websocket(Socket& socket, Headers const& handshake, std::string target,
                                std::string request_id, Response const& response, EndHook& end) {
    Console console(socket);
    if (!co_await console.accept(handshake, target, request_id, response)) co_return;
    end = [&console] { console.stop(); };
    std::string failure;
    try {
        auto serving = response.websocket(console);
        co_await std::move(serving);
    } catch (std::exception const& error) {
        failure = error.what();
    }
    end = nullptr;
    if (failure.empty()) {
        co_await console.close(close_code::normal, "");
        co_return;
    }
    log::error("a console failed", {{"request_id", request_id}, {"error", failure}});
    co_await console.close(close_code::internal, "Something went wrong in the portal");
}

}  // namespace ourea::http
