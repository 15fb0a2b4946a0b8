#!/usr/bin/env bash
# Several hypervisors to play with, until `down`: installs what they need and hands over to lab.py.
set -euo pipefail
. "$(dirname "$0")/common.sh"

[ "${1:-}" != up ] || need_packages run guest lab
exec /usr/bin/python3 "$root/tools/lab.py" "$@"
