"""Fixtures of the lab: real hypervisors, the real server, the small template."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.events import Events  # noqa: E402
from support.hypervisor import Hypervisor  # noqa: E402
from support.site import furnish, new_server  # noqa: E402


def pytest_configure():
    with open("/proc/1/comm", encoding="utf-8") as file:
        if file.read().strip() != "tini":
            raise pytest.UsageError("the lab runs in namespaces of its own: tools/contain python3 -m pytest tests/lab")


@pytest.fixture(scope="session")
def host(tmp_path_factory):
    """A hypervisor, reached through its socket."""
    hypervisor = Hypervisor(tmp_path_factory.mktemp("lab1"))
    try:
        yield hypervisor.start()
    finally:
        hypervisor.stop()


@pytest.fixture(scope="session")
def template_id(host):
    return host.define("tiny-template")


@pytest.fixture(scope="session")
def server(host, template_id, tmp_path_factory):
    """The portal with the host `lab1`, the users admin and user, and thirty-two names."""
    portal = new_server(tmp_path_factory.mktemp("server"), host)
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture(scope="session")
def prepared(server, host, template_id):
    """The names are imported and the template is one."""
    portal = server.portal()
    furnish(portal, host, template_id)
    portal.put("/users/user/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))


@pytest.fixture
def admin(server, prepared):
    return server.portal("admin")


@pytest.fixture
def user(server, prepared):
    return server.portal("user")


@pytest.fixture
def events(admin):
    with Events(admin) as reader:
        yield reader


@pytest.fixture(autouse=True)
def keep_logs(request, tmp_path_factory):
    """A failed run leaves the server's logs where the test run's own logs are."""
    yield
    folder = os.environ.get("OUREA_TEST_LOGS")
    if folder and "server" in request.fixturenames:
        source = request.getfixturevalue("server").log
        if source.exists():
            (pathlib.Path(folder) / "lab-server.log").write_bytes(source.read_bytes())
