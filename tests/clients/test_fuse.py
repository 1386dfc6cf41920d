# SPDX-License-Identifier: Apache-2.0
"""Goal: programs that take any path work on the drive of a mounted folder, and the folder tells and does what it says.

Method: burnrig run --via fuse for the programs; burnrig serve --fuse for the folder itself."""

import errno
import fcntl
import json
import os
import select
import signal
import struct
import subprocess

import pytest
from conftest import BURNRIG, burnrig, disc_info, export, make_image, requires, run_in_rig
from drive_client import Packet, Serve, SgIoHdr, command, read, ready, requires_fuse, write

requires("wodim", "cdrskin", "xorriso", "readom", "icedax", "cdrdao", "sg_inq", "dd", "isoinfo")
requires_fuse()


def run_via_fuse(rig, script, tmp_path, **environment):
    os.environ.update({key: str(value) for key, value in environment.items()})
    return run_in_rig(["--via", "fuse", *rig], ["sh", "-ec", script], tmp_path)


@pytest.mark.parametrize("script", [
    'wodim -tao dev=$BURNRIG_DEVICE $IMAGE', 'wodim -sao dev=$BURNRIG_DEVICE $IMAGE',
    'cdrskin -tao dev=$BURNRIG_DEVICE $IMAGE', 'cdrskin -sao dev=$BURNRIG_DEVICE $IMAGE',
    'wodim blank=fast dev=$BURNRIG_DEVICE && wodim -tao dev=$BURNRIG_DEVICE $IMAGE'])
def test_burners_burn_a_cd(script, image, tmp_path):
    disc = tmp_path / "disc"
    run = run_via_fuse(["--medium", "cd-rw-80", "--disc", disc], script, tmp_path, IMAGE=image)
    assert run.code == 0, run.text
    assert export(disc, tmp_path / "export.iso")[:image.stat().st_size] == image.read_bytes()


@pytest.mark.parametrize("medium", ["dvd+rw", "bd-re-25"])
def test_cdrskin_formats_and_burns_larger_media(medium, image, tmp_path):
    disc = tmp_path / "disc"
    rig = ["--drive", "generic-bd-recorder", "--medium", medium, "--disc", disc]
    run = run_via_fuse(rig, "cdrskin blank=as_needed dev=$BURNRIG_DEVICE $IMAGE", tmp_path, IMAGE=image)
    assert run.code == 0, run.text
    assert export(disc, tmp_path / "export.iso")[:image.stat().st_size] == image.read_bytes()


def test_xorriso_burns_a_dvd_that_isoinfo_reads(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "hello").write_text("hello disc\n")
    run = run_via_fuse(["--medium", "dvd-r"], """
        xorriso -outdev mmc:$BURNRIG_DEVICE -map $FILES / -commit
        isoinfo -i $BURNRIG_DEVICE -R -x /hello""", tmp_path, FILES=files)
    assert run.code == 0 and "hello disc" in run.lines, run.text


def test_readers(image, tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("burn", "--medium", "cd-r-80", "--disc", disc, image).code == 0
    run = run_via_fuse(["--disc", disc], """
        readom dev=$BURNRIG_DEVICE f=$OUT/readom
        dd if=$BURNRIG_DEVICE of=$OUT/dd bs=64k
        cdrdao disk-info --device $BURNRIG_DEVICE
        sg_inq $BURNRIG_DEVICE; sg_inq ${BURNRIG_DEVICE%sr}sg
        icedax -J -D $BURNRIG_DEVICE 2>&1 | grep total.tracks:1""", tmp_path, OUT=tmp_path)
    assert run.code == 0, run.text
    content = image.read_bytes()
    assert (tmp_path / "readom").read_bytes()[:len(content)] == content
    assert (tmp_path / "dd").read_bytes()[:len(content)] == content


def test_exit_codes_and_what_is_left(tmp_path):
    run = run_in_rig(["--via", "fuse"], ["sh", "-c", "echo $BURNRIG_DEVICE; exit 7"], tmp_path)
    assert run.code == 7
    assert not os.path.exists(os.path.dirname(run.lines[0]))
    run = run_in_rig(["--via", "fuse"], ["sh", "-c", "kill -TERM $$"], tmp_path)
    assert run.code == 128 + signal.SIGTERM


def test_the_folder_shows_the_disc(tmp_path):
    image = make_image(tmp_path / "image.iso", 300)
    disc = tmp_path / "disc"
    with Serve(tmp_path, "--medium", "cd-r-80", "--disc", disc, "--trace", tmp_path / "trace") as rig:
        assert rig.ready["device"] == str(rig.folder / "sr") and rig.ready["ready"] is True
        assert "disc.iso" not in os.listdir(rig.folder)
        subprocess.run(["wodim", "-s", "-multi", "-tao", f"dev={rig.folder}/sr", image], check=True, capture_output=True)
        content = image.read_bytes()
        assert (rig.folder / "disc.iso").read_bytes() == content  # without the run-out blocks
        assert os.listdir(rig.folder / "tracks") == ["01.iso"]
        assert (rig.folder / "sessions" / "01.iso").read_bytes() == content
        with open(rig.folder / "disc.iso", "rb") as seen:  # at any byte
            seen.seek(5000)
            assert seen.read(3000) == content[5000:8000]
        subprocess.run(["wodim", "-s", "-audio", "-pad", f"dev={rig.folder}/sr", image], check=True, capture_output=True)
        assert os.listdir(rig.folder / "tracks") == ["01.iso", "02.wav"]
        wave = (rig.folder / "tracks" / "02.wav").read_bytes()
        assert wave[:4] == b"RIFF" and wave[44:46] == content[1::-1]  # wodim takes the most significant byte first
        assert json.loads(rig.text("status.json"))["contents"]["tracks"][1]["number"] == 2
        marks = rig.text("trace").splitlines()
        assert any(json.loads(line).get("command") == "WRITE_10" for line in marks)
        damaged = rig.ctl("inject", "rot: at READ @80..90 -> unreadable")
        del damaged
    assert len(disc_info(disc)["tracks"]) == 2


def test_the_folder_takes_rules_and_requests(tmp_path):
    with Serve(tmp_path, "--medium", "cd-r-80") as rig:
        rig.tell("faults", "late: at TEST_UNIT_READY -> take 2s\npca-full")  # the last line has no end
        rules = rig.text("faults").splitlines()
        assert len(rules) == 2 and rules[0].startswith("late: at TEST_UNIT_READY")
        rig.tell("faults", "# a comment\n" + rules[1].replace("pca-full", "again") + "\n")
        assert len(rig.text("faults").splitlines()) == 3
        with pytest.raises(OSError) as refused:
            rig.tell("faults", "nonsense: at NOWHERE -> boom\n")
        assert refused.value.errno == errno.EINVAL and "NOWHERE" in rig.text("last-error")
        rig.tell("control", "eject\n")
        assert json.loads(rig.text("control"))["tray"] == "open"
        with open(rig.folder / "sg", "rb", buffering=0) as drive:
            while (answer := ready(drive))[1] in ("6/28/00", "6/29/00"):
                pass
            assert answer[1] == "2/3a/02"
            assert rig.ctl("load").code == 0
            assert ready(drive)[1] == "6/28/00"
            assert rig.ctl("power-cycle").code == 0
            assert ready(drive)[1].startswith("6/29/")
        with pytest.raises(OSError):
            rig.tell("control", f"insert {rig.folder}/tracks\n")  # would ask itself
        assert "own folder" in rig.text("last-error")
        assert rig.ctl("time", "x50").out == "time: x50\n" and rig.ctl("time").out == "time: x50\n"
        assert rig.ctl("time", "never").code == 1
        with pytest.raises(OSError) as refused:
            rig.tell("status.json", "x")
        assert refused.value.errno == errno.EACCES


def test_hostile_requests_on_the_nodes(tmp_path):
    with Serve(tmp_path, "--medium", "dvd-ram", "--drive", "generic-bd-recorder") as rig:
        with open(rig.folder / "sr", "r+b", buffering=0) as drive:
            for number in (0x2285, 0x5393, 0x5305, 0x80081272, 0x5310, 0x390):
                for address in (0, 1, -256):
                    with pytest.raises(OSError):
                        fcntl.ioctl(drive, number, address)
            while ready(drive)[0]:
                pass
            assert write(drive, 0, bytes(65536))[0] == 0
            assert read(drive, 0x7FFFFFFF, 16)[1] == "5/21/00"
            with pytest.raises(OSError):
                command(drive, [0x28, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0], receive=64 << 20)
            assert command(drive, [0x28, 0, 0, 0, 0, 0, 0, 0, 16, 0], receive=16 * 2048)[0] == 0
        with pytest.raises(OSError) as refused:
            fcntl.ioctl(os.open(rig.folder / "status.json", os.O_RDONLY), 0x2285, 0)
        assert refused.value.errno == errno.ENOTTY
        if os.geteuid() == 0:
            stranger = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", "cat", rig.folder / "faults"],
                                      capture_output=True, text=True)
            assert stranger.returncode != 0 and "ermission denied" in stranger.stderr
            stranger = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", BURNRIG, "ctl", rig.socket, "status"],
                                      capture_output=True, text=True)
            assert stranger.returncode == 3


def test_commands_by_write_and_read(tmp_path):
    with Serve(tmp_path, "--medium", "cd-r-80") as rig:
        drive = os.open(rig.folder / "sg", os.O_RDWR | os.O_NONBLOCK)
        waiting = select.poll()
        waiting.register(drive, select.POLLIN)
        with pytest.raises(BlockingIOError):
            os.read(drive, 88)
        assert waiting.poll(0) == []
        packet = Packet([0x12, 0, 0, 0, 36, 0], receive=36)
        assert os.write(drive, bytes(packet.header)) == 88
        assert waiting.poll(60000) == [(drive, select.POLLIN)]
        reply = SgIoHdr.from_buffer_copy(os.read(drive, 88))
        assert reply.status == 0 and packet.buffer.raw[8:15] == b"BURNRIG"
        old = struct.pack("=iiiiI16s", 0, 36 + 36, 7, 0, 0, b"") + bytes([0x12, 0, 0, 0, 36, 0])  # struct sg_header
        assert os.write(drive, old) == len(old)
        assert os.read(drive, 72)[36 + 8:36 + 15] == b"BURNRIG"
        os.close(drive)


def test_a_rule_signals_the_program_whose_command_it_is(tmp_path):
    with Serve(tmp_path, "--fault", "end: at INQUIRY #2 -> signal TERM") as rig:
        run = subprocess.run(["sg_inq", rig.folder / "sr"], stdout=subprocess.DEVNULL)
        run = run if run.returncode else subprocess.run(["sg_inq", rig.folder / "sr"], stdout=subprocess.DEVNULL)
        assert run.returncode == -signal.SIGTERM


def test_an_unmount_from_outside_ends_it(tmp_path):
    rig = Serve(tmp_path)
    with rig:
        if os.geteuid() != 0:
            pytest.skip("only root can unmount it so")
        subprocess.run(["umount", rig.folder], check=True)
        assert rig.process.wait(timeout=60) == 3
        rig.process = subprocess.Popen([BURNRIG, "serve", "-q", "--fuse", rig.folder], stdout=subprocess.PIPE, text=True)
        rig.process.stdout.readline()
