"""`./dev lab` as people use it: up, in, down; whatever happens, nothing of it stays behind."""

import os
import signal
import subprocess

import pytest
from support import ROOT, wait_for
from support.fleet import descendants
from support.hypervisor import children, program


class Machine:
    """Processes and a network of their own, where nothing but the lab comes and goes."""

    def __init__(self, directory):
        self.directory = directory
        self.container = subprocess.Popen([ROOT / "tools/contain", "sleep", "infinity"], start_new_session=True)
        wait_for(lambda: "sleep" in map(program, descendants(self.container.pid)), 60, "the machine")
        self.inside = ["nsenter", "-t", str(children(self.container.pid)[0]), "-m", "-n", "-p", "--"]

    def start(self, *arguments):
        return subprocess.Popen(
            [*self.inside, "/usr/bin/python3", ROOT / "tools/lab.py", "--state", self.directory, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def lab(self, *arguments):
        """(exit status, output, errors) of tools/lab.py."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors

    def run(self, *command):
        run = subprocess.run([*self.inside, *command], capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def content(self):
        """Links and processes; with its last process a namespace ends, too."""
        return set(self.run("ls", "/sys/class/net").split()), set(descendants(self.container.pid))

    def stop(self):
        self.container.kill()
        self.container.wait()


@pytest.fixture
def machine(tmp_path):
    """Whatever the test did, `down` leaves things as they were."""
    machine = Machine(tmp_path / "lab")
    try:
        before = machine.content()
        yield machine
        status, _, errors = machine.lab("down")
        assert status == 0, errors
        assert not machine.directory.exists()
        wait_for(lambda: machine.content() == before, 60, f"nothing but {before}")
    finally:
        machine.stop()


def test_up_and_in_and_down(machine):
    status, output, errors = machine.lab("up", 2)
    assert status == 0, errors
    assert output.count("host add hv") == 2 and output.count("SHA256:") == 4
    uri = next(line for line in output.splitlines() if "virsh -c" in line).split("'")[1]
    assert machine.run("virsh", "-q", "-c", uri, "list", "--all", "--name").split() == ["tiny-template"]
    assert machine.lab("shell", "hv2", "hostname")[:2] == (0, "hv2\n")
    assert machine.lab("status")[1].count("machines:") == 2
    status, _, errors = machine.lab("up")
    assert status == 1 and "up already" in errors
    assert machine.lab("down")[0] == 0
    status, _, errors = machine.lab("status")
    assert status == 1 and "not up" in errors


def test_a_start_that_fails_half_way_leaves_nothing(machine):
    machine.run("ip", "link", "add", "ourea-lab0-2", "type", "bridge")
    status, _, errors = machine.lab("up", 2)
    assert status == 1 and "could not be started" in errors and "ourea-lab0-2" in errors
    assert not machine.directory.exists()


def test_a_start_that_is_broken_off_leaves_nothing(machine):
    process = machine.start("up", 2)
    wait_for((machine.directory / "hv1/container.log").exists, 60, "the first host")
    os.kill(children(process.pid)[0], signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130
    assert not machine.directory.exists()


def test_what_a_killed_keeper_leaves_is_removed(machine):
    assert machine.lab("up", 1)[0] == 0
    machine.run("bash", "-c", f"kill -KILL {(machine.directory / 'keeper').read_text()}")
    wait_for(lambda: machine.lab("status")[0] == 1, 60, "the keeper's end")
    assert (machine.directory / "lab.json").exists()
