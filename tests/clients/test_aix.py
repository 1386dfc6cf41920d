# SPDX-License-Identifier: Apache-2.0
"""Goal: a program written for AIX's CD-ROM driver runs unchanged, linked with the library and under `burnrig run`.

Method: tests/clients/src/aix_port.c, built as a third party would build it: with its own compiler call, our headers
in place of AIX's, and libburnrig_aix. What it prints is compared line by line."""

import os
import pathlib
import subprocess

import pytest

from conftest import BURNRIG, SOURCE, burnrig, make_image, requires, run_in_rig

requires("cc")
LIBRARY = pathlib.Path(BURNRIG).resolve().parents[1] / "lib"
INCLUDE = SOURCE / "emulator/nodes/aix/include"
AUDIO_BLOCKS = 600


def build(folder, source, *libraries):
    assert (LIBRARY / "libburnrig_aix.so").exists(), "build the target burnrig_aix"
    program = folder / source.stem
    subprocess.run(["cc", "-std=gnu99", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", str(source),
                    f"-L{LIBRARY}", "-lburnrig_aix", f"-Wl,-rpath,{LIBRARY}", *libraries, "-o", str(program)],
                   check=True, timeout=120)
    return program


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    return build(tmp_path_factory.mktemp("port"), SOURCE / "tests/clients/src/aix_port.c")


@pytest.fixture(scope="module")
def discs(tmp_path_factory):
    """A DVD with data, and a CD with two audio tracks."""
    folder = tmp_path_factory.mktemp("discs")
    image = make_image(folder / "data.iso", 304)
    samples = [folder / f"{name}.raw" for name in ("one", "two")]
    for number, path in enumerate(samples):
        path.write_bytes(bytes((i * (number + 3)) % 251 for i in range(2352)) * AUDIO_BLOCKS)
    sheet = folder / "audio.cue"
    sheet.write_text("".join(f'FILE "{path.name}" BINARY\n  TRACK {number:02d} AUDIO\n    INDEX 01 00:00:00\n'
                             for number, path in enumerate(samples, 1)))
    for name, medium, source in (("data", "dvd-r", [image]), ("audio", "cd-r-80", ["--mode", "sao", sheet])):
        assert burnrig("disc", "create", folder / name, "--medium", medium).code == 0
        done = burnrig("burn", "--disc", folder / name, *source)
        assert done.code == 0, done.text
    return folder


def linked(port, disc, *arguments, **variables):
    """The program alone, its drive in its own process."""
    done = subprocess.run([str(port), *map(str, arguments)], capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                          env={**os.environ, "BURNRIG_AIX_DISC": str(disc), **variables})
    return done.stdout.decode().splitlines()


def in_rig(port, disc, tmp_path, *arguments, rig=()):
    """The same under `burnrig run --personality aix`."""
    run = run_in_rig(["--personality", "aix", "--disc", disc, *rig], [port, *arguments], tmp_path)
    return [line for line in run.lines if line], run


JOBS = {
    "info": (("info",), "data", [
        "IOCINFO: ok", "device C, 304 blocks of 2048", "IOCINFO nowhere: EFAULT", "DKIOCMD: EINVAL"]),
    "play": (("play", 2), "audio", [
        "tracks: ok", "tracks 1 to 2", "address: ok", "track 2 at 00:10:00", "play: ok", "read: EINPROGRESS", "pause: ok",
        "information: ok", "paused, track 2", "resume: ok", "stop: ok"]),
    "rip": (("rip", 100), "audio", [
        "CD-DA: ok", "mode: ok", "mode 4", "2048 bytes: EINVAL", "seek: ok", "samples: ok", None]),
    "packets": (("packets",), "data", [
        "INQUIRY: ok", "status 50, drive BURNRIG ", "unknown: EIO", "status 51 error 54 sense 5/20/00"]),
    "rules": (("rules",), "data", [
        "second: ok", "exclusive: EBUSY", "writing: EWRPROTECT", "odd length: EINVAL", "seek: ok", "odd place: EINVAL",
        "seek: ok", "bad buffer: EFAULT", "eject: EINVAL", "undefined: ENODEV", "bad path: EFAULT",
        "while exclusive: EACCES"]),
    "exchange": (("exchange",), "data", [
        "read: ok", "allow: ok", "eject: ok", "read: ENOTREADY", "load: ok", "read: ESTALE", "read: ok"]),
}


def same_lines(got, wanted):
    assert len(got) == len(wanted) and all(b is None or a == b for a, b in zip(got, wanted)), got


# LIB-1: a program is built with our headers in place of AIX's, and linked with the library: it runs unchanged.
# OPN-23: a path, structure or buffer at an address that is none is EFAULT.
# RW-10: a read into a bad buffer is EFAULT.
# OPN-19: an undefined device is ENODEV.
@pytest.mark.parametrize("job", JOBS)
def test_linked(port, discs, job):
    arguments, disc, wanted = JOBS[job]
    same_lines(linked(port, discs / disc, *arguments), wanted)


# LIB-2: the same program, as it was built, runs under burnrig run --personality aix with the same outcome.
@pytest.mark.parametrize("job", JOBS)
def test_in_the_rig(port, discs, tmp_path, job):
    arguments, disc, wanted = JOBS[job]
    got, run = in_rig(port, discs / disc, tmp_path, *arguments)
    same_lines(got, wanted)
    assert run.code == 0


# LIB-3: what it copies from the disc is what was recorded, whichever way, through raw and block device.
@pytest.mark.parametrize("device", ["/dev/rcd0", "/dev/cd0"])
def test_copies_are_the_image(port, discs, tmp_path, device):
    image = (discs / "data.iso").read_bytes()
    alone = subprocess.run([port, "copy", "0", device], capture_output=True, timeout=60,
                           env={**os.environ, "BURNRIG_AIX_DISC": str(discs / "data")})
    assert alone.stdout == image, alone.stderr
    copy = tmp_path / "copy"
    done = burnrig("run", "--personality", "aix", "--disc", discs / "data", "--", "sh", "-c",
                   f"{port} copy 0 {device} > {copy}")
    assert done.code == 0 and copy.read_bytes() == image, done.text


# LIB-4: faults reach the program by errno and sense data, and the rig's result has the error log, in order.
# LOG-1: under burnrig run the records come out with the result, every field of their templates with them.
def test_faults_and_the_error_log(port, discs, tmp_path):
    rules = ["--fault", "at READ_10 lba 3 -> fail 03/11/05", "--fault", "at READ_10 lba 5 -> fail 04/44/00"]
    got, run = in_rig(port, discs / "data", tmp_path, "scan", 8, rig=rules)
    assert got == ["block 3: EMEDIA sense 3/11/05", "block 5: EIO sense 4/44/00"]
    log = run.result["error_log"]
    assert [(record["sequence"], record["comment"], record["type"]) for record in log] == [
        (1, "CD-ROM read media error", "PERM"), (2, "CD-ROM hardware error", "PERM")]
    first = log[0]
    assert first["resource"] == "cd0" and first["class"] == "H" and first["description"] == "1312"
    assert first["report"] and first["log"] and not first["alert"]
    assert first["probable_causes"] == ["5000"] and first["user_causes"] == ["5100"]
    assert first["user_actions"] == first["failure_actions"] == ["0000", "1601"]
    assert first["failure_causes"] == ["5000", "6310"]
    assert first["detail_data"] == "156, 11, HEX"
    assert first["sense"].startswith("70") and first["sense"][4:6] == "03" and first["packet"].startswith("28")
    assert first["megabytes_read"] == 0 and first["bytes_read"] == 3 * 2048
    alone = linked(port, discs / "data", "scan", 8, BURNRIG_AIX_FAULT="at READ_10 lba 3 -> fail 03/11/05")
    assert alone == ["block 3: EMEDIA sense 3/11/05"]


# LIB-5: processes of one rig share the drive: exclusive access of one keeps the other out.
# ATT-2: prevent_eject no, given on the command line, leaves the medium unlocked.
def test_processes_share_the_drive(port, discs, tmp_path):
    holder = "exec 3< /dev/rcd0; {port} rip 1; exec 3<&-; {port} rip 1".format(port=port)
    run = run_in_rig(["--personality", "aix", "--disc", discs / "audio"], ["sh", "-c", holder], tmp_path)
    assert run.lines[0] == "open: EBUSY" and "mode 4" in run.lines
    got, _ = in_rig(port, discs / "data", tmp_path, "rules", rig=["--attribute", "prevent_eject=no"])
    assert "eject: ok" in got
    wrong = burnrig("run", "--personality", "aix", "--attribute", "colour=yes", "--disc", discs / "data", "--", "true")
    assert wrong.code == 125 and "colour" in wrong.err
