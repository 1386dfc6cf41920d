#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many verified 1 MiB burns a second go through the preload node: SG_IO of a program into the drive of another.
#
#     node_burns.sh BURNRIG BENCH_SWEEP
set -eu
burns=500
wanted=100
begin=$(date +%s%N)
"$1" run -q --drive generic-bd-recorder --medium dvd+rw -- "$2" /dev/sr0 "$burns"
end=$(date +%s%N)
rate=$((burns * 1000000000 / (end - begin)))
echo "through the preload node: $rate verified 1 MiB burns a second (wanted: $wanted)"
[ "$rate" -ge "$wanted" ]
