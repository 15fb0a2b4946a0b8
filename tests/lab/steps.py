"""What the lab's tests do again and again: clone, move, wait for a job or a state."""

from consistency import disagreements, settles  # noqa: F401  whoever does something asks afterwards whether all agrees
from support import wait_for
from support.websocket import WebSocket

ACTIVE = ("queued", "running")


def new_instance(template, **wishes):
    """The body of POST /instances with everything left out that was not wished for."""
    body = {"from": template, "name": None, "pool": "ourea", "vcpus": None, "memory_mib": None, "disk_gib": None,
            "linked": True, "host": None, "start": False, "owner": None, "title": None}
    return {**body, **wishes}


def clone(portal, template, seconds=60, **wishes):
    """A finished clone."""
    job = portal.post("/instances", new_instance(template, **wishes))["job"]
    job = finished(portal, job["id"], seconds)
    assert job["state"] == "succeeded", job
    return portal.get(f"/instances/{job['instance']}")


def finished(portal, job, seconds=60):
    """The job once it no longer runs."""
    def look():
        row = portal.get(f"/jobs/{job}")
        return row if row["state"] not in ACTIVE else None
    return wait_for(look, seconds, f"the end of job {job}")


def under_way(portal, job, seconds=60):
    """The job once it tells how far it is; it must not end before."""
    def look():
        row = portal.get(f"/jobs/{job}")
        assert row["state"] in ACTIVE, row
        return row if row["progress"] is not None else None
    return wait_for(look, seconds, f"the progress of job {job}")


def remove(portal, instance, seconds=60):
    job = portal.delete(f"/instances/{instance}", volumes=True)["job"]
    job = finished(portal, job["id"], seconds)
    assert job["state"] == "succeeded", job


def outside(portal, instance):
    """The records of changes that were not made through the portal, oldest first."""
    rows = portal.get(f"/instances/{instance}/activity")["items"]
    return [row for row in reversed(rows) if row["via"] == "outside"]


def in_state(portal, instance, state, seconds=30):
    return wait_for(
        lambda: (row := portal.get(f"/instances/{instance}"))["state"] == state and row, seconds, f"{instance} {state}")


def defined(usage):
    """What of a usage counts whether it runs or not."""
    return {name: value for name, value in usage.items() if not name.startswith("running_")}


def number(row):
    """Of a machine's name, which is also its address's."""
    return int(row["name"].removeprefix("ourea"))


def migration(portal, identity, host, **wishes):
    """The job that has just begun to move a machine."""
    return portal.post(f"/instances/{identity}/migrate", {"host": host, **wishes})["job"]


def move(portal, identity, host, seconds=120, **wishes):
    """The machine at its new host."""
    job = finished(portal, migration(portal, identity, host, **wishes)["id"], seconds)
    assert job["state"] == "succeeded", job
    return portal.get(f"/instances/{identity}")


def console(portal, identity, view_only=False, timeout=20):
    """A WebSocket to the screen, by a ticket of its own."""
    granted = portal.post(f"/instances/{identity}/console", {"kind": "vnc", "view_only": view_only})
    return WebSocket(portal, granted["path"], ["binary", "ourea.ticket." + granted["ticket"]], timeout=timeout)


def online(portal, host):
    wait_for(lambda: portal.get(f"/hosts/{host.name}")["state"] == "online", 90, f"the return of {host.name}")


def row_of(portal, identity):
    return next((row for row in portal.get("/instances", limit=1000)["items"] if row["id"] == identity), None)
