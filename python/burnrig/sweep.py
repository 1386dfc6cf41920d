# SPDX-License-Identifier: Apache-2.0
"""Every fault at every command of a burn: `burnrig sweep` as a function.

    result = burnrig.sweep(filter="cd-r-80 tao", out="failures")
    assert result.held, result.text
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import tempfile
import typing

from .errors import RigError
from .where import find_program

Path = typing.Union[str, "os.PathLike[str]"]


@dataclasses.dataclass(frozen=True)
class SweepResult:
    """What came of a sweep."""

    held: bool  #: every invariant, in every trial
    text: str  #: for a person
    fields: dict[str, typing.Any]  #: summary.json


def sweep(scenarios: Path | typing.Sequence[Path] = (), *, filter: str = "", kinds: typing.Sequence[str] = (),  # noqa: A002
          at: str = "", depth: int = 1, pairs: int | None = None, seed: int = 1, jobs: int | None = None,
          out: Path | None = None) -> SweepResult:
    """Sweeps scenarios, or every medium and mode of our driver. out: a directory for what failed, each as a scenario for
    `burnrig replay`. RigError: nothing could be swept."""
    if isinstance(scenarios, (str, os.PathLike)):
        scenarios = [scenarios]
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [find_program(), "sweep", *map(os.fspath, scenarios), "--seed", str(seed), "--json", file.name]
        for option, value in (("--filter", filter), ("--kinds", ",".join(kinds)), ("--at", at), ("--pairs", pairs),
                              ("--jobs", jobs), ("--out", out and os.fspath(out)), ("--depth", depth if depth > 1 else 0)):
            if value:
                command += [option, str(value)]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                               check=False)
        written = file.read()
    if ended.returncode not in (0, 1) or not written:
        raise RigError(ended.stderr.strip() or f"burnrig sweep ended with exit code {ended.returncode}")
    return SweepResult(ended.returncode == 0, ended.stdout, json.loads(written))
