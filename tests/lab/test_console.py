"""Consoles in the browser's way: a ticket, a WebSocket, and the guest's screen behind it."""

import re

import pytest
from steps import clone, in_state, remove
from support import Refused, wait_for
from support.rfb import Screen
from support.websocket import Closed, Rejected, WebSocket

BLUE_HEAD = re.compile(rb"[\xa0-\xb0]\0\0")  # the head of the guest's screen, as B, G, R


@pytest.fixture(scope="module")
def guest(server, prepared, template_id):
    portal = server.portal()
    row = clone(portal, template_id, start=True)
    in_state(portal, row["id"], "running")
    yield row
    remove(portal, row["id"])


def ticket(portal, guest, **options):
    return portal.post(f"/instances/{guest['id']}/console", {"kind": "vnc", "view_only": False, **options})


def connect(portal, granted, **options):
    return WebSocket(portal, granted["path"], ["binary", "ourea.ticket." + granted["ticket"]], **options)


def visible(portal, guest):
    """The pixels of the console once the guest's greeting is on it."""
    def look():
        with connect(portal, ticket(portal, guest)) as console:
            pixels = Screen(console).picture()
            return pixels if BLUE_HEAD.search(pixels) else None
    return wait_for(look, 60, "the greeting on the guest's screen", every=0.5)


def test_the_guests_screen_comes_through(admin, guest):
    assert len(visible(admin, guest)) > 100_000


def test_keys_reach_the_guest(admin, guest):
    visible(admin, guest)
    with connect(admin, ticket(admin, guest)) as console:
        screen = Screen(console)
        head = len(screen.picture()) // 4
        before = settled(screen, head)

        def typed():
            for letter in "echo typed\r":
                screen.key(0xFF0D if letter == "\r" else ord(letter))
            return abs(lit(screen.picture()[head:]) - before) > 100

        wait_for(typed, 60, "a change below the clock", every=0.5)


def test_view_only_drops_keys(admin, guest):
    visible(admin, guest)
    with connect(admin, ticket(admin, guest, view_only=True)) as console:
        screen = Screen(console)
        head = len(screen.picture()) // 4
        before = settled(screen, head)
        for _ in range(30):
            screen.key(ord("x"))
        # The clock in the head proves that time passes in the guest; nothing else may have changed.
        clock = screen.picture()[:head]
        wait_for(lambda: screen.picture()[:head] != clock or None, 60, "the guest's clock", every=0.3)
        # A letter lights some twenty pixels; the cursor blinks.
        assert abs(lit(screen.picture()[head:]) - before) < 100


def settled(screen, head):
    """How much is lit below the head once the guest has printed its prompt: the same five looks long."""
    looks = []

    def look():
        looks.append(lit(screen.picture()[head:]))
        last = looks[-5:]
        return len(last) == 5 and max(last) - min(last) < 100 and last[-1]

    return wait_for(look, 60, "a screen at rest", every=0.7)


def lit(pixels):
    return sum(1 for i in range(0, len(pixels), 4) if pixels[i : i + 3] != b"\0\0\0")


def test_a_ticket_works_once(admin, guest):
    granted = ticket(admin, guest)
    with connect(admin, granted) as console:
        assert console.protocol == "binary" and console.read(7) == b"RFB 003"
    with pytest.raises((Rejected, Closed)):
        connect(admin, granted).read(1)


def test_a_ticket_is_bound_to_its_session_and_origin(server, admin, user, guest):
    with pytest.raises((Rejected, Closed)):
        connect(user, ticket(admin, guest)).read(1)
    with pytest.raises((Rejected, Closed)):
        connect(admin, ticket(admin, guest), cookie=False).read(1)
    with pytest.raises(Rejected) as rejected:
        connect(admin, ticket(admin, guest), origin="http://elsewhere.test")
    assert rejected.value.status == 403
    with pytest.raises((Rejected, Closed)):
        WebSocket(admin, "/console", ["binary", "ourea.ticket." + "A" * 22]).read(1)


def test_taking_the_right_away_ends_the_stream(admin, user, guest):
    grantee = f"/instances/{guest['id']}/grants/user:user"
    rights = {"see": True, "power": False, "resize": False, "snapshot": False, "clone": False, "delete": False}
    admin.put(grantee, {**rights, "console": True})
    with connect(user, ticket(user, guest)) as console:
        Screen(console)
        admin.delete(grantee)
        with pytest.raises(Closed) as closed:
            while True:
                console.receive()
        assert closed.value.reason
    with pytest.raises(Refused) as refused:
        ticket(user, guest)
    assert refused.value.status == 404


def test_the_end_of_the_guest_ends_the_stream_with_a_reason(admin, template_id):
    row = clone(admin, template_id, start=True)
    in_state(admin, row["id"], "running")
    with connect(admin, ticket(admin, row)) as console:
        Screen(console)
        admin.post(f"/instances/{row['id']}/stop")
        with pytest.raises(Closed) as closed:
            while True:
                console.receive()
        assert closed.value.code != 1006 and closed.value.reason
    with pytest.raises(Refused) as refused:
        ticket(admin, row)
    assert refused.value.status == 409
    remove(admin, row["id"])


def reason_of_end(console):
    with pytest.raises(Closed) as closed:
        while True:
            console.receive()
    return closed.value.reason


def test_control_ends_when_only_the_view_is_left(admin, user, guest):
    grantee = f"/instances/{guest['id']}/grants/user:user"
    admin.put(grantee, {"console": True})
    try:
        looks = ticket(user, guest, view_only=True)
        with connect(user, ticket(user, guest)) as console, connect(user, looks) as view:
            Screen(console)
            screen = Screen(view)
            admin.put(grantee, {"view": True})
            assert reason_of_end(console)
            assert screen.picture()
        assert user.post(f"/instances/{guest['id']}/console", {"kind": "vnc"})["view_only"]
        with pytest.raises(Refused) as refused:
            ticket(user, guest)
        assert refused.value.status == 403
    finally:
        admin.delete(grantee)


def test_leaving_the_group_ends_the_stream(admin, user, guest):
    admin.post("/groups", {"name": "viewers"})
    try:
        admin.put("/groups/viewers/members/user:user", None)
        admin.put(f"/instances/{guest['id']}/grants/group:viewers", {"console": True})
        with connect(user, ticket(user, guest)) as console:
            Screen(console)
            admin.delete("/groups/viewers/members/user:user")
            assert reason_of_end(console)
    finally:
        admin.delete("/groups/viewers")
