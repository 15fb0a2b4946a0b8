"""A host reached over SSH: its key is confirmed, its consoles come through, a changed key is a hard stop."""

import pytest
from steps import in_state
from support import Refused, wait_for
from support.hypervisor import Hypervisor
from support.rfb import Screen
from support.websocket import WebSocket


@pytest.fixture(scope="module")
def remote(server, prepared, tmp_path_factory):
    """The second host, known to the portal as `lab2`."""
    hypervisor = Hypervisor(tmp_path_factory.mktemp("lab2"), "lab2", 2)
    try:
        hypervisor.start()
        hypervisor.start_sshd()
        hypervisor.trust(server.command("ssh-key"))
        yield hypervisor
    finally:
        hypervisor.stop()


@pytest.fixture(scope="module")
def added(server, remote):
    portal = server.portal()
    portal.post("/hosts", {"name": "lab2", "uri": remote.ssh_uri, "host_key": remote.host_key})
    wait_for(lambda: portal.get("/hosts/lab2")["state"] == "online", 60, "the SSH host")
    yield remote
    portal.delete("/hosts/lab2")


def test_the_probe_tells_the_key_before_anything_is_trusted(admin, remote):
    report = admin.post("/hosts/probe", {"uri": remote.ssh_uri})
    assert report["host_key"] == remote.host_key
    assert report["steps"] and all(step["step"] for step in report["steps"])


def test_a_wrong_key_is_refused(admin, remote):
    with pytest.raises(Refused) as refused:
        admin.post("/hosts", {"name": "wrong", "uri": remote.ssh_uri, "host_key": "SHA256:" + "A" * 43})
    assert refused.value.status in (400, 409)


def test_guests_and_consoles_over_ssh(admin, added):
    identity = added.define("far-away")
    wait_for(lambda: any(row["id"] == identity for row in admin.get("/instances", host="lab2")["items"]), 60, "its row")
    admin.post(f"/instances/{identity}/start")
    in_state(admin, identity, "running")
    granted = admin.post(f"/instances/{identity}/console", {"kind": "vnc", "view_only": False})
    with WebSocket(admin, granted["path"], ["binary", "ourea.ticket." + granted["ticket"]]) as console:
        assert Screen(console).picture()
    admin.post(f"/instances/{identity}/stop")
    in_state(admin, identity, "shutoff")


@pytest.mark.parametrize("uri", [
    "qemu+ssh://-oProxyCommand=x@127.0.0.1/system", "qemu+ssh://root@-oX/system", "qemu+ssh://root@a;b/system",
    "qemu+ssh://root@127.0.0.1/system?command=/bin/sh", "qemu+ssh://root@127.0.0.1:99999/system",
    "qemu+ext://root@127.0.0.1/system", "qemu+ssh:///system?netcat=x", "",
])
def test_addresses_that_could_be_taken_for_something_else(admin, uri):
    with pytest.raises(Refused) as refused:
        admin.post("/hosts/probe", {"uri": uri})
    assert refused.value.status == 400 and refused.value.problem["field"] == "uri"
