# SPDX-License-Identifier: Apache-2.0
"""Goal: whatever ends a burn before its end leaves a disc that is told truly: a signal, kill -9, a source that is cut,
grows or ends, a host without memory.

The source is a pipe that this test fills: once it took more than ring and pipe hold, the drive is writing.
"""

import contextlib
import json
import os
import random
import signal
import subprocess

import pytest
from conftest import BLOCK, BURNRIG, burnrig, disc_info, export, make_image, requires, run_in_rig

requires("prlimit")
DRIVE = ["--drive", "generic-bd-recorder"]
DATA = random.Random(7).randbytes(48 << 20)
FED = 40 << 20  # the ring holds 32 MiB, the pipe 1


@contextlib.contextmanager
def burning(*options):
    """A burn from standard input that has written some megabytes and now waits for more."""
    process = subprocess.Popen([BURNRIG, "burn", *DRIVE, *map(str, options), "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        process.stdin.write(DATA[:FED])
        process.stdin.flush()
        yield process
    finally:
        process.kill()
        process.communicate()


def ask_to_end(process, number):
    """Sends the signal and waits until it was heard; only then may the pipe be closed."""
    process.send_signal(number)
    heard = b""
    while b"ending after what is being written" not in heard:
        line = process.stderr.readline()
        assert line, f"ended without hearing the signal: {heard.decode()}"
        heard += line
    return heard


def end_of(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, (out + (err or b"")).decode()


JOBS = [("cd-r-80", "tao", "burnrig close"), ("dvd-r", "incremental", "--resume"), ("dvd+r", "sequential", "--resume"),
        ("bd-r-25", "sequential", "--resume"), ("dvd+rw", "overwrite", "burn the image again")]


@pytest.mark.parametrize("medium,mode,advice", JOBS)
def test_a_signal_ends_the_burn_and_what_was_written_is_good(medium, mode, advice, tmp_path):
    disc = tmp_path / "disc"
    with burning("--medium", medium, "--disc", disc, "--mode", mode, "--json") as burn:
        ask_to_end(burn, signal.SIGINT)
        out, _ = burn.communicate(timeout=60)
    result = json.loads(out)
    assert burn.returncode == 1 and result["cause"] == "stopped"
    assert result["door"] == "unlocked"
    assert any(advice in line for line in result["error"]["advice"])
    assert "the drive took" in result["error"]["disc_now"]
    if mode in ("tao", "sequential", "incremental"):  # the disc can be made one that every drive reads
        assert burnrig("close", *DRIVE, "--disc", disc, "--finalize").code == 0
        assert disc_info(disc)["state"] == "complete"
    written = int(result["error"]["disc_now"].split("took ")[1].split()[0]) * BLOCK
    assert written > 1 << 20
    assert export(disc, tmp_path / "export.iso")[:written] == DATA[:written]


def test_what_a_signal_ended_is_resumed(tmp_path):
    disc = tmp_path / "disc"
    image = tmp_path / "image.iso"
    image.write_bytes(DATA)
    with burning("--medium", "dvd+r", "--disc", disc) as burn:
        ask_to_end(burn, signal.SIGTERM)
        assert end_of(burn)[0] == 1
    run = burnrig("burn", *DRIVE, "--disc", disc, "--resume", "--verify", image)
    assert run.code == 0, run.text
    assert export(disc, tmp_path / "export.iso")[: len(DATA)] == DATA


@pytest.mark.parametrize("medium", ["cd-r-80", "dvd+r", "bd-re-25"])
def test_kill_9_leaves_what_a_pulled_plug_leaves(medium, tmp_path):
    """The rig dies with the driver: on the disc is what was written when it did, and the next burn says what it met."""
    disc = tmp_path / "disc"
    with burning("--medium", medium, "--disc", disc) as burn:
        burn.kill()
        assert end_of(burn)[0] == -signal.SIGKILL
    image = make_image(tmp_path / "image.iso", 400)
    again = burnrig("burn", *DRIVE, "--disc", disc, "--verify", image)
    if medium == "bd-re-25":
        assert again.code == 0, again.text
        return
    assert again.code == 1 and "burnrig close" in again.text
    assert burnrig("close", *DRIVE, "--disc", disc).code == 0
    again = burnrig("burn", *DRIVE, "--disc", disc, "--verify", image)
    assert again.code == 0, again.text


def test_kill_9_of_the_driver_alone_leaves_a_drive_that_can_be_used(tmp_path):
    """Through the node the drive lives on: locked, its buffer unwritten. The next burn says so, and closing helps."""
    image = make_image(tmp_path / "image.iso", 20000)
    script = (f"{BURNRIG} burn -q --device /dev/sr0 --mode tao - < '{tmp_path}/pipe' & "
              f"head -c {FED} '{tmp_path}/data' > '{tmp_path}/pipe'; kill -9 $!; wait $!; echo driver: $?; "
              f"{BURNRIG} close --device /dev/sr0 --finalize; {BURNRIG} info --device /dev/sr0 --json")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "data").write_bytes(DATA)
    disc = tmp_path / "disc"
    run = run_in_rig([*DRIVE, "--medium", "cd-r-80", "--disc", disc], ["sh", "-c", script], tmp_path)
    assert image.exists() and run.code == 0, run.text
    assert "driver: 137" in run.text
    assert disc_info(disc)["state"] == "complete"
    assert run.result["door"] == "unlocked"
    assert export(disc, tmp_path / "export.iso")[: 1 << 20] == DATA[: 1 << 20]


def lines_until(stream, text):
    """What is printed up to the line with this text."""
    lines = []
    while not lines or text not in lines[-1]:
        line = stream.readline()
        assert line, "".join(lines)
        lines.append(line)
    return "".join(lines)


def burning_for_real(tmp_path, image, *rules):
    """A burn in real time of a drive that makes its user wait."""
    faults = [part for rule in rules for part in ("--fault", rule)]
    return subprocess.Popen([BURNRIG, "burn", "--drive", "generic-bd-recorder", "--medium", "cd-rw-80", "--time", "real",
                             "--unlimited-speed", "--mode", "tao", *faults, image], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True, errors="replace")


def test_a_signal_is_heard_while_the_drive_gets_ready(image, tmp_path):
    burn = burning_for_real(tmp_path, image, "at TEST_UNIT_READY -> fail 02/04/01 ; always")
    lines_until(burn.stderr, "waiting for the drive")
    burn.send_signal(signal.SIGINT)
    text = burn.communicate(timeout=20)[1]  # the drive would be waited for two minutes
    assert burn.returncode == 1 and "stopped" in text and "ended on request" in text
    assert "no user data was sent" in text


def test_the_second_signal_ends_the_waiting_that_the_first_one_leaves_alone(image, tmp_path):
    """A disc that is being closed is waited for, unless somebody insists."""
    burn = burning_for_real(tmp_path, image, "slow: at CLOSE_TRACK_SESSION -> take 1ms",
                            "at TEST_UNIT_READY since slow -> fail 02/04/08 ; always")
    lines_until(burn.stderr, "closing")
    burn.send_signal(signal.SIGINT)
    lines_until(burn.stderr, "ending after what is being written")
    burn.send_signal(signal.SIGINT)
    text = burn.communicate(timeout=20)[1]
    assert burn.returncode == 1 and "giving up" in text
    assert "stopped" in text and "the drive goes on by itself" in text


def test_a_stream_that_ends_before_its_announced_size(tmp_path):
    disc = tmp_path / "disc"
    process = subprocess.run([BURNRIG, "burn", *DRIVE, "--medium", "dvd+r", "--disc", disc, "--json", "--size", "60M", "-"],
                             input=DATA, capture_output=True, timeout=120)
    result = json.loads(process.stdout)
    assert process.returncode == 1 and result["cause"] == "source-error"
    assert "were announced" in result["error"]["message"]
    assert "the drive took" in result["error"]["disc_now"]


@pytest.mark.parametrize("through_node", [False, True])
@pytest.mark.parametrize("change", [-16 << 20, 4 << 20])
def test_a_file_that_is_cut_or_grows_under_way(change, through_node, tmp_path):
    """The trace is a pipe: while nobody reads it the rig waits, and the file is changed meanwhile."""
    image, trace = tmp_path / "image.iso", tmp_path / "trace"
    image.write_bytes(DATA)
    os.mkfifo(trace)
    rig = [*DRIVE, "--medium", "dvd+r", "--disc", tmp_path / "disc", "--trace", trace]
    command = ([BURNRIG, "run", "-q", *rig, "--", BURNRIG, "burn", "-q", "--device", "/dev/sr0", image] if through_node
               else [BURNRIG, "burn", "-q", *rig, image])
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with open(trace) as lines:
        writes = 0
        for line in lines:
            writes += '"WRITE_10"' in line
            if writes == 20:
                os.truncate(image, len(DATA) + change)
                writes += 1
    code, text = end_of(process)
    assert code == 1 and "source-error" in text, text
    assert "image.iso" in text and "the drive took" in text


@pytest.mark.parametrize("megabytes", [64, 96, 128, 160, 256])
def test_a_host_without_memory(megabytes, tmp_path):
    """However little there is: the burn is good, or it says what it lacked; the drive stays usable."""
    image = make_image(tmp_path / "image.iso", 3000)
    disc = tmp_path / "disc"
    script = (f"cat '{image}' | prlimit --as={megabytes << 20} {BURNRIG} burn -q --device /dev/sr0 -; echo ended: $?; "
              f"{BURNRIG} info --device /dev/sr0")
    run = run_in_rig([*DRIVE, "--medium", "dvd+r", "--disc", disc], ["bash", "-c", script], tmp_path)
    code = int(run.text.split("ended: ")[1].split()[0])
    assert code in (0, 1, 3, 127), run.text  # 127: not even the program's libraries could be loaded
    assert run.result["door"] == "unlocked"
    if code == 0:
        assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()
    else:
        assert "memory" in run.text
    assert run.code == 0, run.text


def test_an_input_that_falls_silent_ends_the_burn_after_some_patience(tmp_path):
    # The rig's clock: nothing of this is waited for.
    run = run_in_rig([*DRIVE, "--medium", "dvd+rw"],
                     ["sh", "-c", "{ head -c 4194304 /dev/zero; sleep 100000; } | "
                      f"{BURNRIG} burn --patience 300 --device /dev/sr0 -"], tmp_path)
    assert run.code == 1 and "gave nothing for 300 s, at byte 4194304" in run.text, run.text
