"""Another size and other disks: who may, what is counted, what a running machine gets later, what a failure leaves."""

import pytest
from support import ROOT, Refused, wait_for
from support.server import Server

MACHINE = "aaaaaaaa-0000-4000-8000-000000000001"
PATH = f"/instances/{MACHINE}"
QUOTA = {"instances": 1, "vcpus": 8, "memory_mib": 2048, "disk_gib": 10}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A machine of user's with two processors, 512 MiB and a disk of one GiB."""
    server = Server(tmp_path_factory.mktemp("resize"))
    server.add_user("admin", "administrator")
    server.add_user("user", "user")
    server.add_user("other", "user")
    server.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
    server.start()
    admin = server.portal("admin")
    wait_for(lambda: any(row["id"] == MACHINE for row in admin.get("/instances")["items"]), 30, "the machine")
    wait_for(lambda: admin.get("/hosts/test")["cpus"], 30, "the host's figures")
    admin.put("/users/user/quota", QUOTA)
    admin.patch(PATH, {"owner": "user"})
    yield server
    server.stop()


@pytest.fixture
def admin(site):
    """Everything is as it was in the beginning: off, without other disks."""
    portal = site.portal("admin")
    portal.put("/users/user/quota", dict.fromkeys(QUOTA))
    off(portal)
    done(portal, portal.patch(PATH, {"vcpus": 2, "memory_mib": 512}))
    portal.put("/users/user/quota", QUOTA)
    return portal


@pytest.fixture
def user(site):
    return site.portal("user")


@pytest.fixture
def other(site):
    return site.portal("other")


def off(portal):
    if portal.get(PATH)["state"] != "shutoff":
        portal.post(f"{PATH}/stop")
    wait_for(lambda: portal.get(PATH)["state"] == "shutoff", 10, "the end of the machine")


def done(portal, answer, state="succeeded"):
    """The job of an answer once it has ended; nothing to wait for where nothing was to be done."""
    if not answer.get("job"):
        return None
    def look():
        job = portal.get(f"/jobs/{answer['job']['id']}")
        return job if job["state"] not in ("queued", "running") else None
    job = wait_for(look, 30, "the end of the job")
    assert job["state"] == state, job
    return job


def refused(call, *arguments, **query):
    with pytest.raises(Refused) as caught:
        call(*arguments, **query)
    return caught.value


def usage(portal):
    return portal.get("/me")["usage"]


def records(portal, action):
    return [row for row in portal.get(f"{PATH}/activity")["items"] if row["action"] == action]


def test_an_owner_gives_it_another_size(admin, user):
    done(user, user.patch(PATH, {"vcpus": 4, "memory_mib": 1024}))
    view = user.get(PATH)
    assert (view["vcpus"], view["memory_mib"], view["pending_restart"]) == (4, 1024, None)
    assert (usage(user)["vcpus"], usage(user)["memory_mib"]) == (4, 1024)
    record = records(user, "instance.resize")[0]
    assert record["actor"] == "user"
    assert record["detail"] == {"before": {"vcpus": 2, "memory_mib": 512}, "after": {"vcpus": 4, "memory_mib": 1024}}


def test_the_same_size_is_no_work(admin, user):
    assert user.patch(PATH, {"vcpus": 2})["vcpus"] == 2


@pytest.mark.parametrize("body, field", [
    ({"vcpus": 0}, "vcpus"), ({"vcpus": 4096}, "vcpus"), ({"vcpus": "many"}, "vcpus"),
    ({"memory_mib": 0}, "memory_mib"), ({"memory_mib": 9000}, "memory_mib"),
])
def test_a_size_that_the_host_has_not_names_the_field(admin, user, body, field):
    error = refused(user.patch, PATH, {"title": "Not this one", **body})
    assert (error.status, error.problem["field"]) == (400, field)
    assert user.get(PATH)["title"] != "Not this one"


def test_the_quota_holds_and_nothing_stays_reserved(admin, user):
    error = refused(user.patch, PATH, {"vcpus": 9, "title": "Nor this one"})
    assert (error.status, error.problem["detail"]) == (422, "CPUs: 9 of 8 would be used.")
    assert refused(user.post, f"{PATH}/disks", {"size_gib": 10}).problem["detail"] == "Disk: 11 of 10 GiB would be used."
    assert usage(user) == {**usage(user), "vcpus": 2, "disk_gib": 1}
    plan = user.patch(PATH, {"vcpus": 9}, dry_run=True)
    assert (plan["usage_before"]["vcpus"], plan["usage_after"]["vcpus"], plan["quota"]["vcpus"]) == (2, 9, 8)
    assert plan["problems"] == ["CPUs: 9 of 8 would be used."]
    assert user.patch(PATH, {"vcpus": 8}, dry_run=True)["problems"] == []
    assert user.get(PATH)["vcpus"] == 2


def test_what_shrinks_is_never_too_much(admin, user):
    admin.put("/users/user/quota", {**QUOTA, "vcpus": 1})
    done(user, user.patch(PATH, {"vcpus": 1}))
    assert user.get(PATH)["vcpus"] == 1


def test_the_right_to_resize_is_enough(admin, other):
    assert refused(other.patch, PATH, {"vcpus": 3}).status == 404
    admin.put(f"{PATH}/grants/user:other", {"power": True})
    assert refused(other.patch, PATH, {"vcpus": 3}).status == 403
    assert refused(other.post, f"{PATH}/disks", {"size_gib": 1}).status == 403
    assert refused(other.patch, f"{PATH}/disks/vda", {"size_gib": 2}).status == 403
    admin.put(f"{PATH}/grants/user:other", {"resize": True})
    done(other, other.patch(PATH, {"vcpus": 3}))
    assert admin.get(PATH)["vcpus"] == 3
    assert admin.get("/users/user")["usage"]["vcpus"] == 3
    admin.delete(f"{PATH}/grants/user:other")


def test_a_running_machine_has_it_after_its_next_start(admin, user):
    user.post(f"{PATH}/start")
    done(user, user.patch(PATH, {"vcpus": 4}))
    view = user.get(PATH)
    assert (view["vcpus"], view["pending_restart"]) == (2, {"vcpus": 4, "memory_mib": 512})
    assert usage(user)["vcpus"] == 4, "a restart would bring more than was counted"
    off(user)
    view = user.get(PATH)
    assert (view["vcpus"], view["pending_restart"]) == (4, None)


def test_a_disk_is_made_counted_and_removed_with_the_machine(admin, user):
    before = usage(user)["disk_gib"]
    job = done(user, user.post(f"{PATH}/disks", {"size_gib": 3}))
    assert [step["state"] for step in job["steps"]] == ["done", "done"]
    disk = next(one for one in user.get(PATH)["disks"] if one["target"] == "vdb")
    assert (disk["bus"], disk["format"], disk["pool"], disk["capacity_bytes"]) == ("virtio", "qcow2", "one", 3 << 30)
    assert usage(user)["disk_gib"] == before + 3
    record = records(user, "instance.add_disk")[0]
    assert record["detail"]["before"] is None and record["detail"]["after"]["target"] == "vdb"
    plan = user.delete(PATH, volumes=True, dry_run=True)
    assert disk["volume"] in [volume["name"] for volume in plan["volumes"] if not volume["kept_reason"]]
    done(user, user.post(f"{PATH}/disks", {"size_gib": 1, "bus": "scsi"}))
    assert "sdb" in [one["target"] for one in user.get(PATH)["disks"]]


@pytest.mark.parametrize("body, field", [
    ({"size_gib": 0}, "size_gib"), ({"size_gib": 70000}, "size_gib"), ({}, "size_gib"),
    ({"size_gib": 1, "bus": "ide"}, "bus"), ({"size_gib": 1, "pool": "two"}, "pool"),
])
def test_a_disk_that_cannot_be_names_the_field(admin, user, body, field):
    error = refused(user.post, f"{PATH}/disks", body)
    assert (error.status, error.problem["field"]) == (400, field)


def test_an_administrator_chooses_any_pool_that_is_there(admin):
    assert admin.post(f"{PATH}/disks", {"size_gib": 1, "pool": "two"}, dry_run=True)["problems"] == []
    assert refused(admin.post, f"{PATH}/disks", {"size_gib": 1, "pool": "three"}).problem["field"] == "pool"


def test_a_disk_that_cannot_be_attached_leaves_nothing(admin, user):
    """libvirt's test driver attaches nothing to a running machine."""
    user.post(f"{PATH}/start")
    before = usage(user)["disk_gib"]
    disks = user.get(PATH)["disks"]
    job = done(user, user.post(f"{PATH}/disks", {"size_gib": 2}), "failed")
    assert "shut it down and try again" in job["error"]
    assert [step["state"] for step in job["steps"]] == ["undone", "failed"]
    assert user.get(PATH)["disks"] == disks
    assert usage(user)["disk_gib"] == before
    assert records(user, "instance.add_disk")[0]["result"] == "failed"


def test_a_disk_grows_and_never_shrinks(admin, user):
    for size in (1, 0):
        error = refused(user.patch, f"{PATH}/disks/vda", {"size_gib": size})
        assert (error.status, error.problem["field"]) == (400, "size_gib")
    assert "grow, not shrink" in refused(user.patch, f"{PATH}/disks/vda", {"size_gib": 1}).problem["detail"]
    assert refused(user.patch, f"{PATH}/disks/vdz", {"size_gib": 2}).status == 404
    assert user.patch(f"{PATH}/disks/vda", {"size_gib": 2}, dry_run=True)["problems"] == []
    before = usage(user)["disk_gib"]
    # The test driver grows no volume: what was reserved is given back.
    done(user, user.patch(f"{PATH}/disks/vda", {"size_gib": 2}), "failed")
    assert usage(user)["disk_gib"] == before


def test_two_changes_at_once_wait_for_each_other(admin, user):
    first = user.patch(PATH, {"vcpus": 5})
    try:
        second = user.patch(PATH, {"vcpus": 6})
    except Refused as error:
        assert error.status == 409
    else:
        done(user, second)
    done(user, first)
