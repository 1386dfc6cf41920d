# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# For jobs that write to a drive as to anybody's: only with its rig file, made from what a refusal asks for.
#
#     . /lane/consent.sh
#     consent_to NODE        $consent: the options that say yes to everything, for the disc that is in it

consent_to() { # NODE
    burnrig blank --device "$1" >/tmp/refusal 2>&1 && return 1 # the drive of a stranger was not spared
    serial=$(sed -n "s/.*serial number '\([^']*\)' among.*/\1/p" /tmp/refusal)
    identity=$(sed -n "s/.*--medium-id '\([^']*\)'.*/\1/p" /tmp/refusal)
    cat /tmp/refusal
    [ -n "$serial" ] && [ -n "$identity" ] || return
    printf 'sacrificial_drives: ["%s"]\nmedia: ["%s"]\nledger: /results/ledger.jsonl\n' "$serial" "$identity" \
        >/tmp/rig.yaml
    consent="--allow-destructive --rig /tmp/rig.yaml --countdown 0"
}
