"""A host reached over libvirt's own transports: TCP, and TLS with certificates on both sides."""

import pytest
from steps import in_state
from support import wait_for
from support.hypervisor import Hypervisor
from support.pki import client_certificates, make_certificates
from support.server import free_port
from support.websocket import Closed, WebSocket

ADDRESS = "127.0.0.1"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    make_certificates(folder, ADDRESS)
    with client_certificates(folder):
        yield folder


@pytest.fixture(scope="module")
def listening(certificates, tmp_path_factory):
    """A host whose libvirtd listens on the network; its ports by transport."""
    host = Hypervisor(tmp_path_factory.mktemp("lab3"), "lab3", 3)
    ports = {"tcp": free_port(), "tls": free_port()}
    try:
        host.start()
        config = host.directory / "libvirt/etc/libvirtd.conf"
        config.write_text(config.read_text() + "\n".join([
            f'listen_addr = "{ADDRESS}"', "listen_tcp = 1", "listen_tls = 1", 'auth_tcp = "none"', 'auth_tls = "none"',
            f'tcp_port = "{ports["tcp"]}"', f'tls_port = "{ports["tls"]}"', f'ca_file = "{certificates}/cacert.pem"',
            f'cert_file = "{certificates}/servercert.pem"', f'key_file = "{certificates}/serverkey.pem"', ""]))
        host.kill_libvirtd()
        host.inside("libvirtd", "-d", "--listen")
        wait_for(host.answers, 60, "libvirtd's answer")
        yield host, ports
    finally:
        host.stop()


@pytest.fixture(scope="module")
def machine(listening):
    return listening[0].define("near-by")


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_machine_is_seen_and_started(admin, listening, machine, transport):
    uri = f"qemu+{transport}://{ADDRESS}:{listening[1][transport]}/system"
    report = admin.post("/hosts/probe", {"uri": uri})
    assert [step["step"] for step in report["steps"]] == ["address", "name", "port", "libvirt"]
    assert all(step["ok"] for step in report["steps"]), report
    assert report["host_key"] is None
    admin.post("/hosts", {"name": transport, "uri": uri})
    try:
        wait_for(lambda: admin.get(f"/hosts/{transport}")["state"] == "online", 60, "the host")
        wait_for(lambda: admin.get("/instances", host=transport)["total"] == 1, 60, "its machine")
        admin.post(f"/instances/{machine}/start")
        in_state(admin, machine, "running")
        granted = admin.post(f"/instances/{machine}/console", {"kind": "vnc", "view_only": False})
        with WebSocket(admin, granted["path"], ["binary", "ourea.ticket." + granted["ticket"]]) as console:
            with pytest.raises(Closed) as closed:
                console.receive()
        assert transport in closed.value.reason and "SSH" in closed.value.reason
        listening[0].virsh("destroy", "near-by")
        in_state(admin, machine, "shutoff")
    finally:
        admin.delete(f"/hosts/{transport}")


def test_a_wrong_name_in_the_certificate_is_told(admin, listening):
    report = admin.post("/hosts/probe", {"uri": f"qemu+tls://localhost:{listening[1]['tls']}/system"})
    assert [step["ok"] for step in report["steps"]] == [True, True, True, False]
    assert "certificate" in report["steps"][-1]["detail"]
