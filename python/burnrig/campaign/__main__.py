# SPDX-License-Identifier: Apache-2.0
"""burnrig campaign [options] [what `burnrig sweep` is given]: see --help."""

from __future__ import annotations

import argparse
import functools
import os
import pathlib
import subprocess
import sys
import time

from ..errors import RigError
from ..where import find_program
from . import dask, engines
from .plan import Plan, count_trials, make_plan
from .shard import BROKEN, USAGE, explain_crash

EXAMPLES = """\
What is not listed above goes to `burnrig sweep` as it is: scenarios, --filter, --kinds, --depth, --pairs, --seed ...

  burnrig campaign --out nightly --depth 2 --pairs 5000
  burnrig campaign --out nightly --depth 2 --pairs 5000 --engine dask --jobs 8            a cluster on this machine
  burnrig campaign --out /shared/nightly --engine dask --scheduler tcp://host:8786        one that is there
  burnrig campaign --out nightly --engine list | head                                     for engines of your own

The files in --out are the state: the same command goes on where it, or any of its processes, was killed. At the end
they are merged into --out/summary.json, byte for byte what one process writes. Exit codes: those of burnrig sweep
(0 held, 1 violated, 2 usage, 3 broken).
"""


def parse(words: list[str]) -> tuple[argparse.Namespace, tuple[str, ...]]:
    parser = argparse.ArgumentParser(prog="burnrig campaign", description="A sweep in shards, on many processes or machines.",
                                     epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    parser.add_argument("--out", required=True, type=pathlib.Path, metavar="DIR",
                        help="where the campaign's files are; every worker sees this directory")
    parser.add_argument("--engine", choices=["local", "dask", "parallel", "slurm", "list"], default="local")
    parser.add_argument("--shards", type=positive, metavar="N", help="default: one for each 2000 trials")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, metavar="N",
                        help="shards at a time, or workers (default: %(default)s)")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster that is there")
    parser.add_argument("--resource", action="append", default=[], metavar="NAME=AMOUNT",
                        help="with dask: what a worker must have, such as DRIVE=1")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    options, what = parser.parse_known_args(words)
    for word in what:
        if word.split("=")[0] in ("--shard", "--merge", "--count", "--json", "--html", "--junit", "--list-kinds", "--run"):
            parser.error(f"{word} is for burnrig sweep alone")
    if (options.scheduler or options.resource) and options.engine != "dask":
        parser.error("--scheduler and --resource are for --engine dask")
    try:
        options.resource = {name: float(amount) for name, amount in (one.split("=") for one in options.resource)}
    except ValueError:
        parser.error("--resource: give NAME=AMOUNT, such as DRIVE=1")
    return options, tuple(what)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


class Progress:
    """One line, as it goes."""

    def __init__(self, plan: Plan, quiet: bool):
        self._plan, self._quiet = plan, quiet
        self._began, self._before = time.monotonic(), plan.shards - len(plan.pending())
        self._shown = -1

    def __call__(self) -> None:
        done = self._plan.shards - len(self._plan.pending())
        if self._quiet or done == self._shown:
            return
        self._shown = done
        seconds = time.monotonic() - self._began
        speed = (done - self._before) / seconds if seconds > 0 else 0
        left = f", {(self._plan.shards - done) / speed:.0f} s left" if speed > 0 else ""
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"burnrig: {done} of {self._plan.shards} shards{left}   ", end=end, file=sys.stderr, flush=True)


def main(words: list[str] | None = None) -> int:
    options, what = parse(sys.argv[1:] if words is None else words)
    try:
        plan = make_plan(find_program(), what, options.shards, options.out)
        engine = {"local": engines.local, "parallel": engines.parallel, "slurm": engines.slurm, "list": engines.print_list,
                  "dask": functools.partial(dask.run, scheduler=options.scheduler, resources=options.resource),
                  }[options.engine]
        failed = engine(plan, options.jobs, Progress(plan, options.quiet))
    except RigError as error:
        print(f"burnrig: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("burnrig: stopped; the same command goes on from here", file=sys.stderr)
        return BROKEN
    if options.engine == "list":
        return 0
    if plan.pending():
        return tell_what_is_missing(plan, failed)
    return subprocess.run(plan.merge_command(), stdin=subprocess.DEVNULL, check=False).returncode


def tell_what_is_missing(plan: Plan, failed: dict[int, int]) -> int:
    """Shards that cannot be carried out, each with the part that is to blame."""
    trials = count_trials(plan.program, plan.what)
    for shard in plan.pending():
        code = failed.get(shard)
        if code is None:
            print(f"burnrig: shard {shard} of {plan.shards} was not carried out", file=sys.stderr)
        elif code >= 0:
            print(f"burnrig: shard {shard} of {plan.shards} ended with exit code {code} and without a result: "
                  f"{' '.join(plan.command(shard))}", file=sys.stderr)
        else:
            told = explain_crash(plan, shard, code, trials)
            size = "one trial" if told["one_trial"] else "part"
            print(f"burnrig: shard {shard} of {plan.shards} died by signal {told['signal']}; {size} {told['part']} is to "
                  f"blame: {told['again']}", file=sys.stderr)
    return BROKEN


if __name__ == "__main__":
    sys.exit(main())
