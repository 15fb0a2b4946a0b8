"""Bad input gets a clear error that names the field, and good input is answered as documented."""

import json
import threading

import pytest
from support import Refused, wait_for


def refused(call, *arguments, **query):
    with pytest.raises(Refused) as caught:
        call(*arguments, **query)
    return caught.value


@pytest.mark.parametrize("body, field", [
    ({"name": "x y", "role": "user"}, "name"),
    ({"name": "ok", "role": "king"}, "role"),
    ({"name": "ok"}, "role"),
    ({"name": "ok", "role": "user", "password": "short"}, "password"),
    ({"name": "ok", "role": "user", "sudo": True}, "sudo"),
    ({"name": "ok", "role": "user", "quota": {"vcpus": "many"}}, "quota.vcpus"),
])
def test_the_error_names_the_field(admin, body, field):
    error = refused(admin.post, "/users", body)
    assert (error.status, error.problem["kind"], error.problem["field"]) == (400, "invalid", field)


def test_query_strings_are_checked(admin):
    assert refused(admin.get, "/instances", limit=0).problem["field"] == "limit"
    assert refused(admin.get, "/instances", limit="x").problem["field"] == "limit"
    assert refused(admin.get, "/instances", state="happy").problem["field"] == "state"
    assert refused(admin.get, "/instances", cursor="x").problem["field"] == "cursor"
    assert refused(admin.get, "/me", x=1).problem["field"] == "x"


def test_broken_bodies(admin):
    for body in (b"{", b"[]", b"null", b'{"name":', b"[" * 5000):
        status, headers, text = admin.raw("POST", "/api/v1/users", body, {"Content-Type": "application/json"})
        assert status == 400 and headers["Content-Type"] == "application/problem+json", body
    assert admin.raw("POST", "/api/v1/users", b"x=1", {"Content-Type": "application/x-www-form-urlencoded"})[0] == 400
    assert admin.raw("POST", "/api/v1/users", b"x" * (2 << 20), {"Content-Type": "application/json"})[0] == 413


def test_methods_and_paths(admin):
    status, headers, _ = admin.raw("PUT", "/api/v1/users")
    assert status == 405 and set(headers["Allow"].split(", ")) == {"GET", "POST"}
    assert admin.raw("GET", "/api/v2/users")[0] == 404
    assert admin.raw("GET", "/api/v1/instances/..%2f..%2fetc")[0] == 404


def test_security_headers_are_on_every_answer(admin):
    for path in ("/", "/api/v1/me", "/api/v1/nothing", "/healthz", "/x.js"):
        _, headers, _ = admin.raw("GET", path)
        assert "unsafe-inline" not in headers["Content-Security-Policy"], path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer", path


def test_an_etag_saves_the_list(admin, test_machine):
    # The tick of the statistics may fall between two requests: then the second has news.
    def unchanged():
        status, headers, text = admin.raw("GET", "/api/v1/instances")
        assert status == 200 and json.loads(text)["total"] >= 1
        return admin.raw("GET", "/api/v1/instances", None, {"If-None-Match": headers["ETag"]})[0] == 304
    wait_for(unchanged, 60, "an unchanged list")


def test_pages_of_a_list(admin):
    names = [f"page{n:03}" for n in range(1, 26)]
    admin.post("/names", {"items": [{"name": name, "pool": "pages"} for name in names]})
    seen, cursor = [], None
    while True:
        page = admin.get("/names", pool="pages", limit=10, **({"cursor": cursor} if cursor else {}))
        seen += [each["name"] for each in page["items"]]
        assert page["total"] == 25
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == names


def test_names_come_as_csv_too(admin):
    def upload(text):
        status, _, answer = admin.raw("POST", "/api/v1/names", text.encode(), {"Content-Type": "text/csv"})
        return status, json.loads(answer)
    assert upload("name,mac,ip,pool\r\ncsv1,52:54:00:0a:00:01,192.0.2.71,csv\r\n") == (200, {"added": 1, "updated": 0, "unchanged": 0})
    assert upload("csv1,52:54:00:0A:00:01,192.0.2.71,csv\n") == (200, {"added": 0, "updated": 0, "unchanged": 1})
    status, problem = upload("csv2,52:54:00:0a:00:02,192.0.2.72,csv\ncsv3,nonsense,192.0.2.73,csv\n")
    assert status == 400 and "line 2" in problem["detail"]
    assert admin.get("/names", pool="csv")["total"] == 1


def test_an_idempotency_key_makes_a_post_happen_once(admin):
    body = json.dumps({"items": [{"name": "once", "pool": "keys"}]}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": "key-1"}
    answers = []
    send = lambda: answers.append(admin.raw("POST", "/api/v1/names", body, headers))
    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _, _ in answers} <= {200, 409}
    assert sum(status == 200 and "Idempotent-Replay" not in sent for status, sent, _ in answers) == 1
    send()
    status, sent, text = answers[-1]
    assert status == 200 and sent["Idempotent-Replay"] == "true" and json.loads(text)["added"] == 1
    other = json.dumps({"items": [{"name": "twice", "pool": "keys"}]}).encode()
    assert admin.raw("POST", "/api/v1/names", other, headers)[0] == 409


def test_no_secret_is_kept_for_an_idempotency_key(admin, server):
    import sqlite3
    body = json.dumps({"name": "secretive", "role": "user", "password": "a long secret"}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": "key-2"}
    assert admin.raw("POST", "/api/v1/users", body, headers)[0] == 201
    with sqlite3.connect(server.state / "ourea.db") as database:
        assert database.execute("SELECT COUNT(*) FROM idempotency_keys WHERE key = 'key-2'").fetchone() == (0,)
    admin.delete("/users/secretive")


def test_wrong_passwords_look_the_same_and_are_throttled(new_server):
    from support import Portal
    new_server.add_user("admin", "administrator")
    new_server.start()
    texts = set()
    for name in ("admin", "nobody-there"):
        error = refused(Portal(new_server.url).sign_in, name, "not the password")
        assert error.status == 401
        texts.add(error.problem["detail"])
    assert len(texts) == 1
    statuses = [refused(Portal(new_server.url).sign_in, "admin", f"guess {n}").status for n in range(15)]
    assert statuses[-1] == 429


def test_the_command_line(new_server):
    import subprocess
    from support.server import BINARY
    run = lambda *words: subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60)
    assert run("version").returncode == 0
    for wrong in (("frobnicate",), ("user", "add"), ("serve", "--no-such-option"), ()):
        result = run(*wrong)
        assert result.returncode == 2 and result.stderr.startswith("ourea: "), wrong
        assert len(result.stderr.strip().splitlines()) == 1
    failed = run("host", "add", "h", "qemu:///system;rm -rf /", "--state-dir", str(new_server.state))
    assert failed.returncode == 1 and len(failed.stderr.strip().splitlines()) == 1


def test_the_chain_of_the_log_is_verified(new_server):
    import sqlite3
    new_server.add_user("admin", "administrator")
    assert "sound" in new_server.command("audit", "verify")
    with sqlite3.connect(new_server.state / "ourea.db") as database:
        database.execute("UPDATE audit SET actor = 'somebody-else' WHERE seq = 1")
    with pytest.raises(RuntimeError) as broken:
        new_server.command("audit", "verify")
    assert "Record 1" in str(broken.value)


def test_a_command_leaves_the_servers_write_ahead_log_alone(new_server):
    new_server.add_user("admin", "administrator")
    new_server.start()
    admin = new_server.portal("admin")
    new_server.command("audit", "verify")
    admin.post("/names", {"items": [{"name": "late", "pool": "late"}]})
    before = admin.get("/audit")["total"]
    assert f"{before} records are sound" in new_server.command("audit", "verify")
    new_server.kill()
    new_server.start()
    assert new_server.portal("admin").get("/names", pool="late")["total"] == 1


def test_only_one_server_uses_a_state_directory(new_server):
    import subprocess
    from support.server import BINARY
    new_server.add_user("admin", "administrator")
    new_server.start()
    second = subprocess.run([BINARY, "serve", "--state-dir", new_server.state, "--listen", "127.0.0.1:0"],
                            capture_output=True, text=True, timeout=60)
    assert second.returncode == 1 and "Another server" in second.stderr


def test_a_host_added_by_command_appears_in_a_running_server(new_server):
    new_server.add_user("admin", "administrator")
    new_server.start()
    admin = new_server.portal("admin")
    assert admin.get("/hosts")["total"] == 0
    new_server.command("host", "add", "late", "test:///default")
    wait_for(lambda: admin.get("/hosts")["total"] == 1, 60, "the host in the list")
    wait_for(lambda: admin.get("/hosts/late")["state"] == "online", 60, "the host online")
