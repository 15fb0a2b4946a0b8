# The demo's hypervisor: the machine's own libvirt where systemd runs one, else one of its own under .demo/.
# Everything it makes is called ourea-demo, or lies in the pool of that name.

hypervisor=
uri=

# Without a terminal of its own virsh cannot ask anybody for a password.
v() { setsid -w virsh -q -c "$uri" "$@"; }
quietly() { "$@" >/dev/null 2>&1; }

# contains TEXT COMMAND...: whether the output has the text. (A pipe to grep -q would break the writer's pipe.)
contains() { [[ $("${@:2}" 2>/dev/null) == *"$1"* ]]; }
network_runs() { contains ourea-demo v net-list --name; }
pool_runs() { contains ourea-demo v pool-list --name; }

start_hypervisor() {
    [ -f "$demo/mode" ] || choose_mode
    if [ "$(cat "$demo/mode")" = system ]; then
        uri=qemu:///system
        [ "$(id -u)" != 0 ] || quietly systemctl start libvirtd
        quietly v version || die "libvirt does not answer at $uri"
    else
        start_own_hypervisor
    fi
}

choose_mode() {
    local mode=own
    if [ -d /run/systemd/system ]; then
        [ "$(id -u)" != 0 ] || quietly systemctl start libvirtd || true
        if quietly setsid -w timeout 10 virsh -c qemu:///system version </dev/null; then mode=system; fi
    fi
    echo $mode >"$demo/mode"
}

start_own_hypervisor() {
    local dir=$demo/hypervisor options=()
    uri=qemu+unix:///system?socket=$dir/run/libvirt-sock
    [ ${#dir} -lt 85 ] || die "the path of the source tree is too long for a UNIX socket below it: $root"
    if [ "$(id -u)" = 0 ]; then
        # A bridge survives a killed demo.
        if [ -d /sys/class/net/ourea-demo ]; then ip link delete ourea-demo; fi
    else
        options=(--net)
    fi
    setsid "$root/tools/hypervisor" "${options[@]}" --name demo "$dir" >"$demo/log/hypervisor.log" 2>&1 9>&- &
    hypervisor=$!
    until quietly v version; do
        if ! kill -0 "$hypervisor" 2>/dev/null; then
            tail -n 5 "$demo/log/hypervisor.log" >&2
            die "no hypervisor of our own: it needs mount and process namespaces (root, or uidmap and subordinate ids)"
        fi
        sleep 0.05
    done
}

# The ids of the domains whose disks lie in the demo's pool.
own_domains() {
    local id pool
    pool=$(pool_path)
    for id in $(v list --all --uuid 2>/dev/null); do
        if contains " $pool/" v domblklist "$id" --details; then echo "$id"; fi
    done
}

pool_path() { v pool-dumpxml ourea-demo 2>/dev/null | sed -n 's|.*<path>\(.*\)</path>.*|\1|p'; }

end_hypervisor() {
    [ -n "$uri" ] || return 0
    local id inner="" i
    if quietly v pool-info ourea-demo; then
        for id in $(own_domains); do quietly v destroy "$id" || true; done
    fi
    quietly v net-destroy ourea-demo || true
    if [ -n "$hypervisor" ]; then
        # libvirtd gets a moment to write down what it knows; then everything inside goes with its first process.
        read -r inner <"/proc/$hypervisor/task/$hypervisor/children" || true
        [ -z "$inner" ] || kill $inner 2>/dev/null || true
        for i in {1..50}; do kill -0 "$hypervisor" 2>/dev/null && sleep 0.1 || break; done
        kill -9 "$hypervisor" 2>/dev/null || true
        hypervisor=
    fi
    uri=
}

make_objects() {
    make_pool
    make_network
    if ! quietly v dominfo ourea-demo-tiny; then make_template; fi
}

# QEMU under the machine's own libvirt has a user of its own, which must reach the volumes.
pool_place() {
    local dir=$demo/pool each
    if [ "$(cat "$demo/mode")" = system ]; then
        each=$root
        while [ "$each" != / ]; do
            [[ $(stat -c %A "$each") == *x ]] || dir=/var/lib/libvirt/images/ourea-demo
            each=$(dirname "$each")
        done
        [ "$dir" != "$demo/pool" ] || chmod 711 "$demo"
    fi
    echo "$dir"
}

make_pool() {
    if ! quietly v pool-info ourea-demo; then
        v pool-define-as ourea-demo dir --target "$(pool_place)"
        v pool-build ourea-demo
    fi
    pool_runs || v pool-start ourea-demo
}

free_subnet() {
    local n
    for n in {140..179}; do
        if ! contains "192.168.$n." ip -4 route; then echo "192.168.$n" && return; fi
    done
    die "192.168.140.0/24 to 192.168.179.0/24 are all in use"
}

# The network hands out to each name's MAC the name's address.
network_xml() {
    local subnet n
    subnet=$(cat "$demo/subnet")
    echo "<network><name>ourea-demo</name><bridge name='ourea-demo' stp='off' delay='0'/>$1"
    echo "<domain name='demo.test' localOnly='yes'/>"
    echo "<ip address='$subnet.1' netmask='255.255.255.0'><dhcp><range start='$subnet.2' end='$subnet.90'/>"
    for n in {1..32}; do
        printf "<host mac='52:54:00:6f:75:%02x' name='ourea%d' ip='%s.%d'/>\n" "$n" "$n" "$subnet" $((100 + n))
    done
    echo "</dhcp></ip></network>"
}

make_network() {
    [ -f "$demo/subnet" ] || free_subnet >"$demo/subnet"
    if ! quietly v net-info ourea-demo; then
        # Our own hypervisor leaves the machine's firewall alone.
        local forward=''
        [ "$(cat "$demo/mode")" = system ] || forward="<forward mode='open'/>"
        network_xml "$forward" >"$demo/network.xml"
        v net-define "$demo/network.xml"
    fi
    network_runs || v net-start ourea-demo ||
        say "No bridge can be made here: the guests get no address from the names, only one of QEMU's own"
}

interface_xml() {
    if network_runs; then
        echo "<interface type='network'><source network='ourea-demo'/><model type='virtio'/></interface>"
    else
        echo "<interface type='user'><model type='virtio'/></interface>"
    fi
}

template_xml() {
    local type cpu=''
    type=$("$root/tools/accelerator" "$1")
    [ "$type" = qemu ] || cpu="<cpu mode='host-passthrough' check='none'/>"
    cat <<TEXT
<domain type='$type'>
  <name>ourea-demo-tiny</name>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/></features>
  $cpu
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='$(pool_path)/ourea-demo-tiny.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    $(interface_xml)
    <serial type='pty'/>
    <graphics type='vnc' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga'/></video>
    <memballoon model='virtio'><stats period='5'/></memballoon>
    <rng model='virtio'><backend model='builtin'/></rng>
  </devices>
</domain>
TEXT
}

make_template() {
    local disk=$demo/tiny.qcow2
    "$root/guest/build-tiny" "$disk"
    if ! quietly v vol-info --pool ourea-demo ourea-demo-tiny.qcow2; then
        v vol-create-as ourea-demo ourea-demo-tiny.qcow2 1G --format qcow2
        v vol-upload --pool ourea-demo ourea-demo-tiny.qcow2 "$disk"
        v pool-refresh ourea-demo
    fi
    template_xml "$disk" >"$demo/template.xml"
    v define "$demo/template.xml"
    rm "$disk"
}

# Removes from libvirt what the demo made, the machines in its pool included.
remove_objects() {
    local id volume pool
    if quietly v pool-info ourea-demo; then
        quietly v pool-start ourea-demo || true
        pool=$(pool_path)
        for id in $(own_domains); do
            quietly v destroy "$id" || true
            v undefine "$id" --managed-save --snapshots-metadata --checkpoints-metadata --nvram
        done
        for volume in $(v vol-list ourea-demo | awk '{print $1}'); do v vol-delete --pool ourea-demo "$volume"; done
        v pool-destroy ourea-demo
        quietly v pool-delete ourea-demo || true
        v pool-undefine ourea-demo
    fi
    quietly v net-destroy ourea-demo || true
    quietly v net-undefine ourea-demo || true
}

# Without root some files belong to subordinate ids: only the namespace's root may remove them.
remove_files() {
    if [ "$(id -u)" = 0 ]; then
        rm -rf "$1"
    else
        unshare --map-root-user --map-auto rm -rf "$1" || rm -rf "$1"
    fi
}
