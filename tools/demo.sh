#!/usr/bin/env bash
# Builds, starts a local hypervisor with a small template, and serves it on loopback until Ctrl-C.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/demo_hypervisor.sh"

demo=$root/.demo
ourea=$root/build/release/ourea
server=

case ${1:-} in
    '' | --clean) ;;
    *) die "usage: ./dev demo [--clean]" ;;
esac

mkdir -p "$demo/log"
chmod 700 "$demo"
exec 9>"$demo/lock"
flock -n 9 || die "the demo of this source tree is running already; Ctrl-C in its terminal ends it"

# Ends what was started, in the reverse order. Ends nothing that ran before.
finish() {
    trap - EXIT INT TERM HUP
    if [ -n "$server" ] && kill "$server" 2>/dev/null; then
        say "Ending the server and the guests"
        wait "$server" 2>/dev/null || true
    fi
    end_hypervisor
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

clean() {
    need_packages run
    if [ -f "$demo/mode" ]; then
        start_hypervisor
        remove_objects
        end_hypervisor
    fi
    remove_files "$demo"
    say "No trace of the demo is left"
}

# The logins are made once; the file is the sign that the portal's accounts exist.
make_accounts() {
    [ ! -f "$demo/logins" ] || return 0
    rm -rf "$demo/state"
    mkdir -m 700 "$demo/state"
    local name role password
    umask 077
    while read -r name role; do
        password=$(head -c 12 /dev/urandom | base64 | tr '+/' 'xy')
        printf '%s' "$password" | "$ourea" user add "$name" --role "$role" --password-stdin --state-dir "$demo/state" >&2
        echo "$name $password $role" >>"$demo/logins.new"
    done <<<$'admin administrator\nuser user'
    "$ourea" host add demo "$uri" --state-dir "$demo/state" >&2
    mv "$demo/logins.new" "$demo/logins"
    umask 022
}

free_port() {
    local port=8080
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

serve() {
    local port
    port=$(free_port)
    url=http://127.0.0.1:$port
    # A session of its own: Ctrl-C is for this script, which ends things in order.
    setsid setpriv --pdeathsig TERM "$ourea" serve --state-dir "$demo/state" --listen "127.0.0.1:$port" \
        >"$demo/log/server.log" 2>&1 9>&- &
    server=$!
    OUREA_DEMO_PASSWORD=$(sed -n 's/^admin \([^ ]*\) .*/\1/p' "$demo/logins") \
        "$root/tools/demo_content.py" "$url" "$(cat "$demo/subnet")" || {
        tail -n 20 "$demo/log/server.log" >&2
        die "the server could not be set up; its log is .demo/log/server.log"
    }
}

show() {
    local name password role
    printf '\n  \033[1mOurea\033[0m   \033[4m%s\033[0m\n\n' "$url"
    while read -r name password role; do
        printf '  %-14s name \033[1m%-6s\033[0m password \033[1m%s\033[0m\n' "$role" "$name" "$password"
    done <"$demo/logins"
    printf '\n  The same machines with virsh: virsh -c "%s" list --all\n' "$uri"
    printf '  Ctrl-C ends it and keeps what was made; ./dev demo --clean removes everything.\n\n'
}

if [ "${1:-}" = --clean ]; then
    clean
    exit 0
fi
"$root/tools/build.sh" release
need_packages run guest
say "Starting the hypervisor"
start_hypervisor
make_objects
make_accounts
say "Starting the server"
serve
show
if wait "$server"; then server='' && die "the server ended on its own"; else
    server=''
    tail -n 20 "$demo/log/server.log" >&2
    die "the server failed; its log is .demo/log/server.log"
fi
