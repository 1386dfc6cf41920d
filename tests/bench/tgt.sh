#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What tgt's simulated DVD+R recorder takes for a command over loopback iSCSI: two figures, those of
# bench_iscsi_client, whose path is given. Exit 77, and why, where it cannot be measured.
set -eu
client=$1
for program in tgtd tgtadm tgtimg "$client"; do
    command -v "$program" >/dev/null || {
        echo "tgt: $program is not installed (packages tgt and libiscsi-dev)" >&2
        exit 77
    }
done
[ "$(id -u)" = 0 ] || {
    echo "tgt: it runs as root only" >&2
    exit 77
}
folder=$(mktemp -d)
control=7 # tgtd's own name for this one, apart from a tgtd that serves the machine
mkdir -p /var/run/tgtd
tgtd -f -C $control --iscsi portal=127.0.0.1:13260 >"$folder/log" 2>&1 &
server=$!
admin() { tgtadm -C $control --lld iscsi "$@" >/dev/null; }
trap 'kill -9 $server 2>/dev/null; rm -rf "$folder"' EXIT
for _ in $(seq 50); do
    admin --mode target --op show 2>/dev/null && break
    sleep 0.1
done
tgtimg --op new --device-type cd --type dvd+r --file "$folder/disc.iso" >/dev/null
admin --mode target --op new --tid 1 --targetname bench
admin --mode logicalunit --op new --tid 1 --lun 1 --device-type cd --backing-store "$folder/disc.iso"
admin --mode target --op bind --tid 1 --initiator-address ALL
"$client" iscsi://127.0.0.1:13260/bench/1
