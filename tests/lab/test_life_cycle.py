"""The verbs of the life cycle on a real guest, and what is refused in which state."""

import pytest
from steps import clone, in_state, remove
from support import Refused, wait_for


@pytest.fixture
def guest(admin, template_id):
    row = clone(admin, template_id)
    yield row
    remove(admin, row["id"])


def test_every_verb(admin, host, guest):
    verb = lambda name: admin.post(f"/instances/{guest['id']}/{name}")
    assert verb("start")["id"] == guest["id"]
    in_state(admin, guest["id"], "running")
    verb("suspend")
    in_state(admin, guest["id"], "paused")
    assert host.state(guest["name"]) == "paused"
    verb("resume")
    in_state(admin, guest["id"], "running")
    verb("reset")
    assert host.state(guest["name"]) == "running"
    verb("stop")
    in_state(admin, guest["id"], "shutoff")
    assert host.state(guest["name"]) == "shut off"


def test_shutdown_asks_the_guest(admin, host, guest):
    admin.post(f"/instances/{guest['id']}/start")
    # The guest reacts once its system is up: it says so by its statistics, or simply by doing it.
    def ask():
        if admin.get(f"/instances/{guest['id']}")["state"] == "shutoff":
            return True
        try:
            admin.post(f"/instances/{guest['id']}/shutdown")
        except Refused as refused:
            assert refused.status == 409
        return False
    wait_for(ask, 60, "the guest's own end", every=1)
    assert host.state(guest["name"]) == "shut off"


def test_what_a_state_does_not_allow_is_a_conflict_with_a_reason(admin, guest):
    for verb in ("shutdown", "reboot", "reset", "stop", "suspend", "resume"):
        with pytest.raises(Refused) as refused:
            admin.post(f"/instances/{guest['id']}/{verb}")
        assert refused.value.status == 409 and refused.value.problem["detail"], verb
    actions = {each["action"]: each for each in admin.get(f"/instances/{guest['id']}")["actions"]}
    assert actions["start"]["allowed"] and not actions["stop"]["allowed"] and actions["stop"]["reason"]


def test_a_screenshot_is_a_picture(admin, guest):
    admin.post(f"/instances/{guest['id']}/start")
    in_state(admin, guest["id"], "running")
    status, headers, body = admin.raw("GET", f"/api/v1/instances/{guest['id']}/screenshot")
    assert (status, headers["Content-Type"], body[:8]) == (200, "image/png", b"\x89PNG\r\n\x1a\n")


def test_the_load_is_measured(admin, guest, events):
    admin.post(f"/instances/{guest['id']}/start")
    busy = lambda data: any(row[0] == guest["id"] and row[1] is not None and row[1] > 0 for row in data["items"])
    events.wait("stats", busy, seconds=30)


def test_another_user_sees_nothing(user, guest):
    for path in ("", "/start", "/console"):
        with pytest.raises(Refused) as refused:
            if path:
                user.post(f"/instances/{guest['id']}{path}", {"kind": "vnc"} if path == "/console" else None)
            else:
                user.get(f"/instances/{guest['id']}")
        assert refused.value.status == 404
