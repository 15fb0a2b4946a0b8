"""Loans and requests over HTTP: who asks, who decides, who hears of it, and what it gives."""

import datetime
import threading

import pytest
from support import ROOT, Portal, Refused, wait_for
from support.events import Events
from support.server import Server

TEMPLATE = "aaaaaaaa-0000-4000-8000-000000000001"
PASSWORD = "long enough to sign in"
QUOTA = {"instances": 1, "vcpus": 2, "memory_mib": 1024, "disk_gib": 100}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server with a template that `user` may clone, the staff sam and tess, and the auditor ida."""
    server = Server(tmp_path_factory.mktemp("asking"))
    for name, role in (("admin", "administrator"), ("user", "user"), ("other", "user")):
        server.add_user(name, role)
    server.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
    server.start()
    root = server.portal("admin")
    wait_for(lambda: any(row["id"] == TEMPLATE for row in root.get("/instances")["items"]), 60, "the template")
    root.post(f"/instances/{TEMPLATE}/stop")
    root.patch(f"/instances/{TEMPLATE}", {"template": True})
    root.put(f"/instances/{TEMPLATE}/grants/user:user", {"clone": True})
    root.post("/names", {"items": [{"name": f"ourea{n}", "pool": "ourea"} for n in range(1, 6)]})
    root.post("/groups", {"name": "web", "quota": QUOTA})
    for name in ("sam", "tess", "ida"):
        root.post("/users", {"name": name, "role": "staff", "password": PASSWORD, "read_only": name == "ida"})
    yield server
    server.stop()


@pytest.fixture
def admin(site):
    portal = site.portal("admin")
    portal.put("/users/user/quota", QUOTA)
    return portal


@pytest.fixture
def user(site, admin):
    """With the quota of the beginning and nothing open or lent."""
    portal = site.portal("user")
    yield portal
    for row in portal.get("/requests", limit=1000)["items"]:
        if row["state"] == "open":
            portal.post(f"/requests/{row['id']}/withdraw")
    for row in portal.get("/users/user/loans")["items"]:
        admin.delete(f"/loans/{row['id']}")


@pytest.fixture
def other(site):
    return site.portal("other")


def signed_in(site, name):
    portal = Portal(site.url)
    portal.sign_in(name, PASSWORD)
    return portal


@pytest.fixture
def sam(site):
    return signed_in(site, "sam")


def refusal(call, *arguments, **options):
    with pytest.raises(Refused) as refused:
        call(*arguments, **options)
    return refused.value.status, refused.value.problem


def after(**time):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**time)).isoformat()


def ask(portal, **fields):
    return portal.post("/requests", {"kind": "quota", "reason": "A course", "quota": {"instances": 2}, **fields})


def at_once(*calls):
    """What each call answered or was refused with, all begun together."""
    results = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index):
        barrier.wait()
        try:
            results[index] = calls[index]()
        except Refused as refused:
            results[index] = refused
    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_who_asks_sees_it_and_the_answer_and_nobody_else_does(admin, user, other, sam):
    asked = ask(user)
    assert (asked["state"], asked["requester"], asked["holder"]) == ("open", "user", "user:user")
    assert asked["quota"]["instances"] == 2 and asked["quota"]["vcpus"] is None
    assert user.get("/requests", limit=1)["items"] == [asked] == [sam.get(f"/requests/{asked['id']}")]
    assert other.get("/requests")["total"] == 0
    nowhere = "/requests/12345678-1234-4234-8234-123456789abc"
    hidden = [refusal(other.get, path)[1]["detail"] for path in (f"/requests/{asked['id']}", nowhere)]
    assert set(hidden) == {"There is no such request."}
    done = sam.post(f"/requests/{asked['id']}/approve", {"answer": "Have fun"})
    assert (done["state"], done["decided_by"], done["answer"]) == ("approved", "sam", "Have fun")
    assert done["granted"]["quota"]["instances"] == 2 and done["granted"]["expires_at"] is None
    assert user.get("/me")["quota"] == user.get("/me")["effective_quota"] == admin.get("/users/user")["quota"]
    assert user.get("/me")["quota"]["instances"] == 3
    assert user.get(f"/requests/{asked['id']}") == done


def test_events_reach_who_asked_and_the_staff_alone(admin, user, other, sam):
    with Events(user) as mine, Events(sam) as staff, Events(other) as strange:
        asked = ask(user)
        for stream in (mine, staff):
            stream.wait("request", lambda data: data["row"] == asked)
        done = sam.post(f"/requests/{asked['id']}/approve", {"expires_at": after(days=1)})
        for stream in (mine, staff):
            stream.wait("request", lambda data: data["row"] == done)
            stream.wait("user", lambda data: data["row"]["effective_quota"]["instances"] == 3)
        # The streams are in order: what comes after shows that nothing came before.
        admin.put("/groups/web/members/user:other", None)
        strange.wait("reset", lambda data: True)
        admin.delete("/groups/web/members/user:other")
        assert not [kind for _, kind, _, _ in strange.seen if kind in ("request", "user")]


def test_of_two_approvals_at_once_one_wins_and_the_other_reads_who(site, admin, user):
    staff = [signed_in(site, name) for name in ("sam", "tess")]
    for _ in range(5):
        before = user.get("/me")["quota"]["instances"]
        path = f"/requests/{ask(user)['id']}"
        results = at_once(*(lambda portal=portal: portal.post(f"{path}/approve", {}) for portal in staff))
        lost = [result for result in results if isinstance(result, Refused)]
        assert len(lost) == 1 and lost[0].status == 409
        winner = user.get(path)["decided_by"]
        assert lost[0].problem["detail"] == f"{winner} has approved this request already."
        assert user.get("/me")["quota"]["instances"] == before + 2


def test_a_refusal_says_why(user, sam):
    path = f"/requests/{ask(user)['id']}"
    assert refusal(sam.post, f"{path}/refuse", {})[1]["field"] == "answer"
    assert refusal(sam.post, f"{path}/refuse", {"answer": "  "})[1]["field"] == "answer"
    done = sam.post(f"{path}/refuse", {"answer": "The host is full until May"})
    assert (done["state"], done["answer"], done["granted"]) == ("refused", "The host is full until May", None)
    assert user.get("/me")["quota"] == {**QUOTA, "running_instances": None, "running_vcpus": None, "running_memory_mib": None}
    status, problem = refusal(user.post, f"{path}/withdraw")
    assert (status, problem["detail"]) == (409, "sam has refused this request already.")


def test_who_may_not_decide_reads_why(site, admin, user, sam):
    path = f"/requests/{ask(user)['id']}"
    status, problem = refusal(user.post, f"{path}/approve", {})
    assert (status, problem["remedy"]) == (403, "The staff or an administrator can do it for you.")
    ida = signed_in(site, "ida")
    assert ida.get(path)["state"] == "open"
    assert refusal(ida.post, f"{path}/approve", {})[1]["detail"].startswith("Your account may only look.")
    assert refusal(ida.post, "/requests", {"kind": "quota", "reason": "x", "quota": {"vcpus": 1}})[0] == 403
    own = f"/requests/{ask(sam)['id']}"
    status, problem = refusal(sam.post, f"{own}/approve", {})
    assert status == 403 and problem["detail"].startswith("Somebody else has to decide about this.")
    # Another one of the staff gives nothing to the staff; an administrator does.
    assert refusal(signed_in(site, "tess").post, f"{own}/approve", {})[0] == 403
    assert admin.post(f"{own}/approve", {})["state"] == "approved"
    mine = ask(admin)
    assert admin.post(f"/requests/{mine['id']}/approve", {})["decided_by"] == "admin"


def test_bad_input_is_named_and_changes_nothing(admin, user, sam):
    for fields, field in (({"quota": {"instances": 0}}, "quota.instances"), ({"quota": {"vcpus": -1}}, "quota.vcpus"),
                          ({"quota": {"cpus": 1}}, "quota.cpus"), ({"reason": " "}, "reason"),
                          ({"reason": "x" * 1001}, "reason"), ({"holder": "user:other"}, "holder"),
                          ({"holder": "group:web"}, "holder"), ({"kind": "instance", "quota": None}, "instance")):
        status, problem = refusal(ask, user, **fields)
        assert (status, problem["field"]) == (400, field), fields
    path = f"/requests/{ask(user)['id']}/approve"
    for body, field in (({"expires_at": after(days=-1)}, "expires_at"), ({"expires_at": after(days=400)}, "expires_at"),
                        ({"quota": {"instances": 0}}, "quota.instances"), ({"instance": {}}, "instance")):
        status, problem = refusal(sam.post, path, body)
        assert (status, problem["field"]) == (400, field), body
    assert user.get("/requests", limit=1)["items"][0]["state"] == "open"
    for _ in range(9):
        ask(user)
    status, problem = refusal(ask, user)
    assert (status, problem["detail"]) == (409, "You have 10 open requests; withdraw one, or wait for an answer.")


def test_members_ask_for_their_group(admin, user, sam):
    admin.put("/groups/web/members/user:user", None)
    try:
        asked = ask(user, holder="group:web")
        done = sam.post(f"/requests/{asked['id']}/approve", {"quota": {"vcpus": 3}, "expires_at": after(days=1)})
        group = user.get("/groups/web")
        assert (group["quota"]["vcpus"], group["effective_quota"]["vcpus"], group["loans"]) == (2, 5, 1)
        loan = user.get("/groups/web/loans")["items"][0]
        assert (loan["request"], loan["vcpus"], loan["granted_by"], loan["active"]) == (done["id"], 3, "sam", True)
        assert refusal(user.delete, f"/loans/{loan['id']}")[0] == 403
        assert sam.delete(f"/loans/{loan['id']}") is None
        assert user.get("/groups/web")["effective_quota"] == group["quota"]
    finally:
        admin.delete("/groups/web/members/user:user")


def test_members_see_what_was_asked_for_their_group(admin, user, other, sam):
    for name in ("user", "other"):
        admin.put(f"/groups/web/members/user:{name}", None)
    try:
        with Events(other) as stream:
            asked = ask(user, holder="group:web")
            stream.wait("request", lambda data: data["row"] == asked)
            assert other.get("/requests")["items"][0] == asked == other.get(f"/requests/{asked['id']}")
            status, problem = refusal(other.post, f"/requests/{asked['id']}/withdraw")
            assert (status, problem["detail"]) == (403, "Only who asked can withdraw this.")
            done = sam.post(f"/requests/{asked['id']}/refuse", {"answer": "The host is full"})
            stream.wait("request", lambda data: data["row"] == done)
        admin.delete("/groups/web/members/user:other")
        assert refusal(other.get, f"/requests/{asked['id']}")[0] == 404
    finally:
        for member in admin.get("/groups/web/members")["items"]:
            admin.delete(f"/groups/web/members/{member['member']}")


def test_a_loan_ends_by_itself_and_so_does_what_it_lent(user, other, sam):
    def fits(instances=1):
        wanted = {"from": TEMPLATE, "vcpus": 2 + instances}
        return user.post("/instances", wanted, dry_run=True)["problems"] == []
    assert not fits()
    with Events(user) as events:
        loan = sam.post("/users/user/loans", {"vcpus": 1, "reason": "For a moment", "expires_at": after(seconds=2)})
        assert loan["active"] and loan["granted_by"] == "sam" and loan["request"] is None
        assert fits()
        assert [row["id"] for row in user.get("/users/user/loans")["items"]] == [loan["id"]]
        events.wait("user", lambda data: data["row"]["loans"] == 1)
        mark = events.mark()
        events.wait("user", lambda data: data["row"]["loans"] == 0, since=mark)
    assert not fits()
    me = user.get("/me")
    assert me["effective_quota"] == me["quota"] and me["loans"] == 0
    assert not user.get("/users/user/loans")["items"][0]["active"]
    assert refusal(other.get, "/users/user/loans")[0] == 404
    assert refusal(other.delete, f"/loans/{loan['id']}")[1]["detail"] == "There is no such loan."
    assert refusal(user.post, "/users/user/loans", {"vcpus": 1, "reason": "x", "expires_at": after(days=1)})[0] == 403


def test_a_machine_is_asked_for_and_made_with_the_quota_that_it_needs(admin, user, sam):
    wanted = {"from": TEMPLATE, "vcpus": 3, "start": False}
    assert refusal(user.post, "/instances", wanted)[0] == 422
    status, problem = refusal(ask, user, kind="instance", quota=None, instance={**wanted, "vcpus": 0})
    assert (status, problem["field"]) == (400, "instance.vcpus")
    asked = ask(user, kind="instance", quota=None, instance=wanted)
    assert asked["instance"]["owner"] == "user" and asked["job"] is None
    path = f"/requests/{asked['id']}"
    assert refusal(sam.post, f"{path}/approve", {"instance": {"name": "no such name"}})[1]["field"] == "instance.name"
    assert user.get(path)["state"] == "open"
    done = sam.post(f"{path}/approve", {"instance": {"vcpus": 4, "name": "ourea2"}})
    assert done["granted"]["instance"]["vcpus"] == 4 and done["granted"]["quota"]["vcpus"] == 2
    assert user.get("/me")["quota"]["vcpus"] == 4
    job = wait_for(lambda: ended(user, done["job"]), 60, "the machine")
    assert job["state"] == "succeeded" and job["actor"] == "user"
    machine = user.get(f"/instances/{job['instance']}")
    assert (machine["name"], machine["vcpus"], machine["owners"]) == ("ourea2", 4, ["user"])
    record = admin.get("/audit", object=f"instance:{job['instance']}", action="instance.create")["items"][-1]
    assert (record["actor"], record["on_behalf_of"]) == ("sam", "user")
    user.delete(f"/instances/{job['instance']}", volumes=True)


def ended(portal, job):
    row = portal.get(f"/jobs/{job}")
    return row if row["state"] not in ("queued", "running") else None


def test_only_who_may_clone_it_gets_the_machine(admin, user, other, sam):
    wanted = {"from": TEMPLATE, "start": False}
    nowhere = {**wanted, "from": "12345678-1234-4234-8234-123456789abc"}
    hidden = [refusal(ask, other, kind="instance", quota=None, instance=one) for one in (wanted, nowhere)]
    assert [(status, problem["detail"]) for status, problem in hidden] == [(404, "There is no instance with this id.")] * 2
    asked = ask(user, kind="instance", quota=None, instance=wanted)
    record = admin.get("/audit", object=f"request:{asked['id']}")["items"][0]
    assert record["detail"]["after"]["origin"] == admin.get(f"/instances/{TEMPLATE}")["name"]
    admin.delete(f"/instances/{TEMPLATE}/grants/user:user")
    try:
        status, problem = refusal(sam.post, f"/requests/{asked['id']}/approve", {})
        assert status == 409 and problem["detail"].startswith("user cannot have this machine: ")
        assert user.get(f"/requests/{asked['id']}")["state"] == "open"
    finally:
        admin.put(f"/instances/{TEMPLATE}/grants/user:user", {"clone": True})


def test_every_write_is_in_the_log(admin, user, sam):
    asked = ask(user)
    sam.post(f"/requests/{asked['id']}/approve", {"expires_at": after(days=1)})
    records = admin.get("/audit", object=f"request:{asked['id']}")["items"]
    assert [(row["action"], row["actor"], row["on_behalf_of"]) for row in records] == \
        [("request.approve", "sam", "user"), ("request.create", "user", None)]
    assert records[0]["detail"]["before"]["state"] == "open"
    assert records[0]["detail"]["after"]["granted"]["quota"]["instances"] == 2
    assert records[1]["detail"]["after"]["reason"] == "A course"
    loan = user.get("/users/user/loans")["items"][0]
    admin.delete(f"/loans/{loan['id']}")
    records = admin.get("/audit", object=f"loan:{loan['id']}")["items"]
    assert [(row["action"], row["actor"], row["on_behalf_of"]) for row in records] == \
        [("loan.delete", "admin", "user"), ("loan.create", "sam", "user")]
    assert records[0]["detail"]["before"]["instances"] == 2 and records[0]["detail"]["after"] is None


def test_pages_learn_that_there_are_loans_and_requests(site, admin, user):
    offered = {"requests.see", "loans.see"}
    decides = {"requests.manage", "loans.manage"}
    assert set(user.get("/me")["capabilities"]) & (offered | decides) == offered
    assert set(admin.get("/me")["capabilities"]) >= offered | decides
    assert set(signed_in(site, "ida").get("/me")["capabilities"]) & (offered | decides) == offered
