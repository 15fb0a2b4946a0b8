"""A host that hangs or dies makes its rows old, nothing slow, and comes back by itself."""

import time

import pytest
from steps import clone, finished, new_instance, remove, settles
from support import Refused, wait_for


def host_state(portal):
    return portal.get("/hosts/lab1")["state"]


def measure(portal):
    """The longest of some reads, in seconds."""
    longest = 0
    for path in ("/instances", "/hosts", "/templates", "/me", "/names", "/statistics") * 3:
        began = time.monotonic()
        portal.get(path)
        longest = max(longest, time.monotonic() - began)
    return longest


@pytest.mark.parametrize("how", ["frozen", "killed"])
def test_down_and_back(admin, host, template_id, how):
    row = clone(admin, template_id)
    host.freeze() if how == "frozen" else host.kill_libvirtd()
    try:
        assert measure(admin) < 5
        wait_for(lambda: host_state(admin) == "offline", 60, "the host's state offline")
        assert measure(admin) < 5
        old = admin.get(f"/instances/{row['id']}")
        assert old["host_state"] == "offline" and old["seen_at"] and old["name"] == row["name"]
        assert admin.get("/hosts/lab1")["error"]
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            admin.post(f"/instances/{row['id']}/start")
        assert refused.value.status == 503 and time.monotonic() - began < 5
    finally:
        host.thaw() if how == "frozen" else host.start_libvirtd()
    wait_for(lambda: host_state(admin) == "online", 60, "the host's return")
    assert admin.get(f"/instances/{row['id']}")["host_state"] == "online"
    remove(admin, row["id"])
    settles(admin, host)


def test_a_job_that_loses_its_host_ends_when_the_host_is_back(admin, host, template_id):
    job = admin.post("/instances", new_instance(template_id, linked=False, disk_gib=2))["job"]
    host.kill_libvirtd()
    try:
        wait_for(lambda: host_state(admin) == "offline", 60, "the host's state offline")
    finally:
        host.start_libvirtd()
    done = finished(admin, job["id"], 120)
    settles(admin, host)
    if done["state"] == "succeeded":
        remove(admin, done["instance"])
    settles(admin, host)
