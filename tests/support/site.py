#!/usr/bin/python3
"""A whole site in the foreground, for the browser's tests: a hypervisor, the server, what they need, until SIGTERM.

Usage: tools/contain sh -c 'tests/support/site.py --port 8123 & …'; ready when http://127.0.0.1:8123/readyz answers 200
and the file that --ready names exists. With --below /PATH the portal is there, behind an Apache that signs alice in; with
--fleet it knows two hosts with a pool in common, and a running machine `wanderer` on the first."""

import argparse
import contextlib
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support import Refused, wait_for  # noqa: E402
from support.apache import Apache  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.hypervisor import Hypervisor  # noqa: E402
from support.server import Server  # noqa: E402

RIGHTS = ("power", "console", "resize", "snapshot", "delete")


def new_server(directory, *hosts):
    """A server that knows the hosts and has the users admin and user; not started yet."""
    server = Server(directory)
    server.add_user("admin", "administrator")
    server.add_user("user", "user")
    for host in hosts:
        server.command("host", "add", host.name, host.uri)
    return server


def furnish(portal, host, template_id):
    """Imports the names and makes the machine a template."""
    items = [
        {"name": f"ourea{n}", "mac": mac, "ip": ip, "pool": "ourea"}
        for n in range(1, 33) for mac, ip in [host.address(n)]
    ]
    portal.post("/names", {"items": items})
    wait_for(lambda: any(row["id"] == template_id for row in portal.get("/instances")["items"]), 60, "the template's row")
    portal.patch(f"/instances/{template_id}", {"template": True, "title": "Small Linux"})


def grant_to_user(portal, template_id):
    portal.put(f"/instances/{template_id}/grants/user:user", {"see": True, "clone": True, **dict.fromkeys(RIGHTS, False)})
    portal.put("/users/user/quota", {"instances": 4, "vcpus": 4, "memory_mib": 2048, "disk_gib": 20})


def plain(site, directory, port):
    """Names, a template that `user` may copy, and a quota for it."""
    host = site.enter_context(running(Hypervisor(directory / "host")))
    template_id = host.define("tiny-template", nic="user")
    server = new_server(directory / "server", host)
    server.use_port(port)
    site.enter_context(running(server))
    furnish(server.portal(), host, template_id)
    grant_to_user(server.portal(), template_id)


def fleet(site, directory, port):
    """Two hosts over SSH between which a machine can go."""
    hosts = site.enter_context(running(Fleet(directory / "fleet")))
    machine = hosts.define(hosts.hosts[0], "wanderer")
    hosts.hosts[0].virsh("start", "wanderer")
    server = known_to(hosts, directory / "server")
    server.use_port(port)
    site.enter_context(running(server))
    portal = server.portal()
    wait_for(lambda: any(row["id"] == machine for row in portal.get("/instances")["items"]), 60, "the machine's row")
    portal.patch("/hosts/hv1/pools/shared", {"shared": True})


def known_to(hosts, directory):
    """A server that knows the hosts of a fleet; not started yet."""
    server = new_server(directory)
    hosts.trust(server.command("ssh-key"))
    for host in hosts.hosts:
        server.command("host", "add", host.name, host.ssh_uri, "--host-key", host.host_key)
    return server


def below(site, directory, port, path):
    """A running machine whose console everybody may use who comes through the Apache for the first time."""
    host = site.enter_context(running(Hypervisor(directory / "host", "lab2", 2)))
    machine = host.define("tiny", nic="user")
    host.virsh("start", "tiny")
    server = new_server(directory / "server", host)
    server.base_path = path
    server.options = ("--base-path", path, "--trusted-proxies", "127.0.0.1", "--remote-user-header", "X-Remote-User",
                      "--sign-out-url", "/sso/logout")
    site.enter_context(running(server))
    portal = server.portal()
    settings = portal.get("/settings")
    settings["new_accounts"]["grants"] = [{"instance": machine, "console": True, "power": True}]
    wait_for(lambda: accepted(portal, settings), 60, "the machine to be known")
    site.enter_context(Apache(server.url, path, {"alice": "wonder land"}, port))


def accepted(portal, settings):
    try:
        return portal.put("/settings", settings)
    except Refused:
        return None


@contextlib.contextmanager
def running(part):
    try:
        part.start()
        yield part
    finally:
        part.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--below", metavar="PATH", help="where the portal is, behind an Apache that listens on the port")
    parser.add_argument("--fleet", action="store_true", help="with two hosts and a machine that can move")
    parser.add_argument("--ready", type=pathlib.Path, help="a file that is made once everything is in place")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="ourea-site-") as directory, contextlib.ExitStack() as site:
        if arguments.below:
            below(site, pathlib.Path(directory), arguments.port, arguments.below)
        elif arguments.fleet:
            fleet(site, pathlib.Path(directory), arguments.port)
        else:
            plain(site, pathlib.Path(directory), arguments.port)
        if arguments.ready:
            arguments.ready.touch()
        signal.pause()


if __name__ == "__main__":
    main()
