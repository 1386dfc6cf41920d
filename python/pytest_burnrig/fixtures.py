# SPDX-License-Identifier: Apache-2.0
"""The fixtures. Each test has a drive of its own with a new blank disc; a physical drive is the one there is, with the
disc that is in it."""

from __future__ import annotations

import os
import shlex
import typing

import pytest

import burnrig

from .markers import DEFAULT_MEDIUM, lacks, media_of
from .options import SETTINGS, Settings, hold_the_drive

DRIVE: pytest.StashKey[burnrig.Target] = pytest.StashKey()
RUNS: pytest.StashKey[list] = pytest.StashKey()


@pytest.fixture
def medium(request: pytest.FixtureRequest) -> typing.Any:
    """The medium of this test (burnrig.Medium): of its mark media(), else cd-r-80."""
    return burnrig.Medium(getattr(request, "param", None) or (media_of(request.node) or [DEFAULT_MEDIUM])[0])


@pytest.fixture
def drive(request: pytest.FixtureRequest, medium: burnrig.Medium) -> typing.Iterator[burnrig.Target]:
    """The drive (burnrig.Drive; burnrig.Device with --burnrig-drive=/dev/...), with the rules of the mark faults()."""
    settings = request.config.stash[SETTINGS]
    with open_drive(request.node, settings, medium) as target:
        request.node.stash[DRIVE] = target
        if missing := lacks(request.node, target):
            pytest.skip(f"the drive {settings.drive} has not got: {missing}")
        scopes = [(mark.kwargs.get("unfired", False), target.faults(*mark.args))
                  for mark in request.node.iter_markers("faults")]
        yield target
        for unfired, scope in scopes:
            scope.remove()
            if not unfired:
                must_have_fired(scope.rules)


def open_drive(item: pytest.Item, settings: Settings, medium: burnrig.Medium) -> burnrig.Target:
    report = settings.artifacts is not None
    if not settings.physical:
        return burnrig.Drive(settings.model, medium, seed=settings.seed, report=report, replay=replay(item, settings))
    hold_the_drive(settings)
    consent = settings.allow_destructive and item.get_closest_marker("destructive") is not None
    try:
        return burnrig.Device(settings.drive, allow_destructive=consent, rig=settings.rig_file if consent else "",
                              medium_id=settings.medium_id if consent else "", countdown=settings.countdown,
                              seed=settings.seed, report=report, replay=replay(item, settings))
    except burnrig.RigError as error:
        pytest.fail(f"{settings.drive}: {error}", pytrace=False)


def must_have_fired(rules: typing.Iterable[burnrig.RuleReport]) -> None:
    """A fault that never came tested nothing."""
    idle = [rule.rule for rule in rules if rule.fired == 0]
    if idle:
        pytest.fail("these rules never fired, so what they are for was not tested: " + "; ".join(idle) +
                    " (faults(..., unfired=True) if that is as it should be)", pytrace=False)


def replay(item: pytest.Item, settings: Settings) -> str:
    """The command that does this test again."""
    words = ["pytest", item.nodeid, f"--burnrig-drive={settings.drive}", f"--burnrig-seed={settings.seed}"]
    if settings.physical and settings.allow_destructive:
        words += ["--burnrig-allow-destructive", f"--burnrig-rig={settings.rig_file}"]
        words += [f"--burnrig-medium-id={settings.medium_id}"] if settings.medium_id else []
    return shlex.join(words)


@pytest.fixture
def burner(drive: burnrig.Target) -> burnrig.Burner:
    """Burnrig's own burn driver on the drive."""
    return drive.burner


@pytest.fixture
def disc(drive: burnrig.Target) -> burnrig.Disc:
    """The disc in the drive, as it is and not as the drive says. Simulated drives only."""
    if not isinstance(drive, burnrig.Drive):
        pytest.skip("only a simulated drive's disc can be looked at from outside")
    return drive.disc


@pytest.fixture
def faults(drive: burnrig.Target) -> burnrig.Faults:
    """The drive's rules: `with faults("at @write #3 -> fail write-error") as f: ...; assert f.fired == 1`."""
    return drive.faults


@pytest.fixture
def trace(drive: burnrig.Target) -> burnrig.Trace:
    """What the drive was sent, and what it answered."""
    return drive.trace


class Rig:
    """Programs on a drive like this test's: `rig.run([...])` is burnrig.run() with its drive, medium, faults, seed."""

    def __init__(self, item: pytest.Item, settings: Settings, medium: burnrig.Medium):
        self.drive = settings.model
        self.medium = medium.name
        self.seed = settings.seed
        self._marks = list(item.iter_markers("faults"))
        self.faults = [str(rule) for mark in self._marks for rule in mark.args]
        self.results: list[burnrig.ProgramResult] = []

    def run(self, command: typing.Sequence[str | os.PathLike[str]], **options: typing.Any) -> burnrig.ProgramResult:
        """Runs a program with the drive at /dev/sr0, which stands in for {device}. A rule of the mark faults() that did
        not fire in any run fails the test."""
        wishes = {"drive": self.drive, "seed": self.seed, "faults": self.faults, **options}
        if "disc" not in wishes:
            wishes.setdefault("medium", self.medium)
        result = burnrig.run(command, **wishes)
        self.results.append(result)
        return result

    def check(self) -> None:
        if self.results and self.faults and not any(mark.kwargs.get("unfired") for mark in self._marks):
            best = {}
            for rule in (rule for result in self.results for rule in result.faults):
                if rule.name not in best or rule.fired > best[rule.name].fired:
                    best[rule.name] = rule
            must_have_fired(best.values())


@pytest.fixture
def rig(request: pytest.FixtureRequest, medium: burnrig.Medium) -> typing.Iterator[Rig]:
    """Runs programs, unmodified: rig.run(["my-burner", "{device}", "image.iso"]). Simulated drives only."""
    settings = request.config.stash[SETTINGS]
    if settings.physical:
        pytest.skip("rig.run() is for simulated drives: on a physical one run the program yourself")
    made = Rig(request.node, settings, medium)
    request.node.stash[RUNS] = made.results
    yield made
    made.check()
