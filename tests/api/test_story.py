"""The main job on libvirt's test driver: a granted template, a free name, a quota, a clone, its end."""

import threading

import pytest
from support import ROOT, Refused, wait_for
from support.events import Events
from support.postgresql import PostgreSql
from support.server import Server

TEMPLATE = "aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def postgresql():
    server = PostgreSql()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request, tmp_path_factory):
    """A server with a template that `user` may clone, ten names, and a quota for three machines."""
    options = []
    if request.param == "postgresql":
        options = ["--database", request.getfixturevalue("postgresql").new_database("story")]
    server = Server(tmp_path_factory.mktemp("story"), *options)
    for name, role in (("admin", "administrator"), ("user", "user"), ("other", "user")):
        server.add_user(name, role)
    server.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
    server.start()
    admin = server.portal("admin")
    wait_for(lambda: any(row["id"] == TEMPLATE for row in admin.get("/instances")["items"]), 60, "the template")
    admin.post(f"/instances/{TEMPLATE}/stop")
    admin.patch(f"/instances/{TEMPLATE}", {"template": True})
    admin.put(f"/instances/{TEMPLATE}/grants/user:user", {"clone": True})
    admin.put("/users/user/quota", {"instances": 3, "vcpus": 6, "memory_mib": 2048, "disk_gib": 500})
    admin.post("/names", {"items": [
        {"name": f"ourea{n}", "pool": "ourea", "mac": f"52:54:00:00:01:{n:02x}", "ip": f"192.0.2.{n}"} for n in range(1, 11)]})
    yield server
    server.stop()


@pytest.fixture
def admin(site):
    return site.portal("admin")


@pytest.fixture
def user(site):
    return site.portal("user")


def ended(portal, job):
    def look():
        row = portal.get(f"/jobs/{job['id']}")
        return row if row["state"] not in ("queued", "running") else None
    return wait_for(look, 60, "the end of the job")


def make(portal, **wishes):
    return portal.post("/instances", {"from": TEMPLATE, **wishes})["job"]


def remove(portal, instance):
    assert ended(portal, portal.delete(f"/instances/{instance}", volumes=True)["job"])["state"] == "succeeded"


def refused(call, *arguments, **query):
    with pytest.raises(Refused) as caught:
        call(*arguments, **query)
    return caught.value


def test_the_whole_story(user):
    assert [each["id"] for each in user.get("/templates")["items"]] == [TEMPLATE]
    plan = user.post("/instances", {"from": TEMPLATE}, dry_run=True)
    assert plan["name"] == "ourea1" and plan["ip"] == "192.0.2.1" and plan["linked"] and not plan["problems"]
    assert (plan["usage_before"]["instances"], plan["usage_after"]["instances"]) == (0, 1)
    assert user.get("/me")["usage"]["instances"] == 0, "a dry run reserves nothing"
    with Events(user) as events:
        job = make(user, name="ourea1", start=True, title="Mine")
        events.wait("job", lambda data: data["id"] == job["id"] and data["row"]["state"] == "running")
        events.wait("instance", lambda data: data["id"] == job["instance"] and data["row"]["state"] == "running")
    done = ended(user, job)
    assert done["state"] == "succeeded" and {step["state"] for step in done["steps"]} == {"done"}
    machine = user.get(f"/instances/{job['instance']}")
    assert (machine["name"], machine["title"], machine["state"], machine["owners"]) == ("ourea1", "Mine", "running", ["user"])
    assert machine["addresses"] == ["192.0.2.1"] and machine["interfaces"][0]["mac"] == "52:54:00:00:01:01"
    assert user.get("/me")["usage"]["instances"] == 1
    assert user.post(f"/instances/{machine['id']}/shutdown")["state"] == "shutoff"
    doomed = user.delete(f"/instances/{machine['id']}", volumes=True, dry_run=True)
    assert [volume["kept_reason"] for volume in doomed["volumes"]] == [None]
    actions = [record["action"] for record in user.get(f"/instances/{machine['id']}/activity")["items"]]
    assert {"instance.create", "instance.shutdown"} <= set(actions)
    with Events(user) as events:
        remove(user, machine["id"])
        events.wait("instance", lambda data: data["id"] == machine["id"] and data["row"] is None)
    assert refused(user.get, f"/instances/{machine['id']}").status == 404
    assert user.get("/me")["usage"]["instances"] == 0
    assert "ourea1" in [name["name"] for name in user.get("/names", free=True)["items"]]


def test_a_double_click_makes_one_machine(user):
    jobs, errors = [], []

    def click():
        try:
            jobs.append(make(user, name="ourea2", start=False))
        except Refused as error:
            errors.append(error)
    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 1 and {error.status for error in errors} == {409}
    assert {error.problem["field"] for error in errors} <= {"name", None}
    assert ended(user, jobs[0])["state"] == "succeeded"
    remove(user, jobs[0]["instance"])


def test_a_machine_of_a_group_is_its_members(site, user, admin):
    other = site.portal("other")
    quota = {"instances": 1, "vcpus": None, "memory_mib": None, "disk_gib": None}
    admin.post("/groups", {"name": "web", "quota": quota})
    for name in ("user", "other"):
        admin.put(f"/groups/web/members/user:{name}", None)
    assert refused(make, user, owner="group:nothing").status == 403
    assert refused(make, user, owner="other").status == 403
    assert refused(make, admin, owner="group:nothing").problem["field"] == "owner"
    job = make(user, owner="group:web", start=False)
    assert ended(user, job)["state"] == "succeeded"
    instance = f"/instances/{job['instance']}"
    assert other.get(instance)["owners"] == ["group:web"]
    with Events(user) as events:
        other.post(f"{instance}/start")
        events.wait("instance", lambda data: data["id"] == job["instance"] and data["row"]["state"] == "running")
    problem = refused(make, user, owner="group:web").problem
    assert (problem["kind"], problem["detail"]) == ("quota", "Instances: 2 of 1 would be used.")
    assert admin.get("/groups/web")["usage"]["instances"] == 1 and user.get("/me")["usage"]["instances"] == 0
    assert refused(admin.delete, "/groups/web").status == 409
    admin.delete("/groups/web", transfer_to="user")
    assert user.get(instance)["owners"] == ["user"] and user.get("/me")["usage"]["instances"] == 1
    assert refused(other.get, instance).status == 404
    assert [name["name"] for name in user.get("/names")["items"] if name["instance"]] == [job["instance_name"]]
    remove(user, job["instance"])


def test_the_quota_holds_against_a_crowd(user, admin):
    jobs, errors = [], []

    def wish():
        try:
            jobs.append(make(user, start=False))
        except Refused as error:
            errors.append(error)
    threads = [threading.Thread(target=wish) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 3
    assert {(error.status, error.problem["kind"]) for error in errors} == {(422, "quota")}
    for job in jobs:
        assert ended(user, job)["state"] == "succeeded"
    assert len({job["instance_name"] for job in jobs}) == 3
    for job in jobs:
        remove(user, job["instance"])
    assert set(admin.get("/users/user")["usage"].values()) == {0}


def test_what_is_refused_and_why(user, admin, site):
    other = site.portal("other")
    assert refused(make, other).status == 404, "who may not see the template learns nothing"
    assert refused(make, user, name="no-such-name").problem["field"] == "name"
    assert refused(make, user, vcpus=0).problem["field"] == "vcpus"
    assert refused(make, user, vcpus=4000).problem["field"] == "vcpus"
    assert refused(make, user, disk_gib=0).problem["field"] == "disk_gib"
    assert refused(make, user, owner="other").status == 403
    assert refused(make, user, ssh_keys=["ssh-ed25519 AAAA"]).problem["field"] == "ssh_keys"
    assert refused(make, user, memory_mib=4096).status == 422
    assert refused(user.post, f"/instances/{TEMPLATE}/start").status == 403
    assert refused(admin.delete, f"/instances/{TEMPLATE}").status == 409


def test_a_template_with_linked_clones_stays(user, admin):
    job = make(user, start=False)
    assert ended(user, job)["state"] == "succeeded"
    for call in (lambda: admin.patch(f"/instances/{TEMPLATE}", {"template": False}),
                 lambda: admin.delete(f"/instances/{TEMPLATE}", volumes=True),
                 lambda: admin.post(f"/instances/{TEMPLATE}/start")):
        assert refused(call).status == 409
    remove(user, job["instance"])


def test_a_restart_keeps_sessions_names_and_machines(user, admin, site):
    job = make(user, start=False)
    ended(user, job)
    site.kill()
    site.start()
    # The test driver of a file begins anew with each process, so the machine is gone from its host, and
    # that is what the portal must show, with everything it knows about it.
    assert user.get("/me")["name"] == "user"
    wait_for(lambda: user.get(f"/instances/{job['instance']}")["state"] == "missing", 60, "the machine as missing")
    machine = user.get(f"/instances/{job['instance']}")
    assert machine["owners"] == ["user"] and machine["name"] == job["instance_name"]
    assert user.get("/me")["usage"]["instances"] == 1
    remove(user, machine["id"])
    assert user.get("/me")["usage"]["instances"] == 0
