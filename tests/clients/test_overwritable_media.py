# SPDX-License-Identifier: Apache-2.0
"""Goal: media that are formatted and written at random serve every program that can write them, from the
first format to the last rewriting, and what was written is read back by another program."""

import subprocess

import pytest
from conftest import BLOCK, burnrig, disc_info, export, make_image, requires, run_in_rig

requires("growisofs", "genisoimage", "isoinfo", "readom", "dvd+rw-format", "dvd+rw-mediainfo")

DRIVE = ["--drive", "generic-bd-recorder"]


def run(disc, tmp_path, *command, medium=None):
    media = ["--medium", medium] if medium else []
    return run_in_rig([*DRIVE, *media, "--disc", disc], command, tmp_path)


def good(result):
    assert result.code == 0, result.text
    return result


def make_tree(tmp_path, name, megabytes=2):
    """A folder with one file that repeats nowhere."""
    folder = tmp_path / name
    folder.mkdir()
    make_image(folder / f"{name}.bin", megabytes * 512, seed=name)
    return folder


def make_iso(tmp_path, name):
    out = tmp_path / f"{name}.iso"
    subprocess.run(["genisoimage", "-quiet", "-R", "-o", out, make_tree(tmp_path, name)], check=True,
                   capture_output=True)
    return out


def assert_on_disc(disc, tmp_path, image):
    """The image is at the disc's start: read by readom, and by the export."""
    blocks = image.stat().st_size // BLOCK
    copy = tmp_path / "copy.iso"
    good(run(disc, tmp_path, "readom", "dev=/dev/sr0", f"f={copy}", f"sectors=0-{blocks}"))
    assert copy.read_bytes() == image.read_bytes()
    assert export(disc, tmp_path / "export.iso").startswith(image.read_bytes())


GROWISOFS = ["dvd+rw", "bd-re-25"]


@pytest.mark.parametrize("medium", [pytest.param(medium, marks=pytest.mark.matrix("growisofs", medium, "-Z"))
                                    for medium in GROWISOFS])
def test_growisofs_writes_an_image(medium, tmp_path):
    disc = tmp_path / "disc"
    image = make_iso(tmp_path, "first")
    good(run(disc, tmp_path, "growisofs", "-Z", f"/dev/sr0={image}", medium=medium))
    assert_on_disc(disc, tmp_path, image)
    # Written over by a second one, without any blanking in between.
    image = make_iso(tmp_path, "second")
    good(run(disc, tmp_path, "growisofs", "-use-the-force-luke=tty", "-Z", f"/dev/sr0={image}"))
    assert_on_disc(disc, tmp_path, image)


@pytest.mark.parametrize("medium", [pytest.param(medium, marks=pytest.mark.matrix("growisofs", medium, "-M"))
                                    for medium in GROWISOFS])
def test_growisofs_grows_a_file_system(medium, tmp_path):
    disc = tmp_path / "disc"
    good(run(disc, tmp_path, "growisofs", "-Z", "/dev/sr0", "-quiet", "-R", make_tree(tmp_path, "first"),
             medium=medium))
    good(run(disc, tmp_path, "growisofs", "-M", "/dev/sr0", "-quiet", "-R", make_tree(tmp_path, "second")))
    image = tmp_path / "export.iso"
    export(disc, image)
    for name in ("first", "second"):
        found = subprocess.run(["isoinfo", "-R", "-i", image, "-x", f"/{name}.bin"], check=True, capture_output=True)
        assert found.stdout == (tmp_path / name / f"{name}.bin").read_bytes()
