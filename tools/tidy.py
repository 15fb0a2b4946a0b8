#!/usr/bin/python3
"""Runs clang-tidy over server/ within a time budget; a file that passed is not looked at again until it changes."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.path.join(ROOT, "build", "tidy-cache")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def included(path, seen):
    """The file and every header of ours that it includes, however deep."""
    if path in seen or not os.path.isfile(path):
        return seen
    seen.add(path)
    with open(path, encoding="utf-8") as file:
        for name in INCLUDE.findall(file.read()):
            included(os.path.join(ROOT, "server", name), seen)
    return seen


def fingerprint(path, command):
    """Changes when the file, one of its headers, its flags or the checks change."""
    digest = hashlib.sha256(command.encode())
    for each in [os.path.join(ROOT, ".clang-tidy"), *sorted(included(path, set()))]:
        with open(each, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def units(build):
    """(path, fingerprint) of every translation unit of ours that is not known to be fine."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    found = []
    for entry in commands:
        path = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        if not path.startswith(os.path.join(ROOT, "server")) or path.endswith("third_party.cpp") or not os.path.isfile(path):
            continue
        key = fingerprint(path, entry["command"])
        if not os.path.exists(os.path.join(CACHE, key)):
            found.append((path, key))
    # What was touched last is looked at first, so that the budget goes where the change is.
    return sorted(found, key=lambda unit: -os.path.getmtime(unit[0]))


def look(unit, build, deadline):
    """None when the budget is spent, else clang-tidy's findings, empty when the file is fine."""
    path, key = unit
    if time.monotonic() > deadline:
        return None
    run = subprocess.run(
        ["clang-tidy", "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", path],
        capture_output=True, text=True)
    if run.returncode == 0:
        open(os.path.join(CACHE, key), "w").close()
        return ""
    return run.stdout or run.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="a configured build directory")
    parser.add_argument("--budget", type=float, default=150, help="seconds after which no new file is begun")
    arguments = parser.parse_args()
    os.makedirs(CACHE, exist_ok=True)
    build = os.path.abspath(arguments.build)
    deadline = time.monotonic() + arguments.budget
    bad = late = 0
    work = units(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda unit: look(unit, build, deadline), work):
            if result is None:
                late += 1
            elif result:
                bad += 1
                print(result.strip().replace(ROOT + "/", ""))
    left = f", {late} left for the next run (out of time)" if late else ""
    print(f"clang-tidy: {len(work) - late} files looked at, {bad} with findings{left}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
