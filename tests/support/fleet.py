"""Several hypervisors on one machine, each with a network, a libvirtd and an sshd of its own, and a pool that all share."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess

from . import ROOT
from .hypervisor import Hypervisor, children, program

NETWORK = "<network><name>lab</name><forward mode='bridge'/><bridge name='lan'/></network>"
NAMES = range(1, 33)


def ip(*arguments):
    run = subprocess.run(["ip", *map(str, arguments)], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"ip {' '.join(map(str, arguments))}: {run.stderr.strip()}")


def descendants(pid):
    """All below the process, each before its own."""
    for child in children(pid):
        yield child
        yield from descendants(child)


class FleetHost(Hypervisor):
    """A host that is reached over the fleet's bridge alone; its faults are those that a real one has."""

    def __init__(self, fleet, number):
        name = f"hv{number}"
        super().__init__(fleet.directory / name, name, number)
        self.fleet = fleet
        self.authorized_keys = fleet.directory / "authorized_keys"
        self.ssh_address = f"{fleet.subnet}.{10 + number}"
        self.mac = f"02:00:00:78:00:{number:02x}"
        self.port = f"{fleet.bridge}-{number}"

    def start(self):
        (self.directory / "libvirt").mkdir(parents=True)
        (self.directory / "libvirt/hosts").write_text("127.0.0.1 localhost\n" + self.fleet.host_names())
        super().start()
        self.make_pool("shared", self.fleet.shared)
        self.prepare_sshd(22)
        self.run_sshd()
        return self

    def options(self):
        return [*super().options(), "--net", "--address", self.ssh_address]

    def plug_in(self):
        """The host's bridge `lan` carries its own address and the network cards of its guests."""
        ip("link", "add", self.port, "type", "veth", "peer", "name", "eth0", "netns", children(self.container.pid)[0])
        ip("link", "set", self.port, "master", self.fleet.bridge, "up")
        # Without a question for it, nothing tells the caller that the host is away.
        ip("neigh", "replace", self.ssh_address, "lladdr", self.mac, "dev", self.fleet.bridge, "nud", "permanent")
        for command in (
            f"link add lan address {self.mac} type bridge forward_delay 0 mcast_snooping 0",
            "link set eth0 master lan up",
            f"address add {self.ssh_address}/24 dev lan",
            "link set lan up",
        ):
            self.inside("ip", *command.split())

    def unplug(self):
        subprocess.run(["ip", "link", "delete", self.port], capture_output=True)

    def make_network(self):
        self.start_network(NETWORK)

    def address(self, n):
        return self.fleet.address(n)

    def refresh_pools(self):
        super().refresh_pools()
        self.virsh("pool-refresh", "shared")

    def volumes(self):
        return sorted(super().volumes() + [path.name for path in self.fleet.shared.iterdir()])

    # --- faults, beside `freeze` and `thaw` --------------------------------------------------------

    def kill_sshd(self):
        """Ends the SSH server and what came in by it."""
        for pid in list(descendants(self.container.pid)):
            if program(pid) == "sshd":
                os.kill(pid, signal.SIGKILL)

    def cut_off(self):
        """Packets to and from the host get lost from now on; nobody is told."""
        ip("link", "set", self.port, "down")

    def reconnect(self):
        ip("link", "set", self.port, "up")

    def vanish(self):
        """A power cut: all that ran is gone, and nobody is told."""
        self.cut_off()
        self.stop()

    def come_back(self):
        """Power returns: libvirtd has what was defined, nothing runs."""
        self.boot()
        self.run_sshd()


class Fleet:
    """The hosts hv1, hv2, …; networks `lab` and pools `shared` have the same name and place on each of them.

    What stands around them is a bridge in the caller's network namespace, which leads to the hosts and their guests,
    and a DHCP server that gives each name's MAC the name's address."""

    def __init__(self, directory, count=2, bridge="fleet", subnet="10.78.0"):
        self.directory = pathlib.Path(directory)
        self.bridge, self.subnet = bridge, subnet
        self.gateway = f"{subnet}.1"
        self.shared = self.directory / "shared"
        self.ssh = self.directory / "ssh"
        self.bridged, self.dhcp = False, None
        self.hosts = [FleetHost(self, number) for number in range(1, count + 1)]

    def start(self):
        self.shared.mkdir(parents=True, exist_ok=True)
        self._make_bridge()
        self._start_dhcp()
        for host in self.hosts:
            host.start()
        self._make_way_in()
        return self

    def stop(self):
        """Ends all of it, also what another part's failure left."""
        with contextlib.ExitStack() as parts:
            parts.callback(self._remove_bridge)
            parts.callback(self._stop_dhcp)
            for host in self.hosts:
                parts.callback(host.stop)

    def _make_bridge(self):
        ip("link", "add", self.bridge, "type", "bridge", "forward_delay", 0, "mcast_snooping", 0)
        self.bridged = True
        ip("address", "add", f"{self.gateway}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")

    def _remove_bridge(self):
        if self.bridged:
            ip("link", "delete", self.bridge)
            self.bridged = False

    def _start_dhcp(self):
        hosts = [f"--dhcp-host={mac},{address}" for n in NAMES for mac, address in [self.address(n)]]
        with open(self.directory / "dhcp.log", "ab") as log:
            self.dhcp = subprocess.Popen(
                # dnsmasq forgets that it should end with its parent; tini does not, and is the first process inside.
                ["setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child", "tini", "--",
                 "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--pid-file=", "--port=0",
                 f"--interface={self.bridge}", "--bind-interfaces", "--except-interface=lo", "--log-facility=-",
                 f"--dhcp-leasefile={self.directory}/leases", f"--dhcp-range={self.subnet}.200,{self.subnet}.250", *hosts],
                stdout=log, stderr=log)

    def _stop_dhcp(self):
        if self.dhcp:
            self.dhcp.kill()
            self.dhcp.wait()
            self.dhcp = None

    def _make_way_in(self):
        """A key for people and tests, beside the portal's own."""
        key, known = self.directory / "key", self.directory / "known_hosts"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", key], check=True)
        self.trust((self.directory / "key.pub").read_text())
        known.write_text("".join(
            f"{host.ssh_address} {(host.directory / 'ssh/host_key.pub').read_text()}" for host in self.hosts))
        self.ssh.write_text(
            "#!/bin/sh\n# ssh as it gets into the hosts of this lab, also for libvirt's command= option.\n"
            f"exec ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -i '{key}' -o UserKnownHostsFile='{known}' \"$@\"\n")
        self.ssh.chmod(0o700)

    def trust(self, public_key):
        """All hosts let the owner of the key in."""
        self.hosts[0].trust(public_key)

    def host_names(self):
        """As /etc/hosts has them."""
        return "".join(f"{host.ssh_address} {host.name}\n" for host in self.hosts)

    def uri(self, host):
        """An address for virsh, from outside the host."""
        return f"{host.ssh_uri}?command={self.ssh}"

    def address(self, n):
        """(mac, ip) of the n-th name."""
        return f"52:54:00:78:00:{n:02x}", f"{self.subnet}.{100 + n}"

    def define(self, host, name, noise_mib=0, **wishes):
        """A shut-off machine whose disk is on the shared pool; returns its UUID. With noise the disk is so large, boots
        nothing, and takes its time to copy."""
        disk = self.shared / f"{name}.qcow2"
        if noise_mib:
            noise = self.directory / "noise"
            noise.write_bytes(os.urandom(1 << 20) * noise_mib)
            subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", noise, disk], check=True)
            noise.unlink()
            host.refresh_pools()
        return host.define(name, disk=disk, **wishes)

    def migrate(self, name, source, target, *flags):
        """Live, driven from here over a connection to each host."""
        run = subprocess.run(
            ["virsh", "-q", "-c", self.uri(source), "migrate", "--live", *flags, name, self.uri(target)],
            capture_output=True, text=True, timeout=120)
        if run.returncode:
            raise RuntimeError(f"migration of {name}: {run.stderr.strip()}")

    def answers(self, n):
        """Whether a guest lives at the n-th name's address; it has no service, and says so."""
        with socket.socket() as probe:
            probe.settimeout(5)
            try:
                probe.connect((self.address(n)[1], 9))
            except ConnectionRefusedError:
                return True
            except OSError:
                return False
            return True
