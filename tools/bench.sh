#!/usr/bin/env bash
# Measures the release build: the console relay beside websockify, and the API on a thousand instances.
set -euo pipefail
. "$(dirname "$0")/common.sh"

"$root/tools/build.sh" release
need_packages run bench
cd "$root"
say "Building the benchmarks"
cmake -B build/release -DOUREA_BENCH=ON >/dev/null
cmake --build build/release --target bench >&2
exec /usr/bin/python3 tools/bench.py
