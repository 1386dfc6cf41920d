# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# For jobs that need the simulated drive as a device of this machine.
#
#     . /lane/drive.sh
#     start_drive --tcmu drive --medium cd-r-80     options of `burnrig serve`; $BURNRIG_DEVICE: it is there
#     check_files iso9660                           the kernel mounts it, and every file is what was burned
#     stop_drive                                    and away
source=/lane/source

load_modules() {
    modprobe -a sr_mod sg target_core_user tcm_loop cuse isofs udf
    grep -q configfs /proc/mounts || mount -t configfs configfs /sys/kernel/config
}

start_drive() { # OPTIONS...
    rm -f /tmp/ready
    mkfifo /tmp/ready
    burnrig serve -q "$@" >/tmp/ready 2>/results/serve.log &
    server=$!
    read -r ready </tmp/ready || true
    BURNRIG_DEVICE=$(echo "$ready" | sed -n 's/.*"device":"\([^"]*\)".*/\1/p')
    export BURNRIG_DEVICE
    [ -n "$BURNRIG_DEVICE" ] || cat /results/serve.log
}

generic() { # the /dev/sgN of $BURNRIG_DEVICE
    echo /dev/"$(ls "/sys/block/${BURNRIG_DEVICE#/dev/}/device/scsi_generic")"
}

stop_drive() {
    kill "$server"
    check "burnrig serve ends well" wait "$server"
}

files_are_equal() { # FILE SYSTEM
    mount -t "$1" -o ro "$BURNRIG_DEVICE" /mnt || return
    (cd /mnt && sha256sum -c $source/sums)
    code=$?
    umount /mnt
    return $code
}

check_files() { # FILE SYSTEM
    check "the kernel mounts it as $1, and every file is what was burned" files_are_equal "$1"
}
