"""A guest's serial line, as `virsh console` shows it, and the load that a test lets the guest work under."""

import os
import pty
import re
import select
import signal
import time

# Writes memory without end and counts how often, on both its consoles; leaves some time to what else the guest does.
LOAD = ("head -c 2097152 /dev/urandom >/tmp/noise; n=0; while :; do "
        "cat /tmp/noise /tmp/noise /tmp/noise /tmp/noise /tmp/noise /tmp/noise /tmp/noise /tmp/noise >/tmp/written; "
        "n=$((n+1)); echo \"counted $n.\" | tee /dev/tty1; usleep 100000; done")
COUNT = re.compile(rb"counted (\d+)\.")


class Serial:
    """Attached to the machine's first serial line until the `with` ends."""

    def __init__(self, host, name):
        self.seen = b""
        self.pid, self.line = pty.fork()
        if self.pid == 0:
            os.execvp("virsh", ["virsh", "-q", "-c", host.uri, "console", "--force", name])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.line)

    def send(self, text):
        os.write(self.line, text.encode() + b"\n")

    def wait(self, found, seconds=60):
        """What `found` makes of all that was seen since, as soon as it makes anything of it."""
        until = time.monotonic() + seconds
        while not (value := found(self.seen)):
            left = until - time.monotonic()
            if left < 0 or not select.select([self.line], [], [], left)[0]:
                raise TimeoutError(f"not on the serial line within {seconds} s; the last of it: {self.seen[-300:]!r}")
            self.seen += self._read()
        return value

    def _read(self):
        try:
            return os.read(self.line, 65536)
        except OSError:
            raise EOFError(f"virsh console ended: {self.seen[-300:]!r}") from None

    def prompt(self):
        """Waits for the shell; an empty line asks for it again, since the line forgets what nobody saw."""
        until = time.monotonic() + 90
        while time.monotonic() < until:
            self.send("")
            try:
                return self.wait(lambda seen: b"$ " in seen or b"# " in seen, 2)
            except TimeoutError:
                continue
        raise TimeoutError(f"no shell on the serial line: {self.seen[-300:]!r}")

    def count(self, beyond=0, seconds=60):
        """The load's counter once it is larger than `beyond`; raises AssertionError if it ever goes back."""
        def newest(seen):
            numbers = [int(number) for number in COUNT.findall(seen)]
            assert numbers == sorted(numbers), f"the counter went back: {numbers}"
            return numbers[-1] if numbers and numbers[-1] > beyond else None
        return self.wait(newest, seconds)
