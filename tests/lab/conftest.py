"""Fixtures of the lab: real hypervisors, the real server, the small template."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from steps import clone, number, remove, settles  # noqa: E402
from support import wait_for  # noqa: E402
from support.events import Events  # noqa: E402
from support.fleet import Fleet  # noqa: E402
from support.hypervisor import Hypervisor  # noqa: E402
from support.site import furnish, known_to, new_server  # noqa: E402


UNLIMITED = dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib"))


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
    portal.put("/users/user/quota", UNLIMITED)


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


@pytest.fixture(scope="session")
def fleet(tmp_path_factory):
    """The hosts hv1 and hv2, reached over a network, with the template `shared-template` on hv1."""
    hosts = Fleet(tmp_path_factory.mktemp("fleet"))
    try:
        yield hosts.start()
    finally:
        hosts.stop()


@pytest.fixture(scope="session")
def fleet_template(fleet):
    return fleet.define(fleet.hosts[0], "shared-template")


@pytest.fixture(scope="session")
def fleet_server(fleet, fleet_template, tmp_path_factory):
    """A portal that knows the hosts of the fleet over SSH; names are imported, the template is one."""
    portal = known_to(fleet, tmp_path_factory.mktemp("fleet-server"))
    portal.start()
    try:
        admin = portal.portal()
        furnish(admin, fleet.hosts[0], fleet_template)
        admin.put("/users/user/quota", UNLIMITED)
        yield portal
    finally:
        portal.stop()


@pytest.fixture
def fleet_admin(fleet_server):
    return fleet_server.portal()


@pytest.fixture
def shared(fleet_admin, fleet):
    """The pool `shared` counts as such."""
    path = f"/hosts/{fleet.hosts[0].name}/pools/shared"
    fleet_admin.patch(path, {"shared": True})
    yield
    fleet_admin.patch(path, {"shared": False})


@pytest.fixture
def guest(fleet, fleet_admin, fleet_template, shared):
    """A machine of `user` that answers on the network, on the first host."""
    row = clone(fleet_admin, fleet_template, start=True, owner="user", host=fleet.hosts[0].name)
    wait_for(lambda: fleet.answers(number(row)), 60, "the guest")
    yield row
    remove(fleet_admin, row["id"])
    settles(fleet_admin, *fleet.hosts)


@pytest.fixture(autouse=True)
def keep_logs(request, tmp_path_factory):
    """A failed run leaves the server's logs where the test run's own logs are."""
    yield
    folder = os.environ.get("OUREA_TEST_LOGS")
    for server in ("server", "fleet_server"):
        if folder and server in request.fixturenames:
            source = request.getfixturevalue(server).log
            if source.exists():
                (pathlib.Path(folder) / f"lab-{server}.log").write_bytes(source.read_bytes())
