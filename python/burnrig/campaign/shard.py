# SPDX-License-Identifier: Apache-2.0
"""The unit of work, for a worker on any machine that sees the campaign's directory; and who crashes it, if it does.

A shard that dies by a signal is tried once more; then it is halved (I/N is I/2N and (I+N)/2N together) until one part
that still dies is one trial. That is told, not lost."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tempfile
import typing

HELD, VIOLATED, USAGE, BROKEN = 0, 1, 2, 3
TRIES = 2
HALVINGS_MAX = 24


def run_shard(command: list[str], file: str) -> int:
    """Carries one out, unless it is done; its exit code, negative when it died by a signal."""
    if pathlib.Path(file).exists():
        return HELD
    code = BROKEN
    for _ in range(TRIES):
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False).returncode
        if code >= 0:
            break
    return code


Dies = typing.Callable[[int, int], "int | None"]


def find_crash(shard: int, of: int, trials: int, dies: Dies) -> tuple[int, int] | None:
    """The smallest part that dies, as (shard, of); None when no half does, such as when it dies of the whole's size.
    `dies(shard, of)` gives the signal, or None."""
    for _ in range(HALVINGS_MAX):
        if of >= trials:
            return shard, of
        half = next((part for part in (shard, shard + of) if dies(part, 2 * of) is not None), None)
        if half is None:
            return None
        shard, of = half, 2 * of
    return shard, of


def explain_crash(plan: typing.Any, shard: int, code: int, trials: int) -> dict[str, typing.Any]:
    """Which part of a shard dies, kept in the campaign's directory as crash-I-of-N.json."""
    with tempfile.TemporaryDirectory(prefix="burnrig-crash-") as scratch:
        def dies(part: int, of: int) -> int | None:
            done = subprocess.run(plan.command(part, of, pathlib.Path(scratch)), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            return -done.returncode if done.returncode < 0 else None
        found = find_crash(shard, plan.shards, trials, dies)
    part, of = found or (shard, plan.shards)
    told = {"shard": shard, "shards": plan.shards, "signal": -code, "part": f"{part}/{of}",
            "one_trial": of >= trials,
            "again": " ".join(["burnrig", "sweep", *plan.what, "--jobs", "1", "--shard", f"{part}/{of}", "--out", "crash"])}
    (plan.folder / f"crash-{shard}-of-{plan.shards}.json").write_text(json.dumps(told, indent=1) + "\n")
    return told
