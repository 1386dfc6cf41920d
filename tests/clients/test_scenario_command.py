# SPDX-License-Identifier: Apache-2.0
"""Goal: `burnrig test` says by its exit code, its text, JSON and JUnit what came of scenarios, and nothing hangs."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
from conftest import burnrig, requires

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
