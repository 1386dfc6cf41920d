# SPDX-License-Identifier: Apache-2.0
"""Goal: an unmodified wodim prints what it printed on the reported drive, byte for byte.

Method: each fixture in fixtures/transcripts names a command, a fault and the lines that the drive decides. All of
them must be printed, in that order. Lines the program prints beside them are no concern of the drive."""

import pathlib
import time

import pytest
import yaml
from conftest import SOURCE, make_image, requires, run_in_rig

requires("wodim")
TRANSCRIPTS = sorted((SOURCE / "fixtures" / "transcripts").glob("*.yaml"))


@pytest.fixture(scope="module")
def report_image(tmp_path_factory):
    return make_image(tmp_path_factory.mktemp("image") / "image.iso", 103936)


def first_missing(expected, printed):
    """The first expected line that does not come, in order, among the printed ones; None when all do."""
    at = 0
    for line in expected:
        try:
            at = printed.index(line, at) + 1
        except ValueError:
            return line
    return None


def test_there_are_the_five_runs_of_the_report():
    assert {path.stem for path in TRANSCRIPTS} >= {
        "opc-failure-plain", "opc-failure-tao", "opc-failure-speed-0", "opc-failure-sao", "checkdrive"}


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_prints_every_line_that_the_drive_decides(path, report_image, tmp_path):
    transcript = yaml.safe_load(path.read_text())
    places = {"device": "/dev/sr0", "image": str(report_image)}
    command = [word.format(**places) for word in transcript["run"]]
    rig = ["--drive", transcript["drive"], "--medium", transcript["medium"]]
    if "fault" in transcript:
        rig += ["--fault", transcript["fault"]]
    began = time.monotonic()
    run = run_in_rig(rig, command, tmp_path)
    took = time.monotonic() - began
    expected = transcript["expect"].splitlines()
    missing = first_missing(expected, run.lines)
    assert missing is None, f"not printed, or not in order: {missing!r}\n\n{run.text}"
    assert (run.code == 0) == transcript["succeeds"], run.text
    for rule in run.result["faults"]:
        assert rule["fired"] == 1, rule
    print(f"{path.stem}: {len(expected)} lines, {took:.2f} s")
