"""What was changed outside the portal shows as what differs, until somebody accepts it; the portal's own changes do not."""

import pytest
from steps import clone, finished, in_state, outside, remove
from support import Refused, wait_for


@pytest.fixture
def machine(admin, template_id):
    row = clone(admin, template_id, owner="user")
    yield row
    remove(admin, row["id"])


def shown(events, machine, drift, since):
    events.wait("instance", lambda data: data["id"] == machine["id"] and data["row"]["drift"] is drift, since=since)


def changes(portal, machine):
    """(before, after) by field and item."""
    found = portal.get(f"/instances/{machine['id']}/drift")
    return {" ".join(filter(None, (each["field"], each["item"]))): (each["before"], each["after"]) for each in found["changes"]}


def redefine(host, machine, *replacements):
    """As `virsh edit` does it."""
    text = host.virsh("dumpxml", machine["name"], "--inactive", "--security-info")
    for old, new in replacements:
        assert old in text, (old, text)
        text = text.replace(old, new)
    file = host.directory / "edited.xml"
    file.write_text(text)
    host.virsh("define", file)


def test_an_edit_shows_what_differs_until_it_is_accepted(admin, user, host, events, machine):
    since = events.mark()
    redefine(host, machine, ("262144", "204800"), ("<model type='vga'", "<model type='cirrus'"), (">1</vcpu>", ">2</vcpu>"))
    shown(events, machine, True, since)
    assert changes(user, machine) == {"memory_mib": ("256", "200"), "vcpus": ("1", "2")}
    assert [row["name"] for row in user.get("/instances", drift=True)["items"]] == [machine["name"]]
    since = events.mark()
    assert user.post(f"/instances/{machine['id']}/drift/accept")["drift"] is False
    shown(events, machine, False, since)
    assert admin.get(f"/instances/{machine['id']}/drift") == {"drift": False, "since": None, "changes": []}
    record = next(row for row in user.get(f"/instances/{machine['id']}/activity")["items"] if row["action"] == "instance.accept_change")
    assert record["actor"] == "user" and record["detail"]["before"] == {"memory_mib": "256", "vcpus": "1"}
    with pytest.raises(Refused) as refused:
        user.post(f"/instances/{machine['id']}/drift/accept")
    assert refused.value.status == 409


def test_a_disk_that_was_attached_shows_its_folder_to_administrators_only(admin, user, host, events, machine):
    image = host.directory / "more.qcow2"
    image.write_bytes(b"")
    since = events.mark()
    host.virsh("attach-disk", machine["name"], image, "vdb", "--config", "--subdriver", "qcow2")
    shown(events, machine, True, since)
    assert changes(admin, machine) == {"disk vdb": (None, f"{image} (virtio, qcow2)")}
    assert changes(user, machine) == {"disk vdb": (None, "more.qcow2 (virtio, qcow2)")}
    since = events.mark()
    host.virsh("detach-disk", machine["name"], "vdb", "--config")
    shown(events, machine, False, since)
    assert changes(admin, machine) == {}


def test_a_running_machine_shows_what_its_next_start_brings(admin, host, events, machine):
    admin.post(f"/instances/{machine['id']}/start")
    since = events.mark()
    host.virsh("setvcpus", machine["name"], "3", "--config", "--maximum")
    host.virsh("setvcpus", machine["name"], "3", "--config")
    # libvirt tells of no event when only a definition's size is changed: the next look finds it.
    events.wait("instance", lambda data: data["id"] == machine["id"] and data["row"]["drift"], since=since, seconds=120)
    assert changes(admin, machine)["vcpus"] == ("1", "3")


def test_what_the_portal_does_is_no_drift(admin, user, host, template_id, machine):
    at = f"/instances/{machine['id']}"
    admin.patch(at, {"title": "Ours", "description": "All of it"})
    for ask in (lambda: admin.patch(at, {"vcpus": 2, "memory_mib": 320}), lambda: admin.post(f"{at}/disks", {"size_gib": 1})):
        job = ask()["job"]
        assert finished(admin, job["id"])["state"] == "succeeded"
        assert admin.get(at)["drift"] is False
    admin.post(f"{at}/start")
    in_state(admin, machine["id"], "running")
    assert admin.get(at)["drift"] is False
    admin.post(f"{at}/stop")
    assert in_state(admin, machine["id"], "shutoff")["drift"] is False
    assert changes(admin, machine) == {}


def test_the_portals_own_change_leaves_the_drift_of_others(admin, host, events, machine):
    since = events.mark()
    redefine(host, machine, ("262144", "204800"))
    shown(events, machine, True, since)
    admin.patch(f"/instances/{machine['id']}", {"title": "Retitled"})
    job = admin.patch(f"/instances/{machine['id']}", {"vcpus": 2})["job"]
    assert finished(admin, job["id"])["state"] == "succeeded"
    assert changes(admin, machine) == {"memory_mib": ("256", "200")}


def test_a_rename_is_a_change_and_keeps_everything(admin, user, host, events, machine):
    since = events.mark()
    host.virsh("domrename", machine["name"], "renamed-outside")
    shown(events, machine, True, since)
    assert changes(user, machine) == {"name": (machine["name"], "renamed-outside")}
    row = user.get(f"/instances/{machine['id']}")
    assert (row["name"], row["owners"]) == ("renamed-outside", ["user"])


def test_it_survives_a_restart_and_is_found_after_one(server, admin, host, machine):
    server.stop()
    try:
        redefine(host, machine, ("262144", "204800"))
    finally:
        server.start()
    admin = server.portal()
    at = f"/instances/{machine['id']}"
    wait_for(lambda: admin.get(at)["drift"], 60, "the drift")
    assert changes(admin, machine) == {"memory_mib": ("256", "200")}
    record = wait_for(lambda: outside(admin, machine["id"]), 60, "the record")[-1]
    assert record["action"] == "instance.changed" and record["detail"]["noticed"] is True
    assert record["detail"]["after"] == {"memory_mib": "200"}
    noticed = admin.get(f"{at}/drift")["since"]
    server.stop()
    server.start()
    admin = server.portal()
    wait_for(lambda: admin.get(at)["state"] == "shutoff", 60, "the host's word")
    assert admin.get(f"{at}/drift")["since"] == noticed
    assert len(outside(admin, machine["id"])) == 1
    admin.post(f"{at}/drift/accept")
    server.stop()
    server.start()
    admin = server.portal()
    wait_for(lambda: admin.get(at)["state"] == "shutoff", 60, "the host's word")
    assert admin.get(at)["drift"] is False
