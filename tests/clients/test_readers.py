# SPDX-License-Identifier: Apache-2.0
"""Goal: programs that only look at a drive find what a real one shows: by name, by scan, through shells and threads."""

import pytest
from conftest import burnrig, make_image, requires, run_in_rig

requires("sg_inq", "sg_get_config", "cd-info", "xorriso", "cdrskin", "wodim", "dd", "sh")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disc")
    image = make_image(folder / "image.iso", 1000)
    disc = folder / "disc"
    assert burnrig("burn", "--medium", "cd-r-80", "--disc", disc, "--mode", "sao", image).code == 0
    return disc, image


@pytest.mark.parametrize("node", ["/dev/sr0", "/dev/sg0"])
def test_sg_inq_reads_the_identity(node, tmp_path):
    run = run_in_rig(["--drive", "optiarc-ad-7280s"], ["sg_inq", node], tmp_path)
    assert run.code == 0, run.text
    assert " Vendor identification: Optiarc " in run.lines
    assert " Product identification: DVD RW AD-7280S " in run.lines
    assert " Product revision level: 1.01" in run.lines


def test_the_node_has_the_name_it_was_given(tmp_path):
    run = run_in_rig(["--device", "/dev/burner"], ["sh", "-c", "sg_inq $BURNRIG_DEVICE && echo at $BURNRIG_DEVICE"],
                     tmp_path)
    assert run.code == 0 and "at /dev/burner" in run.lines, run.text


def test_scans_find_the_drive(tmp_path):
    run = run_in_rig([], ["cdrskin", "--devices"], tmp_path)
    assert "/dev/sr0" in run.text, run.text
    run = run_in_rig([], ["xorriso", "-devices"], tmp_path)
    assert "/dev/sr0" in run.text, run.text


def test_dd_through_a_pipeline_of_processes(recorded, tmp_path):
    disc, image = recorded
    out = tmp_path / "out"
    run = run_in_rig(["--disc", disc], ["sh", "-c", f"dd if=/dev/sr0 bs=2048 count=1000 | cat > {out}"], tmp_path)
    assert run.code == 0 and out.read_bytes() == image.read_bytes(), run.text


def test_two_readers_at_once(recorded, tmp_path):
    disc, image = recorded
    script = " & ".join(f"dd if=/dev/sr0 of={tmp_path}/{name} bs=2048 count=1000" for name in ("a", "b")) + " & wait"
    run = run_in_rig(["--disc", disc], ["sh", "-c", script], tmp_path)
    assert run.code == 0, run.text
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == image.read_bytes()


def test_an_empty_drive_says_so(tmp_path):
    run = run_in_rig(["--medium", "none"], ["dd", "if=/dev/sr0", "of=/dev/null"], tmp_path)
    assert run.code != 0 and "No medium found" in run.text, run.text


def test_the_programs_own_exit_code_comes_back(tmp_path):
    assert run_in_rig([], ["sh", "-c", "exit 42"], tmp_path).code == 42


def test_an_hour_of_sleep_takes_no_time(tmp_path):
    run = run_in_rig([], ["sh", "-c", "a=$(date +%s); sleep 3600; b=$(date +%s); echo slept $((b - a))"], tmp_path,
                     timeout=20)
    assert "slept 3600" in run.lines, run.text
