# SPDX-License-Identifier: Apache-2.0
"""Goal: programs that die leave an honest disc; burnrig killed leaves a disc that opens with all that was flushed.

Method: a shell in the rig starts the burner and kills it, or burnrig, at a point of drive time."""

import contextlib
import os
import signal
import subprocess

import pytest
from conftest import BLOCK, BURNRIG, burnrig, disc_info, export, make_image, requires, run_in_rig

requires("wodim", "sh")

# Starts wodim, sleeps until it is in mid-burn, kills. The sleep is drive time (20000 blocks take 26 s at 10x), so the
# kill strikes at the same point of the burn each time and nobody waits. wodim is two processes, killed together: its
# reader, left alone, would flush the drive and so end the track.
START_WODIM = 'setsid wodim -tao dev=/dev/sr0 "$1" & echo $! >"$2"; sleep 20; '
KILL_WODIM = START_WODIM + 'kill -9 -$!; wait $!; echo killed with $?'
KILL_BURNRIG = START_WODIM + 'kill -9 $PPID'


def kill_during_burn(rig, script, image, tmp_path):
    """Exit code and output of burnrig."""
    group = tmp_path / "wodim.group"
    log = tmp_path / "log"
    with open(log, "w") as out:
        process = subprocess.run([BURNRIG, "run", *map(str, rig), "--", "sh", "-c", script, "sh", image, group],
                                 stdout=out, stderr=out, timeout=120, stdin=subprocess.DEVNULL)
    with contextlib.suppress(ProcessLookupError):  # what outlived its rig
        os.killpg(int(group.read_text()), signal.SIGKILL)
    return process.returncode, log.read_text()


@pytest.fixture
def big_image(tmp_path):
    return make_image(tmp_path / "big.iso", 20000)


def test_a_killed_burner_leaves_the_rig_alive_and_the_disc_honest(big_image, tmp_path):
    disc = tmp_path / "disc"
    code, text = kill_during_burn(["--medium", "cd-rw-mbi-high-speed", "--disc", disc], KILL_WODIM, big_image, tmp_path)
    assert code == 0, text
    assert "killed with 137" in text
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
    first = burnrig("burn", "--medium", "cd-rw-mbi-high-speed", "--disc", disc, "--multi", "--mode", "tao", image)
    assert first.code == 0, first.text
    code, text = kill_during_burn(["--disc", disc], KILL_BURNRIG, big_image, tmp_path)
    assert code == -signal.SIGKILL, text
    info = disc_info(disc)
    assert info["tracks"][0]["state"] == "complete"
    assert export(disc, tmp_path / "export.iso")[: 1000 * BLOCK] == image.read_bytes()
    # The second track was cut off: it does not pretend to be whole.
    assert [track["state"] for track in info["tracks"]] == ["complete", "incomplete"], text
    run = burnrig("info", "--disc", disc)
    assert run.code == 0, run.text
