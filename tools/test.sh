#!/usr/bin/env bash
# Runs every test, or the named runners; closes with "N passed, N failed, N skipped".
set -euo pipefail
. "$(dirname "$0")/common.sh"

need_packages build run guest test lint
cd "$root"
exec /usr/bin/python3 tools/test.py "$@"
