# SPDX-License-Identifier: Apache-2.0
"""Goal: programs that die leave an honest disc; burnrig killed leaves a disc that opens with all that was flushed.

Method: a shell in the rig starts the burner and kills it, or burnrig, at a point of drive time."""

import contextlib
import os
import shutil
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


def ended_by_sigterm(script, tmp_path):
    """What burnrig said, and its exit code, of a program that was told to end when it had made the file `ready`."""
    os.mkfifo(tmp_path / "ready")
    process = subprocess.Popen([BURNRIG, "run", "-q", "--medium", "cd-r-80", "--", "sh", "-c", script], cwd=tmp_path,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    (tmp_path / "ready").read_text()
    process.terminate()
    return process.communicate(timeout=60)[1], process.returncode


def test_a_program_that_does_not_end_is_killed_and_said_so(tmp_path):
    # Nothing is ever written into the second fifo.
    script = 'trap "" TERM; mkfifo never; exec 3<>never; (read x <&3) & echo >ready; read x <&3'
    said, code = ended_by_sigterm(script, tmp_path)
    assert code == 128 + signal.SIGKILL, said
    assert "told to end" in said and said.count("waits in the kernel") == 2, said
    # Neither it nor its child is left: nobody has the fifo open.
    with pytest.raises(OSError, match="No such device or address"):
        os.open(tmp_path / "never", os.O_WRONLY | os.O_NONBLOCK)


@pytest.mark.parametrize("command", ["wodim dev=/dev/sr0 -tao image.iso", "cdrskin dev=/dev/sr0 -sao image.iso"])
def test_a_tracing_parent_does_not_stop_time(command, tmp_path):
    """The tracer asks for the time at every system call: that often, it would be put to sleep until all others rest."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (ci/setup installs it)")
    make_image(tmp_path / "image.iso", 400)
    script = f"cd $0; strace -c -f -o calls {command} && strace -c -f dd if=/dev/zero of=/dev/null bs=1 count=3000"
    run = run_in_rig(["--medium", "cd-r-80", "--disc", tmp_path / "disc"], ["sh", "-c", script, tmp_path], tmp_path)
    assert run.code == 0, run.text
    assert export(tmp_path / "disc", tmp_path / "out.iso")[:400 * BLOCK] == (tmp_path / "image.iso").read_bytes()
    assert "rt_sigprocmask" in (tmp_path / "calls").read_text()
