# SPDX-License-Identifier: Apache-2.0
"""Goal: a run of an unmodified program, once recorded, can be served again without the drive: the program prints the
same and ends the same, and whoever does something else is told at which command. And a drive's profile is a drive that
programs find to be the same.

Method: record with `burnrig record`, replay with `burnrig replay`, compare what the program printed line by line; let
wodim look at a drive and at its profile; compare recorded runs with each other."""

import json
import re

import pytest
from conftest import BURNRIG, burnrig, make_image, requires

requires("wodim", "cdrskin", "growisofs")

RUNS = {
    "wodim-tao": ("cd-r-80", ["wodim", "-v", "-tao", "dev=/dev/sr0", "{image}"]),
    "wodim-opc-fails": ("cd-rw-80", ["wodim", "-v", "dev=/dev/sr0", "{image}"]),
    "cdrskin-sao": ("cd-rw-80", ["cdrskin", "-v", "-sao", "dev=/dev/sr0", "{image}"]),
    "growisofs-Z": ("dvd+rw", ["growisofs", "-Z", "/dev/sr0={image}"]),
    "burnrig-verify": ("bd-re-25", [BURNRIG, "burn", "--quiet", "--verify", "--device", "/dev/sr0", "{image}"]),
}


def record(name, tmp_path, *options):
    medium, command = RUNS[name]
    image = tmp_path / "image.iso"
    if not image.exists():
        make_image(image, 600)
    rig = ["--drive", "generic-bd-recorder", "--medium", medium]
    if "fails" in name:
        rig += ["--fault", "opc-failure"]
    transcript = tmp_path / "run.transcript"
    words = [word.format(image=image) for word in command]
    run = burnrig("record", *rig, "--out", transcript, "--quiet", *options, "--", *words)
    return run, transcript, words


def printed(run):
    """Without what the machine decides: process numbers, and our own lines."""
    return [re.sub(r"\[\d+\]", "[]", line) for line in run.lines if not line.startswith("burnrig: ")]


@pytest.mark.parametrize("name, via", [(name, "preload") for name in RUNS]
                         + [("burnrig-verify", "seccomp")])
def test_a_replay_prints_and_ends_as_the_recording(name, via, tmp_path):
    first, transcript, words = record(name, tmp_path, "--via", via)
    assert (first.code != 0) == ("fails" in name), first.text
    again = burnrig("replay", transcript, "--via", via, "--quiet", "--json", tmp_path / "r.json", "--", *words)
    assert again.code == 0, again.text
    if via == "preload":  # elsewhere the program's clocks are the machine's, and it prints times
        assert printed(again) == printed(first)
    result = json.loads((tmp_path / "r.json").read_text())
    assert result["outcome"] == "as-recorded"
    assert result["program_exit"] == first.code == result["recorded_exit"]
    assert result["served"] == result["commands"] > 20
    recorded = burnrig("replay", transcript, "--via", via, "--run")
    assert recorded.code == 0 and "as recorded" in recorded.text, recorded.text


def test_the_same_run_gives_the_same_transcript(tmp_path):
    _, transcript, _ = record("wodim-tao", tmp_path)
    first = transcript.read_bytes()
    record("wodim-tao", tmp_path)
    assert transcript.read_bytes() == first


def test_another_run_is_told_where_it_differs(tmp_path):
    _, transcript, words = record("wodim-tao", tmp_path)
    other = make_image(tmp_path / "other.iso", 600, seed=2)
    run = burnrig("replay", transcript, "--", *words[:-1], other)
    assert run.code == 1
    assert re.search(r"the run left the transcript at command \d+ of \d+: the same command with other data\n"
                     r"  command   2A 00 .*WRITE_10\n  expected  \d+ bytes with digest \w+\n", run.text), run.text
    assert "--ignore-data" in run.text
    assert burnrig("replay", transcript, "--ignore-data", "--", *words[:-1], other).code == 0

    longer = make_image(tmp_path / "longer.iso", 700)
    run = burnrig("replay", transcript, "--ignore-data", "--", *words[:-1], longer)
    assert run.code == 1
    assert "the run left the transcript at command" in run.text and "^^" in run.text, run.text


def test_a_run_that_ends_early_leaves_a_rest(tmp_path):
    _, transcript, _ = record("wodim-tao", tmp_path)
    run = burnrig("replay", transcript, "--", "true")
    assert run.code == 1
    assert re.search(r"(\d+) of \1 commands were not asked for, the first of them command 1: ", run.text), run.text


def test_a_program_that_never_gives_up_is_ended(tmp_path):
    _, transcript, _ = record("wodim-tao", tmp_path)
    run = burnrig("replay", transcript, "--", "sh", "-c",
                  "while :; do wodim dev=/dev/sr0 -checkdrive >/dev/null 2>&1; done", timeout=60)
    assert run.code == 1 and "the program's exit code is 137" in run.text, run.text


def test_a_transcript_says_what_it_is_and_runs_nothing_unasked(tmp_path):
    _, transcript, words = record("wodim-tao", tmp_path)
    run = burnrig("replay", transcript)
    assert run.code == 4
    assert " ".join(map(str, words)) in run.out and "--run" in run.out


def test_serial_numbers_are_left_out(tmp_path):
    run, transcript, words = record("wodim-tao", tmp_path, "--redact")
    assert run.code == 0, run.text
    assert '"serial":"XXXXXXXXXXXX"' in transcript.read_text()
    assert b"000000000001".hex() not in transcript.read_text().replace(" ", "")
    assert burnrig("replay", transcript, "--", *words).code == 0


@pytest.mark.parametrize("content, message", [
    ("", ":1: the file is cut off"),
    ("{\"burnrig_transcript\":1", ":1: is not a line of JSON"),
    ("hello\n", ":1: is not a line of JSON"),
    (None, "cannot be read"),
])
def test_a_file_that_is_no_transcript_is_refused(content, message, tmp_path):
    path = tmp_path / "odd"
    if content is not None:
        path.write_text(content)
    run = burnrig("replay", path, "--run")
    assert run.code == 2 and message in run.text, run.text


@pytest.mark.parametrize("arguments", [
    ["record", "--out", "x"], ["record", "--", "true"], ["replay"], ["replay", "x", "--run", "--", "true"],
    ["record", "--out", "/nowhere/x", "--", "true"], ["record", "--out", "x", "--via", "fuse", "--", "true"],
    ["diff", "--a", "sim"], ["diff", "--b", "sim"], ["diff", "--a", "nothing", "--b", "sim"],
    ["profile", "--out", "x.txt"], ["profile", "--name", "x", "--out", "y.yaml"], ["profile", "--device", "/dev/none"],
])
def test_wrong_usage_is_refused(arguments, tmp_path):
    run = burnrig(*arguments, cwd=tmp_path)
    assert run.code in (2, 125) and run.err.strip(), run.text


@pytest.mark.parametrize("drive", ["pioneer-dvr-111", "generic-bd-recorder"])
def test_a_profile_is_a_drive_that_programs_find_the_same(drive, tmp_path):
    run = burnrig("profile", "--drive", drive, "--medium", "cd-rw-80", "--out", "mine.yaml", "--medium-out", "disc.yaml",
                  cwd=tmp_path)
    assert run.code == 0, run.text
    look = ["--", "wodim", "-prcap", "dev=/dev/sr0"]
    original = burnrig("run", "--quiet", "--drive", drive, "--medium", "cd-rw-80", *look)
    profiled = burnrig("run", "--quiet", "--drive", "mine.yaml", "--medium", "disc.yaml", *look, cwd=tmp_path)
    assert profiled.out == original.out and "Maximum write speed" in original.out
    image = make_image(tmp_path / "image.iso", 300)
    burn = burnrig("run", "--quiet", "--drive", "mine.yaml", "--medium", "disc.yaml", "--", "wodim", "-tao",
                   "dev=/dev/sr0", image, cwd=tmp_path)
    assert burn.code == 0, burn.text
    named = burnrig("profile", "--drive", drive, "--medium", "none", "--name", "my-drive")
    assert named.code == 0 and 'name: "my-drive"' in named.out and "no disc in it" in named.out


def test_two_recorded_runs_are_compared(tmp_path):
    _, transcript, _ = record("wodim-tao", tmp_path)
    good = tmp_path / "good.transcript"
    transcript.rename(good)
    same = burnrig("diff", "--a", good, "--b", good)
    assert same.code == 0 and "0 disagreements" in same.out, same.text
    medium, command = RUNS["wodim-tao"]
    words = [word.format(image=tmp_path / "image.iso") for word in command]
    burnrig("record", "--drive", "generic-bd-recorder", "--medium", medium, "--fault", "opc-failure", "--out", transcript,
            "--", *words)
    run = burnrig("diff", "--a", good, "--b", transcript, "--json", tmp_path / "d.json")
    assert run.code == 1
    assert re.search(r"SEND_OPC_INFORMATION  54 01 .*\n +answer +A GOOD\n +B 03/73/03 MEDIUM ERROR, POWER CAL", run.out), run.out
    found = json.loads((tmp_path / "d.json").read_text())["runs"][0]
    assert (found["outcome_a"], found["outcome_b"]) == ("succeeded", "failed")
    assert any(one["what"] == "sent" and one["says_b"] == "not sent" for one in found["commands"])


def test_a_scenario_on_two_drives_is_compared(tmp_path):
    scenario = tmp_path / "burn.yaml"
    scenario.write_text("title: A burn\ndrive: generic-dvd-recorder\nmedium: cd-r-80\nimage: 128KiB\n"
                        "runs:\n  - burn: {mode: tao}\n    expect: {outcome: succeeded}\n")
    assert burnrig("diff", scenario, "--a", "sim", "--b", "sim:generic-dvd-recorder").code == 0
    run = burnrig("diff", scenario, "--b", "sim:optiarc-ad-7280s")
    assert run.code == 1 and "feature 0001h" in run.out and "when it is over" in run.out, run.text
    served = burnrig("run", "--quiet", "--drive", "optiarc-ad-7280s", "--medium", "cd-r-80", "--", BURNRIG,
                     "diff", scenario, "--b", "/dev/sr0", "--a", "sim:optiarc-ad-7280s")
    assert "run 1: burnrig burn" in served.out and "feature 0001h" not in served.out, served.text
