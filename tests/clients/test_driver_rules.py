# SPDX-License-Identifier: Apache-2.0
"""Goal: what burn software did wrong in the reported failures, our driver does not do.

One test for each of the ten rules that were drawn from the reports (fixtures/scenarios/field), on the drive in process.
What the drive was sent is read from the trace.
"""

import json

import pytest
from conftest import burnrig, disc_info, make_image

DRIVE = ["--drive", "generic-bd-recorder"]


class Burn:
    """One `burnrig burn --json` under rules: its result and the commands that the drive got."""

    def __init__(self, tmp_path, source, *options, rules=(), medium="cd-r-80"):
        trace = tmp_path / "trace.jsonl"
        faults = [part for rule in rules for part in ("--fault", rule)]
        self.run = burnrig("burn", *DRIVE, "--medium", medium, "--disc", tmp_path / "disc", "--json", "--trace", trace,
                           *faults, *options, source)
        self.result = json.loads(self.run.out)
        self.commands = [line for line in map(json.loads, trace.read_text().splitlines()) if "command" in line]

    def count(self, name):
        return sum(command["command"] == name for command in self.commands)


@pytest.mark.parametrize("medium,mode,command", [("cd-r-80", "sao", "SEND_CUE_SHEET"), ("cd-r-80", "tao", "MODE_SELECT_10"),
                                                 ("dvd-r", "dao", "RESERVE_TRACK")])
def test_rule_1_a_refused_preparation_ends_the_burn(medium, mode, command, image, tmp_path):
    burn = Burn(tmp_path, image, "--mode", mode, rules=[f"at {command} -> fail 05/26/00 ; always"], medium=medium)
    assert burn.run.code == 1
    assert burn.result["error"]["command"].startswith(command.split("_")[0])
    assert burn.count("WRITE_10") == 0
    assert disc_info(tmp_path / "disc")["state"] == "blank"


def test_rule_2_no_speed_is_told_after_an_error(image, tmp_path):
    """That a burn faster than the medium allows is a failure is shown by the driver's unit tests."""
    run = burnrig("burn", *DRIVE, "--fault", "at @write #20 -> fail write-error", image)
    assert run.code == 1
    assert "kB/s" not in run.out and "wrote" not in run.text


def test_rules_3_and_4_the_first_error_stays_the_cause_and_nothing_is_closed(image, tmp_path):
    burn = Burn(tmp_path, image, "--mode", "tao", rules=["at @write #20 -> fail write-error",
                                                        "at SYNCHRONIZE_CACHE -> fail 05/21/02 ; always"])
    assert burn.run.code == 1
    assert burn.result["cause"] == "write-error" and burn.result["sense"] == "03/0C/00"
    assert burn.result["error"]["aftermath"]
    assert burn.count("CLOSE_TRACK_SESSION") == 0


def test_rule_5_a_deferred_error_is_about_earlier_data_and_no_write_is_repeated(image, tmp_path):
    burn = Burn(tmp_path, image, "--mode", "tao", rules=["at @write #20 -> fail write-error deferred"])
    assert burn.run.code == 1 and burn.result["error"]["deferred"]
    places = [command["cdb"] for command in burn.commands if command["command"] == "WRITE_10"]
    assert len(places) == len(set(places))


def test_rule_6_a_drive_that_is_busy_closing_is_waited_for_within_a_bound(image, tmp_path):
    def burn(name, limit):
        (tmp_path / name).mkdir()
        return Burn(tmp_path / name, image, "--mode", "tao", rules=[
            "slow: at CLOSE_TRACK_SESSION -> take 1s", f"at TEST_UNIT_READY since slow -> fail 02/04/08 ; {limit}"])

    patient = burn("patient", "times 20")
    assert patient.run.code == 0, patient.run.text
    endless = burn("endless", "always")
    assert endless.run.code == 1 and endless.result["cause"] == "not-ready"
    assert endless.result["drive_seconds"] < 900


def test_rule_7_a_tray_that_stays_locked_is_said_to_be(image, tmp_path):
    burn = Burn(tmp_path, image, rules=["at PREVENT_ALLOW_MEDIUM_REMOVAL #2..1000 -> fail 04/44/00 ; always"])
    assert burn.run.code == 1
    assert burn.result["error"]["tray_locked"] and burn.count("PREVENT_ALLOW_MEDIUM_REMOVAL") > 2
    assert "locked" in json.dumps(burn.result["error"])


def test_rule_8_a_disc_without_the_data_is_no_verified_one(image, tmp_path):
    burn = Burn(tmp_path, image, "--verify", rules=["silent-no-write"])
    assert burn.run.code == 1
    assert burn.result["error"]["stage"] == "verify"


def test_rule_9_what_a_format_leaves_is_compared_with_the_image_before_the_first_write(tmp_path):
    """A blank BD-R has more blocks than one formatted with spare areas: this image fits only the first. The drive says
    so before the format; for one that says it only afterwards see burn_on_drive_test.cpp."""
    burn = Burn(tmp_path, "pattern:11900000s", "--mode", "pow", medium="bd-r-25")
    assert burn.run.code == 1 and burn.result["cause"] == "image-too-large"
    assert burn.count("FORMAT_UNIT") == 0
    assert burn.count("WRITE_10") + burn.count("WRITE_12") == 0


def test_rule_10_a_failed_calibration_offers_what_may_help_and_a_benign_attention_is_none(image, tmp_path):
    failed = Burn(tmp_path, image, rules=["opc-failure"])
    assert failed.result["cause"] == "opc-failed"
    advice = " ".join(failed.result["error"]["advice"])
    assert "lower speed" in advice and "another disc" in advice and "once more" in advice
    assert disc_info(tmp_path / "disc")["state"] == "blank"
    benign = Burn(tmp_path, make_image(tmp_path / "small.iso", 400), rules=["at SEND_OPC_INFORMATION -> fail 06/5A/03"])
    assert benign.run.code == 0, benign.run.text
