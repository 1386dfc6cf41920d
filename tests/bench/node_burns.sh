#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many verified 1 MiB burns a second go through the preload node: SG_IO of a program into the drive of another. One
# rig alone mostly waits for a core to wake up; as in a sweep, there is a rig for each core.
#
#     node_burns.sh BURNRIG BENCH_SWEEP
set -eu
burns=500
wanted=100
rate_of() { # RIGS
    begin=$(date +%s%N)
    jobs=""
    for _ in $(seq "$1"); do
        "$burnrig" run -q --drive generic-bd-recorder --medium dvd+rw -- "$bench" /dev/sr0 "$burns" &
        jobs="$jobs $!"
    done
    for job in $jobs; do wait "$job"; done # fails when one did
    end=$(date +%s%N)
    rate=$(($1 * burns * 1000000000 / (end - begin)))
    echo "through the preload node: $rate verified 1 MiB burns a second, $1 rigs beside each other (wanted: $wanted)"
}
burnrig=$1
bench=$2
rate_of 1
rate_of "$(nproc)"
[ "$rate" -ge "$wanted" ]
