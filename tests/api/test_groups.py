"""Groups and what they share: rights that come and go with membership, owners, many grants at once."""

import contextlib

import pytest
from support import Portal, Refused, wait_for
from support.events import Events

NOTHING = {"instances": 0, "vcpus": 0, "memory_mib": 0, "disk_gib": 0}
ENDLESS = dict.fromkeys(NOTHING)


def refusal(call, *arguments, **options):
    with pytest.raises(Refused) as refused:
        call(*arguments, **options)
    return refused.value.status, refused.value.problem


@contextlib.contextmanager
def group(admin, name, *members, **fields):
    """A group for the time of a test."""
    admin.post("/groups", {"name": name, **fields})
    try:
        for member in members:
            admin.put(f"/groups/{name}/members/{member}", None)
        yield f"/groups/{name}"
    finally:
        with contextlib.suppress(Refused):
            admin.delete(f"/groups/{name}")


@contextlib.contextmanager
def owned(admin, machine, owner):
    path = f"/instances/{machine['id']}"
    admin.patch(path, {"owner": owner})
    try:
        yield path
    finally:
        admin.patch(path, {"owner": None})


def test_members_see_their_group_and_strangers_do_not(admin, user, other):
    with group(admin, "web", "user:user", description="Who serves", quota=ENDLESS) as path:
        seen = user.get(path)
        assert (seen["description"], seen["members"], seen["users"]) == ("Who serves", ["user:user"], 1)
        assert seen["usage"]["instances"] == 0 and seen["quota"]["vcpus"] is None
        assert [row["name"] for row in user.get("/groups")["items"]] == ["web"]
        assert user.get("/me")["groups"] == ["web"]
        assert user.get(f"{path}/members")["items"] == [{"member": "user:user"}]
        assert other.get("/groups")["total"] == 0
        nowhere = [(refusal(other.get, at)[0], refusal(other.get, at)[1]["detail"])
                   for at in (path, f"{path}/members", f"{path}/quota", f"{path}/grants", "/groups/nothing")]
        assert set(nowhere) == {(404, "There is no such group.")}
        assert refusal(user.patch, path, {"description": "mine"})[0] == 403
        assert refusal(user.put, f"{path}/members/user:other", None)[0] == 403
        assert refusal(user.delete, path)[0] == 403


def test_a_circle_is_shown(admin):
    with group(admin, "inner"), group(admin, "outer", "group:inner"):
        status, problem = refusal(admin.put, "/groups/inner/members/group:outer", None)
        assert status == 409 and "outer in inner in outer" in problem["detail"]
        status, problem = refusal(admin.put, "/groups/inner/members/user:nobody-here", None)
        assert status == 400 and problem["field"] == "member"
    assert refusal(admin.post, "/groups", {"name": "Über"})[1]["field"] == "name"


def test_a_member_uses_what_the_group_may_until_they_leave(admin, user, test_machine):
    instance = f"/instances/{test_machine['id']}"
    with group(admin, "web") as path, group(admin, "all", "group:web"), Events(user) as events:
        admin.put(f"{instance}/grants/group:all", {"power": True})
        assert refusal(user.get, instance)[0] == 404
        mark = events.mark()
        admin.put(f"{path}/members/user:user", None)
        events.wait("reset", lambda data: True, since=mark)
        assert [row["id"] for row in user.get("/instances")["items"]] == [test_machine["id"]]
        mark = events.mark()
        assert user.post(f"{instance}/suspend")["state"] == "paused"
        assert user.post(f"{instance}/resume")["state"] == "running"
        events.wait("instance", lambda data: data["id"] == test_machine["id"], since=mark)
        mark = events.mark()
        admin.put(f"{instance}/grants/group:all", {"see": True})
        events.wait("instance", lambda data: data["row"] is not None, since=mark)
        admin.delete(f"{instance}/grants/group:all")
        events.wait("instance", lambda data: data["id"] == test_machine["id"] and data["row"] is None, since=mark)
        admin.put(f"{instance}/grants/group:all", {"power": True})
        mark = events.mark()
        admin.delete(f"{path}/members/user:user")
        events.wait("reset", lambda data: True, since=mark)
        assert refusal(user.get, instance)[0] == 404 and user.get("/instances")["total"] == 0
        # The same stream goes on, and tells nothing of the machine any more.
        mark = events.mark()
        admin.post(f"{instance}/suspend")
        admin.post(f"{instance}/resume")
        with group(admin, "mark", "user:user"):
            events.wait("reset", lambda data: True, since=mark)
        assert not [kind for _, kind, _, data in events.seen[mark:] if kind in ("instance", "stats")]


def test_a_group_owns_a_machine(admin, user, other, test_machine):
    with group(admin, "web", "user:user", quota=NOTHING) as path:
        status, problem = refusal(admin.patch, f"/instances/{test_machine['id']}", {"owner": "group:web"})
        assert status == 422 and problem["kind"] == "quota"
        admin.put(f"{path}/quota", ENDLESS)
        with owned(admin, test_machine, "group:web") as instance:
            assert user.get(instance)["owners"] == ["group:web"]
            assert user.get("/instances", owner="group:web")["total"] == 1
            assert refusal(other.get, instance)[0] == 404
            assert user.get(path)["usage"]["instances"] == 1
            assert refusal(user.patch, instance, {"owner": "user"})[0] == 403
            assert user.put(f"{instance}/grants/user:other", {"see": True})["see"]
            status, problem = refusal(admin.delete, path)
            assert status == 409 and test_machine["name"] in problem["detail"]
            record = admin.get("/audit", object=f"instance:{test_machine['id']}", action="instance.own")["items"][0]
            assert record["detail"] == {"before": "", "after": "group:web"}
            with Events(user) as events:
                admin.patch(instance, {"owner": None})
                events.wait("instance", lambda data: data["id"] == test_machine["id"] and data["row"] is None)
            admin.delete(f"{instance}/grants/user:other")


def test_owners_are_checked(admin, test_machine):
    instance = f"/instances/{test_machine['id']}"
    for owner in ("ghost", "user:ghost", "group:ghost", ""):
        status, problem = refusal(admin.patch, instance, {"owner": owner})
        assert (status, problem["field"]) == (400, "owner"), owner
    admin.put("/users/user/quota", ENDLESS)
    assert admin.patch(instance, {"owner": "user:user"})["owners"] == ["user"]
    assert admin.patch(instance, {"owner": None})["owners"] == []
    admin.put("/users/user/quota", NOTHING)


def test_who_owns_machines_is_removed_by_handing_them_over(admin, user, test_machine):
    admin.post("/users", {"name": "leaver", "role": "user", "quota": ENDLESS})
    instance = f"/instances/{test_machine['id']}"
    admin.patch(instance, {"owner": "leaver"})
    status, problem = refusal(admin.delete, "/users/leaver")
    assert status == 409 and "1 instance: test." in problem["detail"]
    assert refusal(admin.delete, "/users/leaver?transfer_to=user")[0] == 422
    admin.put("/users/user/quota", ENDLESS)
    try:
        admin.delete("/users/leaver?transfer_to=user")
        assert user.get(instance)["owners"] == ["user"]
        assert refusal(admin.get, "/users/leaver")[0] == 404
    finally:
        admin.patch(instance, {"owner": None})
        admin.put("/users/user/quota", NOTHING)


def test_many_grants_at_once(admin, user, other, test_machine):
    item = {"instance": test_machine["id"], "grantee": "user:user", "power": True}
    with group(admin, "web", "user:other") as path:
        bad = {**item, "grantee": "user:ghost"}
        status, problem = refusal(admin.post, "/grants", {"items": [item, item, item, bad]})
        assert (status, problem["field"]) == (400, "items[3].grantee")
        assert user.get("/instances")["total"] == 0
        given = admin.post("/grants", {"items": [item, {**item, "grantee": "group:web"}]})["items"]
        assert [(row["grantee"], row["power"], row["instance_name"]) for row in given] == \
            [("user:user", True, "test"), ("group:web", True, "test")]
        assert user.get("/users/user/grants")["items"][0]["instance"] == test_machine["id"]
        assert other.get(f"{path}/grants")["items"][0]["power"]
        assert refusal(user.get, "/users/other/grants")[0] == 404
        assert refusal(user.post, "/grants", {"items": [item]})[0] == 403
        admin.post("/grants", {"items": [item], "remove": True})
        assert user.get("/instances")["total"] == 0
        status, problem = refusal(user.post, "/grants", {"items": [item]})
        assert (status, problem["field"]) == (404, "items[0].instance")
        assert refusal(admin.post, "/grants", {"items": []})[0] == 400
        assert refusal(admin.post, "/grants", {"items": [item] * 1001})[0] == 400
        assert refusal(admin.post, "/grants", {"items": [{**item, "power": False}]})[0] == 400


def test_effective_rights_say_where_they_come_from(admin, user, other, test_machine):
    with group(admin, "web", "user:user"), group(admin, "all", "group:web"):
        instance = f"/instances/{test_machine['id']}"
        admin.post("/grants", {"items": [
            {"instance": test_machine["id"], "grantee": "group:all", "power": True},
            {"instance": test_machine["id"], "grantee": "user:user", "view": True}]})
        rights = {row["right"]: row for row in user.get(f"{instance}/rights/user")["rights"]}
        assert rights["power"]["because"] == ["grant to group:all (through group:web)"]
        assert rights["view"]["because"] == ["grant to user:user"]
        assert not rights["console"]["allowed"] and rights["console"]["reason"] and rights["console"]["remedy"]
        assert refusal(user.get, f"{instance}/rights/other")[0] == 403
        assert refusal(other.get, f"{instance}/rights/other")[0] == 404
        assert refusal(admin.get, f"{instance}/rights/nobody-here")[0] == 404
        assert admin.get(f"{instance}/rights/admin")["rights"][0]["because"] == ["role administrator"]
        admin.delete(f"{instance}/grants/user:user")


def test_new_accounts_get_what_the_settings_say(server, admin, user, test_machine):
    before = admin.get("/settings")
    assert before["new_accounts"]["quota"]["instances"] == 0
    wanted = {"can_clone": True, "quota": {**ENDLESS, "vcpus": 3}, "groups": ["web"],
              "grants": [{"instance": test_machine["id"], "power": True}]}
    with group(admin, "web"):
        for wrong, field in ((("quota", {**ENDLESS, "vcpus": -1}), "new_accounts.quota.vcpus"),
                             (("quota", {"vcpus": 1}), "new_accounts.quota.instances"),
                             (("groups", ["ghost"]), "new_accounts.groups[0]")):
            status, problem = refusal(admin.put, "/settings", {"new_accounts": {**wanted, wrong[0]: wrong[1]}})
            assert (status, problem["field"]) == (400, field)
        admin.put("/settings", {"new_accounts": wanted})
        try:
            made = admin.post("/users", {"name": "fresh", "role": "user"})
            assert (made["can_clone"], made["quota"]["vcpus"], made["quota"]["instances"]) == (True, 3, None)
            assert admin.get("/users/fresh/grants")["items"][0]["power"]
            assert admin.get("/groups/web")["members"] == ["user:fresh"]
            server.command("user", "add", "typed", "--role", "user")
            wait_for(lambda: "user:typed" in admin.get("/groups/web")["members"], 60, "what the command line wrote")
            assert refusal(user.get, "/settings")[0] == 403
        finally:
            admin.put("/settings", {"new_accounts": {**before["new_accounts"], "quota": NOTHING}})
            for name in ("fresh", "typed"):
                admin.delete(f"/users/{name}")


def test_a_console_gives_what_one_may(admin, user, test_machine):
    instance = f"/instances/{test_machine['id']}"
    admin.put(f"{instance}/grants/user:user", {"see": True})
    try:
        assert refusal(user.post, f"{instance}/console", {"kind": "vnc"})[0] == 403
        admin.put(f"{instance}/grants/user:user", {"view": True})
        assert refusal(user.post, f"{instance}/console", {"kind": "vnc", "view_only": False})[0] == 403
        # The test driver's machine has no screen: the right is there, the screen is not.
        assert refusal(user.post, f"{instance}/console", {"kind": "vnc"})[0] == 409
    finally:
        admin.delete(f"{instance}/grants/user:user")


def test_staff_look_after_ordinary_people(server, admin):
    admin.post("/users", {"name": "sam", "role": "staff", "password": "a fourth long secret"})
    sam = Portal(server.url)
    sam.sign_in("sam", "a fourth long secret")
    try:
        sam.post("/users", {"name": "novice", "role": "user"})
        sam.put("/users/novice/quota", {**NOTHING, "instances": 1})
        assert refusal(sam.post, "/users", {"name": "boss", "role": "staff"})[0] == 403
        assert refusal(sam.put, "/users/sam/quota", ENDLESS)[0] == 403
        assert refusal(sam.delete, "/users/admin")[0] == 403
        with group(sam, "web", "user:novice") as path, group(admin, "crew", "user:sam") as crew:
            for member in ("user:sam", "user:admin", "group:crew"):
                status, problem = refusal(sam.put, f"{path}/members/{member}", None)
                assert status == 403 and problem["remedy"], member
            assert refusal(sam.put, f"{crew}/quota", ENDLESS)[0] == 403
            assert refusal(sam.delete, crew)[0] == 403
        sam.delete("/users/novice")
    finally:
        admin.delete("/users/sam")
