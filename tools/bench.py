#!/usr/bin/python3
"""Runs every benchmark of the release build and prints one table in Markdown: what, how much, the target, met or not."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ.setdefault("OUREA_BINARY", str(ROOT / "build/release/ourea"))
sys.path.insert(0, str(ROOT / "tests"))

from bench import api_bench  # noqa: E402
from support.server import BINARY  # noqa: E402

TITLES = ("What", "Ourea", "websockify", "Target", "")


def relay_rows():
    programs = BINARY.parent / "tests/bench"
    run = subprocess.run([programs / "relay_bench", programs / "relay_server"], stdout=subprocess.PIPE, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"bench: relay_bench ended with {run.returncode}")
    for line in run.stdout.splitlines():
        what, ours, theirs, ratio, target, verdict = line.split("\t")
        yield what, ours, f"{theirs} ({ratio})", target, verdict == "met"


def table(rows):
    lines = [TITLES] + [(*row[:4], "met" if row[4] else "MISSED") for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(TITLES))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines)


def main():
    with tempfile.TemporaryDirectory() as directory:
        rows = [*relay_rows(), *api_bench.rows(directory)]
    print(table(rows))
    print(f"\nSize of the program: {BINARY.stat().st_size / 2**20:.1f} MiB. "
          f"{os.cpu_count()} processors, shared by server, guest and client; load {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
