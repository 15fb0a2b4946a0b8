"""Machines that were not made here get an owner, come back under another UUID, and a lost database is rebuilt from their marks."""

import re
import shutil
import uuid

import pytest
from steps import clone, remove
from support import Refused, wait_for
from support.server import Server


def known(portal, identity):
    return wait_for(
        lambda: next((row for row in portal.get("/instances", limit=1000)["items"] if row["id"] == identity), None), 60, f"{identity}")


def name_row(portal, name):
    return next(row for row in portal.get("/names", limit=1000)["items"] if row["name"] == name)


@pytest.fixture
def foreign(admin, host):
    """A machine made by virsh that is called like a registered name."""
    identity = host.define("ourea31", disk=host.pool / "tiny-template.qcow2")
    known(admin, identity)
    yield identity
    if admin.get(f"/instances/{identity}")["template"]:
        admin.patch(f"/instances/{identity}", {"template": False})
    host.virsh("undefine", host.virsh("domname", identity))
    wait_for(lambda: admin.get(f"/instances/{identity}")["state"] == "missing", 60, "its end")
    remove(admin, identity)


def test_a_machine_of_nobody_is_found_and_given(admin, user, host, foreign):
    at = f"/instances/{foreign}"
    assert foreign in [row["id"] for row in admin.get("/instances", owned=False, limit=1000)["items"]]
    assert foreign not in [row["id"] for row in admin.get("/instances", owned=True, limit=1000)["items"]]
    assert name_row(admin, "ourea31")["state"] == "free"
    before = admin.get("/users/user")["usage"]["instances"]
    plan = admin.patch(f"{at}?dry_run=true", {"owner": "user"})
    assert plan["usage_after"]["instances"] == before + 1 and plan["problems"] == []
    row = admin.patch(at, {"owner": "user"})
    assert row["owners"] == ["user"] and user.get(at)["name"] == "ourea31"
    assert wait_for(lambda: (row := name_row(admin, "ourea31"))["instance"] and row, 60, "the name")["instance"] == foreign
    record = admin.get(f"{at}/activity")["items"][0]
    assert record["action"] == "instance.own" and record["detail"]["name_taken"] == "ourea31"
    assert 'owner="user"' in host.metadata("ourea31")


def test_a_quota_that_it_would_exceed_is_told_and_holds(admin, host, foreign):
    admin.put("/users/user/quota", {"instances": None, "vcpus": None, "memory_mib": 100, "disk_gib": None})
    try:
        plan = admin.patch(f"/instances/{foreign}?dry_run=true", {"owner": "user"})
        assert "Memory" in plan["problems"][0]
        with pytest.raises(Refused) as refused:
            admin.patch(f"/instances/{foreign}", {"owner": "user"})
        assert refused.value.status == 422 and refused.value.problem["detail"] == plan["problems"][0]
        assert name_row(admin, "ourea31")["state"] == "free"
    finally:
        admin.put("/users/user/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))


def redefine_with_another_uuid(host, row):
    identity = str(uuid.uuid4())
    text = host.virsh("dumpxml", row["name"], "--inactive", "--security-info")
    host.virsh("undefine", row["name"])
    file = host.directory / "another.xml"
    # As somebody writes it anew who knows nothing of the portal's mark, with less memory.
    text = re.sub(r"<metadata>.*</metadata>", "", text, flags=re.S)
    file.write_text(text.replace(row["id"], identity).replace("262144", "204800"))
    host.virsh("define", file)
    return identity


def test_a_machine_defined_anew_takes_over_what_it_had(admin, user, host, template_id):
    row = clone(admin, template_id, owner="user")
    admin.put(f"/instances/{row['id']}/grants/user:admin", {"see": True, "power": True})
    admin.patch(f"/instances/{row['id']}", {"tags": ["web"]})
    heir = redefine_with_another_uuid(host, row)
    wait_for(lambda: admin.get(f"/instances/{row['id']}")["state"] == "missing", 60, "the state missing")
    known(admin, heir)
    with pytest.raises(Refused) as hidden:
        user.get(f"/instances/{heir}")
    assert hidden.value.status == 404
    found = admin.get(f"/instances/{heir}/predecessors")["items"]
    assert [each["id"] for each in found] == [row["id"]] and found[0]["owner"] == "user"
    assert found[0]["same"][0] == "name" and "disk vda" in found[0]["same"]
    assert any(each.startswith("interface ") for each in found[0]["same"])
    taken = admin.post(f"/instances/{heir}/take-over", {"from": row["id"]})
    assert (taken["owners"], taken["origin"]["id"], taken["created_at"]) == (["user"], template_id, row["created_at"])
    assert taken["drift"] is True and taken["tags"] == ["web"]
    assert [each["field"] for each in user.get(f"/instances/{heir}/drift")["changes"]] == ["memory_mib"]
    assert user.get(f"/instances/{heir}")["addresses"] == row["addresses"]
    assert [each["grantee"] for each in admin.get(f"/instances/{heir}/grants")["items"]] == ["user:admin"]
    assert name_row(admin, row["name"])["instance"] == heir
    with pytest.raises(Refused) as gone:
        admin.get(f"/instances/{row['id']}")
    assert gone.value.status == 404
    did = [record["action"] for record in user.get(f"/instances/{heir}/activity")["items"]]
    assert "instance.take_over" in did and "instance.create" in did
    assert 'owner="user"' in host.metadata(row["name"]) and 'linked="yes"' in host.metadata(row["name"])
    remove(admin, heir)


def test_only_a_missing_machine_can_be_taken_over_and_only_by_one_of_nobody(admin, host, template_id, foreign):
    row = clone(admin, template_id, owner="user")
    with pytest.raises(Refused) as there:
        admin.post(f"/instances/{foreign}/take-over", {"from": row["id"]})
    assert there.value.status == 409 and "still shows it" in there.value.problem["detail"]
    file = host.directory / "kept.xml"
    file.write_text(host.virsh("dumpxml", row["name"], "--inactive", "--security-info"))
    host.virsh("undefine", row["name"])
    wait_for(lambda: admin.get(f"/instances/{row['id']}")["state"] == "missing", 60, "the state missing")
    admin.patch(f"/instances/{foreign}", {"owner": "user"})
    with pytest.raises(Refused) as owned:
        admin.post(f"/instances/{foreign}/take-over", {"from": row["id"]})
    assert owned.value.status == 409 and "somebody's already" in owned.value.problem["detail"]
    host.virsh("define", file)
    wait_for(lambda: admin.get(f"/instances/{row['id']}")["state"] == "shutoff", 60, "its return")
    assert admin.get(f"/instances/{row['id']}")["owners"] == ["user"]
    remove(admin, row["id"])


def test_a_lost_database_is_rebuilt_from_the_marks(server, admin, user, host, template_id, foreign, tmp_path):
    row = clone(admin, template_id, owner="user")
    admin.post("/groups", {"name": "crew"})
    admin.put("/groups/crew/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))
    admin.patch(f"/instances/{foreign}", {"owner": "group:crew"})
    with pytest.raises(RuntimeError, match="Another server uses"):
        server.command("rebuild")
    fresh = Server(tmp_path / "fresh")
    try:
        fresh.add_user("admin", "administrator")
        fresh.command("host", "add", host.name, host.uri)
        fresh.start()
        portal = fresh.portal()
        portal.post("/names", {"items": [{key: each[key] for key in ("name", "mac", "ip", "pool")} for each in admin.get("/names", limit=1000)["items"]]})
        known(portal, row["id"])
        with pytest.raises(RuntimeError, match="Another server uses"):
            fresh.command("rebuild")
        fresh.stop()
        with pytest.raises(RuntimeError) as unknown:
            fresh.command("rebuild", "--dry-run")
        assert "There is no user user" in str(unknown.value) and "would restore: template" in str(unknown.value)
        fresh.add_user("user", "user")
        with pytest.raises(RuntimeError) as partly:
            fresh.command("rebuild")
        assert "restored: owner user" in str(partly.value) and "crew" in str(partly.value)
        fresh.start()
        portal = fresh.portal()
        portal.post("/groups", {"name": "crew"})
        for identity in (row["id"], foreign, template_id):
            wait_for(lambda: portal.get(f"/instances/{identity}")["state"] == "shutoff", 60, "the host's word")
        fresh.stop()
        again = fresh.command("rebuild")
        assert "restored: owner group:crew" in again and "0 problems" in again
        assert " 0 restored" in fresh.command("rebuild")
        fresh.start()
        portal = fresh.portal()
        for identity in (row["id"], foreign, template_id):
            there, here = (each.get(f"/instances/{identity}") for each in (portal, admin))
            for field in ("owners", "template", "origin", "addresses"):
                assert there[field] == here[field], (identity, field)
        assert name_row(portal, row["name"])["instance"] == row["id"] and name_row(portal, "ourea31")["instance"] == foreign
        assert fresh.portal("user").get(f"/instances/{row['id']}")["owners"] == ["user"]
    finally:
        fresh.stop()
        shutil.rmtree(fresh.directory)
    remove(admin, row["id"])


def test_the_mark_follows_once_the_host_is_back(admin, host, foreign):
    host.kill_libvirtd()
    try:
        wait_for(lambda: admin.get(f"/instances/{foreign}")["host_state"] != "online", 60, "the host's absence")
        admin.patch(f"/instances/{foreign}", {"owner": "user"})
    finally:
        host.start_libvirtd()
    wait_for(lambda: 'owner="user"' in host.metadata("ourea31"), 120, "the mark")
