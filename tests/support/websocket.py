"""A WebSocket client (RFC 6455) in a few lines, for the consoles."""

import base64
import hashlib
import os
import socket
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Closed(Exception):
    """The peer closed, with a code and a reason."""

    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Rejected(Exception):
    """The handshake was answered with something else than 101."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:300]}")
        self.status, self.body = status, body


class WebSocket:
    def __init__(self, portal, path, protocols=(), origin=None, cookie=True, timeout=20):
        self.socket = socket.create_connection((portal.host, portal.port), timeout)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {portal.host}:{portal.port}", "Upgrade: websocket",
            "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
            f"Origin: {origin or f'http://{portal.host}:{portal.port}'}",
        ]
        if protocols:
            lines.append("Sec-WebSocket-Protocol: " + ", ".join(protocols))
        if cookie and portal.cookies:
            lines.append(f"Cookie: {portal.cookie_header}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._handshake(key)

    def _handshake(self, key):
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if status != 101:
            while len(self.buffer) < int(headers.get("content-length", 0)):
                self._more()
            self.socket.close()
            raise Rejected(status, self.buffer.decode(errors="replace"))
        expected = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert headers["sec-websocket-accept"] == expected
        self.protocol = headers.get("sec-websocket-protocol")

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise Closed(1006, "the connection ended")
        self.buffer += data

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def receive(self):
        """The next message's bytes; answers pings; raises Closed."""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self._take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._take(8))[0]
            payload = self._take(size)
            kind = first & 0x0F
            if kind == 8:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
                raise Closed(code, payload[2:].decode(errors="replace"))
            if kind == 9:
                self._send(10, payload)
            elif kind in (0, 1, 2):
                return payload

    def read(self, count):
        """Exactly `count` bytes of the stream that the messages carry."""
        data = getattr(self, "_stream", b"")
        while len(data) < count:
            data += self.receive()
        self._stream = data[count:]
        return data[:count]

    def send(self, data):
        self._send(2, data)

    def _send(self, kind, data):
        mask = os.urandom(4)
        size = len(data)
        head = bytes([0x80 | kind])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.socket.sendall(head + mask + masked)

    def close(self):
        try:
            self._send(8, struct.pack(">H", 1000))
        except OSError:
            pass
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
