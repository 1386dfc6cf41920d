# SPDX-License-Identifier: Apache-2.0
"""Goal: foreign burners record every sequential DVD and BD medium, grow it, blank it, and other programs read it.

A disc is written by one program and read by another. Drive time is virtual, images are small.
"""

import os
import subprocess

import pytest
from conftest import BLOCK, disc_info, export, make_image, requires, run_in_rig

requires("growisofs", "cdrskin", "xorriso", "wodim", "genisoimage", "isoinfo", "dvd+rw-format", "dvd+rw-mediainfo", "dd",
         "readom")
DRIVE = ["--drive", "generic-bd-recorder"]
DVD_MINUS = ["dvd-r", "dvd-rw"]
DVD_PLUS = ["dvd+r", "dvd+r-dl"]
MEDIA = [*DVD_MINUS, *DVD_PLUS, "bd-r-25"]
os.environ["MKISOFS"] = "genisoimage"  # what growisofs calls


def jobs(program, job, media):
    return [pytest.param(medium, id=medium, marks=pytest.mark.matrix(program, medium, job)) for medium in media]


def burn(disc, command, tmp_path, medium=None):
    created = ["--medium", medium] if medium else []
    run = run_in_rig([*DRIVE, *created, "--disc", disc], command, tmp_path)
    assert run.code == 0, run.text
    return run


def folder_with(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"{name}.txt").write_text(f"content of {name}")
    return folder


def same_start(content, image):
    return content[: image.stat().st_size] == image.read_bytes()


@pytest.mark.parametrize("medium", jobs("growisofs", "-Z image", MEDIA))
def test_growisofs_burns_an_image(medium, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["growisofs", "-Z", f"/dev/sr0={image}"], tmp_path, medium)
    assert disc_info(disc)["state"] == "appendable"
    assert same_start(export(disc, tmp_path / "export.iso"), image)
    copied = tmp_path / "dd.iso"
    burn(disc, ["dd", "if=/dev/sr0", f"of={copied}", "bs=32k", "count=62"], tmp_path)
    assert copied.read_bytes() == image.read_bytes()[: 62 * 32768]


@pytest.mark.parametrize("medium", jobs("growisofs", "-Z -dvd-compat", [*DVD_MINUS, *DVD_PLUS, "bd-r-25"]))
def test_growisofs_closes_a_disc(medium, image, tmp_path):
    if medium.startswith("bd"):
        pytest.skip("growisofs never closes the session of a BD-R: it formats the disc for pseudo-overwrite, which has one session")
    disc = tmp_path / "disc"
    burn(disc, ["growisofs", "-dvd-compat", "-Z", f"/dev/sr0={image}"], tmp_path, medium)
    info = disc_info(disc)
    assert same_start(export(disc, tmp_path / "export.iso"), image)
    assert info["state"] == "complete"
    again = run_in_rig([*DRIVE, "--disc", disc], ["growisofs", "-M", f"/dev/sr0={image}"], tmp_path)
    assert again.code != 0
    assert disc_info(disc) == info


@pytest.mark.parametrize("medium", jobs("growisofs", "-Z then -M", MEDIA))
def test_growisofs_grows_a_disc(medium, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["growisofs", "-Z", "/dev/sr0", "-R", "-quiet", folder_with(tmp_path, "first")], tmp_path, medium)
    burn(disc, ["growisofs", "-M", "/dev/sr0", "-R", "-quiet", folder_with(tmp_path, "second")], tmp_path)
    tracks = disc_info(disc)["tracks"]
    assert len(tracks) == 2
    overwritten = medium.startswith("bd")  # pseudo-overwrite: the first volume descriptor tells of all
    newest = [] if overwritten else ["-T", tracks[1]["start"]]
    listed = burn(disc, ["isoinfo", "-R", "-f", *newest, "-i", "/dev/sr0"], tmp_path)
    assert "/first.txt" in listed.lines and "/second.txt" in listed.lines, listed.text
    for name in ("first", "second"):
        run = burn(disc, ["isoinfo", "-R", *newest, "-x", f"/{name}.txt", "-i", "/dev/sr0"], tmp_path)
        assert run.text == f"content of {name}", run.text


@pytest.mark.parametrize("medium", jobs("cdrskin", "-multi, then closed", MEDIA))
def test_cdrskin_burns_two_sessions(medium, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["cdrskin", "-multi", "dev=/dev/sr0", image], tmp_path, medium)
    assert disc_info(disc)["state"] == "appendable"
    second = make_image(tmp_path / "second.iso", 700, seed=2)
    burn(disc, ["cdrskin", "dev=/dev/sr0", second], tmp_path)
    info = disc_info(disc)
    assert info["state"] == "complete"
    content = export(disc, tmp_path / "export.iso")
    assert same_start(content, image)
    assert same_start(content[info["tracks"][1]["start"] * BLOCK:], second)


@pytest.mark.parametrize("medium", jobs("xorriso", "-dev, three sessions", MEDIA))
def test_xorriso_grows_a_disc(medium, tmp_path):
    disc = tmp_path / "disc"
    for number in (1, 2, 3):
        (tmp_path / f"file{number}").write_text(f"content {number}")
        burn(disc, ["xorriso", "-dev", "/dev/sr0", "-map", tmp_path / f"file{number}", f"/file{number}", "-commit"],
             tmp_path, medium if number == 1 else None)
    tracks = disc_info(disc)["tracks"]
    assert len(tracks) == 3
    for number in (1, 2, 3):
        run = burn(disc, ["isoinfo", "-R", "-T", tracks[2]["start"], "-x", f"/file{number}", "-i", "/dev/sr0"], tmp_path)
        assert run.text == f"content {number}", run.text


@pytest.mark.parametrize("medium", jobs("xorriso", "-check_media", MEDIA))
def test_xorriso_checks_a_disc(medium, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["cdrskin", "-multi", "dev=/dev/sr0", image], tmp_path, medium)
    read = tmp_path / "read.iso"
    run = burn(disc, ["xorriso", "-indev", "/dev/sr0", "-check_media", "what=disc", f"data_to={read}", "--"], tmp_path)
    assert same_start(read.read_bytes(), image)
    assert "unreadable" not in run.text, run.text


@pytest.mark.parametrize("medium", jobs("wodim", "burns an image", ["dvd-r", "dvd-rw", "dvd+r"]))
def test_wodim_burns_an_image(medium, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["wodim", "dev=/dev/sr0", image], tmp_path, medium)
    read = tmp_path / "readom.iso"
    burn(disc, ["readom", "dev=/dev/sr0", f"f={read}", "sectors=0-1000"], tmp_path)
    assert same_start(read.read_bytes(), image)


@pytest.mark.parametrize("medium", jobs("wodim", "-dummy", ["dvd-r", "dvd-rw"]))
def test_a_test_write_leaves_the_disc_blank(medium, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["wodim", "-dummy", "dev=/dev/sr0", image], tmp_path, medium)
    info = disc_info(disc)
    assert info["state"] == "blank" and info["tracks"] == []


@pytest.mark.parametrize("medium", ["dvd+r", "bd-r-25"])
def test_no_program_gets_a_real_write_for_a_test_write(medium, image, tmp_path):
    disc = tmp_path / "disc"
    for program in ("wodim", "cdrskin"):
        run = run_in_rig([*DRIVE, "--medium", medium, "--disc", disc], [program, "-dummy", "dev=/dev/sr0", image], tmp_path)
        assert run.code != 0, run.text
        assert disc_info(disc)["state"] == "blank"


@pytest.mark.parametrize("medium", jobs("cdrskin", "disc at once", DVD_MINUS))
def test_cdrskin_burns_a_disc_at_once(medium, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["cdrskin", "-sao", "dev=/dev/sr0", image], tmp_path, medium)
    assert disc_info(disc)["state"] == "complete"
    assert same_start(export(disc, tmp_path / "export.iso"), image)


@pytest.mark.parametrize("medium", ["dvd-r", "dvd+r"])
@pytest.mark.parametrize("command", [["growisofs", "-Z", "/dev/sr0={}"], ["cdrskin", "dev=/dev/sr0", "{}"],
                                     ["wodim", "dev=/dev/sr0", "{}"]], ids=lambda command: command[0])
def test_burners_repeat_what_a_full_buffer_refuses(command, medium, tmp_path):
    """This drive answers WRITE with 2/04/08 instead of holding it."""
    image = make_image(tmp_path / "image.iso", 3000)
    disc = tmp_path / "disc"
    run = run_in_rig(["--drive", "pioneer-dvr-111", "--medium", medium, "--disc", disc],
                     [word.format(image) for word in command], tmp_path)
    assert run.code == 0, run.text
    assert same_start(export(disc, tmp_path / "export.iso"), image)


BLANKING = [
    pytest.param(["dvd+rw-format", "-blank", "/dev/sr0"], id="dvd+rw-format -blank",
                 marks=pytest.mark.matrix("dvd+rw-format", "dvd-rw", "-blank")),
    pytest.param(["dvd+rw-format", "-blank=full", "/dev/sr0"], id="dvd+rw-format -blank=full",
                 marks=pytest.mark.matrix("dvd+rw-format", "dvd-rw", "-blank=full")),
    pytest.param(["wodim", "blank=fast", "dev=/dev/sr0"], id="wodim blank=fast",
                 marks=pytest.mark.matrix("wodim", "dvd-rw", "blank=fast")),
    pytest.param(["cdrskin", "blank=deformat_sequential", "dev=/dev/sr0"], id="cdrskin blank=deformat_sequential",
                 marks=pytest.mark.matrix("cdrskin", "dvd-rw", "blank=deformat_sequential")),
    pytest.param(["xorriso", "-outdev", "/dev/sr0", "-blank", "deformat"], id="xorriso -blank deformat",
                 marks=pytest.mark.matrix("xorriso", "dvd-rw", "-blank deformat")),
]


@pytest.mark.parametrize("command", BLANKING)
def test_a_blanked_dvd_rw_is_burned_again(command, image, tmp_path):
    disc = tmp_path / "disc"
    burn(disc, ["growisofs", "-Z", f"/dev/sr0={image}"], tmp_path, "dvd-rw")
    burn(disc, command, tmp_path)
    assert disc_info(disc)["state"] == "blank"
    second = make_image(tmp_path / "second.iso", 700, seed=2)
    burn(disc, ["growisofs", "-Z", f"/dev/sr0={second}"], tmp_path)  # after a quick one: disc at once
    assert same_start(export(disc, tmp_path / "export.iso"), second)


# Lines that dvd+rw-mediainfo must print for a blank, an appendable and a closed disc.
STATES = {
    "dvd-r": ["11h, DVD-R Sequential", "93952*2KB", "Track State:           invisible incremental"],
    "dvd-rw": ["14h, DVD-RW Sequential", "93952*2KB", "Track State:           invisible incremental"],
    "dvd+r": ["1Bh, DVD+R", "3056*2KB", "Track State:           blank"],
    "bd-r-25": ["41h, BD-R SRM", "1024*2KB", "Track State:           invisible incremental"],
}


@pytest.mark.parametrize("medium", jobs("dvd+rw-mediainfo", "blank, appendable, closed", STATES))
def test_mediainfo_tells_the_state(medium, image, tmp_path):
    disc = tmp_path / "disc"
    mounted, next_start, blank_track = STATES[medium]

    def lines(*wanted, medium=None):
        text = burn(disc, ["dvd+rw-mediainfo", "/dev/sr0"], tmp_path, medium).text
        for line in wanted:
            assert line in text, text

    lines(mounted, "Disc status:           blank", blank_track, medium=medium)
    burn(disc, ["cdrskin", "-multi", "dev=/dev/sr0", image], tmp_path)
    lines("Disc status:           appendable", "Number of Sessions:    2", "State of Last Session: empty", blank_track,
          f"Next Writable Address: {next_start}")
    burn(disc, ["cdrskin", "dev=/dev/sr0", image], tmp_path)
    lines("Disc status:           complete", "Number of Sessions:    2", "State of Last Session: complete")
