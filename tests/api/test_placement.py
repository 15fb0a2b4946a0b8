"""Where new machines go and why; clusters and what they do not share; recommended moves; who is told what of hosts."""

import pytest
from support import ROOT, Refused, wait_for
from support.server import Server

TEMPLATE = "aaaaaaaa-0000-4000-8000-000000000001"
UNLIMITED = {"instances": None, "vcpus": None, "memory_mib": None, "disk_gib": None}
POOL = """<pool type="dir"><name>{0}</name><capacity>107374182400</capacity><target><path>/pool-{0}</path></target></pool>"""
NETWORK = """<network><name>one</name><forward mode="nat"/><bridge name="virbr7"/>
  <ip address="192.168.122.1" netmask="255.255.255.0"/></network>"""


def node(folder, name, machines, pools=("one", "two"), network=NETWORK):
    """The test driver's file of a host with 8000 MiB, its machines by name and size in MiB; they run."""
    domains = "".join(
        f"<domain type='test'><name>{machine}</name><memory>{size * 1024}</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>"
        for machine, size in machines.items())
    path = folder / f"{name}.xml"
    path.write_text("<node><cpu><mhz>6000</mhz><model>i986</model><active>50</active><nodes>4</nodes><sockets>4</sockets><cores>4"
                    f"</cores><threads>2</threads></cpu><memory>8192000</memory>{domains}{network}"
                    + "".join(POOL.format(pool) for pool in pools) + "</node>")
    return f"test://{path}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Hosts a (with the template), b and c, whose pool `one` counts as shared; b has 1000 and c 3000 MiB of machines."""
    folder = tmp_path_factory.mktemp("placement")
    server = Server(folder)
    for name, role in (("admin", "administrator"), ("user", "user"), ("other", "user")):
        server.add_user(name, role)
    server.command("host", "add", "a", f"test://{ROOT}/tests/data/test-host.xml")
    server.command("host", "add", "b", node(folder, "b", {"b1": 1000}))
    server.command("host", "add", "c", node(folder, "c", {"c1": 1000, "c2": 2000}, pools=["one"]))
    server.start()
    admin = server.portal("admin")
    wait_for(lambda: admin.get("/instances")["total"] == 5, 60, "the machines")
    wait_for(lambda: all(host["memory_mib"] for host in admin.get("/hosts")["items"]), 60, "the hosts' figures")
    admin.patch("/hosts/a/pools/one", {"shared": True})
    admin.post(f"/instances/{TEMPLATE}/stop")
    wait_for(lambda: admin.get(f"/instances/{TEMPLATE}")["state"] == "shutoff", 60, "the template to be off")
    admin.patch(f"/instances/{TEMPLATE}", {"template": True})
    admin.put("/users/user/quota", UNLIMITED)
    admin.put(f"/instances/{TEMPLATE}/grants/user:user", {"clone": True})
    yield server
    server.stop()


@pytest.fixture
def admin(site):
    """All hosts are in no cluster and without limits; placement is as in the beginning; nothing has tags."""
    portal = site.portal("admin")
    for host in "abc":
        portal.patch(f"/hosts/{host}", {"cluster": None, "memory_percent": None, "vcpu_percent": None})
    for row in portal.get("/instances")["items"]:
        portal.patch(f"/instances/{row['id']}", {"tags": []})
    rules(portal)
    return portal


@pytest.fixture
def user(site):
    return site.portal("user")


def rules(portal, **wanted):
    settings = portal.get("/settings")
    settings["placement"] = {"strategy": "spread", "spread_tags": [], "strict_spread_tags": [], **wanted}
    portal.put("/settings", settings)


def plan(portal, **wishes):
    answer = portal.post("/instances", {"from": TEMPLATE, "start": False, **wishes}, dry_run=True)
    return answer, {place["host"]: place for place in answer["places"]}


def refusal(call, *arguments, **more):
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value.status, refused.value.problem


def identity(portal, name):
    return next(row["id"] for row in portal.get("/instances")["items"] if row["name"] == name)


def named(portal):
    """A registered name, so that ordinary users can make machines."""
    portal.post("/names", {"items": [{"name": "ourea1", "pool": "ourea"}]})


def test_the_choice_is_explained(admin):
    named(admin)
    answer, places = plan(admin)
    assert (answer["host"], answer["why"]) == ("a", "It has the most memory that is promised to nobody: 7744 MiB.")
    assert places["a"]["chosen"] and places["c"]["unpromised_memory_mib"] == 5000
    rules(admin, strategy="pack")
    answer, _ = plan(admin)
    assert (answer["host"], answer["why"]) == (
        "c", "It is the fullest host with room: 5000 MiB of its memory are promised to nobody.")
    answer, _ = plan(admin, host="b")
    assert (answer["host"], answer["why"]) == ("b", "It was asked for.")


def test_tags_keep_machines_apart(admin):
    rules(admin, spread_tags=["db:*"])
    admin.patch(f"/instances/{identity(admin, 'runner')}", {"tags": ["db:main"]})
    answer, places = plan(admin, tags=["DB:main"])
    assert (answer["host"], answer["why"]) == ("b", "No machine is there from which its tags keep it apart.")
    assert places["a"]["notes"] == ["Kept apart by the tag db:main: runner is there."] and not places["a"]["reasons"]
    assert plan(admin, tags=["db:other"])[0]["host"] == "a"
    rules(admin, strict_spread_tags=["db:main"])
    _, places = plan(admin, tags=["db:main"])
    assert places["a"]["reasons"] == ["Kept apart by the tag db:main: runner is there."]
    for name in ("b1", "c1"):
        admin.patch(f"/instances/{identity(admin, name)}", {"tags": ["db:main"]})
    status, problem = refusal(plan, admin, tags=["db:main"])
    assert status == 409 and "b: Kept apart by the tag db:main: b1 is there." in problem["detail"]


def test_users_read_nothing_about_hosts(admin, user):
    named(admin)
    answer, places = plan(user)
    assert answer["why"] is None and not places
    admin.patch("/hosts/b", {"memory_percent": 1})
    known, unknown = refusal(plan, user, host="b"), refusal(plan, user, host="nowhere")
    for _, problem in (known, unknown):
        problem.pop("request_id")
    assert known == unknown
    assert known[0] == 400 and known[1]["field"] == "host" and "%" not in known[1]["detail"]
    assert "1 % are allowed" in refusal(plan, admin, host="b")[1]["detail"]
    assert "there is no host nowhere" in refusal(plan, admin, host="nowhere")[1]["detail"]
    for host in "abc":
        admin.patch(f"/hosts/{host}", {"memory_percent": 1})
    status, problem = refusal(plan, user)
    assert status == 409 and "1 %" not in problem["detail"] and "b:" not in problem["detail"]


def test_a_copy_has_the_tags_that_were_asked_for_and_none_of_its_source(admin):
    admin.patch(f"/instances/{TEMPLATE}", {"tags": ["golden"]})
    for name, tags in (("bare", []), ("tagged", ["web", "b"])):
        job = admin.post("/instances", {"from": TEMPLATE, "name": name, "start": False, "host": "a", "tags": tags})["job"]
        wait_for(lambda job=job: admin.get(f"/jobs/{job['id']}")["state"] == "succeeded", 60, "the copy")
        row = admin.get(f"/instances/{job['instance']}")
        assert row["tags"] == sorted(tags)
        gone = admin.delete(f"/instances/{row['id']}", volumes=True)["job"]
        wait_for(lambda gone=gone: admin.get(f"/jobs/{gone['id']}")["state"] == "succeeded", 60, "its end")


def test_a_cluster_tells_what_its_hosts_do_not_share(admin):
    status, problem = refusal(admin.patch, "/hosts/a", {"cluster": "two words"})
    assert (status, problem["field"]) == (400, "cluster")
    for host in "ac":
        assert admin.patch(f"/hosts/{host}", {"cluster": "east"})["cluster"] == "east"
    [cluster] = admin.get("/clusters")["items"]
    assert (cluster["name"], cluster["hosts"]) == ("east", ["a", "c"])
    assert [gap["reason"] for gap in cluster["gaps"]] == ["Pool two (/pool-two) is on a, but not active on c."]
    admin.patch("/hosts/a/pools/one", {"shared": False})
    try:
        reasons = [gap["reason"] for gap in admin.get("/clusters")["items"][0]["gaps"]]
        assert "Pool one (/pool-one) is on all hosts, but not marked as shared." in reasons
        alone = admin.get("/statistics")["clusters"][0]["disk_capacity_bytes"]
    finally:
        admin.patch("/hosts/a/pools/one", {"shared": True})
    [figures] = admin.get("/statistics")["clusters"]
    assert (figures["name"], figures["hosts"], figures["memory_mib"]) == ("east", 2, 16000)
    assert figures["promised_memory_mib"] == 3256  # without the template
    pools = {pool["name"]: pool["capacity_bytes"] for pool in admin.get("/hosts/a/pools")["items"]}
    assert figures["disk_capacity_bytes"] == pools["one"] + pools["two"] == alone - pools["one"]
    record = admin.get("/audit", object="host:a", action="host.edit")["items"][0]
    assert record["detail"]["after"]["cluster"] == "east" and record["detail"]["before"]["cluster"] is None


def test_new_machines_and_moves_prefer_the_cluster(admin):
    for host in "ac":
        admin.patch(f"/hosts/{host}", {"cluster": "east"})
    admin.patch("/hosts/a", {"memory_percent": 1})
    answer, places = plan(admin)
    assert (answer["host"], answer["why"]) == ("c", "It is in the cluster of the source.")
    assert places["b"]["notes"] == ["It is not in the cluster east."]
    targets = {target["host"]: target for target in admin.get(f"/instances/{identity(admin, 'c1')}/migrate/targets")["items"]}
    assert targets["b"]["warnings"] == ["It is not in the cluster east."] and targets["a"]["warnings"] == []


def test_moves_that_would_even_out_the_hosts_are_recommended(admin):
    groups = admin.get("/balance")["groups"]
    [group] = groups
    assert group["cluster"] is None and [load["host"] for load in group["hosts"]] == ["a", "b", "c"]
    [move] = group["moves"]
    assert (move["name"], move["from"], move["to"]) == ("c1", "c", "a")
    assert move["reason"] == "Memory promised: 38 % of c and 3 % of a; afterwards 25 % and 16 %."
    admin.patch("/hosts/c", {"cluster": "west"})
    assert [group["moves"] for group in admin.get("/balance")["groups"]] == [[]]
