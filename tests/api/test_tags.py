"""Tags: who gives them, what may be one, where they are found; that they outlive the server and no copy takes them along."""

import pytest
from support import ROOT, Refused, wait_for
from support.events import Events
from support.server import Server

MACHINE = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER = "aaaaaaaa-0000-4000-8000-000000000002"
PATH = f"/instances/{MACHINE}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("tags"))
    server.add_user("admin", "administrator")
    server.add_user("user", "user")
    server.add_user("other", "user")
    server.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
    server.start()
    admin = server.portal("admin")
    wait_for(lambda: admin.get("/instances")["total"] == 2, 60, "the machines")
    admin.put("/users/user/quota", {"instances": None, "vcpus": None, "memory_mib": None, "disk_gib": None})
    admin.patch(PATH, {"owner": "user"})
    yield server
    server.stop()


@pytest.fixture
def admin(site):
    return site.portal("admin")


@pytest.fixture
def user(site):
    return site.portal("user")


def rows(portal, **query):
    return [row["name"] for row in portal.get("/instances", **query)["items"]]


def test_the_owner_tags_and_everybody_who_sees_it_finds_it_by_them(admin, user):
    with Events(admin) as events:
        assert user.patch(PATH, {"tags": ["Web", "course:os-1", "web"]})["tags"] == ["course:os-1", "web"]
        events.wait("instance", lambda data: data["id"] == MACHINE and data["row"]["tags"] == ["course:os-1", "web"])
    assert rows(admin, tag="web") == rows(user, q="course") == ["template"]
    assert rows(admin, tag="we") == []
    record = admin.get("/audit", object=f"instance:{MACHINE}")["items"][0]
    assert (record["action"], record["actor"]) == ("instance.edit", "user")
    assert record["detail"] == {"before": {"tags": []}, "after": {"tags": ["course:os-1", "web"]}}
    user.patch(PATH, {"tags": ["course:os-1", "web"]})
    assert admin.get("/audit", object=f"instance:{MACHINE}")["items"][0]["seq"] == record["seq"]


@pytest.mark.parametrize("tags, field", [
    (["good", "two words"], "tags[1]"), ([""], "tags[0]"), (["x" * 41], "tags[0]"), ([f"t{i}" for i in range(21)], "tags"),
    (["good", 7], "tags[1]")])
def test_what_is_no_tag_is_named(user, tags, field):
    before = user.get(PATH)
    with pytest.raises(Refused) as refused:
        user.patch(PATH, {"title": "Not this one", "tags": tags})
    assert (refused.value.status, refused.value.problem["field"]) == (400, field)
    assert user.get(PATH) == before


def test_who_only_sees_a_machine_does_not_tag_it(admin, site):
    other = site.portal("other")
    admin.put(f"{PATH}/grants/user:other", {"power": True, "clone": True})
    with pytest.raises(Refused) as refused:
        other.patch(PATH, {"tags": ["mine"]})
    assert refused.value.status == 403
    admin.delete(f"{PATH}/grants/user:other")
    with pytest.raises(Refused) as refused:
        other.patch(PATH, {"tags": ["mine"]})
    assert refused.value.status == 404


def test_tags_outlive_the_server(site, user):
    user.patch(PATH, {"tags": ["web"]})
    site.stop()
    site.start()
    portal = site.portal("user")
    wait_for(lambda: portal.get(PATH)["host_state"] == "online", 60, "the machine's host")
    assert portal.get(PATH)["tags"] == ["web"]
    assert portal.patch(PATH, {"tags": []})["tags"] == []


def test_the_settings_say_which_tags_keep_apart(admin):
    before = admin.get("/settings")
    assert before["placement"] == {"strategy": "spread", "spread_tags": [], "strict_spread_tags": []}
    wanted = {"strategy": "pack", "spread_tags": ["DB:*", "web"], "strict_spread_tags": ["quorum"]}
    try:
        after = admin.put("/settings", {**before, "placement": wanted})
        assert after["placement"] == {**wanted, "spread_tags": ["db:*", "web"]}
        assert admin.put("/settings", {"new_accounts": before["new_accounts"]}) == after
        with pytest.raises(Refused) as refused:
            admin.put("/settings", {**before, "placement": {**wanted, "spread_tags": ["web", "*"]}})
        assert refused.value.problem["field"] == "placement.spread_tags[1]"
    finally:
        admin.put("/settings", before)
