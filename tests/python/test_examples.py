# SPDX-License-Identifier: Apache-2.0
"""Goal: the examples do what they say: a burner that tells the truth passes, one that does not is told what it did
wrong, and the workflows run those very commands."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

import burnrig

SOURCE = pathlib.Path(os.environ["BURNRIG_SOURCE"])
COMMAND = ["-p", "pytest_burnrig", "-p", "no:cacheprovider"]


def run_example(tmp_path, **environment):
    return subprocess.run([sys.executable, "-m", "pytest", *COMMAND, f"--rootdir={SOURCE}", f"--basetemp={tmp_path / 'x'}",
                           f"--burnrig-artifacts={tmp_path / 'failed'}", SOURCE / "examples" / "pytest"],
                          capture_output=True, text=True, timeout=100, check=False, env={**os.environ, **environment})


@pytest.mark.skipif(shutil.which("wodim") is None, reason="wodim is not installed (ci/setup installs it)")
def test_a_foreign_burner_in_twenty_lines_of_pytest(tmp_path):
    done = run_example(tmp_path)
    assert done.returncode == 0 and "7 passed" in done.stdout, done.stdout
    assert not (tmp_path / "failed").exists()


@pytest.mark.skipif(shutil.which("sg_raw") is None, reason="sg3-utils is not installed (ci/setup installs it)")
def test_a_wrong_burner_is_told_what_it_did_wrong(tmp_path):
    wrong = SOURCE / "examples" / "pytest" / "wrong_burner.sh"
    done = run_example(tmp_path, MY_BURNER=f"{wrong} {{device}} {{image}}")
    assert done.returncode == 1 and "7 failed" in done.stdout, done.stdout
    for words in ("wrong_burner.sh reports success (exit code 0), but image.iso is not on the disc",
                  "disc      it is blank: nothing was recorded", "drive     was never sent a WRITE",
                  "SEND_OPC_INFORMATION  54 01 00 00 00 00 00 00 00 00  -> 03/73/03 MEDIUM ERROR",
                  "fix       look at the status of every command: SEND_OPC_INFORMATION failed",
                  "printed   calibrated;", "again     burnrig run", "--fault opc-failure"):
        assert words in done.stdout, words
    kept = [folder.name for folder in (tmp_path / "failed").iterdir()]
    assert len(kept) == 7
    first = tmp_path / "failed" / sorted(kept)[0]
    assert "burnrig run" in (first / "replay.txt").read_text() and "was burned" in (first / "output.1.txt").read_text()
    assert burnrig.read_trace(first / "trace.1.jsonl") and burnrig.Disc.open(str(first / "disc.1")).blank


@pytest.mark.parametrize("file", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_workflows_run_the_example(file):
    """A runner is not there; that they are read as meant, and name what exists, is."""
    workflow = yaml.safe_load((SOURCE / "examples" / "ci" / file).read_text())
    steps = ([step.get("run", "") for step in workflow["jobs"]["burn"]["steps"]] if "jobs" in workflow
             else workflow["wheel"]["script"] + workflow["burn"]["script"])
    lines = "\n".join(steps).splitlines()
    test, = [line for line in lines if "pytest --" in line]
    assert test == ("python3 -m pytest --burnrig-artifacts=failed --junitxml=junit.xml examples/pytest")
    packages = {word for line in lines if "apt-get install" in line for word in line.split("recommends ")[1].split()}
    known = subprocess.run(["apt-cache", "show", *packages], capture_output=True, text=True, check=False)
    assert packages <= set(re.findall(r"^Package: (\S+)", known.stdout, re.MULTILINE)), known.stderr
    assert any("burnrig/ci/setup" in line for line in lines) and (SOURCE / "ci" / "setup").exists()
    assert "privileged" not in str(workflow) and "/dev/" not in str(workflow)
