# SPDX-License-Identifier: Apache-2.0
"""Goal: foreign burners burn whole discs, and every reader sees the image."""


import pytest
from conftest import BLOCK, disc_info, export, make_image, requires, run_in_rig

requires("wodim", "cdrskin", "readom", "cd-info", "dd")
REPORT = ["--drive", "optiarc-ad-7280s", "--medium", "cd-rw-mbi-high-speed"]


def burn(rig, command, tmp_path):
    run = run_in_rig(rig, command, tmp_path)
    assert run.code == 0, run.text
    return run


@pytest.mark.parametrize("options", [["-tao"], ["-sao"], ["-tao", "speed=0"]], ids=" ".join)
def test_wodim_burns_the_reports_image_and_readers_agree(options, tmp_path):
    image = make_image(tmp_path / "image.iso", 103936)
    disc = tmp_path / "disc"
    burn([*REPORT, "--disc", disc], ["wodim", "-s", *options, "dev=/dev/sr0", image], tmp_path)
    content = image.read_bytes()
    assert export(disc, tmp_path / "export.iso") == content

    read = tmp_path / "readom.iso"
    burn(["--disc", disc], ["readom", "dev=/dev/sr0", f"f={read}"], tmp_path)
    assert read.read_bytes()[: len(content)] == content
    copied = tmp_path / "dd.iso"
    burn(["--disc", disc], ["dd", "if=/dev/sr0", f"of={copied}", "bs=64k", "count=3248"], tmp_path)
    assert copied.read_bytes() == content
    toc = burn(["--disc", disc], ["wodim", "-toc", "dev=/dev/sr0"], tmp_path)
    assert "track:   1 lba:         0 (        0) 00:02:00 adr: 1 control: 4 mode: 1" in toc.lines
    # TAO leaves two run-out blocks that belong to the track.
    end = 103936 if "-sao" in options else 103938
    assert any(line.startswith(f"track:lout lba:    {end} ") for line in toc.lines), toc.text
    info = burn(["--disc", disc], ["cd-info", "--no-cddb", "-C", "/dev/sr0"], tmp_path)
    assert any("00:02:00  000000 data" in line for line in info.lines), info.text


@pytest.mark.parametrize("medium", ["cd-r-80", "cd-rw-80", "cd-rw-mbi-high-speed"])
@pytest.mark.parametrize("command", [["wodim", "-tao"], ["wodim", "-sao"], ["cdrskin", "-tao"], ["cdrskin", "-sao"]],
                         ids=" ".join)
def test_every_method_on_every_medium(medium, command, image, tmp_path):
    disc = tmp_path / "disc"
    program, method = command
    burn(["--medium", medium, "--disc", disc], [program, method, "dev=/dev/sr0", image], tmp_path)
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()
    assert disc_info(disc)["state"] == "complete"


def test_test_write_leaves_the_disc_blank(image, tmp_path):
    disc = tmp_path / "disc"
    burn(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-dummy", "-tao", "dev=/dev/sr0", image], tmp_path)
    info = disc_info(disc)
    assert info["state"] == "blank" and info["tracks"] == []


@pytest.mark.parametrize("command", [["wodim", "blank=fast"], ["wodim", "blank=all"], ["cdrskin", "blank=fast"],
                                     ["cdrskin", "blank=all"]], ids=" ".join)
def test_blanked_discs_can_be_burned_again(command, image, tmp_path):
    disc = tmp_path / "disc"
    burn(["--medium", "cd-rw-80", "--disc", disc], ["wodim", "-tao", "dev=/dev/sr0", image], tmp_path)
    burn(["--disc", disc], [*command, "dev=/dev/sr0"], tmp_path)
    assert disc_info(disc)["state"] == "blank"
    second = make_image(tmp_path / "second.iso", 700, seed=2)
    burn(["--disc", disc], ["cdrskin", "-sao", "dev=/dev/sr0", second], tmp_path)
    assert export(disc, tmp_path / "export.iso")[: 700 * BLOCK] == second.read_bytes()


def test_blanking_a_cd_r_is_refused(image, tmp_path):
    disc = tmp_path / "disc"
    burn(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-tao", "dev=/dev/sr0", image], tmp_path)
    run = run_in_rig(["--disc", disc], ["wodim", "blank=fast", "dev=/dev/sr0"], tmp_path)
    assert run.code != 0
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()


def test_audio_tracks_come_back_as_they_were(tmp_path):
    tracks = [tmp_path / "one.cdr", tmp_path / "two.cdr"]
    for number, track in enumerate(tracks):  # 10 s each
        track.write_bytes(make_image(track, 862, seed=number).read_bytes()[: 750 * 2352])
    disc = tmp_path / "disc"
    burn(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-sao", "-audio", "dev=/dev/sr0", *tracks], tmp_path)
    run = burn(["--disc", disc], ["wodim", "-toc", "dev=/dev/sr0"], tmp_path)
    assert sum("control: 0 mode: -1" in line for line in run.lines) >= 2, run.text
    recorded = disc_info(disc)["tracks"]
    assert [track["mode"] for track in recorded] == ["audio", "audio"]


def test_drive_time_can_be_a_multiple_of_real_time(image, tmp_path):
    """Nothing jumps here: sleeps, waits and the drive take real time, a thousandth of the drive's."""
    disc = tmp_path / "disc"
    run = burn(["--time", "x1000", "--medium", "cd-rw-80", "--disc", disc],
               ["wodim", "-tao", "gracetime=2", "dev=/dev/sr0", image], tmp_path)
    assert run.result["drive_seconds"] > 10  # calibration, writing and closing were waited for
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()
