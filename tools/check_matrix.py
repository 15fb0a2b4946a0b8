#!/usr/bin/python3
"""Stops the build when the route table and tests/api/access_matrix.txt do not speak of the same routes.

Usage: check_matrix.py OUREA_BINARY"""

import json
import pathlib
import subprocess
import sys

MATRIX = pathlib.Path(__file__).resolve().parents[1] / "tests/api/access_matrix.txt"


def lines():
    """(people, {route: cells}) of the matrix."""
    rows = [line.split() for line in MATRIX.read_text().splitlines() if line.strip() and not line.startswith("#")]
    people, rows = rows[0], rows[1:]
    return people, {f"{row[0]} {row[1]}": row[2:] for row in rows}


def routes(binary):
    document = json.loads(subprocess.run([binary, "openapi"], capture_output=True, check=True).stdout)
    return {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}


def problems(binary):
    people, matrix = lines()
    table = routes(binary)
    found = [f"{route}: no line says who may call it" for route in sorted(table - matrix.keys())]
    found += [f"{route}: there is no such route" for route in sorted(matrix.keys() - table)]
    found += [f"{route}: {len(cells)} marks for {len(people)} kinds of people"
              for route, cells in matrix.items() if len(cells) != len(people)]
    return found


if __name__ == "__main__":
    wrong = problems(sys.argv[1])
    for problem in wrong:
        print(f"{MATRIX}: error: {problem}", file=sys.stderr)
    sys.exit(1 if wrong else 0)
