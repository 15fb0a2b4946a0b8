"""Machines move between hosts: live and off, with and without their disks, and are somewhere exactly once whatever fails."""

import pytest
from steps import clone, console, finished, in_state, move, number, remove, settles, under_way
from support import Refused, wait_for
from support.rfb import Screen


def target_of(portal, identity, host):
    return next(one for one in portal.get(f"/instances/{identity}/migrate/targets")["items"] if one["host"] == host)


def kinds(target):
    return {blocker["kind"] for blocker in target["blockers"]}


def screen(portal, identity):
    with console(portal, identity) as stream:
        return Screen(stream).picture()


def test_there_and_back_while_it_runs(fleet, fleet_admin, guest):
    source, target = fleet.hosts
    assert target_of(fleet_admin, guest["id"], target.name)["blockers"] == []
    row = move(fleet_admin, guest["id"], target.name)
    assert (row["host"], row["state"], row["owners"]) == (target.name, "running", ["user"])
    assert fleet.answers(number(row)) and screen(fleet_admin, guest["id"])
    assert row["name"] in target.domains() and row["name"] not in source.domains()
    settles(fleet_admin, *fleet.hosts)
    row = move(fleet_admin, guest["id"], source.name)
    assert (row["host"], row["state"]) == (source.name, "running")
    assert fleet.answers(number(row)) and screen(fleet_admin, guest["id"])
    records = [each for each in fleet_admin.get(f"/instances/{guest['id']}/activity")["items"]]
    assert [each["action"] for each in records if each["via"] == "outside"] == []
    assert [each["detail"]["after"]["host"] for each in records if each["action"] == "instance.migrate"] == [
        source.name, target.name]


def test_one_that_is_off_moves_with_its_definition(fleet, fleet_admin, fleet_template, shared):
    source, target = fleet.hosts
    row = clone(fleet_admin, fleet_template, host=source.name)
    with pytest.raises(Refused) as refused:
        fleet_admin.post(f"/instances/{row['id']}/migrate", {"host": target.name, "live": True})
    assert refused.value.status == 409 and refused.value.problem["field"] == "live"
    row = move(fleet_admin, row["id"], target.name)
    assert (row["host"], row["state"]) == (target.name, "shutoff")
    assert row["name"] in target.domains() and row["name"] not in source.domains()
    fleet_admin.post(f"/instances/{row['id']}/start")
    in_state(fleet_admin, row["id"], "running")
    remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)


def test_what_stands_in_the_way_is_told_before(fleet, fleet_admin, guest):
    source, target = fleet.hosts
    fleet_admin.patch(f"/hosts/{source.name}/pools/shared", {"shared": False})
    found = target_of(fleet_admin, guest["id"], target.name)
    assert not found["blockers"] and found["needs_storage"]
    with pytest.raises(Refused) as refused:
        fleet_admin.post(f"/instances/{guest['id']}/migrate", {"host": target.name})
    assert refused.value.status == 409 and refused.value.problem["field"] == "host"
    assert "not marked as shared" in refused.value.problem["detail"]
    # It is the same directory all the same: a copy onto itself must not harm it.
    job = fleet_admin.post(f"/instances/{guest['id']}/migrate", {"host": target.name, "storage": True})["job"]
    job = finished(fleet_admin, job["id"], 120)
    assert job["state"] == "failed" and "same storage" in job["error"]
    assert fleet_admin.get(f"/instances/{guest['id']}")["host"] == source.name and fleet.answers(number(guest))
    fleet_admin.patch(f"/hosts/{source.name}/pools/shared", {"shared": True})
    target.virsh("net-destroy", "lab")
    try:
        wait_for(lambda: kinds(target_of(fleet_admin, guest["id"], target.name)) == {"network"}, 60, "the network's end")
    finally:
        target.virsh("net-start", "lab")
    wait_for(lambda: not target_of(fleet_admin, guest["id"], target.name)["blockers"], 60, "the network's return")
    for body, status, field in (({"host": "nowhere"}, 400, "host"), ({"host": source.name}, 409, "host"), ({}, 400, "host"),
                                ({"host": target.name, "bandwidth_mib_s": 0}, 400, "bandwidth_mib_s"),
                                ({"host": target.name, "max_downtime_ms": 60_001}, 400, "max_downtime_ms")):
        with pytest.raises(Refused) as refused:
            fleet_admin.post(f"/instances/{guest['id']}/migrate", body)
        assert (refused.value.status, refused.value.problem["field"]) == (status, field)


def test_a_migration_is_cancelled_and_it_runs_on(fleet, fleet_admin, guest):
    source, target = fleet.hosts
    job = fleet_admin.post(f"/instances/{guest['id']}/migrate", {"host": target.name, "bandwidth_mib_s": 1})["job"]
    under_way(fleet_admin, job["id"])
    fleet_admin.post(f"/jobs/{job['id']}/cancel")
    assert finished(fleet_admin, job["id"])["state"] == "cancelled"
    row = in_state(fleet_admin, guest["id"], "running")
    assert row["host"] == source.name and fleet.answers(number(row))
    settles(fleet_admin, *fleet.hosts)


def test_the_target_vanishes_in_the_middle(fleet, fleet_admin, guest):
    source, target = fleet.hosts
    job = fleet_admin.post(f"/instances/{guest['id']}/migrate", {"host": target.name, "bandwidth_mib_s": 1})["job"]
    under_way(fleet_admin, job["id"])
    target.vanish()
    try:
        assert finished(fleet_admin, job["id"], 120)["state"] == "failed"
        row = in_state(fleet_admin, guest["id"], "running")
        assert row["host"] == source.name and fleet.answers(number(row))
    finally:
        target.come_back()
    wait_for(lambda: fleet_admin.get(f"/hosts/{target.name}")["state"] == "online", 90, "the host's return")
    settles(fleet_admin, *fleet.hosts)


def test_the_source_vanishes_in_the_middle(fleet, fleet_admin, guest):
    source, target = fleet.hosts
    job = fleet_admin.post(f"/instances/{guest['id']}/migrate", {"host": target.name, "bandwidth_mib_s": 1})["job"]
    under_way(fleet_admin, job["id"])
    source.vanish()
    try:
        wait_for(lambda: fleet_admin.get(f"/hosts/{source.name}")["state"] == "offline", 60, "the host's state offline")
    finally:
        source.come_back()
    assert finished(fleet_admin, job["id"], 240)["state"] in ("failed", "undone", "succeeded")
    settles(fleet_admin, *fleet.hosts)
    homes = [host for host in fleet.hosts if guest["name"] in host.domains()]
    assert [host.name for host in homes] == [fleet_admin.get(f"/instances/{guest['id']}")["host"]]
    assert homes[0].state(guest["name"]) == "shut off"  # it went with the power of its host, and nobody started it twice


def test_the_portal_is_killed_in_the_middle(fleet, fleet_admin, fleet_server, guest):
    source, target = fleet.hosts
    job = fleet_admin.post(f"/instances/{guest['id']}/migrate", {"host": target.name, "bandwidth_mib_s": 1})["job"]
    under_way(fleet_admin, job["id"])
    fleet_server.kill()
    fleet_server.start()
    admin = fleet_server.portal()
    # It waits for both hosts and is begun anew, as slowly as before; that is enough to see.
    under_way(admin, job["id"])
    admin.post(f"/jobs/{job['id']}/cancel")
    assert finished(admin, job["id"], 120)["state"] == "cancelled"
    settles(admin, *fleet.hosts)
    homes = [host.name for host in fleet.hosts if guest["name"] in host.domains()]
    assert homes == [in_state(admin, guest["id"], "running")["host"]] == [source.name]
    assert fleet.answers(number(guest))


def test_maintenance_empties_a_host_and_brings_its_machines_back(fleet, fleet_admin, fleet_template, guest):
    source, target = fleet.hosts
    off = clone(fleet_admin, fleet_template, host=source.name)
    plan = fleet_admin.post(f"/hosts/{source.name}/maintenance", {}, dry_run=True)
    moves = {each["name"]: each for each in plan["moves"]}
    assert not plan["maintenance"] and {guest["name"], off["name"]} <= set(moves)
    assert all(each["to"] == target.name and each["job"] is None for each in moves.values())
    done = fleet_admin.post(f"/hosts/{source.name}/maintenance", {})
    for each in done["moves"]:
        assert finished(fleet_admin, each["job"], 120)["state"] == "succeeded", each
    assert fleet_admin.get(f"/hosts/{source.name}")["state"] == "maintenance" and not source.domains()
    assert fleet.answers(number(guest))
    back = fleet_admin.delete(f"/hosts/{source.name}/maintenance", bring_back=True)
    assert {each["name"] for each in back["moves"]} == set(moves)
    for each in back["moves"]:
        assert finished(fleet_admin, each["job"], 120)["state"] == "succeeded", each
    assert set(moves) <= set(source.domains()) and fleet.answers(number(guest))
    remove(fleet_admin, off["id"])
    settles(fleet_admin, *fleet.hosts)


IMAGES = "/var/lib/libvirt/images"  # of each host its own
MARK = "urn:ourea:1"  # the namespace of what the portal notes in the metadata


@pytest.fixture
def local(fleet, fleet_admin):
    """A machine that runs on the first host, its disk in a pool that each host has for itself at the same path."""
    source = fleet.hosts[0]
    for host in fleet.hosts:
        host.virsh("pool-create-as", "local", "dir", "--target", IMAGES)
    disk = images(source) / "homely.qcow2"
    identity = source.define("homely", disk=disk)
    document = source.directory / "homely.xml"
    document.write_text(source.virsh("dumpxml", "homely", "--inactive").replace(str(disk), f"{IMAGES}/{disk.name}"))
    source.virsh("define", document)
    source.virsh("pool-refresh", "local")
    wait_for(lambda: any(row["id"] == identity for row in fleet_admin.get("/instances")["items"]), 60, "its row")
    fleet_admin.post(f"/instances/{identity}/start")
    in_state(fleet_admin, identity, "running")
    yield identity
    fleet_admin.post(f"/instances/{identity}/stop")
    in_state(fleet_admin, identity, "shutoff")
    remove(fleet_admin, identity)
    for host in fleet.hosts:
        assert list(images(host).iterdir()) == []
        host.virsh("pool-destroy", "local")
    settles(fleet_admin, *fleet.hosts)


def images(host):
    return host.directory / "libvirt/lib/images"


def test_disks_go_along_where_storage_is_not_shared(fleet, fleet_admin, local):
    source, target = fleet.hosts
    wait_for(lambda: target_of(fleet_admin, local, target.name)["needs_storage"], 60, "the pool of the other host")
    link = ["metadata", "homely", "--uri", MARK, "--key", "ourea", "--config", "--live", "--set", "<instance linked='yes'/>"]
    source.virsh(*link)
    assert 'linked="yes"' in source.metadata("homely")
    row = move(fleet_admin, local, target.name, storage=True)
    assert (row["host"], row["state"]) == (target.name, "running")
    assert not (images(source) / "homely.qcow2").exists() and (images(target) / "homely.qcow2").exists()
    assert 'linked="yes"' not in target.metadata("homely")
    assert screen(fleet_admin, local)
