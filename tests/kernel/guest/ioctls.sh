# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# What the kernel answers to every ioctl on its own nodes over the simulated drive. After check.sh and drive.sh:
#
#     probe_ioctls data root           -> /results/data.root.txt, compared outside
#     probe_ioctls_cuse data root      -> /results/data.root.cuse.txt: the node of the CUSE door instead
state_and_user() { # STATE OF THE DRIVE, WHO: sets $medium, options of burnrig's, and $option, $uid of the probe's
    state=$1
    who=$2
    disc=$state
    option=
    uid=0
    [ "$who" = root ] || uid=1000
    [ "$state" != open ] || { disc=data option=--open-tray; }
    medium="--medium none"
    [ "$disc" != none ] || return 0
    rm -rf /tmp/discs
    gtar -x -C /tmp -f $source/discs.tar "discs/$disc"
    medium="--disc /tmp/discs/$disc"
}

probe_ioctls() { # each has a drive of its own, for the probe moves the tray
    state_and_user "$@"
    # shellcheck disable=SC2086  # options
    start_drive --tcmu drive $medium
    bsg=$(ls -d /dev/bsg/*)
    sg=$(generic)
    chmod 666 "$BURNRIG_DEVICE" "$sg" "$bsg"
    check "every ioctl is asked: $state, as $who" sh -c \
        "ioctl_probe_static --uid $uid $option --sg $sg --bsg $bsg $BURNRIG_DEVICE >/results/$state.$who.txt"
    stop_drive
}

# A loop-back target is a host without ioctls of its own, as `plain` is.
probe_ioctls_cuse() {
    state_and_user "$@"
    # shellcheck disable=SC2086,SC2016  # options; the door's own path
    check "every ioctl is asked through CUSE: $state, as $who" burnrig run --via cuse --host plain -q $medium -- sh -c \
        'chmod 666 $BURNRIG_DEVICE; ioctl_probe_static --uid $0 $2 $BURNRIG_DEVICE >$1' $uid "/results/$state.$who.cuse.txt" $option
}
