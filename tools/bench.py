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

from bench import api_bench, scale_bench  # noqa: E402
from support.server import BINARY  # noqa: E402

TITLES = ("What", "Ourea", "Compared with", "Target", "")


def rows_of(*command):
    """What a program of its own measures: a line for each row, fields separated by tabs."""
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"bench: {command[-1]} ended with {run.returncode}")
    for line in run.stdout.splitlines():
        what, ours, theirs, ratio, target, verdict = line.split("\t")
        yield what, ours, f"{theirs} ({ratio})" if ratio else theirs, target, verdict == "met"


def table(rows):
    lines = [TITLES] + [(*row[:4], "met" if row[4] else "MISSED") for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(TITLES))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines)


def main():
    programs = BINARY.parent / "tests/bench"
    with tempfile.TemporaryDirectory() as directory:
        rows = [*rows_of(programs / "relay_bench", programs / "relay_server"), *api_bench.rows(directory),
                *scale_bench.rows(directory), *rows_of(ROOT / "tools/contain", ROOT / "tests/bench/fleet_bench.py")]
    print(table(rows))
    print(f"\nSize of the program: {BINARY.stat().st_size / 2**20:.1f} MiB. "
          f"{os.cpu_count()} processors, shared by server, guest and client; load {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
