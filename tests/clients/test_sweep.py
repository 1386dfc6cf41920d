# SPDX-License-Identifier: Apache-2.0
"""`burnrig sweep` as a user has it: parts and their whole, a scenario's own sweep, failures that are replayed, and what
it says of wodim. Its page in a browser: test_report_pages.py."""

import json
import os
import pathlib
import re

from conftest import burnrig, requires

requires("wodim")
SOURCE = pathlib.Path(os.environ["BURNRIG_SOURCE"])
SMALL = ("--filter", "cd-r-80 tao", "--kinds", "write-error,lose,hang", "--at", "WRITE_10")


def test_parts_are_merged_to_the_bytes_of_the_whole(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert burnrig("sweep", *SMALL, "--depth", 2, "--pairs", 100, "--out", whole).code == 0
    for part in (3, 1):
        assert burnrig("sweep", *SMALL, "--depth", 2, "--pairs", 100, "--shard", f"{part}/3", "--out", parts, "--jobs", part).code == 0
    missing = burnrig("sweep", "--merge", parts)
    assert missing.code == 3 and "shard 2 of 3 is missing" in missing.text
    assert burnrig("sweep", *SMALL, "--depth", 2, "--pairs", 100, "--shard", "2/3", "--out", parts).code == 0
    merged = burnrig("sweep", "--merge", parts)
    assert merged.code == 0, merged.text
    assert (parts / "summary.json").read_bytes() == (whole / "summary.json").read_bytes()
    count = burnrig("sweep", *SMALL, "--depth", 2, "--pairs", 100, "--count")
    assert int(count.text) == json.loads((whole / "summary.json").read_text())["totals"]["trials"]


def test_what_is_sampled_is_said():
    run = burnrig("sweep", *SMALL, "--depth", 2, "--pairs", 50)
    assert re.search(r"sampled 50 of \d+ pairs of faults, drawn by seed 1", run.text), run.text
    raw = burnrig("sweep", "--filter", "cd-r-80 raw16", "--kinds", "hang", "--sample", 10)
    assert re.search(r"cd-r-80 raw16: sampled \d+ of \d+ WRITE_10; 10 of their \d+ trials", raw.text), raw.text


def test_a_scenario_has_its_own_sweep(tmp_path):
    run = burnrig("sweep", SOURCE / "fixtures/scenarios/examples/03-power-loss-anywhere.yaml", "--json", tmp_path / "out.json")
    assert run.code == 0, run.text
    summary = json.loads((tmp_path / "out.json").read_text())
    assert summary["kinds"] == ["swept"] and summary["totals"]["trials"] > 200
    assert summary["totals"]["violated"] == 0


def test_a_failure_file_is_carried_out_again(tmp_path):
    failure = tmp_path / "I3-0.yaml"
    failure.write_text("""
title: "I3: the tray is not left locked"
drive: {like: generic-bd-xl-recorder, buffer: 128KiB}
medium: cd-r-80
image: 1MiB
faults: ["write-error: at WRITE_10 #3 after -> fail 03/0C/00"]
invariants: [I3]
runs: [{burn: {mode: tao}}]
""")
    run = burnrig("replay", failure, "--trace")
    assert run.code == 0 and "03/0C/00" in run.text and "write-error" in run.text, run.text
    about_invariants = burnrig("test", failure)
    assert about_invariants.code == 77 and "burnrig replay" in about_invariants.text, about_invariants.text


def test_wrong_words_are_named():
    assert "write-error" in burnrig("sweep", "--kinds", "write-eror").text
    assert burnrig("sweep", "--shard", "4/3").code == 2
    assert burnrig("sweep", "--filter", "no such burn").code == 4


def test_what_wodim_tells_its_user():
    run = burnrig("sweep", "--kinds", "opc-failed", "--run", "cd-r-80: wodim -v -tao dev={device} {image}")
    assert run.code == 0, run.text
    row = next(line for line in run.text.splitlines() if line.startswith("| wodim"))
    trials, _, truthful, misleading, false_success, hang, not_met = (int(cell) for cell in row.split("|")[3:10])
    assert trials == truthful + misleading + false_success + hang + not_met and truthful > 0
