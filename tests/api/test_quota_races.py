"""A hundred people ask at the same time, of one server or of two: as many get something as the quota allows."""

import collections
import concurrent.futures

import pytest
from support import ROOT, Refused, wait_for
from support.postgresql import PostgreSql
from support.server import Server

TEMPLATE = "aaaaaaaa-0000-4000-8000-000000000001"
ENDLESS = {"instances": None, "vcpus": None, "memory_mib": None, "disk_gib": None}
NAMES = 60
PATIENCE = 300  # only a fault takes so long


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSql()
    yield server
    server.stop()


def prepare(server):
    """Each process has a test hypervisor of its own, hence a template to stop."""
    admin = server.portal("admin")
    wait_for(lambda: any(row["id"] == TEMPLATE for row in admin.get("/instances")["items"]), PATIENCE, "the template")
    if admin.get(f"/instances/{TEMPLATE}")["state"] != "shutoff":
        admin.post(f"/instances/{TEMPLATE}/stop")
    wait_for(lambda: admin.get(f"/instances/{TEMPLATE}")["state"] == "shutoff", PATIENCE, "the template to be off")


def free_names(portal):
    return portal.get("/names", free=True, pool="race")["total"]


@pytest.fixture(scope="module", params=["one server on sqlite", "two servers on postgresql"])
def servers(request, tmp_path_factory):
    two = request.param.startswith("two")
    options = ["--database", request.getfixturevalue("postgresql").new_database("races")] if two else []
    first = Server(tmp_path_factory.mktemp("races"), *options)
    for name, role in (("admin", "administrator"), ("user", "user")):
        first.add_user(name, role)
    first.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
    all_of_them = [first] + ([Server(tmp_path_factory.mktemp("other"), *options)] if two else [])
    try:
        for server in all_of_them:
            server.start()
            prepare(server)
        admin = first.portal("admin")
        admin.patch(f"/instances/{TEMPLATE}", {"template": True})
        admin.post("/names", {"items": [{"name": f"race{n}", "pool": "race"} for n in range(1, NAMES + 1)]})
        for server in all_of_them:
            wait_for(lambda portal=server.portal("admin"): free_names(portal) == NAMES, PATIENCE, "the names everywhere")
        yield all_of_them
    finally:
        for server in all_of_them:
            server.stop()


@pytest.fixture
def portals(servers):
    """Afterwards, whatever the test did: the machines are gone, and nothing is used or reserved any more."""
    found = [server.portal("admin") for server in servers]
    yield found
    for portal in found:
        made = [row["id"] for row in portal.get("/instances", limit=1000)["items"]
                if row["owners"] == ["user"] and row["state"] in ("running", "shutoff")]  # else the other server's
        for identity in made:
            remove(portal, identity)
    for portal in found:
        wait_for(lambda portal=portal: set(usage(portal).values()) == {0}, PATIENCE, "everything to be given back")
        wait_for(lambda portal=portal: free_names(portal) == NAMES, PATIENCE, "every name to be free")


def tried(call):
    try:
        return call()
    except Refused as refused:
        return refused


def at_once(calls):
    """What each call answered, or how it was refused."""
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        return list(pool.map(tried, calls))


def ended(portal, job):
    def look():
        row = portal.get(f"/jobs/{job['id']}")
        return row if row["state"] not in ("queued", "running") else None
    return wait_for(look, PATIENCE, "the end of the job")


def accepted(asked, answers):
    """(portal, job) of those who got one."""
    return [(portal, answer["job"]) for portal, answer in zip(asked, answers)
            if not isinstance(answer, Refused) and "job" in answer and answer["job"]]


def clone_all(portals, count, **fields):
    """Asks `count` times in turn; answers (portal, job) of those who got one, and how the others were refused."""
    asked = [portals[n % len(portals)] for n in range(count)]
    body = {"from": TEMPLATE, "owner": "user", "pool": "race", **fields}
    answers = at_once([lambda portal=portal: portal.post("/instances", body) for portal in asked])
    refused = collections.Counter((answer.status, answer.problem["kind"], answer.problem["detail"])
                                  for answer in answers if isinstance(answer, Refused))
    return accepted(asked, answers), refused


def remove(portal, identity):
    path = f"/instances/{identity}"
    wait_for(lambda: not portal.get(path)["job"], PATIENCE, "the machine's own job")
    if portal.get(path)["state"] != "shutoff":
        portal.post(f"{path}/stop")
    assert ended(portal, portal.delete(path, volumes=True)["job"])["state"] == "succeeded"


def usage(portal):
    return portal.get("/users/user")["usage"]


def test_as_many_clones_as_fit(portals):
    portals[0].put("/users/user/quota", {**ENDLESS, "instances": 5})
    made, refused = clone_all(portals, 100, start=False)
    assert len(made) == 5
    assert refused == {(422, "quota", "Instances: 6 of 5 would be used."): 95}
    assert {ended(portal, job)["state"] for portal, job in made} == {"succeeded"}
    assert usage(portals[0])["instances"] == 5


def test_as_many_running_clones_as_may_run(portals):
    portals[0].put("/users/user/quota", {**ENDLESS, "running_instances": 3})
    made, refused = clone_all(portals, 20)
    assert len(made) == 3
    assert refused == {(422, "quota", "Running instances: 4 of 3 would be used."): 17}
    assert {ended(portal, job)["state"] for portal, job in made} == {"succeeded"}
    wait_for(lambda: usage(portals[0])["running_instances"] == 3, PATIENCE, "three that run")
    portal, job = made[0]
    portal.post(f"/instances/{job['instance']}/stop")
    wait_for(lambda: usage(portals[0])["running_instances"] == 2, PATIENCE, "a place to be free again")
    portal.post(f"/instances/{job['instance']}/start")


@pytest.fixture
def twenty(portals):
    """Twenty machines of the user's, off, with one processor and one disk each."""
    portals[0].put("/users/user/quota", ENDLESS)
    made, refused = clone_all(portals, 20, start=False, vcpus=1, memory_mib=64)
    assert len(made) == 20 and not refused
    for portal, job in made:
        assert ended(portal, job)["state"] == "succeeded"
    wait_for(lambda: usage(portals[0])["disk_gib"] == 20, PATIENCE, "twenty disks that are counted")
    return [(portal, f"/instances/{job['instance']}") for portal, job in made]


def all_five_times(machines, call):
    """A hundred calls, five for each machine; what was accepted, and the refusals by the quota. A machine that another of
    the calls works on just then, or that is on already, is no matter of the quota."""
    asked = machines * 5
    answers = at_once([lambda portal=portal, path=path: call(portal, path) for portal, path in asked])
    refused = {(answer.status, answer.problem["kind"], answer.problem["detail"]) for answer in answers
               if isinstance(answer, Refused) and answer.problem["kind"] != "conflict"}
    return accepted([portal for portal, _ in asked], answers), refused


def test_as_many_starts_as_may_run(portals, twenty):
    portals[0].put("/users/user/quota", {**ENDLESS, "running_vcpus": 5})
    _, refused = all_five_times(twenty, lambda portal, path: portal.post(f"{path}/start"))
    assert refused == {(422, "quota", "Running CPUs: 6 of 5 would be used.")}
    assert sum(portal.get(path)["state"] == "running" for portal, path in twenty) == 5
    wait_for(lambda: usage(portals[0])["running_vcpus"] == 5, PATIENCE, "five that run")
    plan = portals[0].post("/instances", {"from": TEMPLATE, "owner": "user", "pool": "race", "vcpus": 2}, dry_run=True)
    assert plan["usage_after"]["running_vcpus"] == 7 and plan["problems"] == ["Running CPUs: 7 of 5 would be used."]


def test_as_many_grow_as_fit(portals, twenty):
    portals[0].put("/users/user/quota", {**ENDLESS, "vcpus": 25})
    won, refused = all_five_times(twenty, lambda portal, path: portal.patch(path, {"vcpus": 2}))
    assert refused == {(422, "quota", "CPUs: 26 of 25 would be used.")}
    assert len(won) == 5
    assert {ended(portal, job)["state"] for portal, job in won} == {"succeeded"}
    assert sum(portal.get(path)["vcpus"] for portal, path in twenty) == 25
    assert usage(portals[0])["vcpus"] == 25


def test_as_many_disks_as_fit(portals, twenty):
    portals[0].put("/users/user/quota", {**ENDLESS, "disk_gib": 25})
    won, refused = all_five_times(twenty, lambda portal, path: portal.post(f"{path}/disks", {"size_gib": 1}))
    assert refused == {(422, "quota", "Disk: 26 of 25 GiB would be used.")}
    assert len(won) == 5
    assert {ended(portal, job)["state"] for portal, job in won} == {"succeeded"}
    assert sum(len([disk for disk in portal.get(path)["disks"] if disk["device"] == "disk"])
               for portal, path in twenty) == 25
    assert usage(portals[0])["disk_gib"] == 25
