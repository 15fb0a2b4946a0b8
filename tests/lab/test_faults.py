"""Whatever befalls a host in the middle of a copy or of a move: afterwards everything agrees on all hosts."""

import pytest
from steps import finished, migration, new_instance, online, remove, row_of, settles, under_way
from support import Refused, wait_for

ENDED = ("succeeded", "failed", "undone")
FAULTS = {"libvirtd hangs": ("freeze", "thaw"), "sshd is killed": ("kill_sshd", "run_sshd")}


def strike(portal, host, fault):
    """Until the portal has noticed."""
    begin, end = (getattr(host, name) for name in FAULTS[fault])
    begin()
    try:
        wait_for(lambda: portal.get(f"/hosts/{host.name}")["state"] == "offline", 60, "the host's state offline")
    finally:
        end()
    online(portal, host)


def hasten(portal, job):
    """What goes on after the fault need not be slow any more."""
    def is_fast():
        if portal.get(f"/jobs/{job['id']}")["state"] != "running":
            return True
        try:
            return portal.patch(f"/jobs/{job['id']}", {"bandwidth_mib_s": 1000})
        except Refused as refused:
            assert refused.status in (409, 503)  # between two attempts, or just ended
            return None
    wait_for(is_fast, 60, "its end or its haste")


@pytest.fixture
def large(fleet, fleet_admin):
    """A machine whose disk takes a while to copy, on the second host."""
    identity = fleet.define(fleet.hosts[1], "large", noise_mib=512)
    wait_for(lambda: row_of(fleet_admin, identity), 60, "its row")
    yield identity
    remove(fleet_admin, identity)
    settles(fleet_admin, *fleet.hosts)


@pytest.mark.parametrize("fault", FAULTS)
def test_in_the_middle_of_a_copy(fleet, fleet_admin, large, fault):
    host = fleet.hosts[1]
    before = set(host.volumes())
    job = fleet_admin.post("/instances", new_instance(large, linked=False, owner="user"))["job"]
    wait_for(lambda: set(host.volumes()) - before, 60, "the beginning of the copy", every=0.005)
    strike(fleet_admin, host, fault)
    done = finished(fleet_admin, job["id"], 240)
    assert done["state"] in ENDED, done
    settles(fleet_admin, *fleet.hosts)
    if done["state"] == "succeeded":
        remove(fleet_admin, done["instance"])
    settles(fleet_admin, *fleet.hosts)
    assert set(host.volumes()) == before
    assert set(fleet_admin.get("/users/user")["usage"].values()) == {0}


@pytest.mark.parametrize("end", ["source", "target"])
@pytest.mark.parametrize("fault", FAULTS)
def test_in_the_middle_of_a_move(fleet, fleet_admin, guest, fault, end):
    source, target = fleet.hosts
    job = migration(fleet_admin, guest["id"], target.name, bandwidth_mib_s=1)
    under_way(fleet_admin, job["id"])
    strike(fleet_admin, {"source": source, "target": target}[end], fault)
    hasten(fleet_admin, job)
    done = finished(fleet_admin, job["id"], 240)
    assert done["state"] in ENDED, done
    settles(fleet_admin, *fleet.hosts)
    homes = [host for host in fleet.hosts if guest["name"] in host.domains()]
    assert [host.name for host in homes] == [fleet_admin.get(f"/instances/{guest['id']}")["host"]]
    assert homes[0].state(guest["name"]) == "running"
