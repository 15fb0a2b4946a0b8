#!/usr/bin/python3
"""Several hypervisors on this machine to play with, as the tests have them; they stay until `down` removes every trace."""

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import wait_for  # noqa: E402
from support.fleet import NAMES, Fleet  # noqa: E402
from support.hypervisor import children  # noqa: E402

PATIENCE = 60
# A socket's path has 107 bytes.
LONGEST = 75


def die(text):
    sys.exit(f"lab: {text}")


def links():
    return sorted(path.name for path in pathlib.Path("/sys/class/net").iterdir())


class Lab:
    """The lab of one directory. Its keeper, a process in the background, holds a lock on the directory as long as the
    lab is up, and takes all of it along when it ends."""

    def __init__(self, directory):
        self.directory = directory
        self.place = directory / "bridge"
        self.description = directory / "lab.json"

    def lock(self):
        """A descriptor of the directory, locked; None while another process has it."""
        descriptor = os.open(self.directory, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            os.close(descriptor)
            return None

    def kept(self):
        if not self.directory.exists():
            return False
        lock = self.lock()
        if lock is not None:
            os.close(lock)
        return lock is None

    def describe(self):
        """What the keeper wrote down once all was up."""
        if not self.kept() or not self.description.exists():
            die("it is not up; ./dev lab up")
        return json.loads(self.description.read_text())

    # --- up ----------------------------------------------------------------------------------------

    def up(self, count):
        if len(str(self.directory)) > LONGEST:
            die(f"the path is too long for the UNIX sockets below it: {self.directory}")
        if self.kept():
            die("it is up already; ./dev lab status shows it, ./dev lab down ends it")
        self.remove()
        self.directory.mkdir(mode=0o700)
        lock = self.lock()
        keeper = os.fork()
        if keeper == 0:
            self._keep(count)
        os.close(lock)
        try:
            wait_for(lambda: self.description.exists() or os.waitpid(keeper, os.WNOHANG)[0], 600, "the lab")
            if not self.description.exists():
                die("it could not be started:\n" + (self.directory / "log").read_text()[-2000:])
        except BaseException:
            self.down()
            raise

    def _keep(self, count):
        """The keeper's life; never returns."""
        os.setsid()
        log = os.open(self.directory / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number in (1, 2):
            os.dup2(log, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        (self.directory / "keeper").write_text(str(os.getpid()))
        fleet = None
        try:
            fleet = self._fleet(count)
            fleet.start()
            fleet.define(fleet.hosts[0], "tiny-template")
            self._write_description(fleet)
            while True:
                signal.pause()
        except Exception:
            traceback.print_exc()
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if fleet:
                fleet.stop()
            os._exit(0)

    def _fleet(self, count):
        routes = subprocess.run(["ip", "-4", "route"], check=True, capture_output=True, text=True).stdout
        for number in range(10):
            bridge, subnet = f"ourea-lab{number}", f"10.78.{number}"
            if f"{subnet}." not in routes and bridge not in links():
                self.place.write_text(bridge)
                return Fleet(self.directory, count, bridge, subnet)
        raise RuntimeError("10.78.0.0/24 to 10.78.9.0/24 are all in use")

    def _write_description(self, fleet):
        (self.directory / "names.csv").write_text("name,mac,ip,pool\n" + "".join(
            f"ourea{n},{mac},{ip},ourea\n" for n in NAMES for mac, ip in [fleet.address(n)]))
        hosts = [{"name": host.name, "uri": host.ssh_uri, "host_key": host.host_key, "virsh": fleet.uri(host),
                  "socket": host.uri, "container": host.container.pid} for host in fleet.hosts]
        new = self.description.with_suffix(".new")
        new.write_text(json.dumps(hosts, indent=1))
        new.rename(self.description)

    # --- down --------------------------------------------------------------------------------------

    def down(self):
        if self.kept():
            keeper = int(wait_for(self._keeper, PATIENCE, "the keeper's process id"))
            for how in (signal.SIGTERM, signal.SIGKILL):
                os.kill(keeper, how)
                with contextlib.suppress(TimeoutError):
                    wait_for(lambda: not self.kept(), PATIENCE, "the keeper's end")
                    break
        self.remove()

    def _keeper(self):
        file = self.directory / "keeper"
        return file.read_text() if file.exists() else None

    def remove(self):
        """What a keeper that was killed could not remove: its hosts end with it, its bridge and files do not."""
        if self.place.exists():
            bridge = self.place.read_text()
            for link in links():
                if link == bridge or link.startswith(f"{bridge}-"):
                    subprocess.run(["ip", "link", "delete", link], capture_output=True)
        if self.directory.exists():
            shutil.rmtree(self.directory)

    # --- for people --------------------------------------------------------------------------------

    def show(self):
        hosts = self.describe()
        here = self.directory
        print()
        for host in hosts:
            print(f"  \033[1m{host['name']}\033[0m  {host['uri']}  {host['host_key']}")
        print(f"""
  Pool `shared` is {here / 'shared'} on each of them, network `lab` is the same on each;
  the machine `tiny-template` is on {hosts[0]['name']}.

  A portal on this machine (here the demo's) gets to know them by:

    O=build/release/ourea S=.demo/state
    $O ssh-key --state-dir $S >>{here / 'authorized_keys'}""")
        for host in hosts:
            print(f"    $O host add {host['name']} {host['uri']} --host-key {host['host_key']} --state-dir $S")
        print(f"""
  Names to import, with the addresses that their machines get: {here / 'names.csv'}

  virsh -c '{hosts[0]['virsh']}' list --all
  ./dev lab shell {hosts[0]['name']}     a shell on the host, as root
  ./dev lab down          removes all of it
""")

    def status(self):
        for host in self.describe():
            asked = subprocess.run(
                ["timeout", "5", "virsh", "-q", "-c", host["socket"], "list", "--all", "--name"],
                capture_output=True, text=True, stdin=subprocess.DEVNULL)
            words = "libvirtd does not answer" if asked.returncode else f"machines: {len(asked.stdout.split())}"
            print(f"{host['name']}  {host['uri']}  {host['host_key']}  {words}")

    def shell(self, name, command):
        host = next((host for host in self.describe() if host["name"] == name), None)
        if not host:
            die(f"there is no host {name}")
        first = children(host["container"])
        if not first:
            die(f"{name} has ended; ./dev lab down")
        os.execvp("nsenter", ["nsenter", "-t", str(first[0]), "-m", "-u", "-n", "-p", "--", *(command or ["bash"])])


def parse():
    parser = argparse.ArgumentParser(prog="./dev lab", description=__doc__)
    parser.add_argument("--state", type=pathlib.Path, default=ROOT / ".lab", help="where it lives; default: .lab")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start N hosts and say how to use them")
    up.add_argument("count", metavar="N", type=int, nargs="?", default=2, choices=range(1, 10))
    commands.add_parser("status", help="the hosts and whether they answer")
    shell = commands.add_parser("shell", help="a shell, or one command, on a host")
    shell.add_argument("host")
    shell.add_argument("arguments", metavar="COMMAND", nargs=argparse.REMAINDER)
    commands.add_parser("down", help="end it and remove everything")
    return parser.parse_args()


def main():
    arguments = parse()
    if os.geteuid() != 0:
        die("namespaces and bridges need root: sudo ./dev lab …")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    lab = Lab(arguments.state.resolve())
    if arguments.command == "up":
        began = time.monotonic()
        lab.up(arguments.count)
        print(f"Up after {time.monotonic() - began:.0f} s")
        lab.show()
    elif arguments.command == "status":
        lab.status()
    elif arguments.command == "shell":
        lab.shell(arguments.host, arguments.arguments)
    else:
        lab.down()
        print("No trace of the lab is left")


if __name__ == "__main__":
    main()
