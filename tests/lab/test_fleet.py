"""Two hosts over SSH: what befalls one of them does not touch the other, is said in words, and passes by itself."""

import threading

import pytest
from steps import clone, finished, in_state, new_instance, online, remove, row_of, settles
from support import Refused, wait_for

FAULTS = {
    "libvirtd hangs": ("freeze", "thaw"),
    "sshd is dead": ("kill_sshd", "run_sshd"),
    "packets get lost": ("cut_off", "reconnect"),
}


def host_state(portal, host):
    return portal.get(f"/hosts/{host.name}")["state"]


class InFlight(threading.Thread):
    """A request that is under way while the test goes on."""

    def __init__(self, call):
        super().__init__()
        self.call, self.refused = call, None
        self.start()

    def run(self):
        try:
            self.call()
        except Refused as refused:
            self.refused = refused

    def answer(self):
        """What it was refused with."""
        self.join(120)
        assert not self.is_alive(), "no answer"
        return self.refused


@pytest.fixture
def sick(fleet):
    return fleet.hosts[1]


@pytest.fixture
def there(fleet, fleet_admin, sick):
    """A machine that runs on the host that is about to fail."""
    identity = fleet.define(sick, "there")
    wait_for(lambda: row_of(fleet_admin, identity), 60, "its row")
    fleet_admin.post(f"/instances/{identity}/start")
    in_state(fleet_admin, identity, "running")
    yield identity
    online(fleet_admin, sick)
    remove(fleet_admin, identity)
    settles(fleet_admin, *fleet.hosts)


def works(portal, template):
    """All of a machine's life on the other host."""
    row = clone(portal, template, start=True)
    assert row["host"] == "hv1"
    in_state(portal, row["id"], "running")
    portal.post(f"/instances/{row['id']}/stop")
    in_state(portal, row["id"], "shutoff")
    remove(portal, row["id"])


@pytest.mark.parametrize("fault", FAULTS)
def test_one_host_fails_and_the_other_works_on(fleet, fleet_admin, fleet_template, sick, there, fault):
    admin = fleet_admin
    begin, end = (getattr(sick, name) for name in FAULTS[fault])
    begin()
    try:
        early = InFlight(lambda: admin.post(f"/instances/{there}/suspend"))
        works(admin, fleet_template)
        wait_for(lambda: host_state(admin, sick) == "offline", 60, "the host's state offline")
        refused = early.answer()
        assert refused.status == 503 and sick.name in str(refused)
        if fault != "sshd is dead":  # which shows before anything is under way
            assert "look again" in str(refused)
        remove(admin, clone(admin, fleet_template)["id"])
        old = row_of(admin, there)
        assert (old["host_state"], old["state"]) == ("offline", "running") and old["seen_at"]
        assert admin.get("/hosts/hv2")["error"] and host_state(admin, fleet.hosts[0]) == "online"
        with pytest.raises(Refused) as late:
            admin.post(f"/instances/{there}/suspend")
        assert late.value.status == 503 and sick.name in str(late.value)
        assert row_of(admin, there)["seen_at"] == old["seen_at"]
    finally:
        end()
    online(admin, sick)
    back = wait_for(lambda: (row := row_of(admin, there))["seen_at"] > old["seen_at"] and row, 60, "its machines' return")
    assert (back["host_state"], back["state"]) == ("online", "running")
    admin.post(f"/instances/{there}/stop")
    in_state(admin, there, "shutoff")


@pytest.fixture
def large(fleet, fleet_admin, sick):
    """A machine whose disk takes a while to copy."""
    identity = fleet.define(sick, "large", noise_mib=512)
    wait_for(lambda: row_of(fleet_admin, identity), 60, "its row")
    yield identity
    online(fleet_admin, sick)
    remove(fleet_admin, identity)
    settles(fleet_admin, *fleet.hosts)


def test_a_host_vanishes_in_the_middle_of_a_copy(fleet, fleet_admin, fleet_template, sick, large):
    admin = fleet_admin
    before = set(sick.volumes())
    wanted = new_instance(large, linked=False, owner="user")
    job = admin.post("/instances", wanted)["job"]
    wait_for(lambda: set(sick.volumes()) - before, 60, "the beginning of the copy", every=0.005)
    assert admin.get(f"/jobs/{job['id']}")["state"] == "running"
    sick.vanish()
    try:
        wait_for(lambda: host_state(admin, sick) == "offline", 60, "the host's state offline")
        assert admin.get(f"/jobs/{job['id']}")["state"] == "running"
        assert admin.get("/users/user")["usage"]["instances"] == 1
        works(admin, fleet_template)
        assert set(sick.volumes()) - before
    finally:
        sick.come_back()
    done = finished(admin, job["id"], 240)
    assert done["state"] == "failed" and done["error"]
    settles(admin, *fleet.hosts)
    assert set(sick.volumes()) == before
    assert set(admin.get("/users/user")["usage"].values()) == {0}


def test_a_machine_that_others_migrate_keeps_its_owner(fleet, fleet_admin, fleet_template):
    admin, (source, target) = fleet_admin, fleet.hosts
    row = clone(admin, fleet_template, start=True, owner="user")
    number = int(row["name"].removeprefix("ourea"))
    wait_for(lambda: fleet.answers(number), 60, "the guest")
    with pytest.raises(RuntimeError, match="Migration without shared storage is unsafe"):
        fleet.migrate(row["name"], source, target)
    assert row["name"] not in target.domains()
    fleet.migrate(row["name"], source, target, "--persistent", "--undefinesource", "--unsafe")
    assert fleet.answers(number)
    def arrived():
        moved = row_of(admin, row["id"])
        return (moved["host"], moved["state"]) == (target.name, "running")

    wait_for(arrived, 60, "its row, running on the other host")
    assert row_of(admin, row["id"])["owners"] == ["user"]
    settles(admin, source, target)
    target.refresh_pools()  # what one host puts into a shared directory, the libvirt of another learns of by this alone
    wait_for(lambda: admin.delete(f"/instances/{row['id']}", volumes=True, dry_run=True)["volumes"], 60, "its volume")
    remove(admin, row["id"])
    settles(admin, source, target)
