"""Two servers on one database: what one decides, the other shows within seconds."""

import pytest
from support import ROOT, Refused, wait_for
from support.postgresql import PostgreSql
from support.server import Server

TEMPLATE = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """Each process has a test hypervisor of its own, with the same machines."""
    postgresql = PostgreSql()
    options = ["--database", postgresql.new_database("pair")]
    pair = [Server(tmp_path_factory.mktemp(name), *options) for name in ("one", "other")]
    try:
        for name, role in (("admin", "administrator"), ("user", "user")):
            pair[0].add_user(name, role)
        pair[0].command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
        for server in pair:
            server.start()
            admin = server.portal("admin")
            wait_for(lambda admin=admin: admin.get(f"/instances/{TEMPLATE}")["state"] in ("running", "shutoff"), 60, "the template")
        pair[0].portal("admin").put("/users/user/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))
        yield pair
    finally:
        for server in pair:
            server.stop()
        postgresql.stop()


def owners(portal, identity=TEMPLATE):
    try:
        return portal.get(f"/instances/{identity}")["owners"]
    except Refused as refused:
        assert refused.status == 404
        return None


def test_an_owner_is_known_everywhere(servers):
    one, other = (server.portal("admin") for server in servers)
    user = servers[1].portal("user")
    assert owners(user) is None
    one.patch(f"/instances/{TEMPLATE}", {"owner": "user"})
    wait_for(lambda: owners(user) == ["user"], 60, "the owner to see the machine on the other server")
    other.patch(f"/instances/{TEMPLATE}", {"owner": None})
    assert owners(user) is None
    wait_for(lambda: owners(one) == [], 60, "the first server to know that it is nobody's")


def test_a_template_is_one_everywhere(servers):
    one, other = (server.portal("admin") for server in servers)
    if one.get(f"/instances/{TEMPLATE}")["state"] == "running":
        one.post(f"/instances/{TEMPLATE}/stop")
    one.patch(f"/instances/{TEMPLATE}", {"template": True})
    wait_for(lambda: other.get("/templates")["total"] == 1, 60, "the template on the other server")


def test_what_one_makes_the_other_shows(servers):
    one, other = (server.portal("admin") for server in servers)
    one.post("/names", {"items": [{"name": "pair1", "pool": "pair"}]})
    made = one.post("/instances", {"from": TEMPLATE, "name": "pair1", "owner": "user", "start": False})["job"]
    wait_for(lambda: owners(other, made["instance"]) == ["user"], 60, "the machine on the other server")
    wait_for(lambda: one.get(f"/jobs/{made['id']}")["state"] == "succeeded", 60, "the copy")
    one.delete(f"/instances/{made['instance']}", volumes=True)
    wait_for(lambda: owners(other, made["instance"]) is None, 60, "the machine to be gone from the other server too")
