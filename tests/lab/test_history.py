"""The figures of a real guest over time: its processor, memory and disk, and that its end is a gap."""

import pytest
from steps import clone, in_state, remove
from support import wait_for


@pytest.fixture
def guest(admin, template_id):
    row = clone(admin, template_id)
    yield row
    remove(admin, row["id"])


def figures(portal, path, name):
    return [value for value in portal.get(f"{path}/metrics")["series"][name] if value is not None]


def test_a_guests_figures_come_and_end_with_it(admin, events, guest):
    path = f"/instances/{guest['id']}"
    assert figures(admin, path, "memory_used_mib") == []
    admin.post(f"{path}/start")
    in_state(admin, guest["id"], "running")
    # It reads its system from the disk when it starts; whoever listens to events makes the portal look often.
    wait_for(lambda: any(figures(admin, path, "cpu_percent")) and any(figures(admin, path, "read_bytes")), 120, "its figures")
    assert 0 < figures(admin, path, "memory_used_mib")[-1] <= guest["memory_mib"]
    assert max(figures(admin, path, "cpu_percent")) <= 100
    assert max(figures(admin, path, "read_bytes")) < 1 << 33
    admin.post(f"{path}/stop")
    in_state(admin, guest["id"], "shutoff")
    def ended():
        metrics = admin.get(f"{path}/metrics")
        return metrics["series"]["cpu_percent"][-1] is None
    wait_for(ended, 180, "a minute without a figure")


def test_a_host_has_figures(admin, guest):
    path = "/hosts/lab1"
    wait_for(lambda: figures(admin, path, "cpu_percent"), 60, "the load of the host")
    for name in ("memory_used_mib", "promised_memory_mib", "running", "disk_used_bytes"):
        assert figures(admin, path, name), name
