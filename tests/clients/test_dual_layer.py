# SPDX-License-Identifier: Apache-2.0
"""Goal: discs of two layers break where a program says, and the rewritable ones, which hardly any drive records, serve
the programs that know them. What one program wrote is read back by another."""

import subprocess

import pytest
from conftest import BLOCK, burnrig, disc_info, export, make_image, requires, run_in_rig

requires("cdrskin", "growisofs", "genisoimage", "dvd+rw-format", "dvd+rw-mediainfo", "readom", "wodim", "sg_dd", "sg_turs")

DRIVE = ["--drive", "generic-bd-xl-recorder"]


def good(disc, tmp_path, *command, medium=None):
    created = ["--medium", medium] if medium else []
    run = run_in_rig([*DRIVE, *created, "--disc", disc], command, tmp_path)
    assert run.code == 0, run.text
    return run


def mediainfo(disc, tmp_path):
    return good(disc, tmp_path, "dvd+rw-mediainfo", "/dev/sr0").text


def assert_on_disc(disc, tmp_path, image):
    copy = tmp_path / "copy.iso"
    good(disc, tmp_path, "readom", "dev=/dev/sr0", f"f={copy}", f"sectors=0-{image.stat().st_size // BLOCK}")
    assert copy.read_bytes() == image.read_bytes()
    assert export(disc, tmp_path / "export.iso").startswith(image.read_bytes())


@pytest.mark.matrix("growisofs", "dvd+r-dl", "-use-the-force-luke=break:N")
def test_the_layers_break_where_growisofs_says(tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    make_image(folder / "file.bin", 800)
    image = tmp_path / "image.iso"  # growisofs takes a break for images with a file system only
    subprocess.run(["genisoimage", "-quiet", "-R", "-o", image, folder], check=True, capture_output=True)
    blocks = image.stat().st_size // BLOCK
    at = (blocks // 2 // 16 + 1) * 16
    disc = tmp_path / "disc"
    burnrig("disc", "create", disc, "--medium", "dvd+r-dl")
    assert "L0 Data Zone Capacity: 2086912*2KB, can still be set" in mediainfo(disc, tmp_path)
    run = good(disc, tmp_path, "growisofs", "-dvd-compat", f"-use-the-force-luke=break:{at}", "-Z", f"/dev/sr0={image}")
    assert f"splitting layers at {at} blocks" in run.text
    text = mediainfo(disc, tmp_path)
    assert f"L0 Data Zone Capacity: {at}*2KB, can no longer be set" in text, text
    assert f"Legacy lead-out at:    {at}*2KB" in text, text  # the last sector of layer 0 of the physical format
    assert disc_info(disc)["state"] == "complete"
    assert_on_disc(disc, tmp_path, image)


@pytest.mark.matrix("dvd+rw-format", "dvd+rw-dl", "-force, -lead-out")
@pytest.mark.matrix("dvd+rw-mediainfo", "dvd+rw-dl", "states")
def test_a_dvd_plus_rw_is_formatted_and_written_over_and_over(image, tmp_path):
    disc = tmp_path / "disc"
    burnrig("disc", "create", disc, "--medium", "dvd+rw-dl")
    text = mediainfo(disc, tmp_path)
    assert "2Ah, DVD+RW Double Layer" in text and "Disc status:           blank" in text, text
    run = good(disc, tmp_path, "dvd+rw-format", "-force", "/dev/sr0")
    assert "8.5GB DVD+RW media detected" in run.text and ":-(" not in run.text, run.text
    assert "4173824*2048=8547991552" in mediainfo(disc, tmp_path)
    for content in (image, make_image(tmp_path / "second.iso", 1000, seed=2)):
        write = f"sg_turs -n 3 /dev/sg0; sg_dd if={content} of=/dev/sg0 bs=2048 bpt=16 sync=1"
        good(disc, tmp_path, "sh", "-c", write)
        assert_on_disc(disc, tmp_path, content)
    assert ":-(" not in good(disc, tmp_path, "dvd+rw-format", "-lead-out", "/dev/sr0").text


@pytest.mark.matrix("wodim", "dvd-rw-dl", "burns an image, blank=fast")
def test_a_dvd_minus_rw_is_burned_blanked_and_burned(image, tmp_path):
    disc = tmp_path / "disc"
    good(disc, tmp_path, "wodim", "dev=/dev/sr0", image, medium="dvd-rw-dl")
    assert_on_disc(disc, tmp_path, image)
    good(disc, tmp_path, "wodim", "blank=fast", "dev=/dev/sr0")
    assert disc_info(disc)["state"] == "blank"
    second = make_image(tmp_path / "second.iso", 700, seed=2)
    good(disc, tmp_path, "wodim", "-sao", "dev=/dev/sr0", second)  # after a quick blanking: disc at once
    assert_on_disc(disc, tmp_path, second)


@pytest.mark.matrix("wodim", "dvd-download", "burns an image")
def test_a_dvd_download_disc_is_burned_as_a_dvd_r(image, tmp_path):
    disc = tmp_path / "disc"
    good(disc, tmp_path, "wodim", "dev=/dev/sr0", image, medium="dvd-download")
    assert "Mounted Media:         18h" in mediainfo(disc, tmp_path)
    assert_on_disc(disc, tmp_path, image)


UNKNOWN = "it does not know this profile, says so and writes nothing"


@pytest.mark.parametrize("medium,program,options", [
    pytest.param(medium, program, options, marks=pytest.mark.matrix(program, medium, "image"))
    for medium in ("dvd-rw-dl", "dvd+rw-dl", "dvd-download")
    for program, options in (("growisofs", ["-Z", "/dev/sr0={}"]), ("cdrskin", ["dev=/dev/sr0", "{}"]))])
def test_programs_that_do_not_know_a_profile(medium, program, options, image, tmp_path):
    disc = tmp_path / "disc"
    command = [program, *(option.format(image) for option in options)]
    assert run_in_rig([*DRIVE, "--medium", medium, "--disc", disc], command, tmp_path).code not in (0, 125)
    assert disc_info(disc)["state"] == "blank"
    pytest.skip(UNKNOWN)
