"""Calls every route as every kind of person and holds the answers against access_matrix.txt.

What is refused must also have done nothing: no call of libvirt that acts, no change in the record. What is hidden must
answer as what does not exist."""

import base64
import datetime
import http.client
import itertools
import json
import os
import re
import sys
import uuid

import pytest
from support import ROOT, Portal, Script, wait_for
from support.server import Server

sys.path.insert(0, str(ROOT / "tools"))
from check_matrix import lines  # noqa: E402

PEOPLE, MATRIX = lines()
RIGHTS = ("see", "power", "view", "console", "resize", "snapshot", "clone", "delete")
PASSWORD = "long enough to sign in"
TOKENS = ("reader", "narrow")
ACTS = re.compile(
    r": vir(?:Domain(?:Create|Destroy|Shutdown|Reboot|Reset|Suspend|Resume|Screenshot|Open|Define|Undefine|Set|Attach"
    r"|Detach|Update|Migrate|Save|PM)\w*|StorageVol(?:Create|Delete|Resize|Wipe|Upload)\w*|ConnectOpen\w*):\d+ :")
QUOTA = {"instances": 9, "vcpus": 99, "memory_mib": None, "disk_gib": None}

ASKED = {"kind": "quota", "reason": "Space for a log", "quota": {"disk_gib": 1}}


def lent():
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    return {"disk_gib": 1, "reason": "For a day", "expires_at": end.isoformat()}


def new_key():
    """An SSH key that nobody has yet, as OpenSSH writes it (RFC 4253, 6.6)."""
    parts = (b"ssh-ed25519", os.urandom(32))
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} me@desk"


def account(person):
    """The tokens belong to the administrator: what they may not, they may not although their user may."""
    return "p-admin" if person in TOKENS else f"p-{person}"


class Site:
    """The portal with the test driver's machine and one account for each kind of person."""

    def __init__(self, directory, monkeypatch):
        self.calls = directory / "libvirt.log"
        monkeypatch.setenv("LIBVIRT_LOG_OUTPUTS", f"1:file:{self.calls}")
        monkeypatch.setenv("LIBVIRT_LOG_FILTERS", "1:libvirt.domain 1:libvirt.storage 1:libvirt.libvirt")
        settings = directory / "ourea.conf"
        settings.write_text("statistics-seconds = 3600\nreconcile-seconds = 3600\ntrusted-proxies = \"127.0.0.1\"\n"
                            "remote-user-header = \"X-Remote-User\"\nsingle-sign-on-link = true\n")
        self.server = Server(directory, "--config", settings)
        self.server.add_user("admin", "administrator")
        self.server.command("host", "add", "test", f"test://{ROOT}/tests/data/test-host.xml")
        self.server.start()
        self.root = self.server.portal("admin")
        wait_for(lambda: self.root.get("/instances")["items"], 60, "the test driver's machines")
        self.machine = next(row["id"] for row in self.root.get("/instances")["items"] if self.is_complete(row["id"]))
        self.numbers = itertools.count(1)
        self.request = None
        self.root.post("/names", {"items": [{"name": f"ourea{n}", "pool": "ourea"} for n in (1, 2, 3)]})
        self.portals = {person: self.make(person) for person in PEOPLE if person not in TOKENS}
        self.portals |= {"reader": self.script(read_only=True), "narrow": self.script(instances=[self.machine])}
        self.furnish()
        self.job = self.clone_of_owner()

    def is_complete(self, machine):
        """Has a screen and a disk."""
        view = self.root.get(f"/instances/{machine}")
        return view["disks"] and any(one["type"] == "vnc" for one in view["graphics"])

    def make(self, person):
        if person == "nobody":
            return Portal(self.server.url)
        body = {"name": f"p-{person}", "role": "user", "password": PASSWORD, "quota": QUOTA}
        if person in ("staff", "auditor"):
            body |= {"role": "staff", "read_only": person == "auditor"}
        if person == "admin":
            body["role"] = "administrator"
        body["can_clone"] = person == "cloner"
        self.root.post("/users", body)
        portal = Portal(self.server.url)
        portal.sign_in(body["name"], PASSWORD)
        return portal

    def script(self, **narrowed):
        made = self.portals["admin"].post("/me/tokens", {"name": f"t{next(self.numbers)}", **narrowed})
        return Script(self.server.url, made["token"])

    def furnish(self):
        """The machine's owner, its grants, and the group whose members have all rights."""
        machine = f"/instances/{self.machine}"
        self.root.patch(machine, {"owner": "p-owner"})
        for right in RIGHTS:
            self.root.put(f"{machine}/grants/user:p-{right}", {right: True})
        self.root.put(f"{machine}/grants/user:p-cloner", {"clone": True})
        self.root.post("/groups", {"name": "team"})
        self.root.put("/groups/team/members/user:p-member", {})
        self.root.put(f"{machine}/grants/group:team", dict.fromkeys(RIGHTS, True))

    def clone_of_owner(self):
        """The id of a job that the owner started; it is done or undone when this returns."""
        self.state("shutoff")
        self.root.patch("/users/p-owner", {"can_clone": True})
        job = self.portals["owner"].post("/instances", {"from": self.machine, "name": "ourea3", "start": False})["job"]["id"]
        wait_for(lambda: self.root.get(f"/jobs/{job}")["state"] not in ("queued", "running"), 60, "the job's end")
        self.root.patch("/users/p-owner", {"can_clone": False})
        return job

    def state(self, wanted):
        """Brings the machine into this state, whatever it is in."""
        machine = f"/instances/{self.machine}"
        now = self.root.get(machine)["state"]
        steps = {("running", "paused"): ["suspend"], ("running", "shutoff"): ["stop"], ("paused", "running"): ["resume"],
                 ("paused", "shutoff"): ["stop"], ("shutoff", "running"): ["start"], ("shutoff", "paused"): ["start", "suspend"]}
        for verb in steps.get((now, wanted), []):
            self.root.post(f"{machine}/{verb}")
        wait_for(lambda: self.root.get(machine)["state"] == wanted, 60, f"the machine to be {wanted}")

    def throwaway_user(self):
        name = f"t{next(self.numbers)}"
        self.root.post("/users", {"name": name, "role": "user", "password": PASSWORD})
        return name

    def throwaway_group(self):
        name = f"g{next(self.numbers)}"
        self.root.post("/groups", {"name": name})
        self.root.put(f"/groups/{name}/members/user:p-member", {})
        return name

    def throwaway_name(self):
        name = f"spare{next(self.numbers)}"
        self.root.post("/names", {"items": [{"name": name, "pool": "spare"}]})
        return name

    def throwaway_host(self):
        name = f"h{next(self.numbers)}"
        self.root.post("/hosts", {"name": name, "uri": "test:///default"})
        return name

    def grantee(self):
        self.root.put(f"/instances/{self.machine}/grants/user:p-stranger", {"see": True})
        self.root.delete(f"/instances/{self.machine}/grants/user:p-stranger")
        name = self.throwaway_user()
        self.root.put(f"/instances/{self.machine}/grants/user:{name}", {"see": True})
        return f"user:{name}"

    def person(self, person):
        """Who comes with a password, also where a token is asked."""
        return self.portals["admin" if person in TOKENS else person]

    def own_token(self, person):
        if person == "nobody":
            return uuid.uuid4()
        return self.person(person).post("/me/tokens", {"name": f"t{next(self.numbers)}"})["id"]

    def own_key(self, person):
        if person == "nobody":
            return uuid.uuid4()
        return self.person(person).post("/me/ssh-keys", {"public_key": new_key()})["id"]

    def own_session(self, person):
        """Another one than that of the call."""
        if person == "nobody":
            return uuid.uuid4()
        Portal(self.server.url).sign_in(account(person), PASSWORD)
        return next(row["id"] for row in self.person(person).get("/me/sessions")["items"] if not row["current"])

    def session_of_another(self):
        name = self.throwaway_user()
        Portal(self.server.url).sign_in(name, PASSWORD)
        return f"/users/{name}/sessions/" + self.root.get(f"/users/{name}/sessions")["items"][0]["id"]

    def token_of_another(self):
        name = self.throwaway_user()
        portal = Portal(self.server.url)
        portal.sign_in(name, PASSWORD)
        return f"/users/{name}/tokens/" + portal.post("/me/tokens", {"name": "script"})["id"]

    def open_request(self):
        """One of the owner's, which is open."""
        if not self.request or self.root.get(f"/requests/{self.request}")["state"] != "open":
            self.request = self.portals["owner"].post("/requests", ASKED)["id"]
        return f"/requests/{self.request}"

    def loan(self):
        return f"/loans/{self.root.post(f'/users/{self.throwaway_user()}/loans', lent())['id']}"

    def acting_calls(self):
        return len(ACTS.findall(self.calls.read_text(errors="replace"))) if self.calls.exists() else 0

    def recorded(self):
        """The newest record of something done; a refusal may be recorded as well."""
        return next(row["seq"] for row in self.root.get("/audit")["items"] if row["result"] != "refused")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = Site(tmp_path_factory.mktemp("matrix"), monkeypatch)
        yield made
        made.server.stop()


class Call:
    """One request: where to, with what, and what has to be so before."""

    def __init__(self, path, body=None, before=None, headers=None, **query):
        self.path, self.body, self.before, self.headers, self.query = path, body, before, headers or {}, query


def call_of(site, route, person):
    """The request that succeeds if it is allowed."""
    method, path = route.split()
    machine = f"/instances/{site.machine}"
    states = {"start": "shutoff", "resume": "paused"}
    verb = path.rsplit("/", 1)[-1]
    special = SPECIAL.get(route)
    if special:
        return special(site, person)
    if path == f"/instances/{{id}}/{verb}" and method == "POST":
        return Call(f"{machine}/{verb}", before=lambda: site.state(states.get(verb, "running")))
    made = path.replace("{id}", site.job if path.startswith("/jobs") else site.machine)
    made = made.replace("/users/{name}", "/users/p-stranger") if person != "stranger" else made.replace("{name}", "p-see")
    made = made.replace("/groups/{name}", "/groups/team").replace("/hosts/{name}", "/hosts/test").replace("{user}", "admin")
    return Call(made)


def own(site, person, path):
    """A path below the account of somebody else."""
    return path.format("p-see" if person == "stranger" else "p-stranger")


SPECIAL = {
    "POST /session": lambda site, person: Call(
        "/session", {"username": "admin" if person == "nobody" else account(person),
                     "password": "correct horse battery" if person == "nobody" else PASSWORD}),
    "POST /session/single-sign-on": lambda site, person: Call(
        "/session/single-sign-on", headers={"X-Remote-User": "newcomer" if person == "nobody" else f"p-{person}"}),
    "POST /users": lambda site, person: Call("/users", {"name": f"n{next(site.numbers)}", "role": "user"}),
    "PATCH /users/{name}": lambda site, person: Call(own(site, person, "/users/{}"), {"full_name": "Some Body"}),
    "DELETE /users/{name}": lambda site, person: Call(f"/users/{site.throwaway_user()}"),
    "PUT /users/{name}/quota": lambda site, person: Call(own(site, person, "/users/{}/quota"), QUOTA),
    "POST /groups": lambda site, person: Call("/groups", {"name": f"n{next(site.numbers)}"}),
    "PATCH /groups/{name}": lambda site, person: Call("/groups/team", {"description": "Those who build"}),
    "DELETE /groups/{name}": lambda site, person: Call(f"/groups/{site.throwaway_group()}"),
    "PUT /groups/{name}/members/{member}": lambda site, person: Call(
        f"/groups/{site.throwaway_group()}/members/user:p-stranger", {}),
    "DELETE /groups/{name}/members/{member}": lambda site, person: Call(
        f"/groups/{site.throwaway_group()}/members/user:p-member"),
    "PUT /groups/{name}/quota": lambda site, person: Call("/groups/team/quota", QUOTA),
    "POST /users/{name}/loans": lambda site, person: Call(own(site, person, "/users/{}/loans"), lent()),
    "POST /groups/{name}/loans": lambda site, person: Call("/groups/team/loans", lent()),
    "DELETE /loans/{id}": lambda site, person: Call(site.loan()),
    "POST /requests": lambda site, person: Call("/requests", ASKED),
    "GET /requests/{id}": lambda site, person: Call(site.open_request()),
    "POST /requests/{id}/approve": lambda site, person: Call(site.open_request() + "/approve", {}),
    "POST /requests/{id}/refuse": lambda site, person: Call(site.open_request() + "/refuse", {"answer": "Not now"}),
    "POST /requests/{id}/withdraw": lambda site, person: Call(site.open_request() + "/withdraw"),
    "POST /grants": lambda site, person: Call(
        "/grants", {"items": [{"instance": site.machine, "grantee": f"user:{site.throwaway_user()}", "see": True}]}),
    "POST /instances": lambda site, person: Call(
        "/instances", {"from": site.machine, "name": "ourea1"}, lambda: site.state("shutoff"), dry_run="true"),
    "PATCH /instances/{id}": lambda site, person: Call(
        f"/instances/{site.machine}", {"title": f"Number {next(site.numbers)}"}, lambda: site.state("running")),
    "POST /instances/{id}/disks": lambda site, person: Call(
        f"/instances/{site.machine}/disks", {"size_gib": 1, "pool": "one"}, dry_run="true"),
    "PATCH /instances/{id}/disks/{target}": lambda site, person: Call(
        f"/instances/{site.machine}/disks/vda", {"size_gib": 2}, dry_run="true"),
    "DELETE /instances/{id}": lambda site, person: Call(f"/instances/{site.machine}", dry_run="true"),
    "POST /instances/{id}/console": lambda site, person: Call(
        f"/instances/{site.machine}/console", {"kind": "vnc", "view_only": True}, lambda: site.state("running")),
    "GET /instances/{id}/screenshot": lambda site, person: Call(
        f"/instances/{site.machine}/screenshot", before=lambda: site.state("running")),
    "PUT /instances/{id}/grants/{grantee}": lambda site, person: Call(
        f"/instances/{site.machine}/grants/user:{site.throwaway_user()}", {"see": True}),
    "DELETE /instances/{id}/grants/{grantee}": lambda site, person: Call(
        f"/instances/{site.machine}/grants/{site.grantee()}"),
    "POST /hosts": lambda site, person: Call("/hosts", {"name": f"h{next(site.numbers)}", "uri": "test:///default"}),
    "POST /hosts/probe": lambda site, person: Call("/hosts/probe", {"uri": "test:///default"}),
    "DELETE /hosts/{name}": lambda site, person: Call(f"/hosts/{site.throwaway_host()}"),
    "PATCH /hosts/{name}": lambda site, person: Call("/hosts/test", {"memory_percent": 10000}),
    "POST /hosts/{name}/maintenance": lambda site, person: Call("/hosts/test/maintenance", {}, dry_run="true"),
    "PATCH /hosts/{name}/pools/{pool}": lambda site, person: Call("/hosts/test/pools/one", {"shared": True}),
    "POST /instances/{id}/take-over": lambda site, person: Call(
        f"/instances/{site.machine}/take-over", {"from": site.machine}),
    "POST /instances/{id}/migrate": lambda site, person: Call(
        f"/instances/{site.machine}/migrate", {"host": "test"}, lambda: site.state("running")),
    "POST /names": lambda site, person: Call("/names", {"items": [{"name": "ourea1", "pool": "ourea"}]}),
    "DELETE /names/{name}": lambda site, person: Call(f"/names/{site.throwaway_name()}"),
    "POST /me/tokens": lambda site, person: Call("/me/tokens", {"name": f"t{next(site.numbers)}"}),
    "DELETE /me/tokens/{id}": lambda site, person: Call(f"/me/tokens/{site.own_token(person)}"),
    "DELETE /me/sessions/{id}": lambda site, person: Call(f"/me/sessions/{site.own_session(person)}"),
    "POST /me/ssh-keys": lambda site, person: Call("/me/ssh-keys", {"public_key": new_key()}),
    "DELETE /me/ssh-keys/{id}": lambda site, person: Call(f"/me/ssh-keys/{site.own_key(person)}"),
    "DELETE /users/{name}/sessions": lambda site, person: Call(f"/users/{site.throwaway_user()}/sessions"),
    "DELETE /users/{name}/sessions/{id}": lambda site, person: Call(site.session_of_another()),
    "DELETE /users/{name}/tokens/{id}": lambda site, person: Call(site.token_of_another()),
    "GET /audit/export": lambda site, person: Call("/audit/export", format="jsonl"),
    "PUT /settings": lambda site, person: Call("/settings", site.root.get("/settings")),
}


def send(portal, method, call, path=None):
    """(status, problem or None) of the call."""
    query = "?" + "&".join(f"{name}={value}" for name, value in call.query.items()) if call.query else ""
    body = None if call.body is None else json.dumps(call.body).encode()
    headers = {"Content-Type": "application/json", **call.headers} if body else call.headers
    if path is None and call.path == "/events":
        return stream_status(portal)
    status, _, text = portal.raw(method, "/api/v1" + (path or call.path) + query, body, headers)
    problem = json.loads(text) if status >= 400 else None
    if problem:
        problem.pop("request_id")
    return status, problem


def stream_status(portal):
    """The events never end: only the head of the answer is read."""
    connection = http.client.HTTPConnection(portal.host, portal.port, timeout=30)
    headers = {"Cookie": portal.cookie_header} if portal.cookies else {}
    if isinstance(portal, Script):
        headers["Authorization"] = f"Bearer {portal.token}"
    connection.request("GET", "/api/v1/events", headers=headers)
    answer = connection.getresponse()
    status = answer.status
    problem = json.loads(answer.read()) if status >= 400 else None
    if problem:
        problem.pop("request_id")
    connection.close()
    return status, problem


def mark(status):
    """The mark of the matrix for a status."""
    return {401: "!", 403: "-", 404: ".", 409: "="}.get(status, "+" if status < 300 else str(status))


def nowhere(site, path):
    """The same path with an object that does not exist."""
    made = path.replace(site.machine, str(uuid.uuid4()))
    if made == path:
        parts = path.split("/")
        if parts[1] in ("users", "groups", "jobs", "loans", "requests") and len(parts) > 2:
            parts[2] = "nobody-at-all" if parts[1] in ("users", "groups") else str(uuid.uuid4())
            made = "/".join(parts)
    return made


def portal_of(site, route, person):
    """Signing in and out happens in a browser of its own."""
    if route in ("POST /session", "POST /session/single-sign-on"):
        return Portal(site.server.url)
    if route != "DELETE /session" or person == "nobody" or person in TOKENS:
        return site.portals[person]
    portal = Portal(site.server.url)
    portal.sign_in(f"p-{person}", PASSWORD)
    return portal


@pytest.mark.parametrize("route", list(MATRIX))
def test_the_matrix_holds(site, route):
    method = route.split()[0]
    found = {}
    for person in PEOPLE:
        call = call_of(site, route, person)
        if call.before:
            call.before()
        portal = portal_of(site, route, person)
        calls, records = site.acting_calls(), site.recorded()
        status, problem = send(portal, method, call)
        found[person] = mark(status)
        if found[person] in "+=":
            continue
        assert site.acting_calls() == calls, f"{person}: a refused call reached libvirt"
        if person != "nobody":
            assert site.recorded() == records, f"{person}: a refused call did something"
        if status == 404 and nowhere(site, call.path) != call.path:
            assert send(portal, method, call, nowhere(site, call.path)) == (status, problem), person
        if status == 403:
            assert problem["detail"], person
    expected = dict(zip(PEOPLE, MATRIX[route]))
    assert {who: (found[who], expected[who]) for who in PEOPLE if found[who] != expected[who]} == {}
