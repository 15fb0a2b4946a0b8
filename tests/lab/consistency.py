"""Whether everything agrees: the API, the names, the quotas, libvirt and the pools of all hosts."""

import json
import pathlib
import subprocess

from support import wait_for

OFF = ("shutoff", "crashed", "missing")


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


def _usage(portal, rows):
    """Nobody is charged for what is not there, nor for what does not run."""
    for user in portal.get("/users")["items"]:
        owned = [row for row in rows if user["name"] in row["owners"]]
        running = [row for row in owned if row["state"] not in OFF]
        there = {"instances": len(owned), "running_instances": len(running)}
        for what in ("vcpus", "memory_mib"):
            there[what] = sum(row[what] for row in owned)
            there["running_" + what] = sum(row[what] for row in running)
        for what, count in there.items():
            if user["usage"][what] != count:
                yield f"{user['name']} is charged for {user['usage'][what]} {what} and has {count}"


def settles(portal, *hosts, seconds=60):
    """Waits until the work is done, then demands that everything agrees."""
    wait_for(lambda: not portal.get("/jobs", state="active")["items"], seconds, "the end of all jobs", every=0.2)
    wait_for(lambda: not disagreements(portal, *hosts) or None, 60, f"agreement: {disagreements(portal, *hosts)}", every=0.3)
