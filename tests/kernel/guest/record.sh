# shellcheck shell=dash disable=SC2154 # the job says what $node is
# SPDX-License-Identifier: Apache-2.0
# For jobs with a drive that no one here wrote, at $node: what is recorded there is served again without it, and its
# profile is a drive that answers as it did.
#
#     . /lane/record.sh
#     record_and_replay NAME COMMAND...               its transcript stays in /results
#     profile_answers_as_the_drive NAME IMAGE         IMAGE is what is on its disc

prints_the_same() { # but for the time that our own reading took
    sed 's/[0-9.]* s\b//g' /tmp/recorded >/tmp/recorded.plain
    sed 's/[0-9.]* s\b//g' /tmp/replayed >/tmp/replayed.plain
    diff /tmp/recorded.plain /tmp/replayed.plain
}

record_and_replay() { # NAME COMMAND...
    transcript=/results/$1.transcript
    shift
    check "recorded there: $*" sh -c "burnrig record -q --redact --device $node --out $transcript -- $* >/tmp/recorded"
    check "and served again without the drive" sh -c "burnrig replay -q $transcript -- $* >/tmp/replayed"
    check "it prints the same" prints_the_same
}

# What is asked and read, without moving the tray; not mode-sense/*: QEMU's drive never answers some of these.
verdicts() { # FILE OPTIONS...: a line for each check, "name verdict"
    verdicts=$1
    shift
    for part in 'inquiry/*' 'report-luns/*' 'request-sense/*' 'get-configuration/*' 'features/*' 'get-performance/*' \
        'sense/*' 'read-*' 'read/*'; do
        burnrig conformance -v --no-tray --only "$part" "$@" || [ $? -eq 1 ] || [ $? -eq 77 ]
    done | sed -n 's|^\(pass\|FAIL\|note\|n/a\) *\([^ ]*\) .*|\2 \1|p' >"$verdicts"
    [ "$(wc -l <"$verdicts")" -gt 60 ]
}

# The same verdict on every check; only where the drive breaks a rule of MMC its profile may keep it. A simulated drive
# lists features 0010h and 0107h always, and QEMU's never.
answers_are_the_same() { # NAME
    paste -d ' ' "/results/$1.drive.txt" "/results/$1.profile.txt" |
        grep -v -e '^features/random-readable n/a' -e '^features/real-time-streaming n/a' >/results/answers
    awk '$2 == $4 { same++ } $2 == "FAIL" && $4 == "pass" { kept++ }
        $1 != $3 || $2 != $4 && !($2 == "FAIL" && $4 == "pass") { print; wrong++ }
        END { print same " the same, " kept " that only the profile keeps, " wrong + 0 " wrong"; exit wrong > 0 }' \
        /results/answers
}

profile_answers_as_the_drive() { # NAME IMAGE
    drive=/results/$1.yaml
    disc=/results/$1-disc.yaml
    check "its profile is read, and its disc's" burnrig profile --device "$node" --out "$drive" --medium-out "$disc"
    check "the same content is on a simulated disc" burnrig disc import --medium "$disc" /tmp/profiled "$2"
    check "a simulated drive is made of them" burnrig info --drive "$drive" --disc /tmp/profiled
    check "the drive answers the conformance suite" verdicts "/results/$1.drive.txt" --device "$node"
    check "so does its profile" verdicts "/results/$1.profile.txt" --drive "$drive" --disc /tmp/profiled
    check "and in the same way" answers_are_the_same "$1"
}
