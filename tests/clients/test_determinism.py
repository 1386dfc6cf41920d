# SPDX-License-Identifier: Apache-2.0
"""Goal: the same command with the same seed writes the same trace, byte for byte, twenty times."""

import pytest
from conftest import BURNRIG, make_image, requires, run_in_rig

requires("wodim", "cdrskin")
TIMES = 20


@pytest.mark.parametrize("command", [
    ["wodim", "-tao", "dev=/dev/sr0", "{image}"],
    ["wodim", "-sao", "-v", "dev=/dev/sr0", "{image}"],
    ["cdrskin", "-tao", "dev=/dev/sr0", "{image}"],
    [BURNRIG, "burn", "--device", "/dev/sr0", "--verify", "{image}"],
], ids=lambda command: "-".join(command[:2]).split("/")[-1])
def test_equal_runs_give_equal_traces(command, tmp_path):
    image = make_image(tmp_path / "image.iso", 3000)
    trace = tmp_path / "trace.jsonl"
    seen = set()
    for _ in range(TIMES):
        run = run_in_rig(["--seed", "7", "--trace", trace], [word.format(image=image) for word in command], tmp_path)
        assert run.code == 0, run.text
        seen.add(trace.read_bytes())
    assert len(seen) == 1, f"{len(seen)} different traces in {TIMES} runs"
    assert trace.read_bytes().count(b'"WRITE_10"') > 10
