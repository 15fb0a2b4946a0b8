#!/bin/sh
# Keeps the head of the screen: who this machine is, how large, and a clock that shows it is alive.
# The lines below scroll on their own, so that the head stays.
facts() {
    address=$(ip -4 -o addr show scope global | sed 's/.*inet \([0-9.]*\).*/\1/' | xargs)
    disk=$(cat /sys/block/vda/size 2>/dev/null || echo 0)
    disk=$((disk / 2048))
    [ $disk -ge 1024 ] && disk="$((disk / 1024)) GiB" || disk="$disk MiB"
    cpus=$(grep -c ^processor /proc/cpuinfo)
}

# What the machine was given, with what the kernel keeps for itself.
memory() {
    bytes=0
    while IFS=' -' read -r from to what; do
        case $what in *"System RAM") bytes=$((bytes + 0x$to - 0x$from + 1)) ;; esac
    done </proc/iomem
    echo $(((bytes + 0xffffff) / 0x1000000 * 16))
}

line() { printf '\033[%d;1H\033[%sm\033[K%s\033[0m' "$1" "$2" "$3"; }

draw() {
    printf '\0337'
    line 1 '44' ''
    line 2 '1;37;44' "   Welcome to $(hostname)"
    printf '\033[2;66H\033[1;33;44m%s\033[0m' "$(date '+%H:%M:%S')"
    line 3 '37;44' "   ${address:-no address yet}"
    line 4 '44' ''
    line 5 '36' "   $cpus vCPU, $memory MiB of memory, disk of $disk, up $(cut -d. -f1 /proc/uptime) s"
    line 6 '' ''
    printf '\0338'
}

printf '\033[2J\033[8;25r\033[8;1H' >/dev/tty1
memory=$(memory)
while true; do
    facts
    draw >/dev/tty1
    sleep 1
done
