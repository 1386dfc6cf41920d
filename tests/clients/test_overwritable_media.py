# SPDX-License-Identifier: Apache-2.0
"""Goal: media that are formatted and written at random serve every program that can write them, from the
first format to the last rewriting, and what was written is read back by another program."""

import subprocess

import pytest
from conftest import BLOCK, burnrig, export, make_image, requires, run_in_rig

requires("growisofs", "genisoimage", "isoinfo", "readom", "dvd+rw-format", "dvd+rw-mediainfo", "dvd+rw-booktype",
         "cdrskin", "xorriso", "wodim")

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


def jobs(program, job, *media):
    return [pytest.param(medium, marks=pytest.mark.matrix(program, medium, job)) for medium in media]


def formatted(disc, medium, tmp_path):
    """What must be done before the programs below can write: a DVD-RW becomes one in restricted overwrite."""
    if medium == "dvd-rw":
        good(run(disc, tmp_path, "dvd+rw-format", "-force", "/dev/sr0", medium=medium))
        return None
    return medium


@pytest.mark.parametrize("medium", jobs("growisofs", "-Z", "dvd+rw", "dvd-rw", "dvd-ram", "bd-re-25"))
def test_growisofs_writes_an_image(medium, tmp_path):
    disc = tmp_path / "disc"
    image = make_iso(tmp_path, "first")
    good(run(disc, tmp_path, "growisofs", "-Z", f"/dev/sr0={image}", medium=formatted(disc, medium, tmp_path)))
    assert_on_disc(disc, tmp_path, image)
    # Written over by a second one, without any blanking in between.
    image = make_iso(tmp_path, "second")
    good(run(disc, tmp_path, "growisofs", "-use-the-force-luke=tty", "-Z", f"/dev/sr0={image}"))
    assert_on_disc(disc, tmp_path, image)


@pytest.mark.parametrize("medium", jobs("growisofs", "-M", "dvd+rw", "dvd-rw", "dvd-ram", "bd-re-25"))
def test_growisofs_grows_a_file_system(medium, tmp_path):
    disc = tmp_path / "disc"
    good(run(disc, tmp_path, "growisofs", "-Z", "/dev/sr0", "-quiet", "-R", make_tree(tmp_path, "first"),
             medium=formatted(disc, medium, tmp_path)))
    good(run(disc, tmp_path, "growisofs", "-M", "/dev/sr0", "-quiet", "-R", make_tree(tmp_path, "second")))
    image = tmp_path / "export.iso"
    export(disc, image)
    for name in ("first", "second"):
        found = subprocess.run(["isoinfo", "-R", "-i", image, "-x", f"/{name}.bin"], check=True, capture_output=True)
        assert found.stdout == (tmp_path / name / f"{name}.bin").read_bytes()


@pytest.mark.parametrize("medium", jobs("cdrskin", "image", "dvd+rw", "dvd-rw", "dvd-ram", "bd-re-25"))
def test_cdrskin_writes_an_image(medium, tmp_path):
    disc = tmp_path / "disc"
    image = make_iso(tmp_path, "image")
    if medium == "bd-re-25":  # cdrskin does not format it by itself
        good(run(disc, tmp_path, "cdrskin", "dev=/dev/sr0", "blank=format_if_needed", medium=medium))
        good(run(disc, tmp_path, "cdrskin", "dev=/dev/sr0", image))
    else:
        good(run(disc, tmp_path, "cdrskin", "dev=/dev/sr0", image, medium=formatted(disc, medium, tmp_path)))
    assert_on_disc(disc, tmp_path, image)


@pytest.mark.parametrize("medium", jobs("xorriso", "multi-session", "dvd+rw", "dvd-rw", "dvd-ram", "bd-re-25"))
def test_xorriso_grows_a_disc_and_checks_it(medium, tmp_path):
    disc = tmp_path / "disc"
    media = medium
    if medium == "dvd-rw":  # xorriso reads block 0 first, which a quickly formatted disc does not have yet
        good(run(disc, tmp_path, "xorriso", "-outdev", "/dev/sr0", "-format", "full", medium=medium))
        media = None
    for name in ("first", "second"):
        tree = make_tree(tmp_path, name)
        good(run(disc, tmp_path, "xorriso", "-dev", "/dev/sr0", "-map", tree, f"/{name}", "-commit", medium=media))
        media = None
    good(run(disc, tmp_path, "xorriso", "-indev", "/dev/sr0", "-check_media", "--"))
    image = tmp_path / "export.iso"
    export(disc, image)
    for name in ("first", "second"):
        found = subprocess.run(["isoinfo", "-R", "-i", image, "-x", f"/{name}/{name}.bin"], check=True,
                               capture_output=True)
        assert found.stdout == (tmp_path / name / f"{name}.bin").read_bytes()


@pytest.mark.parametrize("how", ["as_needed", "fast", "full"])
@pytest.mark.parametrize("medium", jobs("xorriso", "-format", "dvd+rw", "dvd-rw", "dvd-ram", "bd-re-25"))
def test_xorriso_formats(medium, how, tmp_path):
    disc = tmp_path / "disc"
    result = good(run(disc, tmp_path, "xorriso", "-outdev", "/dev/sr0", "-format", how, medium=medium))
    assert "is blank" in result.text
    image = make_iso(tmp_path, "image")
    good(run(disc, tmp_path, "cdrskin", "dev=/dev/sr0", image))
    assert_on_disc(disc, tmp_path, image)


@pytest.mark.matrix("wodim", "dvd+rw", "image")
def test_wodim_formats_and_writes(tmp_path):
    disc = tmp_path / "disc"
    image = make_iso(tmp_path, "image")
    good(run(disc, tmp_path, "wodim", "-format", "dev=/dev/sr0", medium="dvd+rw"))
    good(run(disc, tmp_path, "wodim", "dev=/dev/sr0", image))
    assert_on_disc(disc, tmp_path, image)


def mediainfo(disc, tmp_path):
    return good(run(disc, tmp_path, "dvd+rw-mediainfo", "/dev/sr0")).text


@pytest.mark.matrix("dvd+rw-mediainfo", "dvd+rw", "states")
@pytest.mark.matrix("dvd+rw-format", "dvd+rw", "plain, -force, -lead-out")
def test_states_of_a_dvd_plus_rw(tmp_path):
    disc = tmp_path / "disc"
    burnrig("disc", "create", disc, "--medium", "dvd+rw")
    text = mediainfo(disc, tmp_path)
    assert "Disc status:           blank" in text and "unformatted:" in text
    good(run(disc, tmp_path, "dvd+rw-format", "/dev/sr0"))
    text = mediainfo(disc, tmp_path)
    assert "BG Format Status:      suspended" in text
    assert "2295104*2048=4700372992" in text
    for option in ("-force", "-lead-out"):
        result = good(run(disc, tmp_path, "dvd+rw-format", option, "/dev/sr0"))
        assert ":-" not in result.text, result.text


@pytest.mark.matrix("dvd+rw-mediainfo", "dvd-rw", "states")
@pytest.mark.matrix("dvd+rw-format", "dvd-rw", "-force, -force=full, -blank")
def test_states_of_a_dvd_minus_rw(tmp_path):
    disc = tmp_path / "disc"
    burnrig("disc", "create", disc, "--medium", "dvd-rw")
    for option, expected in (("-force", "DVD-RW Restricted Overwrite"), ("-blank", "DVD-RW Sequential"),
                             ("-force=full", "DVD-RW Restricted Overwrite"), ("-blank=full", "DVD-RW Sequential")):
        result = good(run(disc, tmp_path, "dvd+rw-format", option, "/dev/sr0"))
        assert ":-" not in result.text, result.text
        assert expected in mediainfo(disc, tmp_path)


@pytest.mark.matrix("dvd+rw-format", "bd-re-25", "plain, -ssa")
@pytest.mark.matrix("dvd+rw-mediainfo", "bd-re-25", "states")
def test_spare_areas_of_a_bd_re(tmp_path):
    disc = tmp_path / "disc"
    burnrig("disc", "create", disc, "--medium", "bd-re-25")
    for options, blocks in (([], 11826176), (["-ssa=max"], 11564032), (["-ssa=none"], 12219392)):
        result = good(run(disc, tmp_path, "dvd+rw-format", *options, "/dev/sr0"))
        assert ":-(" not in result.text, result.text
        assert f"{blocks}*2048" in mediainfo(disc, tmp_path).split("READ CAPACITY:")[1]


@pytest.mark.matrix("dvd+rw-mediainfo", "dvd-ram", "states")
def test_dvd_ram_comes_formatted(tmp_path):
    disc = tmp_path / "disc"
    burnrig("disc", "create", disc, "--medium", "dvd-ram")
    text = mediainfo(disc, tmp_path)
    assert "formatted:		2236704*2048" in text, text


@pytest.mark.matrix("dvd+rw-format", "dvd-ram", "-force")
def test_dvd_ram_cannot_be_formatted_by_dvd_rw_format():
    pytest.skip("dvd+rw-format sends a command of fewer than 6 bytes, which Linux refuses (EMSGSIZE)")


@pytest.mark.matrix("dvd+rw-booktype", "dvd+rw", "-dvd-rom-spec")
def test_book_type_of_another_make_of_drive_is_refused_cleanly(tmp_path):
    disc = tmp_path / "disc"
    result = run(disc, tmp_path, "dvd+rw-booktype", "-dvd-rom-spec", "-media", "/dev/sr0", medium="dvd+rw")
    assert result.code == 1
    assert "booktyping is not supported" in result.text
