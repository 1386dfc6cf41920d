# SPDX-License-Identifier: Apache-2.0
"""Engines: each is given a plan and a `tell`, carries out what is pending, and ends when it can do no more. What came
of it is in the files; an engine gives back the exit codes of shards that left none."""

from __future__ import annotations

import concurrent.futures
import pathlib
import shlex
import shutil
import subprocess
import typing

from ..errors import RigError
from .plan import Plan
from .shard import run_shard

Tell = typing.Callable[[], None]
Failed = typing.Dict[int, int]


def local(plan: Plan, jobs: int, tell: Tell) -> Failed:
    """Processes on this machine."""
    failed: Failed = {}
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(run_shard, plan.command(shard), str(plan.file(shard))): shard for shard in plan.pending()}
        try:
            for future in concurrent.futures.as_completed(running):
                shard = running[future]
                if not plan.file(shard).exists():
                    failed[shard] = future.result()
                tell()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return failed


def command_lines(plan: Plan) -> list[str]:
    """What is pending, a line for a shell each."""
    return [shlex.join(plan.command(shard)) for shard in plan.pending()]


def print_list(plan: Plan, _jobs: int, _tell: Tell) -> Failed:
    """Carries nothing out: prints the commands, for an engine that is not one of these."""
    for line in command_lines(plan):
        print(line)
    print(shlex.join(plan.merge_command()))
    return {}


def parallel(plan: Plan, jobs: int, tell: Tell) -> Failed:
    """GNU parallel; more machines with its own variable: PARALLEL='--sshlogin a,b --wd .'. A line that fails is not the
    end of the others."""
    if shutil.which("parallel") is None:
        raise RigError("--engine parallel: GNU parallel is not installed (apt-get install parallel)")
    process = subprocess.Popen(["parallel", "--will-cite", "--jobs", str(jobs), "--halt", "never", "--joblog",
                                str(plan.folder / "parallel.log")], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, text=True)
    with typing.cast(typing.IO[str], process.stdin) as lines:
        lines.write("".join(f"{line}\n" for line in command_lines(plan)))
    while process.poll() is None:
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            tell()
    tell()
    codes = {}
    for line in (plan.folder / "parallel.log").read_text().splitlines()[1:]:
        fields = line.split("\t")
        shard = next((number for number in plan.pending() if f"--shard {number}/{plan.shards} " in fields[-1] + " "), None)
        if shard is not None:
            codes[shard] = -int(fields[7]) or int(fields[6])
    return codes


SLURM = """#!/bin/sh
#SBATCH --array=1-{count}%{jobs}
#SBATCH --requeue
#SBATCH --job-name=burnrig-campaign
#SBATCH --output=/dev/null
# One line of {lines} each; what is done already ends at once.
eval "$(sed -n "${{SLURM_ARRAY_TASK_ID}}p" {lines})"
"""


def slurm(plan: Plan, jobs: int, tell: Tell) -> Failed:
    """A job array; waits until it has ended."""
    if shutil.which("sbatch") is None:
        raise RigError("--engine slurm: there is no sbatch on the PATH; run this where Slurm's commands are")
    lines = command_lines(plan)
    if not lines:
        return {}
    list_file = plan.folder / "slurm.commands"
    list_file.write_text("".join(f"{line}\n" for line in lines))
    script = plan.folder / "slurm.sh"
    script.write_text(SLURM.format(count=len(lines), jobs=jobs, lines=shlex.quote(str(pathlib.Path(list_file).resolve()))))
    done = subprocess.run(["sbatch", "--wait", str(script)], capture_output=True, text=True, check=False)
    tell()
    if done.returncode != 0 and len(plan.pending()) == len(lines):
        raise RigError(f"--engine slurm: {done.stderr.strip() or done.stdout.strip()}")
    return {}
