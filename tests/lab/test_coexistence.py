"""What others do with virsh shows at once, is never fought, and loses nothing."""

import pytest
from steps import clone, outside, remove, settles
from support import wait_for


def test_virsh_shows_by_events(admin, host, template_id, events):
    row = clone(admin, template_id)
    for verb, state in (("start", "running"), ("suspend", "paused"), ("resume", "running"), ("destroy", "shutoff")):
        since = events.mark()
        host.virsh(verb, row["name"])
        events.wait("instance", lambda data: data["id"] == row["id"] and data["row"]["state"] == state, since=since)
    remove(admin, row["id"])


def test_a_machine_made_by_virsh_appears_and_disappears(admin, host, events):
    since = events.mark()
    identity = host.define("made-by-hand", disk=host.pool / "tiny-template.qcow2")
    events.wait("instance", lambda data: data["id"] == identity and data["row"]["name"] == "made-by-hand", since=since)
    host.virsh("undefine", "made-by-hand")
    events.wait("instance", lambda data: data["id"] == identity and data["row"]["state"] == "missing", since=since)
    remove(admin, identity)
    settles(admin, host)


def test_an_owner_survives_undefine_and_define(admin, user, host, template_id):
    admin.put("/users/user/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))
    row = clone(admin, template_id, owner="user")
    assert row["owners"] == ["user"]
    definition = host.directory / "kept.xml"
    definition.write_text(host.virsh("dumpxml", row["name"], "--inactive", "--security-info"))
    host.virsh("undefine", row["name"])
    wait_for(lambda: user.get(f"/instances/{row['id']}")["state"] == "missing", 60, "the state missing")
    host.virsh("define", definition)
    back = wait_for(
        lambda: (now := user.get(f"/instances/{row['id']}"))["state"] == "shutoff" and now, 60, "its return")
    assert back["owners"] == ["user"]
    remove(admin, row["id"])
    settles(admin, host)


def test_a_change_of_the_definition_is_taken_over(admin, host, template_id):
    row = clone(admin, template_id)
    host.virsh("setmem", row["name"], "200M", "--config")
    host.virsh("setmaxmem", row["name"], "200M", "--config")
    wait_for(lambda: admin.get(f"/instances/{row['id']}")["memory_mib"] == 200, 120, "the new memory")
    remove(admin, row["id"])


def noted(portal, instance, count, seconds=60):
    """The records once there are so many."""
    return wait_for(
        lambda: (rows := outside(portal, instance)) and len(rows) >= count and rows, seconds, f"{count} records")


@pytest.fixture
def owned(admin, template_id):
    row = clone(admin, template_id, owner="user")
    yield row
    remove(admin, row["id"])


def test_what_others_do_is_in_the_log_and_what_the_portal_does_is_there_once(admin, user, host, owned):
    row = owned
    host.virsh("start", row["name"])
    record = noted(user, row["id"], 1)[0]
    assert (record["action"], record["actor"], record["result"]) == ("instance.started", None, "ok")
    assert record["object"] == f"instance:{row['id']}" and record["object_name"] == row["name"]
    assert (record["detail"]["before"], record["detail"]["after"]) == ({"state": "shutoff"}, {"state": "running"})
    admin.post(f"/instances/{row['id']}/stop")
    smaller = host.directory / "smaller.xml"
    smaller.write_text(host.virsh("dumpxml", row["name"], "--inactive", "--security-info").replace("262144", "204800"))
    host.virsh("define", smaller)
    record = noted(user, row["id"], 2)[1]
    assert record["action"] == "instance.changed"
    assert (record["detail"]["before"], record["detail"]["after"]) == ({"memory_mib": 256}, {"memory_mib": 200})
    admin.patch(f"/instances/{row['id']}", {"title": "Seen"})
    definition = host.directory / "outside.xml"
    definition.write_text(host.virsh("dumpxml", row["name"], "--inactive", "--security-info"))
    host.virsh("undefine", row["name"])
    assert noted(user, row["id"], 3)[2]["action"] == "instance.undefined"
    host.virsh("define", definition)
    assert noted(user, row["id"], 4)[3]["action"] == "instance.defined"
    assert [each["action"] for each in outside(user, row["id"])] == [
        "instance.started", "instance.changed", "instance.undefined", "instance.defined"]


def test_a_stop_right_after_a_start_by_the_portal_is_noted(admin, user, host, owned):
    row = owned
    admin.post(f"/instances/{row['id']}/start")
    admin.patch(f"/instances/{row['id']}", {"title": "Begun here"})
    host.virsh("destroy", row["name"])
    record = noted(user, row["id"], 1)[0]
    assert record["action"] == "instance.stopped"
    assert (record["detail"]["before"], record["detail"]["after"]) == ({"state": "running"}, {"state": "shutoff"})
    assert len(outside(user, row["id"])) == 1


def test_a_machine_that_flaps_does_not_fill_the_log(admin, host, template_id):
    row = clone(admin, template_id)
    for _ in range(6):
        host.virsh("start", row["name"])
        host.virsh("destroy", row["name"])
    rows = noted(admin, row["id"], 1)
    host.virsh("start", row["name"])
    rows = wait_for(lambda: (now := outside(admin, row["id"])) and
                    now[-1]["detail"]["after"] == {"state": "running"} and now, 60, "the last start")
    assert len(rows) <= 3
    assert sum(each["detail"].get("count", 1) for each in rows) >= 13
    remove(admin, row["id"])
