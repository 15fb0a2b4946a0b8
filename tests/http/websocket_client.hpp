// SPDX-License-Identifier: Apache-2.0
// A blocking WebSocket client over the test client's socket, RFC 6455.
#pragma once

#include "loopback.hpp"

namespace ourea::http {

struct Frame {
    unsigned opcode = 0;
    std::string payload;
};

inline constexpr unsigned text_frame = 1, binary_frame = 2, close_frame = 8, ping_frame = 9,
                          pong_frame = 10;

class WebSocketClient {
public:
    explicit WebSocketClient(Client client, std::string const& fields = "")
        : client_(std::move(client)) {
        client_.send(
            "GET /console HTTP/1.1\r\nHost: ourea\r\nConnection: keep-alive, Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            fields + "\r\n");
        handshake = read_head(client_);
    }

    bool send(unsigned opcode, std::string payload) {
        std::string frame(1, static_cast<char>(0x80 | opcode));
        auto const size = payload.size();
        int const bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
        frame += static_cast<char>(0x80 | (bytes == 0 ? size : bytes == 2 ? 126 : 127));
        for (int i = bytes - 1; i >= 0; --i)
            frame += static_cast<char>((size >> (8 * i)) & 0xff);
        std::string const mask = "mask";
        for (std::size_t i = 0; i < payload.size(); ++i)
            payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
        return client_.send(frame + mask + payload);
    }

    Frame receive() {
        auto const head = client_.read_exactly(2);
        if (head.size() < 2) throw std::runtime_error("the WebSocket ended without a close frame");
        std::uint64_t size = static_cast<unsigned char>(head[1]);
        std::size_t const more = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (more > 0) {
            size = 0;
            for (char c : client_.read_exactly(more))
                size = (size << 8) | static_cast<unsigned char>(c);
        }
        return {static_cast<unsigned>(head[0]) & 15u, client_.read_exactly(size)};
    }

    /// The code and the reason with which the server closes; what else it sends is skipped.
    std::pair<unsigned, std::string> receive_close() {
        for (;;) {
            auto const frame = receive();
            if (frame.opcode != close_frame) continue;
            send(close_frame, frame.payload);
            ::shutdown(client_.fd(), SHUT_WR);
            auto const* code = reinterpret_cast<unsigned char const*>(frame.payload.data());
            return {(unsigned{code[0]} << 8) | code[1], frame.payload.substr(2)};
        }
    }

    /// `size` bytes of data, from as many frames as it takes.
    std::string receive_bytes(std::size_t size) {
        while (data_.size() < size)
            data_ += receive().payload;
        auto bytes = data_.substr(0, size);
        data_.erase(0, size);
        return bytes;
    }

    Client& socket() { return client_; }

    Reply handshake;

private:
    Client client_;
    std::string data_;
};

}  // namespace ourea::http
