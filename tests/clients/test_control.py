# SPDX-License-Identifier: Apache-2.0
"""A rig is changed while a program runs on it: burnrig run --socket, burnrig ctl."""

import json
import os
import subprocess

from conftest import BURNRIG, requires

requires("sg_raw")

WORDS = r"""
ctl() { "$BURNRIG_UNDER_TEST" ctl "$SOCKET" "$@"; }
ready() { sg_raw /dev/sg0 00 00 00 00 00 00 2>/dev/null; }
opc() { sg_raw /dev/sg0 54 01 00 00 00 00 00 00 00 00 2>&1 | grep -o 'Medium Error' || echo calibrated; }
ready; ready; ready   # the unit attentions of a drive that was just switched on
"""


def run_with_socket(tmp_path, script, *options, check=True):
    socket = str(tmp_path / "control")
    environment = dict(os.environ, SOCKET=socket, BURNRIG_UNDER_TEST=BURNRIG)
    result = subprocess.run(
        [BURNRIG, "run", "-q", "--socket", socket, *options, "--", "sh", "-c", WORDS + script],
        env=environment, capture_output=True, text=True, timeout=120)
    assert not check or result.returncode == 0, result.stdout + result.stderr
    assert not os.path.exists(socket)
    return result.stdout


def test_rules_come_and_go_under_a_running_program(tmp_path):
    out = run_with_socket(tmp_path, """
        ctl inject pca-full
        opc
        ctl list
        ctl remove pca-full
        opc
        ctl remove pca-full || echo refused $?
    """)
    lines = out.splitlines()
    assert lines[:2] == ["pca-full", "Medium Error"]
    assert "pca-full: matched 1, fired 1" in lines
    assert lines[-3:] == ["removed: pca-full", "calibrated", "refused 1"]


def test_time_stands_still_for_a_client_in_the_run(tmp_path):
    traces = []
    for name in ("one", "two"):
        trace = tmp_path / name
        run_with_socket(tmp_path, """
            ctl trace-mark begin
            ctl inject 'late: at TEST_UNIT_READY #3 -> take 5s'
            for i in 1 2 3 4 5; do ready; ctl status --json; sleep 1; done
            ctl trace-mark end
        """, "--trace", str(trace))
        # The first line says how it was called, which differs.
        traces.append(trace.read_text().splitlines()[1:])
    assert traces[0] == traces[1]
    events = [json.loads(line) for line in traces[0]]
    events = events[[event.get("mark") for event in events].index("begin"):]
    assert events[-1]["mark"] == "end"
    took = [event["took"] for event in events if event.get("command") == "TEST_UNIT_READY"]
    assert max(took) == 5


def test_a_client_outside_of_the_run(tmp_path):
    socket = str(tmp_path / "control")
    run = subprocess.Popen([BURNRIG, "run", "-q", "--time", "real", "--socket", socket, "--", "sh", "-c",
                            "echo runs; exec cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert run.stdout.readline() == b"runs\n"  # the socket is there before the program
        assert os.stat(socket).st_mode & 0o777 == 0o600

        def ctl(*words):
            return subprocess.run([BURNRIG, "ctl", socket, *words], capture_output=True, text=True, timeout=60)

        status = json.loads(ctl("status", "--json").stdout)
        assert status["tray"] == "closed" and status["power"] == "on"
        assert ctl("eject").stdout == "tray: open\n"
        assert ctl("insert", "cd-rw-80").returncode == 0
        assert "cd-rw-80" in ctl("status").stdout
        refused = ctl("injekt", "x")
        assert refused.returncode == 1 and "did you mean inject?" in refused.stderr
        second = subprocess.run([BURNRIG, "run", "--socket", socket, "--", "true"], capture_output=True, text=True)
        assert second.returncode == 125 and "exists already" in second.stderr
    finally:
        run.stdin.close()
        run.stdout.close()
        assert run.wait(timeout=60) == 0
    assert not os.path.exists(socket)
    gone = subprocess.run([BURNRIG, "ctl", socket, "status"], capture_output=True, text=True)
    assert gone.returncode == 3 and "no rig listens" in gone.stderr


def test_a_drive_is_pulled_out_and_plugged_in_again(tmp_path):
    out = run_with_socket(tmp_path, """
        exec 5<>/dev/sg0
        ctl unplug
        ls /dev/sr0 /dev/sg0 2>/dev/null || echo gone
        sg_raw /dev/fd/5 00 00 00 00 00 00 2>/dev/null || echo the open one is dead
        ctl unplug 2 2>&1 || echo refused
        ctl unplug two 2>&1 || echo refused
        ctl plug
        sg_raw /dev/sg0 12 00 00 00 24 00 2>&1 | grep -c BURNRIG || ready || ready && echo back
    """)
    lines = out.splitlines()
    assert ["gone", "the open one is dead"] == [line for line in lines if line in ("gone", "the open one is dead")], out
    assert out.count("refused") == 2 and "there is no drive 2" in out and "'two' is no number" in out
    assert "plugged: true" in out and lines[-1] == "back", out
