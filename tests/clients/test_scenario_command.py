# SPDX-License-Identifier: Apache-2.0
"""Goal: `burnrig test` says by its exit code, its text, JSON and JUnit what came of scenarios, and nothing hangs."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import BURNRIG, burnrig, requires, run_in_rig

requires("wodim")

HEAD = "title: t\ndrive: generic-dvd-recorder\nmedium: cd-r-80\n"
GOOD = HEAD + "runs:\n  - burn: {mode: tao}\n    expect: {medium: equals image}\n"
BAD = HEAD + "runs:\n  - burn: {mode: tao}\n    expect: {outcome: failed}\n"
SKIPPED = HEAD + "runs:\n  - program: [no-such-program-here]\n    expect: {outcome: failed}\n"
BROKEN = HEAD + "before: [[\"false\"]]\nruns:\n  - burn: {}\n    expect: {outcome: failed}\n"
MALFORMED = HEAD + "rnus: []\n"


@pytest.mark.parametrize("files, code, expected", [
    ({"good": GOOD}, 0, "1 passed"),
    ({"good": GOOD, "bad": BAD}, 1, "expected outcome failed"),
    ({"good": GOOD, "malformed": MALFORMED}, 2, 'malformed.yaml:4: unknown key "rnus"; did you mean "runs"?'),
    ({"bad": BAD, "broken": BROKEN}, 3, "before: false: it failed"),
    ({}, 4, "no scenario"),
    ({"skipped": SKIPPED}, 77, "no-such-program-here is not installed"),
    ({"skipped": SKIPPED, "good": GOOD}, 0, "1 skipped"),
])
def test_exit_code_and_message(files, code, expected, tmp_path):
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    run = burnrig("test", tmp_path, "--jobs", 2)
    assert run.code == code, run.text
    assert expected in run.text, run.text


def test_a_path_that_is_not_there_is_said():
    run = burnrig("test", "no-such-folder")
    assert run.code == 2 and "no-such-folder" in run.text, run.text


def test_json_and_junit_say_the_same(tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "good.yaml").write_text(GOOD)
    run = burnrig("test", tmp_path, "--json", tmp_path / "r.json", "--junit", tmp_path / "r.xml")
    assert run.code == 1, run.text
    result = json.loads((tmp_path / "r.json").read_text())
    assert result["summary"]["passed"] == 1 and result["summary"]["failed"] == 1
    bad = next(scenario for scenario in result["scenarios"] if scenario["name"] == "bad")
    assert bad["runs"][0]["findings"][0]["expected"] == "outcome failed"
    assert bad["replay"] == f"burnrig test {tmp_path}/bad.yaml"
    suite = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")
    assert suite.find(".//failure") is not None


def test_the_same_scenario_gives_the_same_trace(tmp_path):
    (tmp_path / "luck.yaml").write_text(
        HEAD + "faults: [\"luck: at WRITE_10 p 0.3 -> take +5ms ; always\"]\n"
        "runs:\n  - program: [wodim, -tao, \"dev={device}\", \"{image}\"]\n    expect: {medium: equals image}\n")
    traces = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        run = burnrig("test", tmp_path / "luck.yaml", "--trace", tmp_path / folder)
        assert run.code == 0, run.text
        traces.append((tmp_path / folder / "luck.1.jsonl").read_text().split("\n", 1)[1])
    assert traces[0] == traces[1] and "WRITE_10" in traces[0]


def test_filter_takes_patterns_and_parts(tmp_path):
    for name in ("opc-one", "opc-two", "other"):
        (tmp_path / f"{name}.yaml").write_text(GOOD)
    assert "2 scenarios" in burnrig("test", tmp_path, "--filter", "opc-*").text
    assert "1 scenarios" in burnrig("test", tmp_path, "--filter", "two").text
    assert burnrig("test", tmp_path, "--filter", "none-such").code == 4


ATTACHED = """title: one bad spot, on any drive
drive: generic-dvd-recorder
medium: cd-rw-80
image: 4MiB
faults: ["spot: at @write lba 1000..1031 -> fail write-error info 1000"]
runs:
  - burn: {mode: tao}
    expect: {sense: 03/0C/00, message: LBA 1000, medium: differs, tray: unlocked}
  - burn: {mode: sao}
    faults: []
    expect: {outcome: succeeded, medium: equals image, tray: unlocked, commands: "@write >= 10"}
truth: {outcome: failed, cause: write-error}
"""
NOT_THERE = """title: what only a simulated drive can do
drive: generic-dvd-recorder
medium: cd-rw-80
faults: ["cut: at @write #3 -> power-loss 4s"]
runs:
  - burn: {mode: tao}
    expect: {outcome: failed}
"""
OTHER_DISC = "title: t\nmedium: dvd+r\ndrive: generic-dvd-recorder\nruns:\n  - burn: {}\n    expect: {outcome: succeeded}\n"


def on_the_node(tmp_path, medium, *scenarios):
    """`burnrig test --device` on a node: another drive than the one the scenario names, as a physical one is."""
    files = []
    for number, text in enumerate(scenarios):
        files.append(tmp_path / f"s{number}.yaml")
        files[-1].write_text(text)
    return run_in_rig(["--drive", "optiarc-ad-7280s", "--medium", medium],
                      [BURNRIG, "test", "-v", "--device", "/dev/sr0", *map(str, files)], tmp_path)


def test_a_scenario_runs_unchanged_on_a_node(tmp_path):
    (tmp_path / "here.yaml").write_text(ATTACHED)
    assert burnrig("test", tmp_path / "here.yaml").code == 0
    there = on_the_node(tmp_path, "cd-rw-80", ATTACHED)
    assert there.code == 0 and "1 passed" in there.text, there.text
    wrong = on_the_node(tmp_path, "cd-rw-80", ATTACHED.replace("LBA 1000,", "LBA 1234,"))
    assert wrong.code == 1 and 'expected message ~ "LBA 1234"' in wrong.text, wrong.text


def test_what_a_drive_behind_a_node_cannot_do_is_skipped_with_the_reason(tmp_path):
    run = on_the_node(tmp_path, "cd-rw-80", NOT_THERE, OTHER_DISC)
    assert run.code == 77, run.text
    assert "'power-loss' cannot act here" in run.text
    assert "it wants a dvd+r, and a CD-RW is in the drive" in run.text


def test_a_disc_that_is_written_once_is_used_once(tmp_path):
    run = on_the_node(tmp_path, "cd-r-80", ATTACHED.replace("cd-rw-80", "cd-r-80"))
    assert "the disc is no longer blank" in run.text and "1 of them skipped" in run.text, run.text
