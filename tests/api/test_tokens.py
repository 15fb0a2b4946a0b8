"""API tokens, sessions seen from elsewhere and SSH keys: what each opens, and what it never does."""

import base64
import datetime
import json
import struct
import threading

import pytest
from support import Portal, Refused, Script


def refused(status, call, *arguments, **named):
    with pytest.raises(Refused) as caught:
        call(*arguments, **named)
    assert caught.value.status == status, caught.value
    return caught.value.problem


@pytest.fixture
def token(server, admin):
    """Makes tokens of the administrator and revokes them at the end."""
    made = []

    def make(owner=admin, **wanted):
        answer = owner.post("/me/tokens", {"name": f"test {len(made)}", **wanted})
        made.append((owner, answer["id"]))
        return Script(server.url, answer["token"]), answer
    yield make
    for owner, number in made:
        if any(row["id"] == number for row in owner.get("/me/tokens")["items"]):
            owner.delete(f"/me/tokens/{number}")


def test_a_token_does_what_its_user_may(token, admin):
    script, made = token(name="backup")
    assert made["token"].startswith("ourea_") and len(made["token"]) == 70
    assert script.get("/me")["name"] == "admin"
    script.post("/groups", {"name": "by-script"})
    script.delete("/groups/by-script")
    row = next(row for row in admin.get("/me/tokens")["items"] if row["id"] == made["id"])
    assert "token" not in row and row["last_address"] == "127.0.0.1" and row["last_used_at"]
    life = datetime.datetime.fromisoformat(made["expires_at"]) - datetime.datetime.fromisoformat(made["created_at"])
    assert life.days == 90
    record = admin.get("/audit", action="group.create")["items"][0]
    assert record["via"] == "token" and record["actor"] == "admin"
    told = json.dumps(admin.get("/audit", action="token.create")["items"][0])
    assert "backup" in told and made["token"] not in told


def test_a_bad_token_is_refused_even_beside_a_good_cookie(admin):
    for secret in ("ourea_" + "0" * 64, "", "x" * 8000):
        assert admin.raw("GET", "/api/v1/me", None, {"Authorization": f"Bearer {secret}"})[0] == 401
    assert admin.raw("GET", "/api/v1/me", None, {"Authorization": "Basic YWRtaW46eA=="})[0] == 200


def test_a_token_needs_no_origin_and_no_csrf_token(token):
    script, _ = token()
    status, _, _ = script.raw("POST", "/api/v1/hosts/probe", b'{"uri":"test:///default"}',
                              {"Content-Type": "application/json", "Origin": "https://elsewhere.example"})
    assert status == 200


def test_a_token_does_not_change_what_its_user_comes_in_by(token, admin):
    script, made = token()
    refused(403, script.post, "/me/tokens", {"name": "more"})
    refused(403, script.get, "/me/tokens")
    refused(403, script.delete, f"/me/tokens/{made['id']}")
    refused(403, script.get, "/me/sessions")
    refused(403, script.delete, "/me/sessions")
    refused(403, script.delete, "/session")
    refused(403, script.post, "/me/ssh-keys", {"public_key": ED25519})
    refused(403, script.patch, "/users/admin", {"password": "another horse battery"})
    assert admin.get("/me")["name"] == "admin"


def test_a_read_only_token_writes_nothing(server, token, test_machine):
    script, _ = token(read_only=True)
    document = json.loads(server.command("openapi"))
    for path, item in document["paths"].items():
        address = path.replace("{id}", test_machine["id"]).replace("{name}", "test").replace("{grantee}", "user:user").replace("{target}", "vda").replace("{pool}", "one")
        for method, operation in item.items():
            looks = path.endswith("/console")  # a ticket to look is no write
            if method == "get" or operation["x-access"] == "anyone" or looks:
                continue
            body = {"Content-Type": "application/json"}
            for parameter in ("{member}", "{user}"):
                address = address.replace(parameter, "user")
            assert script.raw(method.upper(), "/api/v1" + address, b"{}", body)[0] == 403, (method, path)
    assert script.get("/instances")["total"] >= 1


def test_a_narrow_token_knows_its_instances_alone(token, admin, test_machine):
    script, made = token(instances=[test_machine["id"]])
    assert made["instances"] == [test_machine["id"]]
    assert [row["id"] for row in script.get("/instances")["items"]] == [test_machine["id"]]
    assert script.post(f"/instances/{test_machine['id']}/suspend")["state"] == "paused"
    assert script.post(f"/instances/{test_machine['id']}/resume")["state"] == "running"
    for path in ("/hosts", "/users", "/audit", "/statistics", "/names"):
        refused(403, script.get, path)
    refused(403, script.post, "/instances", {"from": test_machine["id"], "name": "copy"})
    refused(404, script.get, "/instances/11111111-2222-4333-8444-555555555555")


def test_a_token_is_not_narrowed_to_what_its_maker_does_not_see(user, test_machine):
    problem = refused(400, user.post, "/me/tokens", {"name": "x", "instances": [test_machine["id"]]})
    assert problem["field"] == "instances[0]"


def test_bad_wishes_name_their_field(admin, token):
    token(name="taken")
    assert refused(409, admin.post, "/me/tokens", {"name": "taken"})["field"] == "name"
    for name in ("", "x" * 65, "a\nb"):
        assert refused(400, admin.post, "/me/tokens", {"name": name})["field"] == "name"
    for end in ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"):
        assert refused(400, admin.post, "/me/tokens", {"name": "x", "expires_at": end})["field"] == "expires_at"


def test_fifty_tokens_are_enough(token, other):
    for _ in range(50):
        token(other)
    assert refused(409, other.post, "/me/tokens", {"name": "one more"})["kind"] == "conflict"


def read_to_the_end(server, path, headers):
    """Opens an event stream; the thread ends with it."""
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200
    thread = threading.Thread(target=answer.read)
    thread.start()
    return thread


def test_revoking_a_token_ends_its_event_stream(server, token, admin):
    script, made = token()
    stream = read_to_the_end(server, "/api/v1/events", {"Authorization": f"Bearer {script.token}"})
    admin.delete(f"/me/tokens/{made['id']}")
    stream.join()
    refused(401, script.get, "/me")


def test_administrators_revoke_the_tokens_of_others(token, admin, user):
    script, made = token(user, name="of a user")
    refused(403, user.get, "/users/user/tokens")
    refused(404, user.get, "/users/other/tokens")
    row = admin.get("/users/user/tokens")["items"][0]
    assert row["name"] == "of a user" and "token" not in row
    refused(404, admin.delete, f"/users/other/tokens/{made['id']}")
    admin.delete(f"/users/user/tokens/{made['id']}")
    refused(401, script.get, "/me")


def test_a_token_follows_its_user_down_and_out(server, admin):
    admin.post("/users", {"name": "gone", "role": "administrator", "password": "a long enough one"})
    gone = Portal(server.url)
    gone.sign_in("gone", "a long enough one")
    script = Script(server.url, gone.post("/me/tokens", {"name": "x"})["token"])
    assert script.get("/hosts")["total"] >= 1
    stream = read_to_the_end(server, "/api/v1/events", {"Authorization": f"Bearer {script.token}"})
    admin.patch("/users/gone", {"role": "user"})
    stream.join()
    refused(403, script.get, "/hosts")
    admin.delete("/users/gone")
    refused(401, script.get, "/me")


def test_sessions_are_seen_and_ended_from_elsewhere(server, user, admin):
    elsewhere = server.portal("user")
    rows = user.get("/me/sessions")["items"]
    assert [row["current"] for row in rows].count(True) == 1
    assert all(row["source"] == "password" and row["address"] == "127.0.0.1" for row in rows)
    stream = read_to_the_end(server, "/api/v1/events", {"Cookie": elsewhere.cookie_header})
    current = next(row for row in elsewhere.get("/me/sessions")["items"] if row["current"])
    user.delete(f"/me/sessions/{current['id']}")
    stream.join()
    refused(401, elsewhere.get, "/me")
    refused(404, user.delete, f"/me/sessions/{current['id']}")
    foreign = next(row for row in admin.get("/me/sessions")["items"] if row["current"])
    refused(404, user.delete, f"/me/sessions/{foreign['id']}")
    elsewhere = server.portal("user")
    user.delete("/me/sessions")
    refused(401, elsewhere.get, "/me")
    assert [row["current"] for row in user.get("/me/sessions")["items"]] == [True]
    refused(404, user.get, "/users/admin/sessions")
    assert admin.get("/users/user/sessions")["total"] == 1
    admin.delete("/users/user/sessions")
    refused(401, user.get, "/me")


def test_a_planted_cookie_is_not_adopted(server):
    portal = Portal(server.url)
    portal.cookies["ourea_session"] = planted = "0" * 64
    portal.sign_in("user", "staple and paperclip")
    assert portal.cookies["ourea_session"] != planted
    first = portal.cookies["ourea_session"]
    portal.sign_in("user", "staple and paperclip")
    assert portal.cookies["ourea_session"] != first


def wire(*fields):
    return base64.b64encode(b"".join(struct.pack(">I", len(field)) + field for field in fields)).decode()


ED25519 = f"ssh-ed25519 {wire(b'ssh-ed25519', bytes(range(32)))} me@desk"


def test_an_ssh_key_is_kept_with_its_fingerprint(user, other):
    key = user.post("/me/ssh-keys", {"public_key": ED25519 + "\n"})
    try:
        assert (key["title"], key["type"]) == ("me@desk", "ssh-ed25519")
        assert key["fingerprint"].startswith("SHA256:") and key["public_key"] == ED25519.rsplit(" ", 1)[0]
        assert user.get("/me/ssh-keys")["items"] == [key]
        assert other.get("/me/ssh-keys")["total"] == 0
        assert refused(409, user.post, "/me/ssh-keys", {"public_key": ED25519})["field"] == "public_key"
        refused(404, other.delete, f"/me/ssh-keys/{key['id']}")
    finally:
        user.delete(f"/me/ssh-keys/{key['id']}")
    assert user.get("/me/ssh-keys")["total"] == 0


BROKEN = {
    "private key": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
    "options before": 'command="id" ' + ED25519,
    "must begin": f"ssh-dss {wire(b'ssh-dss', b'x')}",
    "first word": f"ssh-ed25519 {wire(b'ssh-rsa', b'x', b'y')}",
    "damaged": "ssh-ed25519 AAAA*",
    "cut off": f"ssh-ed25519 {wire(b'ssh-ed25519', bytes(30))[:-8]}",
    "2048 bits": f"ssh-rsa {wire(b'ssh-rsa', bytes([1, 0, 1]), bytes([0] + [255] * 128))}",
    "one line": ED25519 + "\n" + ED25519,
    "follows after": f"ssh-ed25519 {wire(b'ssh-ed25519', bytes(32), b'more')}",
    "required": "  ",
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_key_is_refused_with_the_reason(user, words):
    problem = refused(400, user.post, "/me/ssh-keys", {"public_key": BROKEN[words]})
    assert problem["field"] == "public_key" and words in problem["detail"], problem
