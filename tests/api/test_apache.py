"""A real Apache in front, with the configuration that is shipped: at the root over TCP, below a path over the UNIX socket."""

import base64
import json
import pathlib
import socket
import tempfile
import threading

import pytest
from support import ROOT, Portal, Refused, wait_for
from support.apache import Apache
from support.events import Events
from support.server import Server
from support.websocket import WebSocket

PEOPLE = {"alice": "wonder land", "bob": "a builder's word", "no such name": "some words"}
SCREEN_PORT = 5999  # of the machine `runner` in tests/data/test-host.xml


class Site:
    """The portal, and the Apache through which people reach it."""

    def __init__(self, folder, path):
        self.server = Server(folder)
        self.server.base_path = path
        self.server.options = ("--trusted-proxies", "127.0.0.1,unix", "--remote-user-header", "X-Remote-User",
                               "--password-sign-in", "yes")
        backend, self.run = self.server.url, None
        if path:
            self.run = tempfile.TemporaryDirectory(prefix="ourea-run-")
            pathlib.Path(self.run.name).chmod(0o755)  # as /run/ourea is for the group
            place = f"{self.run.name}/ourea.sock"
            self.server.options += ("--base-path", path)
            self.server.listen_also = f",unix:{place}"
            backend = f"unix:{place}|http://ourea"
        self.server.add_user("admin", "administrator")
        self.server.add_user("user", "user")
        self.server.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
        self.server.start()
        self.apache = Apache(backend, path, PEOPLE)

    def stop(self):
        self.apache.stop()
        self.server.stop()
        if self.run:
            self.run.cleanup()

    def browser(self):
        return Portal(self.apache.url)

    def signed_in(self, name):
        portal = self.browser()
        status, session = sign_in(portal, name)
        assert status == 200, session
        portal.csrf = session["csrf_token"]
        return portal


def basic(name, password=None):
    return "Basic " + base64.b64encode(f"{name}:{password or PEOPLE[name]}".encode()).decode()


def sign_in(portal, name, password=None, **headers):
    sent = {"Authorization": basic(name, password), "Origin": f"http://{portal.host}:{portal.port}",
            **{key.replace("_", "-"): value for key, value in headers.items()}}
    status, _, text = portal.raw("POST", portal.base + "/api/v1/session/single-sign-on", b"", sent)
    return status, json.loads(text) if status in (200, 403) else text


@pytest.fixture(scope="module", params=["", "/ourea"], ids=["root, TCP", "path, UNIX socket"])
def site(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("apache")
    made = Site(folder, request.param)
    yield made
    made.stop()


def test_first_sight_makes_an_account_with_the_defaults(site):
    admin = site.server.portal()
    settings = admin.get("/settings")
    settings["new_accounts"]["quota"]["instances"] = 2
    admin.put("/settings", settings)
    portal = site.browser()
    status, headers, _ = portal.raw("GET", portal.base + "/single-sign-on")
    assert status == 401 and headers["WWW-Authenticate"].startswith("Basic")
    assert sign_in(portal, "alice", "wrong password")[0] == 401
    status, session = sign_in(portal, "alice")
    assert status == 200 and session["user"] == "alice" and session["source"] == "proxy"
    me = portal.get("/me")
    assert me["source"] == "proxy" and me["quota"]["instances"] == 2 and me["role"] == "user"


def test_a_browser_is_told_of_the_ways(site):
    portal = site.browser()
    options = portal.get("/sign-in-options")
    assert options["single_sign_on"] == {"available": True, "user": None}
    assert options["password"]
    status, _, page = portal.raw("GET", portal.base + "/single-sign-on", None, {"Authorization": basic("bob")})
    assert status in (200, 503)  # the front end may not be built


def test_a_name_that_is_none_is_refused_with_the_reason(site):
    status, problem = sign_in(site.browser(), "no such name")
    assert status == 403 and "user name" in problem["detail"]


def test_the_header_of_a_client_is_stripped(site):
    portal = site.browser()
    for path in ("/api/v1/sign-in-options", "/api/v1/me"):
        status, _, text = portal.raw("GET", portal.base + path, None, {"X-Remote-User": "admin"})
        assert status in (200, 401) and b"admin" not in text
    status, session = sign_in(portal, "bob", X_Remote_User="admin")
    assert status == 200 and session["user"] == "bob"
    for dropped in ("X-Remote-User", "X-Forwarded-For", "X-Forwarded-Proto, X-Forwarded-Host"):
        other = site.browser()
        status, session = sign_in(other, "bob", X_Remote_User="admin", Connection=f"close, {dropped}")
        assert status == 403 or session["user"] == "bob", dropped


@pytest.mark.parametrize("spelling", [
    "/api/v1/session/%73ingle-sign-on", "/api/v1/session//single-sign-on", "/api/v1//session/single-sign-on",
    "/api/v1/x/../session/single-sign-on", "/api/v1/session/single-sign-on/", "/api/v1/session/single-sign-on?x=1",
    "/api/v1/session/./single-sign-on", "/api/v1/session/single-sign-on%3f"])
def test_no_spelling_of_the_address_goes_around_the_check(site, spelling):
    portal = site.browser()
    for headers in ({"X-Remote-User": "admin"}, {}):
        status, _, text = portal.raw("POST", portal.base + spelling, b"", headers)
        assert status >= 400, text
    assert "ourea_session" not in portal.cookies


def test_people_are_where_they_are_and_not_where_they_say(site):
    portal = site.browser()
    status, _ = sign_in(portal, "alice", X_Forwarded_For="198.51.100.7", X_Forwarded_Host="evil.example")
    assert status == 200
    rows = site.server.portal().get("/audit", actor="alice", action="session.sign_in")["items"]
    assert {row["address"] for row in rows} == {"127.0.0.1"} and {row["via"] for row in rows} == {"proxy"}
    status, _ = sign_in(site.browser(), "alice", Origin="http://evil.example", X_Forwarded_Host="evil.example")
    assert status == 403


def test_writes_need_our_own_page(site):
    portal = site.signed_in("alice")
    key = json.dumps({"name": "one"}).encode()
    path = portal.base + "/api/v1/me/tokens"
    headers = {"Content-Type": "application/json"}
    assert portal.raw("POST", path, key, {**headers, "Origin": "http://evil.example"})[0] == 403
    assert portal.raw("POST", path, key, headers)[0] == 201


def test_events_arrive_at_once(site):
    portal = site.signed_in("alice")
    admin = site.server.portal()
    machine = admin.get("/instances")["items"][0]["id"]
    with Events(portal) as events:
        admin.put(f"/instances/{machine}/grants/user:alice", {"see": True})
        events.wait("instance", lambda change: change is not None)
        # One more, which comes although no buffer is full and nothing follows it.
        mark = events.mark()
        admin.delete(f"/instances/{machine}/grants/user:alice")
        events.wait("instance", lambda change: True, since=mark)


def test_signing_out_ends_the_stream(site):
    portal = site.signed_in("bob")
    with Events(portal) as events:
        portal.delete("/session")
        events._thread.join(10)
        assert events.closed


def test_a_console_goes_both_ways(site):
    admin = site.server.portal()
    runner = wait_for(
        lambda: next((row["id"] for row in admin.get("/instances")["items"] if row["name"] == "runner"), None), 30, "runner")
    site.signed_in("alice")
    admin.put(f"/instances/{runner}/grants/user:alice", {"console": True})
    portal = site.signed_in("alice")
    with socket.create_server(("127.0.0.1", SCREEN_PORT)) as screen:
        guest = threading.Thread(target=echo, args=(screen,), daemon=True)
        guest.start()
        ticket = portal.post(f"/instances/{runner}/console", {"kind": "vnc", "view_only": False})
        assert ticket["path"] == portal.base + "/console"
        with WebSocket(portal, ticket["path"], ["binary", "ourea.ticket." + ticket["ticket"]]) as console:
            for size in (1, 1000, 100_000):
                console.send(b"x" * size)
                assert console.read(size) == b"x" * size
        guest.join(20)
        assert not guest.is_alive(), "the end of the browser ends the guest's side"


def echo(listener):
    peer, _ = listener.accept()
    with peer:
        while data := peer.recv(65536):
            peer.sendall(data)


def test_tokens_work_beside_it(site):
    portal = site.signed_in("alice")
    token = portal.post("/me/tokens", {"name": f"script{site.apache.path[1:]}"})["token"]
    script = site.browser()
    status, _, text = script.raw("GET", script.base + "/api/v1/me", None, {"Authorization": f"Bearer {token}"})
    assert status == 200 and json.loads(text)["name"] == "alice"
    assert script.raw("GET", script.base + "/api/v1/me", None, {"Authorization": "Bearer wrong"})[0] == 401


def test_passwords_that_apache_checks_stay_there():
    with socket.create_server(("127.0.0.1", 0)) as backend, Apache(
            f"http://127.0.0.1:{backend.getsockname()[1]}", users=PEOPLE) as apache:
        for sent, arrives in ((basic("alice"), False), ("Bearer ourea_script", True)):
            with socket.create_connection(("127.0.0.1", apache.port)) as browser:
                browser.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {sent}\r\nConnection: close\r\n\r\n".encode())
                peer, _ = backend.accept()
                with peer:
                    asked = peer.recv(65536).decode()
                    peer.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            assert asked.startswith("GET / HTTP/1.1") and (f"Authorization: {sent}" in asked) == arrives
            assert arrives or "Authorization" not in asked


def test_passwords_work_beside_it(site):
    portal = site.browser()
    portal.sign_in("user", "staple and paperclip")
    assert portal.get("/session")["source"] == "password"
    with pytest.raises(Refused) as refused:
        site.browser().sign_in("alice", PEOPLE["alice"])
    assert refused.value.status == 401


def test_the_bare_path_leads_to_the_pages(site):
    portal = Portal(f"http://127.0.0.1:{site.apache.port}")
    if site.apache.path:
        status, headers, _ = portal.raw("GET", "/ourea")
        assert status == 308 and headers["Location"].endswith(f":{site.apache.port}/ourea/")
    else:
        status, headers, _ = portal.raw("GET", "/")
        assert status == 200 and headers["Content-Type"].startswith("text/html")
