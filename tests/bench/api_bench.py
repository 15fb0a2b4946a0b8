"""Measures the whole program on a thousand instances of libvirt's test driver."""

import concurrent.futures
import http.client
import itertools
import json
import pathlib
import re
import subprocess
import threading
import time

from support import Portal, wait_for
from support.server import PASSWORDS, Server

INSTANCES = 1000
SECONDS = 3
ROUNDS = 3
CONNECTIONS = 8
CHANGES = 20
GRANTS = 200
SIGN_INS = 20
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def test_node(file, numbers):
    """Makes a file for libvirt's test driver with many machines, every second one running."""
    domains = "".join(
        f"<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>m{n}</name>"
        f"<test:runstate>{1 if n % 2 else 5}</test:runstate>"
        f"<uuid>{uuid(n)}</uuid><memory unit='MiB'>1024</memory><vcpu>1</vcpu>"
        "<os><type>hvm</type></os></domain>" for n in numbers)
    pathlib.Path(file).write_text(f"<node>{domains}</node>")
    return file


def uuid(number):
    return f"00000000-0000-4000-8000-{number:012d}"


def wrk(portal, path, connections):
    """(requests per second, 99th percentile in milliseconds)."""
    run = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-H", f"Cookie: {portal.cookie_header}",
         f"http://{portal.host}:{portal.port}{path}"], check=True, capture_output=True, text=True)
    if "Non-2xx" in run.stdout:
        raise SystemExit(f"bench: {path} did not answer 200\n{run.stdout}")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", run.stdout).groups()
    return float(re.search(r"Requests/sec:\s+(\S+)", run.stdout).group(1)), float(number) * UNITS[unit]


def load(portal, path, connections=CONNECTIONS):
    """The median of several rounds, each number by itself."""
    rounds = [wrk(portal, path, connections) for _ in range(ROUNDS)]
    return tuple(sorted(column)[ROUNDS // 2] for column in zip(*rounds))


def memory_mib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class Watcher:
    """Notes when the event stream says that an instance has changed its state."""

    def __init__(self, portal):
        self.connection = http.client.HTTPConnection(portal.host, portal.port, timeout=60)
        self.connection.request("GET", "/api/v1/events", headers={"Cookie": portal.cookie_header})
        self.answer = self.connection.getresponse()
        self.seen = {}
        self.arrived = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.answer:
            if not line.startswith(b"data: "):
                continue
            event = json.loads(line[6:])
            if event["kind"] == "instance" and event["row"]:
                with self.arrived:
                    self.seen.setdefault((event["id"], event["row"]["state"]), time.monotonic())
                    self.arrived.notify_all()

    def when(self, instance, state):
        with self.arrived:
            if not self.arrived.wait_for(lambda: (instance, state) in self.seen, 10):
                raise SystemExit(f"bench: no event said that {instance} is {state}")
            return self.seen[instance, state]


def event_delay_ms(portal):
    """The slowest of some changes on the host, from the request that causes it to its event."""
    watcher = Watcher(portal)
    slowest = 0
    for number in range(0, 2 * CHANGES, 2):
        began = time.monotonic()
        portal.post(f"/instances/{uuid(number)}/start")
        slowest = max(slowest, watcher.when(uuid(number), "running") - began)
    return slowest * 1000


def reader(server, portal):
    """Somebody who sees a fifth of the instances, half of these through a group in a group."""
    portal.post("/users", {"name": "user", "role": "user", "password": PASSWORDS["user"]})
    for name, member in (("inner", "user:user"), ("outer", "group:inner")):
        portal.post("/groups", {"name": name})
        portal.put(f"/groups/{name}/members/{member}", None)
    portal.post("/grants", {"items": [
        {"instance": uuid(5 * n), "grantee": "user:user" if n % 2 else "group:outer", "power": True} for n in range(GRANTS)]})
    return server.portal("user")


class SignIns:
    """People who sign in while something else is measured, so many a second; `with` waits for the last of them."""

    def __init__(self, server, portal):
        self.url = server.url
        # An account by itself may not be tried so often.
        self.names = [f"student{number}" for number in range(SIGN_INS)]
        for name in self.names:
            portal.post("/users", {"name": name, "role": "user", "password": PASSWORDS["user"]})
        self.over = threading.Event()
        self.done = 0
        self.began = time.monotonic()

    def one(self, name):
        Portal(self.url).sign_in(name, PASSWORDS["user"])
        self.done += 1

    def __enter__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(SIGN_INS)
        self.pace = threading.Thread(target=self.keep_pace)
        self.pace.start()
        return self

    def keep_pace(self):
        self.people = []
        for name in itertools.cycle(self.names):
            if self.over.wait(1 / SIGN_INS):
                return
            self.people.append(self.pool.submit(self.one, name))

    def __exit__(self, *_):
        self.over.set()
        self.pace.join()
        for person in self.people:
            person.result()
        self.pool.shutdown()
        if self.done < 0.9 * SIGN_INS * (time.monotonic() - self.began):
            raise SystemExit(f"bench: only {self.done} people signed in")


def answers(server):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def least(what, value, unit, target):
    return what, f"{value:,.0f} {unit}", "", f"> {target:,} {unit}", value > target


def most(what, value, unit, target):
    return what, f"{value:,.1f} {unit}", "", f"< {target:,} {unit}", value < target


def measure(server):
    """Rows of (what, measured, compared with, target, met)."""
    began = time.monotonic()
    server.start(ready=0)
    wait_for(lambda: answers(server), 30, "the first answer", every=0.005)
    yield most("start to the first answer", (time.monotonic() - began) * 1000, "ms", 300)
    wait_for(server.ready, 30, "the first inventory")
    portal = server.portal()
    wait_for(lambda: portal.get("/instances", limit=1)["total"] == INSTANCES, 30, "all instances")
    rate, p99 = load(portal, "/api/v1/instances?limit=100")
    yield least(f"page of 100 of {INSTANCES:,} instances, {CONNECTIONS} connections", rate, "/s", 5000)
    yield most("its 99th percentile", p99, "ms", 5)
    yield least(f"all {INSTANCES:,} instances in one answer", load(portal, "/api/v1/instances?limit=1000")[0], "/s", 300)
    limited = reader(server, portal)
    if limited.get("/instances", limit=1)["total"] != GRANTS:
        raise SystemExit("bench: the grants do not show what they should")
    p99 = load(limited, "/api/v1/instances?limit=1", 1)[1]
    yield most(f"which of {INSTANCES:,} instances one sees by {GRANTS} grants, whole request, 99th percentile", p99, "ms", 2)
    with SignIns(server, portal):
        p99 = load(portal, "/api/v1/instances?limit=100")[1]
    yield most(f"99th percentile of the page of 100 while {SIGN_INS} people a second sign in", p99, "ms", 5)
    yield most("a change on the host to its event, slowest", event_delay_ms(portal), "ms", 300)
    yield most("resident memory after all this", memory_mib(server.process.pid), "MiB", 60)


def rows(directory):
    server = Server(directory)
    server.add_user("admin", "administrator")
    server.command("host", "add", "test", f"test://{test_node(f'{directory}/node.xml', range(INSTANCES))}")
    try:
        yield from measure(server)
    finally:
        server.stop()
