#!/usr/bin/env bash
# Format, the rules of docs/common-errors.md, clang-tidy and the front end's own check; goes on after a finding.
set -uo pipefail
. "$(dirname "$0")/common.sh"

budget=150
[ "${1:-}" = --all ] && budget=3600
need_packages build lint test || exit 1
cd "$root"
failed=()
check() {
    say "$1"
    shift
    "$@" || failed+=("$1")
}

cpp_format() {
    cpp_files | xargs -0r clang-format --dry-run -Werror
}

tidy() {
    cmake --preset dev >/dev/null && tools/tidy.py build/dev --budget "$budget"
}

front_end() {
    need_web && (cd web && npm run --silent check)
}

check "Rules" tools/lint.py
check "Format of C++" cpp_format
check "clang-tidy" tidy
[ -f web/package.json ] && check "Front end" front_end

if [ ${#failed[@]} -gt 0 ]; then
    die "found something in: ${failed[*]}"
fi
say "Nothing found"
