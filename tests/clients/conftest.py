# SPDX-License-Identifier: Apache-2.0
"""What all client tests share: the burnrig command, images, and the rule that a missing program is said loudly."""

import errno
import json
import os
import pathlib
import pty
import random
import shutil
import subprocess
import threading

import pytest

BURNRIG = os.environ.get("BURNRIG", "build/release/bin/burnrig")
SOURCE = pathlib.Path(os.environ.get("BURNRIG_SOURCE", pathlib.Path(__file__).parents[2]))
BLOCK = 2048


# Why files were not run at all.
LACKS = []


def lacking(reason):
    """Ends the whole file with exit code 77: it was not tested, so it did not pass."""
    LACKS.append(reason)
    pytest.skip(reason, allow_module_level=True)


def requires(*programs):
    """Ends the whole file with exit code 77 when a program is missing."""
    for program in programs:
        if shutil.which(program) is None:
            lacking(f"{program} is not installed (ci/setup installs it)")


def as_seen(line):
    """A line as a terminal shows it: a carriage return goes to its start, a backspace one to the left."""
    shown, at = [], 0
    for character in line.rstrip("\r"):
        if character == "\r":
            at = 0
        elif character == "\b":
            at = max(0, at - 1)
        else:
            shown[at:at + 1] = [character]
            at += 1
    return "".join(shown)


class Run:
    """A finished command: exit code, everything printed, the result file."""

    def __init__(self, code, out, err="", result=None):
        self.code = code
        self.out = out
        self.err = err
        self.text = out + err
        self.lines = [as_seen(line) for line in self.text.split("\n")]
        self.result = result


def burnrig(*arguments, timeout=120, **options):
    """Runs `burnrig ARGUMENTS` to its end."""
    process = subprocess.run([BURNRIG, *map(str, arguments)], capture_output=True, timeout=timeout,
                             stdin=subprocess.DEVNULL, text=True, errors="replace", **options)
    return Run(process.returncode, process.stdout, process.stderr)


def run_in_terminal(command, timeout):
    """Runs a command with a terminal for its output, so that it prints in the order a user would see."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                               env={**os.environ, "LC_ALL": "C"})
    os.close(slave)
    watchdog = threading.Timer(timeout, process.kill)
    watchdog.start()
    chunks = []
    try:
        while chunk := os.read(master, 65536):
            chunks.append(chunk)
    except OSError as error:  # the last writer closed the terminal
        if error.errno != errno.EIO:
            raise
    finally:
        code = process.wait()
        watchdog.cancel()
        os.close(master)
    return code, b"".join(chunks).decode(errors="replace")


def run_in_rig(rig, command, tmp_path, timeout=120):
    """Runs a program on the simulated drive: burnrig run RIG --json FILE -- COMMAND, on a terminal."""
    result_file = tmp_path / "result.json"
    result_file.unlink(missing_ok=True)
    code, out = run_in_terminal(
        [BURNRIG, "run", *map(str, rig), "--quiet", "--json", str(result_file), "--", *map(str, command)], timeout)
    result = json.loads(result_file.read_text()) if result_file.exists() else None
    return Run(code, out, result=result)


def make_image(path, blocks, seed=1):
    """Bytes that repeat nowhere, the same for the same seed."""
    path.write_bytes(random.Random(seed).randbytes(blocks * BLOCK))
    return path


# What works is told by the tests themselves: each job of a foreign program is marked
# @pytest.mark.matrix(PROGRAM, MEDIUM, JOB), and matrix_table.py makes the README's table of the outcomes.
MATRIX = pytest.StashKey()


def pytest_configure(config):
    config.addinivalue_line("markers", "matrix(program, medium, job): a job that the README's table lists")
    config.stash[MATRIX] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if not (report.when == "call" or report.outcome != "passed"):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ") if report.skipped else ""
    for marker in item.iter_markers("matrix"):
        program, medium, job = marker.args
        item.config.stash[MATRIX].append({"program": program, "medium": medium, "job": job, "outcome": report.outcome,
                                          "reason": reason})


def pytest_sessionfinish(session):
    if LACKS:
        print("".join(f"\nSKIPPED: {reason}" for reason in LACKS))
        session.exitstatus = 77
    folder = os.environ.get("BURNRIG_MATRIX")
    results = session.config.stash[MATRIX]
    if folder and results:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        name = pathlib.Path(session.config.args[0].split("::")[0]).stem
        (pathlib.Path(folder) / f"{name}.json").write_text(json.dumps(results, indent=1))


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
