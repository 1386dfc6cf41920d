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


def test_a_dry_run_names_what_would_run_and_changes_nothing(tmp_path):
    (tmp_path / "yes.yaml").write_text(ATTACHED)
    (tmp_path / "no.yaml").write_text(OTHER_DISC)
    trace = tmp_path / "trace.jsonl"
    run = run_in_rig(["--drive", "optiarc-ad-7280s", "--medium", "cd-rw-80", "--trace", str(trace)],
                     [BURNRIG, "test", "-v", "--dry-run", "--device", "/dev/sr0", str(tmp_path)], tmp_path)
    assert run.code == 0, run.text
    assert "dry run: it would be carried out" in run.text and "it wants a dvd+r" in run.text
    assert not {"WRITE_10", "BLANK", "SEND_OPC_INFORMATION"} & {
        json.loads(line).get("command") for line in trace.read_text().splitlines()}


POWER_LOSS = """title: the power goes in mid-burn and comes back
drive: generic-dvd-recorder
medium: cd-rw-80
image: 4MiB
faults: ["cut: at @write #4 -> power-loss 2s"]
runs:
  - burn: {mode: tao}
    expect: {outcome: failed, medium: differs}
truth: {outcome: failed}
"""


def with_power_commands(tmp_path, off, on):
    drive = "generic-dvd-recorder"
    serial = next(line.split('"')[1] for line in burnrig("profile", "--drive", drive).text.splitlines()
                  if line.startswith("serial:"))
    socket = tmp_path / "control"
    ctl = f"{BURNRIG} ctl {socket}"
    (tmp_path / "rig.yaml").write_text(f"power: {{{serial}: {{off: '{ctl} {off}', on: '{ctl} {on}', wait: 5}}}}\n")
    (tmp_path / "cut.yaml").write_text(POWER_LOSS)
    return run_in_rig(["--drive", drive, "--medium", "cd-rw-80", "--socket", str(socket)],
                      [BURNRIG, "test", "-v", "--device", "/dev/sr0", "--rig", str(tmp_path / "rig.yaml"),
                       str(tmp_path / "cut.yaml")], tmp_path)


def test_a_rig_file_can_switch_the_power_of_a_drive(tmp_path):
    run = with_power_commands(tmp_path, "power-off", "power-on")
    assert run.code == 0 and "1 passed" in run.text, run.text


def test_a_switch_that_does_not_switch_breaks_the_rig_and_not_the_verdict(tmp_path):
    run = with_power_commands(tmp_path, "status", "status")
    assert run.code == 3 and "still answers after its power was switched off" in run.text, run.text


ASKING = {"TEST_UNIT_READY", "REQUEST_SENSE", "INQUIRY", "REPORT_LUNS", "GET_CONFIGURATION", "GET_PERFORMANCE",
          "GET_EVENT_STATUS_NOTIFICATION", "MODE_SENSE_10", "REPORT_KEY", "MECHANISM_STATUS", "LOG_SENSE",
          "PREVENT_ALLOW_MEDIUM_REMOVAL"}  # the last one is the node's own, when it is closed


@pytest.mark.parametrize("medium, first_session", [("cd-r-80", False), ("dvd+r", True), ("bd-re-25", False)])
def test_a_dry_run_of_a_burn_only_asks_and_tells_what_the_burn_will(medium, first_session, tmp_path):
    def burn(*options):
        drive = ["--drive", "generic-bd-recorder", "--medium", medium, "--disc", str(tmp_path / "disc")]
        return run_in_rig(drive + ["--trace", str(tmp_path / "trace.jsonl")],
                          [BURNRIG, "burn", "-q", "--json", *options, "--device", "/dev/sr0", "pattern:2M"], tmp_path)

    def report(run):
        return json.loads(run.text[run.text.index("{"):run.text.rindex("}") + 1])["report"]

    if first_session:
        assert burn("--multi").code == 0
    dry = burn("--dry-run", "--multi")
    assert dry.code == 0, dry.text
    sent = {json.loads(line).get("command") for line in (tmp_path / "trace.jsonl").read_text().splitlines()[1:]}
    assert all(name in ASKING or name.startswith("READ_") for name in sent), sent
    real = burn("--multi")
    assert {key: report(dry)[key] for key in ("mode", "first_lba", "blocks")} == \
        {key: report(real)[key] for key in ("mode", "first_lba", "blocks")}
