# SPDX-License-Identifier: Apache-2.0
"""Goal: `burnrig burn` does what wodim does, verifies it, and tells the truth when it fails: in process and through
SG_IO on the node."""

import json

import pytest
from conftest import BLOCK, BURNRIG, burnrig, disc_info, export, make_image, run_in_rig

REPORT = ["--drive", "optiarc-ad-7280s", "--medium", "cd-rw-mbi-high-speed"]


@pytest.mark.parametrize("mode", ["tao", "sao", "auto"])
def test_burns_and_verifies_in_process(mode, image, tmp_path):
    disc = tmp_path / "disc"
    run = burnrig("burn", *REPORT, "--disc", disc, "--mode", mode, "--verify", "--json", image)
    assert run.code == 0, run.text
    result = json.loads(run.out)
    assert result["outcome"] == "succeeded"
    assert result["verified_blocks"] == 1000
    assert result["drive"] == "optiarc-ad-7280s" and "burn" in result["replay"]
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()


@pytest.mark.parametrize("mode", ["tao", "sao"])
def test_burns_and_verifies_through_the_node(mode, image, tmp_path):
    disc = tmp_path / "disc"
    run = run_in_rig([*REPORT, "--disc", disc],
                     [BURNRIG, "burn", "--device", "/dev/sr0", "--mode", mode, "--verify", image], tmp_path)
    assert run.code == 0, run.text
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()


def assert_names_the_failure(text):
    assert "opc-failed" in text
    assert "54 01 00 00 00 00 00 00 00 00" in text
    assert "70 00 03 00 00 00 00 0A 00 00 00 00 73 03 00 00" in text
    assert "POWER CALIBRATION AREA ERROR" in text


def assert_blank_but_for_one_slot(disc):
    info = disc_info(disc)
    assert info["state"] == "blank" and info["tracks"] == []
    assert info["calibrations"]["used"] == 1


def test_a_failed_calibration_is_named_in_process(image, tmp_path):
    disc = tmp_path / "disc"
    run = burnrig("burn", *REPORT, "--disc", disc, "--fault", "opc-failure", image)
    assert run.code == 1
    assert_names_the_failure(run.text)
    assert_blank_but_for_one_slot(disc)
    run = burnrig("burn", *REPORT, "--fault", "opc-failure", "--json", image)
    assert run.code == 1
    result = json.loads(run.out)
    assert result["outcome"] == "failed" and result["cause"] == "opc-failed"
    assert result["sense"] == "03/73/03" and result["door"] == "unlocked"


def test_a_failed_calibration_is_named_through_the_node(image, tmp_path):
    disc = tmp_path / "disc"
    run = run_in_rig([*REPORT, "--disc", disc, "--fault", "opc-failure"],
                     [BURNRIG, "burn", "--device", "/dev/sr0", image], tmp_path)
    assert run.code == 1
    assert_names_the_failure(run.text)
    assert_blank_but_for_one_slot(disc)
    assert run.result["door"] == "unlocked"


def test_sessions_follow_each_other(image, tmp_path):
    disc = tmp_path / "disc"
    second = make_image(tmp_path / "second.iso", 500, seed=2)
    assert burnrig("burn", "--medium", "cd-r-80", "--disc", disc, "--multi", "--verify", image).code == 0
    run = burnrig("burn", "--disc", disc, "--verify", second)
    assert run.code == 0, run.text
    info = disc_info(disc)
    assert info["state"] == "complete" and len(info["sessions"]) == 2
    content = export(disc, tmp_path / "export.iso")
    start = info["tracks"][1]["start"] * BLOCK
    assert content[start: start + 500 * BLOCK] == second.read_bytes()


def test_blank_info_toc_and_read(image, tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("burn", "--medium", "cd-rw-80", "--disc", disc, "--mode", "sao", image).code == 0
    toc = burnrig("toc", "--disc", disc, "--json")
    tracks = json.loads(toc.out)["tracks"]
    assert [(track["number"], track["start"], track["blocks"]) for track in tracks] == [(1, 0, 1000)]
    out = tmp_path / "read.iso"
    run = burnrig("read", "--disc", disc, out)
    assert run.code == 0, run.text
    assert out.read_bytes() == image.read_bytes()
    assert burnrig("blank", "--disc", disc).code == 0
    info = json.loads(burnrig("info", "--disc", disc, "--json").out)
    assert info["state"] == "blank"


def test_an_appendable_disc_is_closed(image, tmp_path):
    disc = tmp_path / "disc"
    run = run_in_rig(["--medium", "cd-r-80", "--disc", disc], ["wodim", "-nofix", "dev=/dev/sr0", image], tmp_path)
    assert run.code == 0, run.text
    assert disc_info(disc)["sessions"][0]["state"] == "incomplete"
    run = burnrig("close", "--disc", disc, "--finalize")
    assert run.code == 0, run.text
    assert disc_info(disc)["state"] == "complete"
    assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()


def test_a_silent_loss_is_found_by_verify(image, tmp_path):
    run = burnrig("burn", "--medium", "cd-r-80", "--fault", "rot: at @write lba 500..500 -> corrupt bits 3",
                  "--verify", image)
    assert run.code == 1
    assert "verify-mismatch" in run.text and "LBA 500" in run.text


def test_a_drive_that_writes_nothing_is_found_out(image, tmp_path):
    disc = tmp_path / "disc"
    run = burnrig("burn", "--medium", "cd-r-80", "--disc", disc, "--fault", "silent-no-write", "--verify", image)
    assert run.code == 1
    assert "failed while reading back" in run.text


def test_rules_that_never_fired_are_told(image):
    run = burnrig("burn", "--fault", "late: at WRITE_10 #100000 -> fail write-error", image)
    assert run.code == 0
    assert "late" in run.text and "never fired" in run.text


def test_rules_act_on_the_way_to_any_device(image, tmp_path):
    """--fault beside --device: what a cable or a bridge can do. The drive behind it has no rules and stays good."""
    burn = [BURNRIG, "burn", "-q", "--json", "--device", "/dev/sr0", image]
    failed = run_in_rig(["--medium", "cd-r-80"], [*burn, "--fault", "at @write #3 -> take 7s, fail write-error"], tmp_path)
    assert failed.code == 1
    report = json.loads(failed.text)
    assert report["cause"] == "write-error" and report["sense"] == "03/0C/00"
    assert [(rule["matched"], rule["fired"]) for rule in report["faults"]] == [(3, 1)]
    assert failed.result["faults"] == []


def test_rules_that_only_a_drive_can_act_out_are_refused(tmp_path):
    refused = run_in_rig(["--medium", "cd-r-80"], [BURNRIG, "info", "--device", "/dev/sr0", "--fault",
                                                   "at @write #3 -> power-loss"], tmp_path)
    assert refused.code == 2
    assert "column 17: 'power-loss' cannot act here" in refused.text


@pytest.mark.parametrize(("options", "stall", "cause"), [
    (["--no-burn-free"], "800ms", None),             # the ring carries it
    (["--no-burn-free"], "300s", "buffer-underrun"),  # nothing carries it
    ([], "300s", None),                              # the drive links
])
def test_an_image_that_comes_late(options, stall, cause, tmp_path):
    """Rules at source.*: the laser runs dry only when ring and drive buffer do, and then the burn says so."""
    image = make_image(tmp_path / "image.iso", 30000)
    disc = tmp_path / "disc"
    run = burnrig("burn", "-q", "--json", *options, "--medium", "cd-r-80", "--disc", disc, "--fault",
                  f"late: at source.read bytes >= 40MiB -> stall {stall}", image)
    result = json.loads(run.out)
    assert result.get("cause") == cause and run.code == (1 if cause else 0), run.text
    assert result["faults"][0]["fired"] == 1
    if cause is None:
        assert export(disc, tmp_path / "export.iso")[: image.stat().st_size] == image.read_bytes()
