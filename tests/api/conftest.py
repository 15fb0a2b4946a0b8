"""Fixtures of the black-box tests: the real server on libvirt's own test driver, three signed-in people."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support import wait_for  # noqa: E402
from support.events import Events  # noqa: E402
from support.server import Server  # noqa: E402


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The portal with the host `test` (libvirt's test driver) and the users admin, user and other."""
    portal = Server(tmp_path_factory.mktemp("server"))
    portal.add_user("admin", "administrator")
    portal.add_user("user", "user")
    portal.add_user("other", "user")
    portal.command("host", "add", "test", "test:///default")
    portal.start()
    yield portal
    keep_log(portal)
    portal.stop()


def keep_log(portal):
    folder = os.environ.get("OUREA_TEST_LOGS")
    if folder:
        (pathlib.Path(folder) / "api-server.log").write_bytes(portal.log.read_bytes())


@pytest.fixture
def new_server(tmp_path):
    """A server with a state of its own, not started yet; ended with the test."""
    portal = Server(tmp_path)
    yield portal
    portal.stop()


@pytest.fixture
def admin(server):
    return server.portal("admin")


@pytest.fixture
def user(server):
    return server.portal("user")


@pytest.fixture
def other(server):
    return server.portal("other")


@pytest.fixture
def events(admin):
    with Events(admin) as reader:
        yield reader


@pytest.fixture
def test_machine(admin):
    """The machine that libvirt's test driver comes with."""
    def find():
        rows = admin.get("/instances", host="test")["items"]
        return next((row for row in rows if row["name"] == "test"), None)
    return wait_for(find, 60, "the test driver's machine")
