#!/usr/bin/python3
"""Runs a command beside a hypervisor, whose addresses it finds in its environment: the libvirt layer's own tests."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.hypervisor import Hypervisor  # noqa: E402
from support.server import Server  # noqa: E402


def main():
    with tempfile.TemporaryDirectory(prefix="ourea-host-") as directory:
        host = Hypervisor(pathlib.Path(directory) / "host")
        try:
            host.start()
            host.start_sshd()
            # The program's own commands make the key and remember the host's.
            server = Server(pathlib.Path(directory) / "server")
            host.trust(server.command("ssh-key"))
            server.command("host", "add", "lab", host.ssh_uri, "--host-key", host.host_key)
            environment = dict(
                os.environ, OUREA_TEST_QEMU=host.uri, OUREA_TEST_QEMU_SSH=host.ssh_uri,
                OUREA_TEST_QEMU_PID=str(host.libvirtd()), OUREA_TEST_STATE_DIR=str(server.state))
            return subprocess.run(sys.argv[1:], env=environment).returncode
        finally:
            host.stop()


if __name__ == "__main__":
    sys.exit(main())
