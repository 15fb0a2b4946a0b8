"""Single sign-on: a web server in front says who is there, and nobody else can."""

import json

import pytest
from support import Portal

HEADER = "X-Remote-User"
TRUSTED = ("--trusted-proxies", "127.0.0.1", "--remote-user-header", HEADER)


@pytest.fixture
def start(new_server):
    """Starts a server with these options, and answers a function that calls it as the web server would."""
    def begin(*options):
        new_server.add_user("admin", "administrator")
        new_server.options = (*new_server.options, *options)
        new_server.start()
        return caller(Portal(new_server.url))
    return begin


def caller(portal):
    def call(verb, path, user=None, body=None, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if user is not None:
            sent[HEADER] = user
        text = None if body is None else json.dumps(body).encode()
        if text:
            sent["Content-Type"] = "application/json"
        status, answer, data = portal.raw(verb, "/api/v1" + path, text, sent)
        return status, answer, json.loads(data) if data else None
    call.portal = portal
    return call


def refusals(server):
    return [row for row in server.portal().get("/audit", action="session.single_sign_on")["items"]]


def test_first_sight_makes_an_account_and_a_session(start, new_server):
    call = start(*TRUSTED, "--remote-user-forms", "*@EXAMPLE.ORG,CORP\\*", "--sign-out-url", "https://sso.example.org/out")
    status, _, options = call("GET", "/sign-in-options", "Alice@example.org")
    assert status == 200 and options == {
        "password": True, "single_sign_on": {"available": True, "user": "alice"},
        "sign_out_url": "https://sso.example.org/out"}
    assert call("GET", "/sign-in-options")[2]["single_sign_on"] == {"available": True, "user": None}
    status, _, session = call("POST", "/session/single-sign-on", "CORP\\Alice")
    assert status == 200 and session["user"] == "alice" and session["role"] == "user"
    assert session["source"] == "proxy" and "again" in session["sign_out_note"]
    assert call("GET", "/session")[2]["source"] == "proxy"
    assert call("GET", "/me", "alice")[2]["source"] == "proxy"
    admin = new_server.portal()
    records = admin.get("/audit", actor="alice")["items"]
    assert [(row["action"], row["via"]) for row in records] == [("session.sign_in", "proxy"), ("user.create", "proxy")]
    assert records[0]["detail"] == {"named": "CORP\\Alice"}
    assert admin.get("/users/alice/sessions")["items"][0]["source"] == "proxy"
    assert admin.get("/session")["sign_out_note"] is None


def test_a_new_account_gets_what_the_settings_say(start, new_server):
    call = start(*TRUSTED)
    admin = new_server.portal()
    admin.post("/groups", {"name": "students"})
    settings = admin.get("/settings")
    settings["new_accounts"] |= {"groups": ["students"], "can_clone": True}
    settings["new_accounts"]["quota"]["instances"] = 3
    admin.put("/settings", settings)
    call("POST", "/session/single-sign-on", "alice")
    me = call("GET", "/me", "alice")[2]
    assert me["groups"] == ["students"] and me["quota"]["instances"] == 3 and me["can_clone"]


def test_a_session_is_not_the_next_persons(start, new_server):
    call = start(*TRUSTED)
    call("POST", "/session/single-sign-on", "alice")
    assert call("GET", "/me", "alice")[0] == 200
    assert call("GET", "/me", "bob")[0] == 401
    assert call("GET", "/me", "alice")[0] == 200
    planted = dict(call.portal.cookies)
    assert call("POST", "/session/single-sign-on", "bob")[2]["user"] == "bob"
    call.portal.cookies = planted
    assert call("GET", "/me")[0] == 401, "the session that was replaced has ended"
    assert new_server.portal().get("/users/alice/sessions")["items"] == []


def test_a_planted_cookie_is_not_adopted(start):
    call = start(*TRUSTED)
    call.portal.cookies["ourea_session"] = "0" * 64
    status, headers, _ = call("POST", "/session/single-sign-on", "alice")
    assert status == 200 and "0" * 64 not in headers["Set-Cookie"]


def test_a_foreign_page_signs_nobody_in(start):
    call = start(*TRUSTED)
    assert call("POST", "/session/single-sign-on", "alice", Origin="https://evil.example")[0] == 403
    assert call("GET", "/session/single-sign-on", "alice")[0] == 405


def test_an_account_with_a_password_is_open_only_by_leave(start, new_server):
    call = start(*TRUSTED)
    status, _, problem = call("POST", "/session/single-sign-on", "admin")
    assert status == 403 and "single-sign-on-link" in problem["detail"]
    assert [row["result"] for row in refusals(new_server)] == ["refused"]
    new_server.stop()
    new_server.options += ("--single-sign-on-link", "yes")
    new_server.start()
    assert call("POST", "/session/single-sign-on", "admin")[2]["role"] == "administrator"


def test_an_account_without_a_password_waits_for_the_web_server(start, new_server):
    new_server.command("user", "add", "chief", "--role", "administrator")
    call = start(*TRUSTED)
    assert call("POST", "/session/single-sign-on", "chief")[2]["role"] == "administrator"


def test_without_leave_no_account_is_made(start, new_server):
    call = start(*TRUSTED, "--single-sign-on-create", "no")
    status, _, problem = call("POST", "/session/single-sign-on", "nobody")
    assert status == 403 and "no account" in problem["detail"]
    assert [row["object_name"] for row in refusals(new_server)] == ["nobody"]


def test_the_header_counts_from_nobody_else(start, new_server):
    call = start("--trusted-proxies", "192.0.2.0/24,unix", "--remote-user-header", HEADER)
    for path in ("/me", "/sign-in-options", "/instances"):
        status, _, problem = call("GET", path, "admin")
        assert status == 400 and HEADER in problem["detail"]
    assert call("POST", "/session/single-sign-on", "admin")[0] == 400
    assert call.portal.raw("GET", "/", None, {HEADER: "admin"})[0] == 400
    assert call.portal.raw("GET", "/console", None, {HEADER: "admin"})[0] == 400
    assert call("POST", "/session/single-sign-on")[0] == 403
    assert call("GET", "/sign-in-options")[2]["single_sign_on"] == {"available": False, "user": None}
    rows = refusals(new_server)
    assert len(rows) == 6 and {(row["actor"], row["object_name"], row["result"], row["address"]) for row in rows} == {
        (None, "admin", "refused", "127.0.0.1")}


@pytest.mark.parametrize("name", ["a b", "../etc", "x" * 400, "-x", "root\tadmin", '"}{"', "\u00fcn\u00ef", "a@b", "a\x7fb"])
def test_a_name_that_fits_no_account_is_refused_and_written_down(start, new_server, name):
    call = start(*TRUSTED)
    status, _, problem = call("POST", "/session/single-sign-on", name.encode())
    assert status in (400, 403), problem
    if status == 400:
        return  # no header may hold this
    assert "user name" in problem["detail"]
    row = refusals(new_server)[0]
    assert row["result"] == "refused" and row["actor"] is None and row["object_name"].isprintable()
    assert len(row["object_name"]) <= 64 and row["object_name"].isascii()
    new_server.command("audit", "verify")


@pytest.mark.parametrize("name", [b"alice\r\nX-Other: 1", b"alice\nx", b"alice\0"])
def test_control_characters_reach_nothing(start, new_server, name):
    import socket
    start(*TRUSTED)
    with socket.create_connection(("127.0.0.1", new_server.port), 20) as raw:
        raw.sendall(b"POST /api/v1/session/single-sign-on HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nX-Remote-User: " +
                    name + b"\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    made = [user["name"] for user in new_server.portal().get("/users")["items"]]
    assert set(made) <= {"admin", "alice"}
    assert answer.startswith(b"HTTP/1.1 400") or b'"user":"alice"' in answer
    assert b"X-Other" not in new_server.log.read_bytes()


def test_the_header_twice_is_refused(start, new_server):
    import http.client
    start(*TRUSTED)
    connection = http.client.HTTPConnection("127.0.0.1", new_server.port, timeout=20)
    connection.putrequest("POST", "/api/v1/session/single-sign-on")
    for name in ("alice", "admin"):
        connection.putheader(HEADER, name)
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def test_behind_tls_the_cookie_is_secure_and_the_origin_right(start, new_server):
    call = start(*TRUSTED)
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "portal.example.org",
                 "X_Forwarded_For": "203.0.113.5, 198.51.100.7"}
    status, headers, _ = call("POST", "/session/single-sign-on", "alice", Origin="https://portal.example.org", **forwarded)
    assert status == 200 and "; Secure" in headers["Set-Cookie"]
    foreign = call("POST", "/session/single-sign-on", "alice", Origin=f"http://127.0.0.1:{new_server.port}", **forwarded)
    assert foreign[0] == 403
    assert new_server.portal().get("/users/alice/sessions")["items"][0]["address"] == "198.51.100.7"


def test_nobody_untrusted_says_where_they_are(start, new_server):
    call = start()
    forwarded = {"X_Forwarded_For": "198.51.100.7", "X_Forwarded_Proto": "https"}
    body = {"username": "admin", "password": "wrong password"}
    for number in range(3):
        call("POST", "/session", body=body, X_Forwarded_For=f"198.51.100.{number}")
    call("POST", "/session/single-sign-on", **forwarded)
    status, headers, _ = call("POST", "/session", body={"username": "admin", "password": "correct horse battery"}, **forwarded)
    assert status == 200 and "Secure" not in headers["Set-Cookie"]
    records = new_server.portal().get("/audit", action="session.sign_in")["items"]
    assert len(records) >= 4 and {row["address"] for row in records} == {"127.0.0.1"}


def test_throttling_counts_people_not_the_web_server(start):
    call = start(*TRUSTED)
    def attempt(name, address):
        return call("POST", "/session", body={"username": name, "password": "wrong password"}, X_Forwarded_For=address)[0]
    answers = (attempt(f"nobody{n}", "198.51.100.7") for n in range(100))
    assert next(answers) == 401 and 429 in answers
    assert attempt("somebody", "198.51.100.8") == 401
    # Whatever the person writes in front of it does not make them another one.
    assert 429 in (attempt(f"somebody{n}", f"203.0.113.{n}, 198.51.100.7") for n in range(49))


def test_passwords_can_be_turned_off(start):
    call = start(*TRUSTED, "--password-sign-in", "no")
    assert call("GET", "/sign-in-options")[2]["password"] is False
    status, _, problem = call("POST", "/session", body={"username": "admin", "password": "correct horse battery"})
    assert status == 403 and "single sign-on" in problem["detail"]


def test_the_file_says_it_as_well(new_server, tmp_path):
    settings = tmp_path / "ourea.conf"
    settings.write_text('trusted-proxies = "127.0.0.1,unix"\nremote-user-header = "X-Remote-User"\n'
                        'remote-user-forms = "*@EXAMPLE.ORG,CORP\\*"\npassword-sign-in = no\nsingle-sign-on-link = yes\n')
    new_server.options = ("--config", settings)
    new_server.start()
    options = caller(Portal(new_server.url))("GET", "/sign-in-options", "corp\\Alice")[2]
    assert options["single_sign_on"]["user"] == "alice" and options["password"] is False


@pytest.mark.parametrize("options", [
    ("--sign-out-url", "javascript:alert(1)"), ("--sign-out-url", "//evil.example"), ("--trusted-proxies", "example.org"),
    ("--remote-user-header", HEADER), ("--remote-user-forms", "EXAMPLE"), ("--base-path", "ourea"), ("--base-path", "/a/"),
    ("--base-path", "/.."), ("--base-path", '/"><script>')])
def test_a_wrong_setting_keeps_the_server_from_starting(new_server, options):
    new_server.options = options
    new_server.start(ready=0)
    assert new_server.process.wait() in (1, 2, 105)
    new_server.process = None


# ---- below a path --------------------------------------------------------------------------------------------------


@pytest.fixture
def below(new_server):
    new_server.add_user("admin", "administrator")
    new_server.options = ("--base-path", "/ourea/portal", "--web-root", new_server.directory / "web")
    new_server.base_path = "/ourea/portal"
    web = new_server.directory / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text('<meta name="ourea-base" content="./"><script src="./assets/a.js"></script>')
    (web / "assets/a.js").write_text("1")
    new_server.start()
    return new_server


def test_the_portal_lives_below_a_path(below):
    outside = Portal(below.url)
    for path in ("/", "/ourea/portal"):
        status, headers, _ = outside.raw("GET", path)
        assert status == 308 and headers["Location"] == "/ourea/portal/"
    for path in ("/api/v1/me", "/ourea", "/ourea/portalx/", "/ourea%2Fportal/", "//evil.example/", "/ourea/api/v1/me"):
        assert outside.raw("GET", path)[0] == 404, path
    for path in ("/ourea/portal/", "/ourea/portal/instances/1"):
        status, headers, page = outside.raw("GET", path)
        assert status == 200 and b'content="/ourea/portal/"' in page and b'src="/ourea/portal/assets/a.js"' in page
    assert outside.raw("GET", "/ourea/portal/assets/a.js")[0] == 200
    assert json.loads(outside.raw("GET", "/ourea/portal/api/openapi.json")[2])["servers"] == [{"url": "/ourea/portal/api/v1"}]


def test_what_it_names_lies_below_that_path(below):
    portal = Portal(below.url + "/ourea/portal")
    body = json.dumps({"username": "admin", "password": "correct horse battery"}).encode()
    status, headers, text = portal.raw("POST", "/ourea/portal/api/v1/session", body, {"Content-Type": "application/json"})
    assert status == 200 and "; Path=/ourea/portal;" in headers["Set-Cookie"]
    portal.csrf = json.loads(text)["csrf_token"]
    body = json.dumps({"name": "team"}).encode()
    status, headers, _ = portal.raw("POST", "/ourea/portal/api/v1/groups", body, {"Content-Type": "application/json"})
    assert status == 201 and headers["Location"] == "/ourea/portal/api/v1/groups/team"
    status, headers, _ = portal.raw("DELETE", "/ourea/portal/api/v1/session")
    assert status == 204 and "Max-Age=0" in headers["Set-Cookie"] and "Path=/ourea/portal;" in headers["Set-Cookie"]
