"""A hypervisor of the tests' own: libvirtd and QEMU in their own namespaces, reached locally and over SSH."""

import os
import pathlib
import signal
import subprocess
import uuid
import xml.etree.ElementTree as ET

from . import ROOT, wait_for
from .server import free_port

DOMAIN = """
<domain type='qemu'>
  <name>{name}</name>
  <uuid>{uuid}</uuid>
  <memory unit='MiB'>{memory}</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='{disk}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='{nic}'><mac address='{mac}'/>{source}<model type='virtio'/></interface>
    <serial type='pty'/>
    <graphics type='vnc' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga'/></video>
    <memballoon model='virtio'><stats period='2'/></memballoon>
  </devices>
</domain>
"""

NETWORK = """
<network>
  <name>{name}</name>
  <forward mode='open'/>
  <bridge name='{bridge}' stp='off' delay='0'/>
  <ip address='10.77.{number}.1' netmask='255.255.255.0'>
    <dhcp><range start='10.77.{number}.2' end='10.77.{number}.99'/>{hosts}</dhcp>
  </ip>
</network>
"""


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def program(pid):
    """Its name; empty once the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def alive(pid):
    """Whether the process still runs; a dead one may wait for its parent to take note."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False


class Hypervisor:
    """One host: a directory pool `lab`, a network `lab`; libvirtd can be frozen, killed and started again."""

    def __init__(self, directory, name="lab1", number=1):
        self.directory = pathlib.Path(directory)
        self.name, self.number = name, number
        self.pool = self.directory / "pool"
        self.socket = self.directory / "libvirt/run/libvirt-sock"
        self.uri = f"qemu+unix:///system?socket={self.socket}"
        self.authorized_keys = self.directory / "ssh/authorized_keys"
        self.ssh_address, self.ssh_port = "127.0.0.1", None
        self.container = None

    # --- the host itself -------------------------------------------------------------------------

    def start(self):
        self.boot()
        self.make_network()
        self.make_pool("lab", self.pool)
        return self

    def boot(self):
        """Starts the host with what its libvirt knows already."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with open(self.directory / "container.log", "ab") as log:
            self.container = subprocess.Popen(
                [ROOT / "tools/hypervisor", *self.options(), self.directory / "libvirt", "sleep", "infinity"],
                stdout=log, stderr=log, start_new_session=True)
        wait_for(self._is_set_up, 60, "the hypervisor's namespaces")
        self.plug_in()
        self.start_libvirtd()

    def options(self):
        return ["--name", self.name]

    def plug_in(self):
        """Connects the host's own network, if it has one."""

    def unplug(self):
        """Removes what is left of it in the network around."""
        subprocess.run(["ip", "link", "delete", f"lab{self.number}"], capture_output=True)

    def _first(self):
        """The first process inside, as seen from outside."""
        return next(iter(children(self.container.pid)), None)

    def _is_set_up(self):
        """tini is run once the mounts are in place."""
        if self.container.poll() is not None:
            log = (self.directory / "container.log").read_text(errors="replace")
            raise RuntimeError(f"the hypervisor ended with {self.container.returncode}: {log[-500:]}")
        return program(self._first()) == "tini"

    def inside(self, *command, **options):
        """Runs a command where libvirtd lives."""
        return subprocess.run(
            ["nsenter", "-t", str(self._first()), "-m", "-u", "-n", "-p", "--", *map(str, command)],
            check=True, capture_output=True, text=True, timeout=60, **options)

    def start_libvirtd(self):
        self.inside("libvirtd", "-d")
        wait_for(self.answers, 60, "libvirtd's answer")

    def answers(self):
        return subprocess.run(["virsh", "-c", self.uri, "version"], capture_output=True).returncode == 0

    def libvirtd(self):
        return next((pid for pid in children(self._first()) if program(pid) == "libvirtd"), None)

    def freeze(self):
        os.kill(self.libvirtd(), signal.SIGSTOP)

    def thaw(self):
        os.kill(self.libvirtd(), signal.SIGCONT)

    def kill_libvirtd(self):
        os.kill(self.libvirtd(), signal.SIGKILL)
        wait_for(lambda: self.libvirtd() is None, 60, "libvirtd's end")

    def stop(self):
        """Ends everything that runs on the host, its guests included."""
        if self.container:
            first = self._first()
            self.container.kill()
            self.container.wait()
            self.container = None
            wait_for(lambda: not first or not alive(first), 60, "the end of the host's processes")
            self.unplug()

    # --- SSH ---------------------------------------------------------------------------------------

    def start_sshd(self):
        """An SSH server on loopback that leads to this host; `trust` says whose key it takes."""
        self.prepare_sshd(free_port())
        self.run_sshd()

    def prepare_sshd(self, port):
        home = self.directory / "ssh"
        home.mkdir(mode=0o700)
        self.ssh_port = port
        key = home / "host_key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        self.authorized_keys.touch(mode=0o600)
        (home / "config").write_text(
            f"Port {port}\nListenAddress {self.ssh_address}\nHostKey {key}\nPidFile /run/sshd.pid\nUsePAM no\n"
            f"AuthorizedKeysFile {self.authorized_keys}\nPermitRootLogin yes\nPasswordAuthentication no\n"
            "StrictModes no\nMaxStartups 100\nMaxSessions 100\n")

    def run_sshd(self):
        home = self.directory / "ssh"
        self.inside("mkdir", "-p", "/run/sshd")
        self.inside("/usr/sbin/sshd", "-f", home / "config", "-E", home / "log")

    def trust(self, public_key):
        with open(self.authorized_keys, "a", encoding="utf-8") as file:
            file.write(public_key.strip() + "\n")

    @property
    def ssh_uri(self):
        port = "" if self.ssh_port == 22 else f":{self.ssh_port}"
        return f"qemu+ssh://root@{self.ssh_address}{port}/system"

    @property
    def host_key(self):
        """The fingerprint, as `ssh-keygen -l` prints it."""
        run = subprocess.run(
            ["ssh-keygen", "-l", "-f", self.directory / "ssh/host_key.pub"], check=True, capture_output=True, text=True)
        return run.stdout.split()[1]

    # --- what is on it -----------------------------------------------------------------------------

    def virsh(self, *arguments):
        run = subprocess.run(
            ["virsh", "-q", "-c", self.uri, *map(str, arguments)], capture_output=True, text=True, timeout=60)
        if run.returncode:
            raise RuntimeError(f"virsh {' '.join(map(str, arguments))}: {run.stderr.strip()}")
        return run.stdout.strip()

    def address(self, n):
        """(mac, ip) of the n-th name of this host."""
        return f"52:54:00:77:{self.number:02x}:{n:02x}", f"10.77.{self.number}.{100 + n}"

    def make_network(self):
        hosts = "".join(
            f"<host mac='{mac}' name='{self.name}-{n}' ip='{ip}'/>" for n in range(1, 33) for mac, ip in [self.address(n)])
        self.start_network(NETWORK.format(name="lab", bridge=f"lab{self.number}", number=self.number, hosts=hosts))

    def start_network(self, xml):
        file = self.directory / "network.xml"
        file.write_text(xml)
        self.virsh("net-define", file)
        self.virsh("net-autostart", "lab")
        self.virsh("net-start", "lab")

    def make_pool(self, name, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self.virsh("pool-define-as", name, "dir", "--target", folder)
        self.virsh("pool-autostart", name)
        self.virsh("pool-start", name)

    def define(self, name, disk=None, memory=256, nic="network"):
        """A shut-off machine that boots the small system; returns its UUID. With the NIC `user` no device of the
        machine's comes and goes: a browser beside it takes that for a change of its network and drops requests."""
        disk = disk or self.pool / f"{name}.qcow2"
        if not disk.exists():
            subprocess.run([ROOT / "guest/build-tiny", disk], check=True, capture_output=True)
            self.refresh_pools()
        identity = str(uuid.uuid4())
        file = self.directory / f"{name}.xml"
        file.write_text(DOMAIN.format(
            name=name, uuid=identity, memory=memory, disk=disk, nic=nic,
            source="<source network='lab'/>" if nic == "network" else "",
            mac="52:54:00:77:ff:" + identity[:2]))
        self.virsh("define", file)
        return identity

    def refresh_pools(self):
        self.virsh("pool-refresh", "lab")

    def domains(self):
        """UUID by name."""
        names = self.virsh("list", "--all", "--name").split()
        return {name: self.virsh("domuuid", name) for name in names}

    def volumes(self):
        """The files in the pool, as the file system has them."""
        return sorted(path.name for path in self.pool.iterdir())

    def disks(self, domain):
        """Paths of the domain's writable disks and of everything that they are based on."""
        paths = []
        root = ET.fromstring(self.virsh("dumpxml", domain, "--inactive"))
        for disk in root.findall("./devices/disk[@device='disk']"):
            source = disk.find("source")
            if source is None:
                continue
            if source.get("file"):
                paths.append(source.get("file"))
            elif source.get("volume"):
                paths.append(self.virsh("vol-path", "--pool", source.get("pool"), source.get("volume")))
        return paths

    def state(self, domain):
        return self.virsh("domstate", domain)

    def metadata(self, domain):
        element = ET.fromstring(self.virsh("dumpxml", domain, "--inactive")).find("metadata")
        return "" if element is None else ET.tostring(element, encoding="unicode")
