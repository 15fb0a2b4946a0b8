#!/usr/bin/env bash
# Builds build/<preset>/ourea and the front end beside it.
set -euo pipefail
. "$(dirname "$0")/common.sh"

preset=${1:-release}
groups=build
[ "$preset" = release ] || groups="build test"
need_packages $groups

cd "$root"
if [ ! -f "build/$preset/build.ninja" ]; then
    say "Configuring $preset"
    cmake --preset "$preset" >&2
fi
say "Building $preset"
cmake --build "build/$preset" >&2

[ -f web/package.json ] || exit 0
need_web
# The front end is built again only when one of its files is newer than what was built.
if [ ! -f web/dist/index.html ] ||
    [ -n "$(find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/e2e -prune \
        -o -type f -newer web/dist/index.html -print -quit)" ]; then
    say "Building the front end"
    (cd web && npm run --silent build >&2)
fi
ln -sfn ../../web/dist "build/$preset/web"
