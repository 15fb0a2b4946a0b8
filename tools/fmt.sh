#!/usr/bin/env bash
# Mends the format of the C++ files and, where the front end has a formatter, of its files.
set -euo pipefail
. "$(dirname "$0")/common.sh"

need_packages lint
cd "$root"
cpp_files | xargs -0r clang-format -i
if grep -q '"fmt"' web/package.json 2>/dev/null; then
    need_packages build
    need_web
    (cd web && npm run --silent fmt)
fi
