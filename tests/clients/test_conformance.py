# SPDX-License-Identifier: Apache-2.0
"""Goal: every simulated drive keeps the rules of MMC with every medium it takes, and without one.

`burnrig conformance` judges by the standard alone, so it and the drive agree only when both are right. One test for
each pair of fixtures; tests/unit/harness/conformance_test.cpp shows that the suite finds a drive that lies."""

import json

import pytest

from conftest import BURNRIG, burnrig, disc_info, run_in_rig


def names(listing):
    return [row["name"] for row in json.loads(burnrig(listing, "--json").out)]


def check(drive, medium):
    run = burnrig("conformance", "--drive", drive, "--medium", medium, "--json", "-")
    assert run.code in (0, 1), run.text
    result = json.loads(run.out)
    return run, result


@pytest.mark.parametrize("medium", ["none", *names("media")])
@pytest.mark.parametrize("drive", names("drives"))
def test_a_drive_keeps_the_rules(drive, medium):
    run, result = check(drive, medium)
    failed = [test for test in result["checks"] if test["verdict"] == "fail"]
    assert not failed, json.dumps(failed, indent=2)
    assert result["summary"]["passed"] >= 25


def test_results_come_in_three_forms(tmp_path):
    junit, out = tmp_path / "junit.xml", tmp_path / "result.json"
    run = burnrig("conformance", "--only", "inquiry", "--junit", junit, "--json", out)
    assert run.code == 0, run.text
    assert "0 failed" in run.out
    assert json.loads(out.read_text())["summary"]["failed"] == 0
    assert '<testsuite name="burnrig conformance"' in junit.read_text()


def test_a_pattern_that_fits_no_check_runs_nothing():
    assert burnrig("conformance", "--only", "no-such-check").code == 4
    assert burnrig("conformance", "--medium", "none", "--only", "read-toc/full").code == 77


def test_a_disagreement_is_told_with_command_and_bytes():
    run = burnrig("conformance", "--only", "inquiry", "--fault", "broken: at INQUIRY -> fail 5/24/00; always")
    assert run.code == 1
    assert "FAIL  inquiry/standard-data" in run.out
    assert "expected GOOD" in run.out and "seen     5/24/00" in run.out and "CDB      12 00 00 00 60 00" in run.out


def test_a_device_node_is_judged_too_and_not_written_without_consent(tmp_path):
    disc, out = tmp_path / "disc", tmp_path / "judged.json"
    judge = [BURNRIG, "conformance", "--device", "/dev/sr0", "--json", out]
    run = run_in_rig(["--medium", "cd-rw-80", "--disc", disc], judge, tmp_path)
    assert run.code == 0, run.text
    assert json.loads(out.read_text())["summary"]["passed"] > 80
    assert disc_info(disc)["state"] == "blank"
    run = run_in_rig(["--disc", disc], [*judge, "--allow-destructive", "--only", "cd/*"], tmp_path)
    assert run.code == 0, run.text
    assert disc_info(disc)["state"] == "complete"


def test_a_kept_disc_is_not_written_without_consent(tmp_path):
    disc = tmp_path / "disc"
    assert burnrig("conformance", "--medium", "dvd+r", "--disc", disc, "--only", "dvd*").code == 77
    assert disc_info(disc)["state"] == "blank"
