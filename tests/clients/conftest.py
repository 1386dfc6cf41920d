# SPDX-License-Identifier: Apache-2.0
"""What all client tests share: the burnrig command, images, and the rule that a missing program is said loudly."""

import json
import os
import pathlib
import random
import shutil
import subprocess

import pytest

BURNRIG = os.environ.get("BURNRIG", "build/release/bin/burnrig")
SOURCE = pathlib.Path(os.environ.get("BURNRIG_SOURCE", pathlib.Path(__file__).parents[2]))
BLOCK = 2048


def requires(*programs):
    """Ends the whole file with exit code 77 when a program is missing: it was not tested, so it did not pass."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.exit(f"SKIPPED: {program} is not installed (ci/setup installs it)", returncode=77)


class Run:
    """A finished command: exit code, everything printed (lines without their newline), the result file."""

    def __init__(self, process, result):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr
        self.text = process.stdout + process.stderr
        self.lines = self.text.replace("\r", "\n").split("\n")
        self.result = result


def burnrig(*arguments, timeout=120, **options):
    """Runs `burnrig ARGUMENTS` to its end."""
    process = subprocess.run([BURNRIG, *map(str, arguments)], capture_output=True, timeout=timeout,
                             stdin=subprocess.DEVNULL, text=True, errors="replace", **options)
    return Run(process, None)


def run_in_rig(rig, command, tmp_path, timeout=120):
    """Runs a program on the simulated drive: burnrig run RIG --json FILE -- COMMAND. stderr joins stdout in order."""
    result_file = tmp_path / "result.json"
    result_file.unlink(missing_ok=True)
    process = subprocess.run(
        [BURNRIG, "run", *map(str, rig), "--quiet", "--json", str(result_file), "--", *map(str, command)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=timeout, text=True,
        errors="replace", env={**os.environ, "LC_ALL": "C"})
    process.stderr = ""
    result = json.loads(result_file.read_text()) if result_file.exists() else None
    return Run(process, result)


def make_image(path, blocks, seed=1):
    """Bytes that repeat nowhere, the same for the same seed."""
    path.write_bytes(random.Random(seed).randbytes(blocks * BLOCK))
    return path


@pytest.fixture
def image(tmp_path):
    """1000 blocks."""
    return make_image(tmp_path / "image.iso", 1000)


def export(disc, out):
    """The disc's content as a file."""
    run = burnrig("disc", "export", disc, out)
    assert run.code == 0, run.text
    return out.read_bytes()


def disc_info(disc):
    run = burnrig("disc", "info", disc, "--json")
    assert run.code == 0, run.text
    return json.loads(run.out)
