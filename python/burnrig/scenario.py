# SPDX-License-Identifier: Apache-2.0
"""Scenarios, a drive, a disc, faults and who burns as a YAML file: `burnrig test` as a function.

    for scenario in burnrig.run_scenarios("fixtures/scenarios/field"):
        assert scenario.passed, scenario.text
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
class RunOutcome:
    """One run of a scenario."""

    run: str  #: 'burnrig burn --mode tao', 'wodim -tao ...'
    result: str  #: 'passed', 'failed', 'skipped', 'broken'
    fields: dict[str, typing.Any]  #: as `burnrig test --json` prints them

    @property
    def findings(self) -> list[dict[str, str]]:
        """What is not as it must be: what, expected, seen."""
        return self.fields["findings"]

    @property
    def text(self) -> str:
        lines = [f"{self.result}  {self.run}", *([f"  {self.fields['reason']}"] if self.fields["reason"] else [])]
        for finding in self.findings:
            lines += [f"  {finding['what']}", f"    expected {finding['expected']}", f"    seen     {finding['seen']}"]
        return "\n".join(lines)


@dataclasses.dataclass(frozen=True)
class ScenarioOutcome:
    """What came of a scenario."""

    name: str
    title: str
    file: str
    result: str  #: 'passed', 'failed', 'skipped', 'broken'
    reason: str
    runs: list[RunOutcome]
    fields: dict[str, typing.Any]

    @property
    def passed(self) -> bool:
        return self.result == "passed"

    @property
    def text(self) -> str:
        """What is not as it must be, for a person."""
        bad = [run.text for run in self.runs if run.result in ("failed", "broken")]
        return "\n".join([f"{self.result}  {self.name}: {self.title}", *([self.reason] if self.reason else []), *bad])


def run_scenarios(paths: Path | typing.Sequence[Path], *, filter: str = "", jobs: int | None = None,  # noqa: A002
                  artifacts: Path | None = None) -> list[ScenarioOutcome]:
    """Carries out scenario files, or all below directories, each in a process of its own. artifacts: a directory for
    all there is to know of each run that failed. RigError: nothing could be run at all."""
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [find_program(), "test", *map(os.fspath, paths), "--json", file.name]
        if filter:
            command += ["--filter", filter]
        if jobs:
            command += ["--jobs", str(jobs)]
        if artifacts:
            command += ["--artifacts", os.fspath(artifacts)]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                               check=False)
        written = file.read()
    if not written:
        raise RigError(ended.stderr.strip() or f"burnrig test ended with exit code {ended.returncode}")
    return [_outcome(scenario) for scenario in json.loads(written)["scenarios"]]


def _outcome(fields: dict[str, typing.Any]) -> ScenarioOutcome:
    runs = [RunOutcome(run["run"], run["result"], run) for run in fields["runs"]]
    return ScenarioOutcome(fields["name"], fields["title"], fields["file"], fields["result"], fields["reason"], runs,
                           fields)
