# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# For every job: checks, what they printed kept in /results, the job's verdict.
#
#     . /lane/check.sh job-name
#     check "what a user would see" command...
#     finish
job=$1
failures=0
checks=0

check() { # WHAT COMMAND...: one line saying how it went; what the command printed is shown when it failed
    what=$1
    shift
    checks=$((checks + 1))
    log=/results/$job-$checks.log
    { echo "$what"; echo "\$ $*"; } >"$log"
    if "$@" >>"$log" 2>&1; then
        echo "  ok      $what"
    else
        echo "  FAILED  $what (exit $?)"
        tail -n 30 "$log" | sed 's/^/          /'
        failures=$((failures + 1))
    fi
}

finish() {
    echo "  $job: $checks checks, $failures failed"
    [ "$checks" -gt 0 ] && [ "$failures" -eq 0 ]
    exit
}
