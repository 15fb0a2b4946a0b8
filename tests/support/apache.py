"""A real Apache on loopback that includes packaging/apache.conf as it is shipped, with basic auth."""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile

from . import ROOT, wait_for
from .server import free_port

MODULES = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_user", "auth_basic", "alias", "env", "setenvif",
           "headers", "proxy", "proxy_http")


class Apache:
    """Everything it writes is in a folder of its own; gone with `stop`."""

    def __init__(self, backend, path="", users=None, port=None):
        self.port = port or free_port()
        self.path = path
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.temporary = tempfile.TemporaryDirectory(prefix="ourea-apache-")
        self.folder = pathlib.Path(self.temporary.name)
        os.chmod(self.folder, 0o755)
        self.users = self.folder / "users"
        self.users.touch()
        for name, password in (users or {}).items():
            self.add_user(name, password)
        (self.folder / "apache.conf").write_text("\n".join(self._lines(backend)) + "\n")
        self.process = subprocess.Popen(
            ["/usr/sbin/apache2", "-f", self.folder / "apache.conf", "-D", "FOREGROUND"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.folder / "stderr", "wb"))
        wait_for(self._answers, 30, "Apache")

    def _lines(self, backend):
        yield f"ServerRoot {self.folder}"
        yield "ServerName 127.0.0.1"
        for name in MODULES:
            yield f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
        yield f"Listen 127.0.0.1:{self.port}"
        yield "PidFile apache.pid"
        yield "ErrorLog error.log"
        yield "DefaultRuntimeDir ."
        if os.geteuid() == 0:  # it refuses to work as root; the group opens the portal's socket
            yield "User www-data"
            yield "Group root"
        yield f"<VirtualHost 127.0.0.1:{self.port}>"
        yield f'Define OUREA_PATH "{self.path}/"'
        yield f'Define OUREA_BACKEND "{backend}"'
        yield f'Define OUREA_USERS "{self.users}"'
        yield f"Include {ROOT}/packaging/apache.conf"
        yield "</VirtualHost>"

    def _answers(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"Apache ended: {self.said()}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def said(self):
        files = [self.folder / name for name in ("stderr", "error.log")]
        return "".join(file.read_text() for file in files if file.exists())

    def add_user(self, name, password):
        subprocess.run(["htpasswd", "-i", self.users, name], input=password, text=True, check=True, capture_output=True)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.temporary.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
