"""A PostgreSQL server of the tests' own, on a UNIX socket in a temporary folder."""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile

from . import wait_for


class PostgreSql:
    """Runs as `postgres` where the tests are root, because it refuses root; gone with `stop`."""

    def __init__(self):
        self.programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ourea-pg-"))
        self.options = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self.options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        os.chmod(self.folder, 0o755)
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "-N", "--no-instructions")
        self.process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder, "-h", "", "-F"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self.options)
        wait_for(lambda: self._try("pg_isready", "-h", self.folder, "-U", "postgres"), 60, "PostgreSQL")

    def _run(self, program, *arguments):
        subprocess.run([self.programs / program, *arguments], cwd=self.folder, check=True, capture_output=True, **self.options)

    def _try(self, program, *arguments):
        return subprocess.run([self.programs / program, *arguments], cwd=self.folder, capture_output=True).returncode == 0

    def new_database(self, name):
        """URL of a new, empty database."""
        self._run("createdb", "-h", self.folder, "-U", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
