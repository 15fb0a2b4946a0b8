"""The log: filters, exports that prove themselves, anchors, what is removed, and a mixed day that verifies."""

import csv
import io
import json
import pathlib
import socket
import sqlite3
import subprocess

import pytest
from support import Portal, Refused, wait_for
from support.server import BINARY, PASSWORDS


@pytest.fixture
def portal(new_server):
    """A server of the test's own with an administrator and two users."""
    new_server.add_user("admin", "administrator")
    new_server.add_user("user", "user")
    new_server.add_user("other", "user")
    new_server.command("host", "add", "test", "test:///default")
    new_server.start()
    return new_server


def run(server, *words, text=""):
    return subprocess.run([BINARY, *words, "--state-dir", server.state, *server.options], input=text,
                          capture_output=True, text=True, timeout=60)


def machine_of(admin):
    rows = wait_for(lambda: admin.get("/instances", host="test")["items"], 60, "the test driver's machine")
    return rows[0]["id"]


def a_mixed_day(server):
    """Good, refused and failed writes by several people, over the API and at the command line."""
    admin, user = server.portal("admin"), server.portal("user")
    machine = machine_of(admin)
    with pytest.raises(Refused):
        Portal(server.url).sign_in("user", "not the password")
    for verb in ("suspend", "resume", "stop", "start", "reboot"):
        admin.post(f"/instances/{machine}/{verb}")
    with pytest.raises(Refused):
        admin.post(f"/instances/{machine}/start")
    admin.put(f"/instances/{machine}/grants/user:user", {"power": True})
    user.post(f"/instances/{machine}/suspend")
    with pytest.raises(Refused):
        user.delete(f"/instances/{machine}")
    admin.patch(f"/instances/{machine}", {"title": 'A "quoted" title', "description": "two\nlines"})
    admin.delete(f"/instances/{machine}/grants/user:user")
    admin.patch("/users/user", {"email": "user@example.org"})
    admin.put("/users/user/quota", {"instances": 2, "vcpus": None, "memory_mib": 1024, "disk_gib": 10})
    admin.post("/names", {"items": [{"name": f"day{n}", "pool": "day"} for n in range(5)]})
    admin.delete("/names/day1")
    server.command("user", "passwd", "other", "--password-stdin", text="a password for other\n")
    agent = {"User-Agent": "=1+1 \"evil\" \\ agent", "Content-Type": "application/json"}
    body = json.dumps({"username": "no\nbody\x1b[0m\"", "password": "x" * 12}).encode()
    assert Portal(server.url).raw("POST", "/api/v1/session", body, agent)[0] == 401
    user.delete("/session")
    return admin


def test_a_days_work_verifies(portal):
    admin = a_mixed_day(portal)
    assert "sound" in portal.command("audit", "verify")
    head = admin.get("/audit/head", check=True)
    assert head["verified"] is True and head["problem"] is None and head["base_seq"] == 0
    assert head["count"] == head["seq"] and head["seq"] > 20
    printed = portal.command("audit", "head")
    assert printed.startswith(f"{head['seq']}:{head['hash']} ") and printed.endswith("Z\n")


def test_an_export_proves_itself(portal):
    admin = a_mixed_day(portal)
    before = admin.get("/audit/head")
    status, headers, text = admin.raw("GET", "/api/v1/audit/export?format=jsonl")
    assert status == 200 and headers["Content-Disposition"] == 'attachment; filename="ourea-audit.jsonl"'
    lines = text.decode().splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["seq"] for record in records] == list(range(1, before["seq"] + 1))
    assert records[-1]["hash"] == before["hash"] and records[0]["previous_hash"] == ""
    assert b"\x1b" not in text
    assert admin.get("/audit")["items"][0]["action"] == "audit.export"
    file = portal.directory / "export.jsonl"
    file.write_bytes(text)
    assert "sound" in portal.command("audit", "verify", "--export", file)
    assert "sound" in portal.command("audit", "verify", "--export", "-", text=portal.command("audit", "export", "--format", "jsonl"))
    for broken in (lines[:4] + lines[5:], lines[:4] + [lines[5], lines[4]] + lines[6:], lines[:4] + [lines[3]] + lines[4:],
                   lines[:4] + [lines[4].replace('"admin"', '"other"', 1)] + lines[5:]):
        result = run(portal, "audit", "verify", "--export", "-", text="\n".join(broken) + "\n")
        assert result.returncode == 1 and result.stdout.startswith("Record "), result
    anchor = f"{before['seq']}:{before['hash']}"
    assert run(portal, "audit", "verify", "--export", file, "--anchor", anchor).returncode == 0
    assert run(portal, "audit", "verify", "--export", "-", "--anchor", anchor, text="\n".join(lines[:-1])).returncode == 1


def test_an_edit_says_what_was_before(portal):
    admin = portal.portal("admin")
    machine = machine_of(admin)
    for title in ("Old", "New"):
        admin.patch(f"/instances/{machine}", {"title": title})
    edit = admin.get("/audit", action="instance.edit", object=f"instance:{machine}")["items"][0]
    assert edit["detail"] == {"before": {"title": "Old"}, "after": {"title": "New"}}


def test_filters_hold_for_list_and_export(portal):
    admin = a_mixed_day(portal)
    assert {record["via"] for record in admin.get("/audit", via="cli")["items"]} == {"cli"}
    refused = admin.get("/audit", result="refused", limit=1000)
    assert refused["total"] >= 1 and {record["result"] for record in refused["items"]} == {"refused"}
    _, _, text = admin.raw("GET", "/api/v1/audit/export?format=jsonl&result=refused&actor=user")
    exported = [json.loads(line) for line in text.splitlines()]
    assert exported and all(record["result"] == "refused" and record["actor"] == "user" for record in exported)
    file = portal.directory / "part.jsonl"
    file.write_bytes(text)
    assert run(portal, "audit", "verify", "--export", file, "--gaps").returncode == 0
    with pytest.raises(Refused) as wrong:
        admin.get("/audit", via="pigeon")
    assert wrong.value.problem["field"] == "via"
    with pytest.raises(Refused) as wrong:
        admin.get("/audit/export", format="pdf")
    assert wrong.value.problem["field"] == "format"


def test_a_spreadsheet_reads_text_only(portal):
    admin = a_mixed_day(portal)
    admin.post("/users", {"name": "plain", "role": "user", "full_name": "=1+1"})
    _, headers, text = admin.raw("GET", "/api/v1/audit/export?format=csv")
    assert headers["Content-Type"].startswith("text/csv")
    assert text.count(b"\r\n") == len(list(csv.reader(io.StringIO(text.decode(), newline=""))))
    rows = list(csv.DictReader(io.StringIO(text.decode(), newline="")))
    assert len(rows) == admin.get("/audit/head")["seq"] - 1
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert rows[0].keys() >= {"seq", "version", "at", "actor", "via", "means", "on_behalf_of", "hash", "previous_hash"}


def test_only_the_staff_reads_and_exports(portal):
    user = portal.portal("user")
    for path in ("/audit", "/audit/export", "/audit/head"):
        with pytest.raises(Refused) as refused:
            user.get(path)
        assert refused.value.status == 403, path


def test_what_was_refused_is_recorded_and_a_loop_is_bounded(portal):
    admin, user = portal.portal("admin"), portal.portal("user")
    machine = machine_of(admin)
    admin.put(f"/instances/{machine}/grants/user:user", {"see": True})
    for _ in range(60):
        with pytest.raises(Refused) as refused:
            user.post(f"/instances/{machine}/start")
        assert refused.value.status == 403
    records = admin.get("/audit", result="refused", limit=1000)["items"]
    assert 20 <= len(records) <= 22
    record = records[0]
    assert (record["actor"], record["action"], record["object"]) == ("user", "instance.start", f"instance:{machine}")
    assert record["object_name"] == "test" and record["detail"]["reason"] and record["address"] == "127.0.0.1"
    with pytest.raises(Refused):
        portal.portal("other").post("/users", {"name": "mine", "role": "administrator"})
    assert admin.get("/audit", result="refused", actor="other")["items"][0]["action"] == "user.create"
    with pytest.raises(Refused):
        portal.portal("other").get("/hosts")  # reading changes nothing
    assert admin.get("/audit", result="refused", actor="other")["total"] == 1


def test_a_person_sees_what_concerns_them(portal):
    admin = a_mixed_day(portal)
    user = portal.portal("user")
    machine = machine_of(admin)
    admin.put(f"/instances/{machine}/grants/user:user", {"view": True})
    admin.delete(f"/instances/{machine}/grants/user:user")
    admin.post("/groups", {"name": "web"})
    admin.put("/groups/web/members/user:user", {})
    admin.delete("/groups/web/members/user:user")
    admin.put("/users/user/quota", dict.fromkeys(("instances", "vcpus", "memory_mib", "disk_gib")))
    for owner in ("user", None, "user"):
        admin.patch(f"/instances/{machine}", {"owner": owner})
    admin.delete(f"/instances/{machine}")
    own = user.get("/users/user/activity", limit=1000)["items"]
    assert own == admin.get("/users/user/activity", limit=1000)["items"]
    assert {"session.sign_in", "instance.suspend", "user.quota", "instance.grant", "instance.revoke", "group.add",
            "group.take_out", "instance.delete"} <= {record["action"] for record in own}
    assert [record["action"] for record in own].count("instance.own") == 3
    assert all(record["actor"] == "user" or record["on_behalf_of"] == "user" or record["object"] == "user:user" for record in own)
    for name in ("admin", "nobody-at-all"):
        with pytest.raises(Refused) as refused:
            user.get(f"/users/{name}/activity")
        assert refused.value.status == 404


def test_anchors_find_a_cut_tail(new_server):
    anchors = new_server.directory / "anchors"
    new_server.options = ("--audit-anchor", f"file:{anchors}", "--audit-anchor-seconds", "1")
    new_server.add_user("admin", "administrator")
    new_server.start()
    admin = new_server.portal("admin")
    wait_for(lambda: anchors.exists() and anchors.read_text().endswith("\n"), 60, "the first anchor")
    assert anchors.stat().st_mode & 0o777 == 0o600
    admin.post("/names", {"items": [{"name": "late", "pool": "late"}]})
    new_server.stop()
    lines = anchors.read_text().splitlines()
    assert len(lines) == len(set(line.split(" ")[0] for line in lines)) >= 2
    newest = int(lines[-1].split(":")[0])
    assert run(new_server, "audit", "verify", "--anchor", anchors).returncode == 0
    with sqlite3.connect(new_server.state / "ourea.db") as database:
        database.execute("DELETE FROM audit WHERE seq = ?", (newest,))
        (kept,) = database.execute("SELECT hash FROM audit WHERE seq = ?", (newest - 1,)).fetchone()
        database.execute("UPDATE audit_head SET seq = ?, hash = ?", (newest - 1, kept))
    assert run(new_server, "audit", "verify").returncode == 0  # alone it cannot know
    result = run(new_server, "audit", "verify", "--anchor", anchors)
    assert result.returncode == 1 and f"Record {newest} was anchored and is missing." in result.stdout
    assert run(new_server, "audit", "verify", "--anchor", lines[-1]).returncode == 1
    assert run(new_server, "audit", "verify", "--anchor", "1:x").returncode == 1


@pytest.fixture
def system_log(tmp_path):
    """What arrives at /dev/log, which is this test's own (tools/contain gives it mounts of its own)."""
    log = pathlib.Path("/dev/log")
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        listener.settimeout(30)
        present = log.exists()
        if present:
            subprocess.run(["mount", "--bind", path, log], check=True)
        else:
            log.symlink_to(path)
        try:
            yield listener
        finally:
            subprocess.run(["umount", log], check=True) if present else log.unlink()


def test_anchors_go_to_the_system_log(new_server, system_log):
    new_server.options = ("--audit-anchor", "syslog", "--audit-anchor-seconds", "1")
    new_server.add_user("admin", "administrator")
    new_server.start()
    new_server.portal("admin").post("/names", {"items": [{"name": "late", "pool": "late"}]})
    newest = new_server.portal("admin").get("/audit/head")
    line = ""
    while f" audit {newest['seq']}:{newest['hash']} " not in line:
        line = system_log.recv(4096).decode()
    assert "ourea[" in line
    new_server.stop()
    assert run(new_server, "audit", "verify", "--anchor", line.split(" audit ")[1].split(" ")[0]).returncode == 0


def test_old_records_go_and_the_rest_is_proved(new_server):
    new_server.add_user("admin", "administrator")
    new_server.add_user("user", "user")
    with sqlite3.connect(new_server.state / "ourea.db") as database:
        database.execute("UPDATE audit SET at = at - 1000 * 86400 * 40")
    new_server.options = ("--audit-retention-days", "30")
    new_server.start()
    admin = new_server.portal("admin")
    pruned = wait_for(lambda: admin.get("/audit", action="audit.prune")["items"], 60, "the removal")[0]
    assert pruned["via"] == "system" and pruned["detail"]["first"] == 1 and pruned["detail"]["last"] == 2
    assert admin.get("/audit/head", check=True)["verified"] is True
    assert admin.get("/audit/head")["base_seq"] == 2
    assert "sound" in new_server.command("audit", "verify")
    assert "No record is older" in new_server.command("audit", "prune", "--before", "2020-01-31")
    assert run(new_server, "audit", "prune", "--before", "yesterday").returncode == 1
    assert run(new_server, "audit", "prune", "--before", "2999-01-01").returncode == 1
    exported = new_server.command("audit", "export", "--format", "jsonl")
    assert "sound" in new_server.command("audit", "verify", "--export", "-", text=exported)


def test_the_page_knows_when_a_record_was_changed(portal):
    admin = portal.portal("admin")
    with sqlite3.connect(portal.state / "ourea.db") as database:
        database.execute("UPDATE audit SET actor = 'somebody-else' WHERE seq = 2")
    head = admin.get("/audit/head", check=True)
    assert head["verified"] is False and head["problem"] == "Record 2 was changed."
    assert PASSWORDS["user"] not in json.dumps(admin.get("/audit", limit=1000))
