"""What the lab's tests do again and again: clone, wait for a job, look whether everything agrees."""

import pathlib
import subprocess
import json

from support import wait_for

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


def chain(disk):
    """The disk and everything that it is based on."""
    run = subprocess.run(
        ["qemu-img", "info", "--force-share", "--backing-chain", "--output=json", disk],
        check=True, capture_output=True, text=True)
    return [pathlib.Path(image["filename"]).name for image in json.loads(run.stdout)]


def disagreements(portal, *hosts):
    """Sentences on everything in which the API, the names, the quotas, libvirt and the pools of all hosts differ."""
    domains = {host.name: host.domains() for host in hosts}
    identities = [identity for those in domains.values() for identity in those.values()]
    rows = {row["id"]: row for row in portal.get("/instances", limit=1000)["items"]}
    found = [f"{identity} is on more than one host" for identity in identities if identities.count(identity) > 1]
    found += _volumes(hosts, domains)
    for host in hosts:
        for name, identity in domains[host.name].items():
            row = rows.get(identity)
            if not row or (row["name"], row["host"]) != (name, host.name):
                found.append(f"the API does not show {name} ({identity}) on {host.name}")
    for identity, row in rows.items():
        if row["host"] in domains and identity not in domains[row["host"]].values():
            found.append(f"the API shows {row['name']} ({row['state']}), which is not there")
    found += _names(portal, {name: identity for those in domains.values() for name, identity in those.items()})
    found += _usage(portal, rows.values())
    jobs = portal.get("/jobs", state="active")["items"]
    found += [f"job {job['id']} is {job['state']}" for job in jobs]
    return found


def _volumes(hosts, domains):
    """Every file in a pool belongs to a machine, and every machine has its files; some hosts have a pool in common."""
    used = {name for host in hosts for domain in domains[host.name] for disk in host.disks(domain) for name in chain(disk)}
    there = {name for host in hosts for name in host.volumes()}
    yield from (f"volume {name} belongs to nobody" for name in there - used)
    yield from (f"volume {name} is missing" for name in used - there)


def _names(portal, domains):
    for name in portal.get("/names", limit=1000)["items"]:
        if name["state"] == "used" and name["instance"] not in domains.values():
            yield f"name {name['name']} is held by {name['instance']}, which is not there"
        if name["state"] == "free" and name["name"] in domains:
            yield f"name {name['name']} is free although a machine has it"


def defined(usage):
    """What of a usage counts whether it runs or not."""
    return {name: value for name, value in usage.items() if not name.startswith("running_")}


def _usage(portal, rows):
    for user in portal.get("/users")["items"]:
        owned = [row for row in rows if user["name"] in row["owners"]]
        if user["usage"]["instances"] != len(owned):
            yield f"{user['name']} is charged for {user['usage']['instances']} instances and has {len(owned)}"
        if user["usage"]["memory_mib"] != sum(row["memory_mib"] for row in owned):
            yield f"{user['name']} is charged for {user['usage']['memory_mib']} MiB"


def settles(portal, *hosts, seconds=60):
    """Waits until the work is done, then demands that everything agrees."""
    wait_for(lambda: not portal.get("/jobs", state="active")["items"], seconds, "the end of all jobs", every=0.2)
    wait_for(lambda: not disagreements(portal, *hosts) or None, 60, f"agreement: {disagreements(portal, *hosts)}", every=0.3)
