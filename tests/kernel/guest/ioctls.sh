# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# What the kernel answers to every ioctl on its own nodes over the simulated drive. After check.sh and drive.sh:
#
#     probe_ioctls data root      -> /results/data.root.txt, compared outside
probe_ioctls() { # STATE OF THE DRIVE, WHO; each has a drive of its own, for the probe moves the tray
    state=$1
    who=$2
    disc=$state
    option=
    uid=0
    [ "$who" = root ] || uid=1000
    [ "$state" != open ] || { disc=data option=--open-tray; }
    if [ "$disc" = none ]; then
        start_drive --tcmu drive --medium none
    else
        rm -rf /tmp/discs
        gtar -x -C /tmp -f $source/discs.tar "discs/$disc"
        start_drive --tcmu drive --disc "/tmp/discs/$disc"
    fi
    bsg=$(ls -d /dev/bsg/*)
    sg=$(generic)
    chmod 666 "$BURNRIG_DEVICE" "$sg" "$bsg"
    check "every ioctl is asked: $state, as $who" sh -c \
        "ioctl_probe_static --uid $uid $option --sg $sg --bsg $bsg $BURNRIG_DEVICE >/results/$state.$who.txt"
    stop_drive
}
