"""The server dies in the middle of its work; afterwards every job is finished or undone and nothing is left over."""

import time

import pytest
from steps import disagreements, finished, new_instance, remove, settles


@pytest.mark.parametrize("wait", [0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8])
@pytest.mark.parametrize("linked", [True, False])
def test_killed_in_a_clone(server, admin, host, template_id, wait, linked):
    settles(admin, host)
    job = admin.post("/instances", new_instance(template_id, linked=linked, disk_gib=2, start=True, owner="user"))["job"]
    time.sleep(wait)  # the moment of the crash is what varies, there is nothing to wait for
    server.kill()
    server.start()
    admin = server.portal()
    done = finished(admin, job["id"])
    assert done["state"] in ("succeeded", "undone", "failed"), done
    settles(admin, host)
    if done["state"] == "succeeded":
        remove(admin, done["instance"])
    assert disagreements(admin, host) == []
    assert set(admin.get("/users/user")["usage"].values()) == {0}


@pytest.mark.parametrize("wait", [0, 0.05, 0.2])
def test_killed_in_a_removal(server, admin, host, template_id, wait):
    made = finished(admin, admin.post("/instances", new_instance(template_id))["job"]["id"])
    job = admin.delete(f"/instances/{made['instance']}", volumes=True)["job"]
    time.sleep(wait)
    server.kill()
    server.start()
    admin = server.portal()
    assert finished(admin, job["id"])["state"] == "succeeded"
    settles(admin, host)


def test_many_at_once_take_different_names_and_a_crash_leaves_nothing(server, admin, host, template_id):
    jobs = [admin.post("/instances", new_instance(template_id))["job"] for _ in range(6)]
    assert len({job["instance_name"] for job in jobs}) == 6
    server.kill()
    server.start()
    admin = server.portal()
    done = [finished(admin, job["id"], 120) for job in jobs]
    settles(admin, host)
    for job in done:
        if job["state"] == "succeeded":
            remove(admin, job["instance"])
    settles(admin, host)
