"""The program under test as a process: its commands, its start, its end, and what its sanitizers said."""

import os
import pathlib
import re
import signal
import socket
import subprocess

from . import ROOT, Portal, wait_for

BINARY = pathlib.Path(os.environ.get("OUREA_BINARY", ROOT / "build/dev/ourea"))
PASSWORDS = {"admin": "correct horse battery", "user": "staple and paperclip", "other": "another long secret"}
SANITIZER = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`ourea serve` on a free loopback port with a state directory of its own."""

    def __init__(self, directory, *options):
        self.directory = pathlib.Path(directory)
        self.state = self.directory / "state"
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log = self.directory / "server.log"
        self.options = options
        self.base_path = ""  # where the pages are; also said in the options
        self.listen_also = ""  # ",unix:PATH"
        self.process = None
        self.use_port(free_port())

    def use_port(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def command(self, *arguments, text=""):
        """Runs another of the program's commands on the same state; returns its output."""
        run = subprocess.run(
            [BINARY, *arguments, "--state-dir", self.state, *self.options], input=text, text=True, capture_output=True, timeout=120)
        assert not SANITIZER.search(run.stderr), run.stderr
        if run.returncode:
            raise RuntimeError(f"ourea {' '.join(map(str, arguments))}: {run.returncode}\n{run.stdout}{run.stderr}")
        return run.stdout

    def add_user(self, name, role):
        self.command("user", "add", name, "--role", role, "--password-stdin", text=PASSWORDS[name])

    def start(self, ready=60):
        environment = dict(os.environ, UBSAN_OPTIONS="print_stacktrace=1")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--state-dir", self.state, "--listen", f"127.0.0.1:{self.port}{self.listen_also}", *self.options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, start_new_session=True)
        if ready:
            wait_for(self.ready, ready, f"/readyz of {self.url}; log:\n{self.tail()}")
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
        try:
            return Portal(self.url).raw("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def kill(self):
        """As a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self):
        """Ends it in order; it has ten seconds, and more under a sanitizer."""
        if not self.process:
            return
        self.process.terminate()
        try:
            code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not end within 30 s of SIGTERM:\n{self.tail()}") from None
        finally:
            self.process = None
        report = SANITIZER.search(self.log.read_text(errors="replace"))
        assert not report, self.log.read_text(errors="replace")[report.start() - 200 :][:6000]
        assert code == 0, f"exit status {code}:\n{self.tail()}"

    def tail(self, count=40):
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def portal(self, name="admin"):
        """A signed-in client."""
        portal = Portal(self.url + self.base_path)
        portal.sign_in(name, PASSWORDS[name])
        return portal
