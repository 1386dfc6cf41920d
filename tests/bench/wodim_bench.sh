#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long an unmodified wodim takes to burn 203 MiB through the preload node under virtual time, beside cat copying the
# same file. Usage: wodim_bench.sh BURNRIG
set -eu
burnrig=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
head -c $((103936 * 2048)) /dev/urandom >"$work/image.iso"

seconds() { # COMMAND...: the best of three, in seconds
    best=999999
    for _ in 1 2 3; do
        began=$(date +%s%N)
        "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
        took=$((($(date +%s%N) - began) / 1000000))
        [ "$took" -lt "$best" ] && best=$took
    done
    echo "$best" | awk '{printf "%.2f", $1 / 1000}'
}
copy=$(seconds sh -c "cat $work/image.iso >$work/copy.iso")
tao=$(seconds "$burnrig" run --medium cd-rw-mbi-high-speed --drive optiarc-ad-7280s -- wodim -tao dev=/dev/sr0 "$work/image.iso")
sao=$(seconds "$burnrig" run --medium cd-rw-mbi-high-speed --drive optiarc-ad-7280s -- wodim -sao dev=/dev/sr0 "$work/image.iso")
report=$(seconds sh -c "$burnrig run --medium cd-rw-mbi-high-speed --drive optiarc-ad-7280s --fault opc-failure \
    -- wodim -v dev=/dev/sr0 $work/image.iso; test \$? -ne 0")
echo "wodim -v meets the reported OPC failure      $report s   (8.906 s and 4 s of grace for the drive; wanted: under 2 s)"
echo "cat of 203 MiB to another file               $copy s"
echo "wodim -tao of 203 MiB through the node       $tao s   (wanted: under 3 s)"
echo "wodim -sao of 203 MiB through the node       $sao s   (wanted: under 3 s)"
