"""The figures of hosts and machines over time: who sees them, how they are asked for, that they outlive the server."""

import datetime
import sqlite3

import pytest
from support import Refused, wait_for
from support.server import Server

STEPS = {"hours": 60, "day": 300, "week": 1800, "month": 7200, "year": 86400}


def last_of(metrics, figure):
    """The figures that there are, oldest first."""
    return [value for value in metrics["series"][figure] if value is not None]


def test_a_hosts_figures_come_by_themselves(admin, test_machine):
    running = wait_for(lambda: last_of(admin.get("/hosts/test/metrics"), "running"), 60, "a figure of the host")
    assert running[-1] >= 1
    metrics = admin.get("/hosts/test/metrics")
    assert metrics["span"] == "hours" and len(set(map(len, metrics["series"].values()))) == 1
    assert last_of(metrics, "promised_memory_mib")[-1] > 0
    # The test driver's processors stand still for ever: that is no figure, and above all not zero.
    assert last_of(metrics, "cpu_percent") == []


@pytest.mark.parametrize("span", STEPS)
def test_every_span_ends_now(admin, test_machine, span):
    for path in ("/hosts/test", f"/instances/{test_machine['id']}"):
        metrics = admin.get(f"{path}/metrics", span=span)
        step = datetime.timedelta(seconds=metrics["step_seconds"])
        assert (metrics["span"], metrics["step_seconds"]) == (span, STEPS[span])
        since = datetime.datetime.fromisoformat(metrics["since"].replace("Z", "+00:00"))
        assert since.timestamp() % STEPS[span] == 0
        for series in metrics["series"].values():
            assert since + step * (len(series) - 1) <= datetime.datetime.now(datetime.timezone.utc) <= since + step * (len(series) + 1)


def test_what_is_wrong_is_named(admin, user, test_machine):
    for path in ("/hosts/test", f"/instances/{test_machine['id']}"):
        with pytest.raises(Refused) as refused:
            admin.get(f"{path}/metrics", span="decade")
        assert refused.value.status == 400 and refused.value.problem["field"] == "span"
    for portal, path, status in ((admin, "/hosts/nowhere", 404), (user, f"/instances/{test_machine['id']}", 404), (user, "/hosts/test", 403)):
        with pytest.raises(Refused) as refused:
            portal.get(f"{path}/metrics")
        assert refused.value.status == status


def rows(server):
    with sqlite3.connect(f"file:{server.state / 'ourea.db'}?mode=ro", uri=True) as database:
        return database.execute("SELECT DISTINCT step FROM history WHERE kind = 'host' AND subject = 'test' ORDER BY step").fetchall()


def test_it_is_written_when_the_server_ends(tmp_path):
    server = Server(tmp_path, "--statistics-seconds", "1")
    server.add_user("admin", "administrator")
    server.command("host", "add", "test", "test:///default")
    server.start()
    try:
        admin = server.portal("admin")
        wait_for(lambda: last_of(admin.get("/hosts/test/metrics"), "running"), 60, "a figure of the host")
        assert rows(server) == []
        server.stop()
        assert rows(server) == [(60,), (900,), (21600,)]
        server.command("host", "add", "away", "qemu+tcp://127.0.0.1:1/system")
        server.start()
        admin = server.portal("admin")
        for span in STEPS:
            assert last_of(admin.get("/hosts/test/metrics", span=span), "running"), span
            assert last_of(admin.get("/hosts/away/metrics", span=span), "memory_used_mib") == []
    finally:
        server.stop()
