# SPDX-License-Identifier: Apache-2.0
"""Goal: programs that die leave an honest disc; burnrig killed leaves a disc that opens with all that was flushed.

Method: the program kills itself (or burnrig) at a command of the burn, so that no test waits for a time."""

import signal
import subprocess
import sys

import pytest
from conftest import BLOCK, BURNRIG, burnrig, disc_info, export, make_image, requires, run_in_rig

requires("wodim", "sh")

# Starts the burner, waits until the trace shows the N-th WRITE, then kills a process with SIGKILL.
KILLER = """
import os, signal, subprocess, sys
trace, writes, victim, *command = sys.argv[1:]
child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
with open(trace) as lines:
    seen = 0
    while seen < int(writes) and child.poll() is None:
        line = lines.readline()
        seen += '"WRITE_10"' in line
os.kill(child.pid if victim == "client" else os.getppid(), signal.SIGKILL)
child.wait()
print("killed after", seen, "writes")
"""


def kill_during_burn(rig, victim, image, tmp_path):
    """Real time, so that the burn is still going on; the trace is a pipe, so that every line comes at once."""
    trace = tmp_path / "trace.pipe"
    subprocess.run(["mkfifo", trace], check=True)
    script = tmp_path / "killer.py"
    script.write_text(KILLER)
    return subprocess.run(
        [BURNRIG, "run", *map(str, rig), "--trace", str(trace), "--", sys.executable, str(script), str(trace), "40",
         victim, "wodim", "-tao", "dev=/dev/sr0", str(image)],
        capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


@pytest.fixture
def big_image(tmp_path):
    return make_image(tmp_path / "image.iso", 20000)


def test_a_killed_burner_leaves_the_rig_alive_and_the_disc_honest(big_image, tmp_path):
    disc = tmp_path / "disc"
    process = kill_during_burn(["--medium", "cd-rw-80", "--disc", disc], "client", big_image, tmp_path)
    assert process.returncode == 0, process.stdout + process.stderr
    assert "killed after 40 writes" in process.stdout
    info = disc_info(disc)
    track, = info["tracks"]
    assert info["state"] != "complete" and track["state"] == "incomplete"
    recorded = track["end"] * BLOCK
    assert 0 < recorded < 20000 * BLOCK
    assert export(disc, tmp_path / "export.iso")[:recorded] == big_image.read_bytes()[:recorded]
    # The disc is not lost: it blanks and burns again.
    run = run_in_rig(["--disc", disc], ["wodim", "blank=fast", "dev=/dev/sr0"], tmp_path)
    assert run.code == 0, run.text


def test_a_killed_rig_leaves_what_was_flushed(big_image, image, tmp_path):
    disc = tmp_path / "disc"
    first = burnrig("burn", "--medium", "cd-r-80", "--disc", disc, "--multi", "--mode", "tao", image)
    assert first.code == 0, first.text
    process = kill_during_burn(["--disc", disc], "burnrig", big_image, tmp_path)
    assert process.returncode == -signal.SIGKILL
    info = disc_info(disc)
    assert info["tracks"][0]["state"] == "complete"
    assert export(disc, tmp_path / "export.iso")[: 1000 * BLOCK] == image.read_bytes()
    # The second track was cut off: it is there, and it does not pretend to be whole.
    assert all(track["state"] == "incomplete" and track["damaged"] for track in info["tracks"][1:])
    run = burnrig("info", "--disc", disc)
    assert run.code == 0, run.text
