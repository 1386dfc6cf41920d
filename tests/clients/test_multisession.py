# SPDX-License-Identifier: Apache-2.0
"""Goal: a second session goes behind the first, and both stay readable."""

import subprocess

import pytest
from conftest import BLOCK, disc_info, export, make_image, requires, run_in_rig

requires("wodim", "genisoimage", "isoinfo")


def make_iso(tmp_path, name, content, *options):
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"{name}.txt").write_text(content)
    out = tmp_path / f"{name}.iso"
    subprocess.run(["genisoimage", "-quiet", "-R", "-o", out, *options, folder], check=True, capture_output=True)
    return out


@pytest.mark.parametrize("medium", ["cd-r-80", "cd-rw-80"])
def test_two_sessions_are_both_readable(medium, tmp_path):
    disc = tmp_path / "disc"
    first = make_iso(tmp_path, "first", "one")
    run = run_in_rig(["--medium", medium, "--disc", disc], ["wodim", "-multi", "-tao", "-pad", "dev=/dev/sr0", first],
                     tmp_path)
    assert run.code == 0, run.text
    blocks = disc_info(disc)["tracks"][0]["end"]

    run = run_in_rig(["--disc", disc], ["wodim", "-msinfo", "dev=/dev/sr0"], tmp_path)
    begin, following = run.lines[-2].split(",")
    lead_out = blocks + 2  # two run-out blocks end a track-at-once track
    assert (int(begin), int(following)) == (0, lead_out + 11400), run.text

    # genisoimage reads the first session from an image of it, and places the second one behind.
    second = make_iso(tmp_path, "second", "two", "-C", f"{begin},{following}", "-M", str(first))
    run = run_in_rig(["--disc", disc], ["wodim", "-multi", "-tao", "-pad", "dev=/dev/sr0", second], tmp_path)
    assert run.code == 0, run.text

    info = disc_info(disc)
    assert [track["start"] for track in info["tracks"]] == [0, int(following)]
    assert info["state"] == "appendable"
    content = export(disc, tmp_path / "export.iso")
    assert content[: first.stat().st_size] == first.read_bytes()
    start = int(following) * BLOCK
    assert content[start: start + second.stat().st_size] == second.read_bytes()

    # The third session would go 6900 blocks behind the second one's lead-out.
    run = run_in_rig(["--disc", disc], ["wodim", "-msinfo", "dev=/dev/sr0"], tmp_path)
    assert run.lines[-2] == f"{following},{info['tracks'][1]['end'] + 2 + 6900}", run.text
    # Both files are in the tree that the second session's directory shows.
    run = run_in_rig(["--disc", disc], ["isoinfo", "-R", "-f", "-T", following, "-i", "/dev/sr0"],
                     tmp_path)
    assert "/first.txt" in run.lines and "/second.txt" in run.lines, run.text


@pytest.mark.matrix("wodim", "cd-r-80", "-sao -multi without -data")
def test_a_cue_sheet_of_tracks_that_wodim_has_no_form_for_is_refused(image, tmp_path):
    # With -multi its tracks are mode 2 form 1, for which its cue sheet holds the data form FFh.
    disc = tmp_path / "disc"
    run = run_in_rig(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-sao", "-multi", "dev=/dev/sr0", image], tmp_path)
    assert run.code != 0 and "CUE sheet not accepted" in run.text, run.text
    assert disc_info(disc)["state"] == "blank"
    good = run_in_rig(["--disc", disc], ["wodim", "-sao", "-multi", "-data", "dev=/dev/sr0", image], tmp_path)
    assert good.code == 0 and disc_info(disc)["state"] == "appendable", good.text
    pytest.skip("wodim sends data form FFh in the cue sheet for mode 2 tracks; with -data it works")


def test_a_closed_disc_takes_no_more(image, tmp_path):
    disc = tmp_path / "disc"
    run = run_in_rig(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-tao", "dev=/dev/sr0", image], tmp_path)
    assert run.code == 0, run.text
    second = make_image(tmp_path / "second.iso", 400, seed=2)
    run = run_in_rig(["--disc", disc], ["wodim", "-tao", "dev=/dev/sr0", second], tmp_path)
    assert run.code != 0
    assert len(disc_info(disc)["tracks"]) == 1


def test_xorriso_grows_a_disc(tmp_path):
    requires("xorriso")
    disc = tmp_path / "disc"
    for number in (1, 2, 3):
        (tmp_path / f"file{number}").write_text(f"content {number}")
        media = ["--medium", "cd-rw-80"] if number == 1 else []
        run = run_in_rig([*media, "--disc", disc],
                         ["xorriso", "-dev", "/dev/sr0", "-map", tmp_path / f"file{number}", f"/file{number}", "-commit"],
                         tmp_path)
        assert run.code == 0, run.text
    run = run_in_rig(["--disc", disc], ["xorriso", "-indev", "/dev/sr0", "-find", "/", "-type", "f"], tmp_path)
    for number in (1, 2, 3):
        assert f"'/file{number}'" in run.lines, run.text
    # Read by another program than the one that wrote: the newest tree, by the address of its session.
    newest = disc_info(disc)["tracks"][-1]["start"]
    run = run_in_rig(["--disc", disc], ["isoinfo", "-R", "-T", newest, "-x", "/file1", "-i", "/dev/sr0"], tmp_path)
    assert run.text == "content 1", run.text
