"""A small client of the portal's REST API: cookies, the CSRF token, JSON; the standard library only."""

import http.client
import json
import time
import urllib.parse


class Refused(Exception):
    """An answer of 400 or more, with its problem document."""

    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem.get('detail') or problem}")
        self.status = status
        self.problem = problem


class Portal:
    """One signed-in session; a connection per request, so that it may be used from any thread."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.base = parts.hostname, parts.port, parts.path.rstrip("/")
        self.cookies = {}
        self.csrf = None
        self.timeout = 30

    @property
    def cookie_header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def raw(self, verb, path, body=None, headers=None):
        """(status, headers, bytes) of one request; `body` is bytes or None."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            sent = dict(headers or {})
            if self.cookies:
                sent.setdefault("Cookie", self.cookie_header)
            if verb != "GET" and self.csrf:
                sent.setdefault("X-CSRF-Token", self.csrf)
                sent.setdefault("Origin", f"http://{self.host}:{self.port}")
            connection.request(verb, path, body, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name.strip()] = value.strip()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def call(self, verb, path, body=None, **query):
        """The JSON of the answer (None when it is empty); raises Refused."""
        if not path.startswith(self.base + "/api/"):
            path = self.base + "/api/v1" + path
        if query:
            path += "?" + urllib.parse.urlencode(
                {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()})
        sent = None if body is None else json.dumps(body).encode()
        status, _, text = self.raw(verb, path, sent, {"Content-Type": "application/json"} if sent else None)
        answer = json.loads(text) if text else None
        if status >= 400:
            raise Refused(status, answer or {})
        return answer

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def post(self, path, body=None, **query):
        return self.call("POST", path, body, **query)

    def put(self, path, body, **query):
        return self.call("PUT", path, body, **query)

    def patch(self, path, body, **query):
        return self.call("PATCH", path, body, **query)

    def delete(self, path, **query):
        return self.call("DELETE", path, **query)

    def sign_in(self, name, password):
        session = self.post("/session", {"username": name, "password": password})
        self.csrf = session["csrf_token"]
        return session


def wait_for(condition, seconds, what, every=0.05):
    """The first true value of `condition()`; raises TimeoutError that says what was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(every)
