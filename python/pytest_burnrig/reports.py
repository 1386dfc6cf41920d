# SPDX-License-Identifier: Apache-2.0
"""What a failed test leaves behind: the end of the trace and the command that does it again in its report, and in full
below --burnrig-artifacts (of programs with what they printed and the disc they left); seed, drive and medium as
properties of every test, for JUnit XML."""

from __future__ import annotations

import pathlib
import re
import shutil
import typing

import pytest

import burnrig

from .fixtures import DRIVE, RUNS, replay
from .options import SETTINGS, Settings

SHOWN = 15  # commands of a trace in a report


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> typing.Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    drive, runs = item.stash.get(DRIVE, None), item.stash.get(RUNS, [])
    if drive is None and not runs:
        return
    settings = item.config.stash[SETTINGS]
    if report.when == "call":
        note_properties(item, settings, drive, runs)
        report.user_properties = item.user_properties
    if report.failed:
        commands = commands_of(drive, runs)
        again = replay(item, settings)
        report.sections.append(("burnrig trace", trace_text(commands)))
        report.sections.append(("burnrig replay", again))
        if settings.artifacts is not None:
            folder = settings.artifacts / re.sub(r"[^\w.\[\]+-]+", "_", item.nodeid)
            write_artifacts(folder, drive, runs, again)
            report.sections.append(("burnrig artifacts", str(folder)))


def note_properties(item: pytest.Item, settings: Settings, drive: burnrig.Target | None,
                    runs: list[burnrig.ProgramResult]) -> None:
    identity = still_there(drive) if drive is not None else runs[-1].fields
    for name, value in (("seed", settings.seed), ("drive", identity.get("drive", settings.drive)),
                        ("medium", identity.get("medium", "")), ("replay", replay(item, settings))):
        item.user_properties.append((f"burnrig.{name}", str(value)))


def still_there(drive: burnrig.Target) -> dict[str, typing.Any]:
    try:
        return drive.identity
    except burnrig.RigError:  # the test closed it
        return {}


def commands_of(drive: burnrig.Target | None, runs: list[burnrig.ProgramResult]) -> list[burnrig.Command]:
    if runs:
        return runs[-1].trace
    try:
        return drive.trace.commands if drive is not None else []
    except burnrig.RigError:
        return []


def trace_text(commands: list[burnrig.Command]) -> str:
    left_out = [f"({len(commands) - SHOWN} commands before)"] if len(commands) > SHOWN else []
    return "\n".join([*left_out, *map(str, commands[-SHOWN:])]) or "no command was sent"


def write_artifacts(folder: pathlib.Path, drive: burnrig.Target | None, runs: list[burnrig.ProgramResult],
                    again: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [again]
    for number, run in enumerate(runs, 1):
        lines.append(run.replay)
        (folder / f"output.{number}.txt").write_text(run.output)
        if run.trace_path is not None:
            shutil.copyfile(run.trace_path, folder / f"trace.{number}{run.trace_path.suffix}")
        if run.disc_path is not None and run.disc_path.is_dir():
            shutil.copytree(run.disc_path, folder / f"disc.{number}", dirs_exist_ok=True)
    (folder / "replay.txt").write_text("\n".join(lines) + "\n")
    if drive is None:
        return
    try:
        (folder / "trace.jsonl").write_text(drive.trace.text)
        drive.write_report(str(folder / "report.html"), folder.name)
    except burnrig.RigError:
        pass  # the test closed the drive itself
