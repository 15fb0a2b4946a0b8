"""Who may call what: every route, for nobody, a stranger and an administrator."""

import json
import uuid

import pytest
from support import Portal, Refused

NOWHERE = str(uuid.uuid4())
BODIES = {"console": b'{"kind":"vnc"}', "disks": b'{"size_gib":1}', "migrate": b'{"host":"test"}',
          "take-over": b'{"from":"%s"}' % NOWHERE.encode()}


@pytest.fixture(scope="module")
def table(server):
    document = json.loads(server.command("openapi"))
    return [(method.upper(), path, operation["x-access"])
            for path, item in document["paths"].items() for method, operation in item.items()]


def address(path, instance=NOWHERE):
    return (path.replace("/hosts/{name}", "/hosts/test").replace("/users/{name}", "/users/admin")
            .replace("{id}", instance).replace("{name}", "nothing").replace("{grantee}", "user:other")
            .replace("{member}", "user:other").replace("{user}", "other").replace("{target}", "vda").replace("{pool}", "one"))


def status_of(portal, method, path):
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    return portal.raw(method, "/api/v1" + path, body, {"Content-Type": "application/json"} if body else {})[0]


def test_nobody_is_told_to_sign_in(server, table):
    for method, path, access in table:
        if access == "anyone":
            continue
        assert status_of(Portal(server.url), method, address(path)) == 401, (method, path)


def test_a_user_is_kept_out_of_what_is_for_others(server, table, user):
    for method, path, access in table:
        if access in ("staff", "administrator"):
            assert status_of(user, method, address(path)) == 403, (method, path)


def test_what_a_stranger_may_not_see_looks_as_if_it_did_not_exist(table, user, test_machine):
    for method, path, access in table:
        if access != "user" or not path.startswith("/instances/{id}") or method in ("PUT", "PATCH"):
            continue
        answers = []
        for instance in (test_machine["id"], NOWHERE):
            body = BODIES.get(path.rpartition("/")[2])
            headers = {"Content-Type": "application/json"} if body else {}
            status, _, text = user.raw(method, "/api/v1" + address(path, instance), body, headers)
            problem = json.loads(text)
            problem.pop("request_id")
            answers.append((status, problem))
        assert answers[0] == answers[1] and answers[0][0] == 404, (method, path, answers)


def test_lists_leak_nothing(user, test_machine):
    assert user.get("/instances")["total"] == 0
    assert user.get("/instances", q="test") == {"items": [], "total": 0, "next_cursor": None}
    assert user.get("/templates")["total"] == 0
    assert user.get("/jobs", instance=test_machine["id"])["total"] == 0


def test_a_grant_opens_what_it_says_and_no_more(admin, user, test_machine):
    instance = f"/instances/{test_machine['id']}"
    admin.put(f"{instance}/grants/user:user", {"see": True})
    try:
        assert [row["id"] for row in user.get("/instances")["items"]] == [test_machine["id"]]
        with pytest.raises(Refused) as refused:
            user.post(f"{instance}/suspend")
        assert refused.value.status == 403 and refused.value.problem["detail"]
        admin.put(f"{instance}/grants/user:user", {"power": True})
        assert user.post(f"{instance}/suspend")["state"] == "paused"
        assert user.post(f"{instance}/resume")["state"] == "running"
        for verb in ("grants",):
            with pytest.raises(Refused) as refused:
                user.get(f"{instance}/{verb}")
            assert refused.value.status == 403
        with pytest.raises(Refused) as refused:
            user.delete(instance)
        assert refused.value.status == 403
    finally:
        admin.delete(f"{instance}/grants/user:user")
    with pytest.raises(Refused) as refused:
        user.get(instance)
    assert refused.value.status == 404


def test_a_write_needs_the_token_and_our_own_page(server, admin, test_machine):
    path = f"/api/v1/instances/{test_machine['id']}/suspend"
    own = f"http://127.0.0.1:{server.port}"
    for headers in ({"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": ""}, {"Origin": "null"}, {"Origin": "http://evil.example"},
                    {"Origin": f"https://127.0.0.1:{server.port}"}, {"Origin": "http://127.0.0.1:1"}):
        assert admin.raw("POST", path, None, {"Origin": own, **headers})[0] == 403, headers
    assert admin.get(f"/instances/{test_machine['id']}")["state"] == "running"


def test_signing_out_ends_the_session_and_its_stream(server, events):
    from support.events import Events
    portal = server.portal("other")
    with Events(portal) as stream:
        assert portal.call("DELETE", "/session") is None
        stream._thread.join(5)
        assert stream.closed
    with pytest.raises(Refused) as refused:
        portal.get("/me")
    assert refused.value.status == 401


def test_a_console_ticket_is_good_once_and_for_its_session(server, admin):
    status, _, text = admin.raw("GET", "/console", None, {"Sec-WebSocket-Protocol": "binary, ourea.ticket.0123"})
    assert status == 403 and json.loads(text)["kind"] == "forbidden"
    status, _, _ = Portal(server.url).raw("GET", "/console", None, {"Sec-WebSocket-Protocol": "binary, ourea.ticket.0123"})
    assert status == 401
