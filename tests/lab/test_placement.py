"""New machines go to the host that has room for them, where storage is shared; the choice is explained."""

import pytest
from steps import clone, in_state, new_instance, remove, settles
from support import Refused
from test_migration import shared  # noqa: F401  (a fixture)


def places(portal, template, **wishes):
    plan = portal.post("/instances", new_instance(template, **wishes), dry_run=True)
    return plan["host"], {place["host"]: place for place in plan["places"]}


def test_machines_spread_over_the_hosts(fleet, fleet_admin, fleet_template, shared):  # noqa: F811
    rows = [clone(fleet_admin, fleet_template, start=True, linked=linked) for linked in (True, True, False)]
    assert {row["host"] for row in rows} == {host.name for host in fleet.hosts}
    for row in rows:
        in_state(fleet_admin, row["id"], "running")
    settles(fleet_admin, *fleet.hosts)
    for row in rows:
        remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)


def test_the_choice_is_explained_and_can_be_made(fleet, fleet_admin, fleet_template, shared):  # noqa: F811
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


def test_nothing_new_comes_to_a_host_in_maintenance(fleet, fleet_admin, fleet_template, shared):  # noqa: F811
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
