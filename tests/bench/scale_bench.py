"""Measures what the program takes where it is large and nothing happens: fifty hosts of two hundred machines."""

import os
import pathlib
import time

from bench.api_bench import memory_mib, most, test_node
from support import wait_for
from support.server import Server

HOSTS = 50
MACHINES = 200
IDLE_SECONDS = 60
RECONCILE_SECONDS = 60  # five times as often as usual, so that one comparison of everything falls into that time


def processor_seconds(pid):
    """What the process has used until now."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percent_used(pid, seconds):
    """Of one processor, over that time."""
    used, since = processor_seconds(pid), time.monotonic()
    time.sleep(seconds)  # what happens when nobody asks for anything is what is measured
    return 100 * (processor_seconds(pid) - used) / (time.monotonic() - since)


def measure(server):
    began = time.monotonic()
    server.start(ready=120)
    portal = server.portal()
    wait_for(lambda: portal.get("/instances", limit=1)["total"] == HOSTS * MACHINES, 120, "all instances")
    yield most(f"start until {HOSTS} hosts of {MACHINES} instances each are listed", time.monotonic() - began, "s", 30)
    wait_for(lambda: percent_used(server.process.pid, 2) < 5, 60, "the end of what the start brought")
    yield most(f"processor while nothing happens there, over {IDLE_SECONDS} s, one comparison of everything among them",
               percent_used(server.process.pid, IDLE_SECONDS), "% of one", 5)
    yield most("resident memory with all of them", memory_mib(server.process.pid), "MiB", 200)


def rows(directory):
    directory = pathlib.Path(directory)
    server = Server(directory / "scale", "--reconcile-seconds", str(RECONCILE_SECONDS))
    server.add_user("admin", "administrator")
    for host in range(HOSTS):
        node = test_node(directory / f"node{host}.xml", range(host * MACHINES, (host + 1) * MACHINES))
        server.command("host", "add", f"test{host}", f"test://{node}")
    try:
        yield from measure(server)
    finally:
        server.stop()
