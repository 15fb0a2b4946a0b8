"""A reader of the portal's server-sent events, in a thread of its own."""

import http.client
import json
import threading
import time


class Events:
    """Keeps what arrives, with the time of arrival; `wait` looks at the past as well as at the future."""

    def __init__(self, portal, last_event_id=None):
        self.seen = []
        self.closed = False
        self._changed = threading.Condition()
        self._connection = http.client.HTTPConnection(portal.host, portal.port, timeout=60)
        headers = {"Cookie": portal.cookie_header, "Accept": "text/event-stream"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        self._connection.request("GET", portal.base + "/api/v1/events", headers=headers)
        self._socket = self._connection.sock
        answer = self._connection.getresponse()
        self.status = answer.status
        assert answer.status == 200, answer.read()
        self._thread = threading.Thread(target=self._read, args=(answer,), daemon=True)
        self._thread.start()

    def _read(self, answer):
        event = {}
        try:
            for line in answer:
                text = line.decode().rstrip("\r\n")
                if text == "":
                    self._add(event)
                    event = {}
                elif not text.startswith(":"):
                    name, _, value = text.partition(":")
                    event[name] = event.get(name, "") + value.removeprefix(" ")
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def _add(self, event):
        if "data" in event:
            with self._changed:
                data = json.loads(event["data"])
                self.seen.append((time.monotonic(), event.get("event"), event.get("id"), data))
                self._changed.notify_all()

    def mark(self):
        """A place in the stream, from which `wait` may start."""
        with self._changed:
            return len(self.seen)

    def wait(self, kind, condition, seconds=60, since=0):
        """(arrival, data) of the first event of that kind that fulfils the condition."""
        deadline = time.monotonic() + seconds
        with self._changed:
            position = since
            while True:
                for when, name, _, data in self.seen[position:]:
                    position += 1
                    if name == kind and condition(data):
                        return when, data
                left = deadline - time.monotonic()
                if left <= 0 or self.closed:
                    raise TimeoutError(f"no such {kind} event within {seconds} s; seen: {self.seen[-10:]}")
                self._changed.wait(left)

    def close(self):
        try:
            self._socket.shutdown(2)
        except OSError:
            pass
        self._connection.close()
        self._thread.join(5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
