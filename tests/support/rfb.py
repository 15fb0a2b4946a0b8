"""The beginning of a VNC client (RFC 6143): enough to see a screen and to press a key."""

import struct


class Screen:
    """Shakes hands over anything with `read(count)` and `send(bytes)`."""

    def __init__(self, stream):
        self.stream = stream
        version = stream.read(12)
        assert version.startswith(b"RFB 003"), version
        stream.send(b"RFB 003.008\n")
        kinds = stream.read(stream.read(1)[0])
        assert 1 in kinds, f"the server wants authentication: {list(kinds)}"
        stream.send(b"\x01")
        assert stream.read(4) == b"\0\0\0\0"
        stream.send(b"\x01")
        head = stream.read(24)
        self.width, self.height = struct.unpack(">HH", head[:4])
        self.bytes_per_pixel = head[4] // 8
        self.name = stream.read(struct.unpack(">I", head[20:])[0]).decode()
        stream.send(struct.pack(">BxHi", 2, 1, 0))

    def picture(self, incremental=False):
        """The pixels of the next update that has some, as bytes."""
        self.stream.send(struct.pack(">BBHHHH", 3, incremental, 0, 0, self.width, self.height))
        while True:
            kind = self.stream.read(1)[0]
            if kind == 0:
                count = struct.unpack(">xH", self.stream.read(3))[0]
                return b"".join(self._rectangle() for _ in range(count))
            if kind == 3:
                self.stream.read(struct.unpack(">3xI", self.stream.read(7))[0])
            else:
                assert kind == 2, f"unknown message {kind}"

    def _rectangle(self):
        _, _, width, height, encoding = struct.unpack(">HHHHi", self.stream.read(12))
        assert encoding == 0, encoding
        return self.stream.read(width * height * self.bytes_per_pixel)

    def key(self, symbol):
        for down in (1, 0):
            self.stream.send(struct.pack(">BBxxI", 4, down, symbol))
