#!/usr/bin/python3
"""Measures what several hosts mean, on three real ones over SSH: one that hangs, and what others do with virsh.

Usage: tools/contain tests/bench/fleet_bench.py; prints lines as relay_bench does: fields separated by tabs."""

import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench.api_bench import Watcher, wrk  # noqa: E402
from support import ROOT, wait_for  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.site import known_to  # noqa: E402

MACHINES = 40  # on each host
ROUNDS = 10  # pairs; which comes first alternates
PATH = "/api/v1/instances?limit=100"
LARGEST_RATIO = 1.1
CHANGES = 20
LONGEST_MS = 1000


def median(values):
    return sorted(values)[len(values) // 2]


def p99(portal):
    return wrk(portal, PATH, 8)[1]


def compare(portal, host):
    """(median of the 99th percentiles in milliseconds: while the host hangs, and while none does)."""
    hung, well = [], []
    for number in range(ROUNDS):
        for hangs in (number % 2 == 0, number % 2 == 1):
            if not hangs:
                well.append(p99(portal))
                continue
            host.freeze()
            try:
                hung.append(p99(portal))
            finally:
                host.thaw()
            wait_for(lambda: portal.get(f"/hosts/{host.name}")["state"] == "online", 60, "the host")
    return median(hung), median(well)


def slowest_change(portal, host):
    """Milliseconds from the start of virsh to the event in the browser, the most of some changes of a running machine."""
    identity = host.define("changed", disk=host.fleet.shared / "changed.qcow2")
    watcher, slowest = Watcher(portal), 0
    host.virsh("start", "changed")
    watcher.when(identity, "running")
    for _ in range(CHANGES // 2):
        for verb, state in (("suspend", "paused"), ("resume", "running")):
            with watcher.arrived:
                watcher.seen.clear()
            began = time.monotonic()
            host.virsh(verb, "changed")
            slowest = max(slowest, watcher.when(identity, state) - began)
    return slowest * 1000


def furnished(fleet, directory):
    """A portal that knows all hosts over SSH and shows machines on each."""
    disk = fleet.shared / "one.qcow2"
    for host in fleet.hosts:
        for number in range(MACHINES):
            host.define(f"{host.name}-{number}", disk=disk)
    return known_to(fleet, directory / "server")


def main():
    with tempfile.TemporaryDirectory() as directory:
        fleet = Fleet(pathlib.Path(directory) / "fleet", count=3)
        try:
            server = furnished(fleet.start(), pathlib.Path(directory))
            server.start()
            try:
                portal = server.portal()
                wait_for(lambda: portal.get("/instances", limit=1)["total"] == MACHINES * len(fleet.hosts), 60, "all instances")
                slowest = slowest_change(portal, fleet.hosts[0])
                hung, well = compare(portal, fleet.hosts[2])
            finally:
                server.stop()
        finally:
            fleet.stop()
    ratio = hung / well
    print("\t".join([
        "99th percentile of lists while one of three hosts hangs", f"{hung:.2f} ms", f"{well:.2f} ms while none does",
        f"{ratio:.2f}x", f"< {LARGEST_RATIO}x", "met" if ratio < LARGEST_RATIO else "missed"]))
    print("\t".join([
        "a change by virsh to its event, over SSH, slowest", f"{slowest:.0f} ms", "", "", f"< {LONGEST_MS} ms",
        "met" if slowest < LONGEST_MS else "missed"]))


if __name__ == "__main__":
    main()
