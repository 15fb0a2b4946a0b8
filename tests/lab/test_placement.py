"""New machines go to the host that has room for them, where storage is shared; the choice is explained."""

import pytest
from steps import clone, finished, in_state, new_instance, remove, settles
from support import Refused


def places(portal, template, **wishes):
    plan = portal.post("/instances", new_instance(template, **wishes), dry_run=True)
    return plan["host"], {place["host"]: place for place in plan["places"]}


def test_machines_spread_over_the_hosts(fleet, fleet_admin, fleet_template, shared):
    rows = [clone(fleet_admin, fleet_template, start=True, linked=linked) for linked in (True, True, False)]
    assert {row["host"] for row in rows} == {host.name for host in fleet.hosts}
    for row in rows:
        in_state(fleet_admin, row["id"], "running")
    settles(fleet_admin, *fleet.hosts)
    for row in rows:
        remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)


def test_the_choice_is_explained_and_can_be_made(fleet, fleet_admin, fleet_template, shared):
    source, other = (host.name for host in fleet.hosts)
    host, found = places(fleet_admin, fleet_template)
    assert found[host]["chosen"] and not any(place["reasons"] for place in found.values())
    assert places(fleet_admin, fleet_template, host=other)[0] == other
    fleet_admin.patch(f"/hosts/{other}", {"memory_percent": 1})
    try:
        host, found = places(fleet_admin, fleet_template)
        assert host == source and "1 % are allowed" in found[other]["reasons"][0]
        with pytest.raises(Refused) as refused:
            fleet_admin.post("/instances", new_instance(fleet_template, host=other))
        assert refused.value.status == 400 and refused.value.problem["field"] == "host"
    finally:
        fleet_admin.patch(f"/hosts/{other}", {"memory_percent": None})
    with pytest.raises(Refused) as refused:
        fleet_admin.post("/instances", new_instance(fleet_template, host="nowhere"))
    assert refused.value.status == 400 and refused.value.problem["field"] == "host"


def test_nothing_new_comes_to_a_host_in_maintenance(fleet, fleet_admin, fleet_template, shared):
    source, other = (host.name for host in fleet.hosts)
    fleet_admin.post(f"/hosts/{other}/maintenance", {})
    try:
        rows = [clone(fleet_admin, fleet_template) for _ in range(2)]
        assert {row["host"] for row in rows} == {source}
    finally:
        fleet_admin.delete(f"/hosts/{other}/maintenance")
    for row in rows:
        remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)


@pytest.fixture
def apart(fleet_admin):
    """Machines with a tag that begins with `ha:` are strictly kept apart."""
    settings = fleet_admin.get("/settings")
    rules = {"strategy": "pack", "spread_tags": [], "strict_spread_tags": ["ha:*"]}
    fleet_admin.put("/settings", {**settings, "placement": rules})
    yield
    fleet_admin.put("/settings", settings)


def test_machines_with_such_a_tag_are_on_different_hosts(fleet, fleet_admin, fleet_template, shared, apart):
    rows = [clone(fleet_admin, fleet_template, tags=["ha:web"], start=True) for _ in fleet.hosts]
    assert {row["host"] for row in rows} == {host.name for host in fleet.hosts}
    with pytest.raises(Refused) as refused:
        fleet_admin.post("/instances", new_instance(fleet_template, tags=["ha:web"]))
    assert refused.value.status == 409 and "Kept apart by the tag ha:web" in refused.value.problem["detail"]
    target, = fleet_admin.get(f"/instances/{rows[0]['id']}/migrate/targets")["items"]
    assert target["blockers"] == [] and rows[1]["name"] in target["warnings"][0]
    for row in rows:
        in_state(fleet_admin, row["id"], "running")
        remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)


def test_a_recommended_move_can_be_made(fleet, fleet_admin, fleet_template, shared):
    full, empty = fleet.hosts
    there = fleet_admin.get(f"/hosts/{full.name}")["memory_mib"]
    for host in fleet.hosts:
        fleet_admin.patch(f"/hosts/{host.name}", {"cluster": "lab"})
    rows = [clone(fleet_admin, fleet_template, host=full.name, memory_mib=there // 4) for _ in range(2)]
    try:
        [cluster] = fleet_admin.get("/clusters")["items"]
        assert cluster["hosts"] == [host.name for host in fleet.hosts]
        assert not any(gap["name"] == "shared" for gap in cluster["gaps"])
        [group] = fleet_admin.get("/balance")["groups"]
        [move] = group["moves"]
        assert move["instance"] in [row["id"] for row in rows] and (move["from"], move["to"]) == (full.name, empty.name)
        job = fleet_admin.post(f"/instances/{move['instance']}/migrate", {"host": move["to"]})["job"]
        assert finished(fleet_admin, job["id"], 120)["state"] == "succeeded"
        assert fleet_admin.get("/balance")["groups"][0]["moves"] == []
    finally:
        for host in fleet.hosts:
            fleet_admin.patch(f"/hosts/{host.name}", {"cluster": None})
        for row in rows:
            remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)
