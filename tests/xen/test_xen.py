"""The whole way from a real Xen host, emulated: its libvirt reads the configuration, its disks come here.

Takes minutes and a Dom0 of 4 GB, so it is no part of `./dev test`:

    tests/xen/dom0 build
    tools/contain /usr/bin/python3 -m pytest tests/xen
"""

import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support import ROOT, wait_for  # noqa: E402
from support.hypervisor import Hypervisor  # noqa: E402
from support.server import free_port  # noqa: E402
from support.site import new_server, running  # noqa: E402

HOME = ROOT / "build/xen"
DISK = "/srv/guests/web.img"
CONFIGURATION = f"""
name = "web"
type = "hvm"
memory = 256
vcpus = 1
disk = [ 'file:{DISK},xvda,w', 'format=qcow2,vdev=xvdb,access=rw,target=/srv/guests/data.qcow2' ]
vif = [ 'mac=00:16:3e:10:20:30,bridge=xenbr0,type=vif' ]
"""


class Xen:
    def __init__(self, port):
        self.port = port
        self.ssh = ["ssh", "-i", HOME / "id", "-p", str(port), "-o", f"UserKnownHostsFile={HOME}/known", "root@127.0.0.1"]

    def run(self, command, **options):
        return subprocess.run([*self.ssh, command], check=True, capture_output=True, timeout=300, **options).stdout


@pytest.fixture(scope="module")
def xen():
    host = Xen(free_port())
    try:
        subprocess.run([ROOT / "tests/xen/dom0", "start", str(host.port)], check=True)
        host.run("mkdir -p /srv/guests && qemu-img create -q -f qcow2 /srv/guests/data.qcow2 1G")
        yield host
    finally:
        subprocess.run([ROOT / "tests/xen/dom0", "stop"], check=True)


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with running(Hypervisor(tmp_path_factory.mktemp("lab1"))) as hypervisor:
        yield hypervisor


@pytest.fixture(scope="module")
def server(xen, host, tmp_path_factory):
    portal = new_server(tmp_path_factory.mktemp("server"), host)
    key = portal.command("ssh-key")
    xen.run("cat >>/root/.ssh/authorized_keys", input=key.encode())
    portal.command("host", "add", "xen1", f"xen+ssh://root@127.0.0.1:{xen.port}/system", "--accept-host-key")
    with running(portal):
        yield portal


def test_a_guest_of_xen_comes_with_its_disks(xen, host, server, tmp_path):
    image = tmp_path / "web.qcow2"
    subprocess.run([ROOT / "guest/build-tiny", image], check=True, capture_output=True)
    raw = tmp_path / "web.img"
    subprocess.run(["qemu-img", "convert", "-O", "raw", image, raw], check=True)
    xen.run(f"dd of={DISK} conv=sparse bs=64k", input=raw.read_bytes())
    admin = server.portal()
    wait_for(lambda: admin.get("/hosts/xen1")["state"] == "online", 120, "the Xen host")
    wanted = ["import", "-", "--from", "xen1", "--to", host.name, "--pool", "lab", "--network", "lab"]
    assert "Nothing was made." in server.command(*wanted, "--dry-run", text=CONFIGURATION)
    print(server.command(*wanted, text=CONFIGURATION))
    came = pathlib.Path(host.pool) / "web-vda.img"
    assert subprocess.run(["cmp", raw, came]).returncode == 0
    assert came.stat().st_blocks * 512 < came.stat().st_size
    assert "web" in host.domains() and host.state("web") == "shut off"
    wait_for(lambda: admin.get("/instances", q="web")["total"] == 1, 60, "its row")
    with pytest.raises(RuntimeError, match="syntax error"):
        server.command(*wanted, text=CONFIGURATION + 'title = "no end')
