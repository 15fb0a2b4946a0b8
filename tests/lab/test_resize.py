"""Another size and other disks on real QEMU, running and off; a crash in the middle leaves nothing."""

import time

import pytest
from steps import clone, disagreements, finished, in_state, remove, settles
from support import Refused

GIB = 1 << 30


@pytest.fixture
def guest(admin, template_id):
    row = clone(admin, template_id, owner="user")
    yield row
    remove(admin, row["id"])


def succeeded(portal, answer):
    job = finished(portal, answer["job"]["id"])
    assert job["state"] == "succeeded", job
    return job


def disks(portal, row):
    return {disk["target"]: disk["capacity_bytes"] for disk in portal.get(f"/instances/{row['id']}")["disks"]}


def test_a_running_machine_gets_its_size_with_a_restart(admin, host, guest):
    path = f"/instances/{guest['id']}"
    admin.post(f"{path}/start")
    in_state(admin, guest["id"], "running")
    succeeded(admin, admin.patch(path, {"vcpus": 2, "memory_mib": 320}))
    view = admin.get(path)
    assert (view["vcpus"], view["memory_mib"]) == (guest["vcpus"], guest["memory_mib"])
    assert view["pending_restart"] == {"vcpus": 2, "memory_mib": 320}
    used = admin.get("/users/user")["usage"]
    assert (used["vcpus"], used["memory_mib"]) == (2, 320)
    admin.post(f"{path}/stop")
    admin.post(f"{path}/start")
    view = admin.get(path)
    assert (view["vcpus"], view["memory_mib"], view["pending_restart"]) == (2, 320, None)
    assert "320" in host.virsh("dommemstat", guest["name"]) or host.virsh("vcpucount", guest["name"], "--live", "--active") == "2"


def test_a_disk_comes_and_grows_while_it_is_off(admin, host, guest):
    path = f"/instances/{guest['id']}"
    succeeded(admin, admin.post(f"{path}/disks", {"size_gib": 1}))
    assert disks(admin, guest)["vdb"] == GIB
    succeeded(admin, admin.patch(f"{path}/disks/vdb", {"size_gib": 2}))
    assert disks(admin, guest)["vdb"] == 2 * GIB
    admin.post(f"{path}/start")
    in_state(admin, guest["id"], "running")
    assert "vdb" in host.virsh("domblklist", guest["name"])
    settles(admin, host)


def test_a_disk_comes_and_grows_while_it_runs(admin, host, guest):
    path = f"/instances/{guest['id']}"
    admin.post(f"{path}/start")
    in_state(admin, guest["id"], "running")
    succeeded(admin, admin.post(f"{path}/disks", {"size_gib": 1}))
    assert "vdb" in host.virsh("domblklist", guest["name"])
    assert "vdb" in host.virsh("domblklist", guest["name"], "--inactive")
    succeeded(admin, admin.patch(f"{path}/disks/vdb", {"size_gib": 3}))
    assert disks(admin, guest)["vdb"] == 3 * GIB
    assert str(3 * GIB) in host.virsh("domblkinfo", guest["name"], "vdb")
    with pytest.raises(Refused) as refused:
        admin.patch(f"{path}/disks/vdb", {"size_gib": 2})
    assert "grow, not shrink" in refused.value.problem["detail"]
    settles(admin, host)


@pytest.mark.parametrize("wait", [0, 0.02, 0.05, 0.1, 0.2])
def test_killed_while_a_disk_is_added(server, admin, host, template_id, wait):
    row = clone(admin, template_id, owner="user")
    before = admin.get("/users/user")["usage"]
    job = admin.post(f"/instances/{row['id']}/disks", {"size_gib": 1})["job"]
    time.sleep(wait)  # the moment of the crash is what varies, there is nothing to wait for
    server.kill()
    server.start()
    admin = server.portal()
    done = finished(admin, job["id"])
    settles(admin, host)
    added = 1 if done["state"] == "succeeded" else 0
    assert admin.get("/users/user")["usage"] == {**before, "disk_gib": before["disk_gib"] + added}
    remove(admin, row["id"])
    assert disagreements(admin, host) == []
