# SPDX-License-Identifier: Apache-2.0
"""Markers, read strictly: a misspelled medium, rule or need ends the run before the first test."""

from __future__ import annotations

import os

import pytest

import burnrig

from .options import SETTINGS, Settings

DEFAULT_MEDIUM = "cd-r-80"
ABILITIES = ("simulated", "physical")
# How the driver calls the profiles of a drive that writes this kind of medium.
KINDS = {kind: kind.upper().removesuffix("-DL") + (" DL" if kind.endswith("-dl") else "")
         for kind in ("cd-r", "cd-rw", "dvd-r", "dvd-r-dl", "dvd-rw", "dvd-rw-dl", "dvd-ram", "dvd+r", "dvd+r-dl", "dvd+rw",
                      "dvd+rw-dl", "bd-r", "bd-re")}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each medium of the mark is a test of its own."""
    if "medium" in metafunc.fixturenames and (names := media_of(metafunc.definition)):
        metafunc.parametrize("medium", names, indirect=True)


@pytest.hookimpl(tryfirst=True)  # before xdist looks at the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    settings = config.stash[SETTINGS]
    for item in items:
        check(item)
        if settings.physical and uses_the_drive(item):
            item.add_marker(pytest.mark.xdist_group(settings.drive))


def uses_the_drive(item: pytest.Item) -> bool:
    return bool({"drive", "rig"} & set(getattr(item, "fixturenames", ())))


def check(item: pytest.Item) -> None:
    """All that can be wrong with the marks of a test."""
    media_of(item)
    for mark in item.iter_markers("faults"):
        strictly(item, mark, texts=True, keywords={"unfired"})
        for rule in mark.args:
            try:
                burnrig.explain(rule)
            except burnrig.RigError as error:
                raise pytest.UsageError(f"{item.nodeid}: faults({str(rule)!r}): {error}") from error
    for mark in item.iter_markers("needs"):
        strictly(item, mark, texts=True)
        for what in mark.args:
            if what not in ABILITIES and what not in KINDS:
                raise pytest.UsageError(f"{item.nodeid}: needs({what!r}): there are {', '.join(ABILITIES)}, and the kinds "
                                        f"of media {', '.join(KINDS)}")
    for name in ("hardware", "destructive"):
        for mark in item.iter_markers(name):
            if mark.args or mark.kwargs:
                raise pytest.UsageError(f"{item.nodeid}: {name} has no arguments")


def media_of(item: pytest.Item) -> list[str]:
    """Of the mark nearest to the test; [] without one."""
    mark = item.get_closest_marker("media")
    if mark is None:
        return []
    strictly(item, mark, texts=False)
    if "medium" not in getattr(item, "fixturenames", ("medium",)):
        raise pytest.UsageError(f"{item.nodeid}: media() is for tests that use a drive: take the fixture drive, burner, "
                                "disc or rig")
    for name in mark.args:
        try:
            burnrig.Medium(name)
        except burnrig.RigError as error:
            raise pytest.UsageError(f"{item.nodeid}: media({name!r}): {error}") from error
    return list(mark.args)


def strictly(item: pytest.Item, mark: pytest.Mark, *, texts: bool, keywords: set[str] = frozenset()) -> None:
    if not mark.args:
        raise pytest.UsageError(f"{item.nodeid}: {mark.name}() names nothing")
    for argument in mark.args:
        if not isinstance(argument, (str, burnrig.Rule) if texts else str):
            raise pytest.UsageError(f"{item.nodeid}: {mark.name}({argument!r}): give texts")
    if unknown := set(mark.kwargs) - keywords:
        raise pytest.UsageError(f"{item.nodeid}: {mark.name}() has no argument {sorted(unknown)[0]}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What cannot run here is skipped with the reason; on a physical drive nothing is written without consent."""
    settings = item.config.stash[SETTINGS]
    if item.get_closest_marker("hardware") and not settings.physical:
        pytest.skip("needs a physical drive: --burnrig-drive=/dev/sr0")
    if item.get_closest_marker("destructive") and settings.physical and not may_write(settings):
        pytest.skip("writes to the disc in the drive: --burnrig-allow-destructive, with --burnrig-rig")


def may_write(settings: Settings) -> bool:
    """Consent was given, or the drive is the simulated one of a `burnrig run` around this process. The harness asks for
    all the consents again before the first write."""
    return settings.allow_destructive or os.environ.get("BURNRIG_DEVICE") == settings.drive


def lacks(item: pytest.Item, drive: burnrig.Target) -> str:
    """What of the test's needs this drive has not got; '' when it has all."""
    wanted = [what for mark in item.iter_markers("needs") for what in mark.args]
    if not wanted:
        return ""
    profiles = drive.burner.drive()["profiles"]

    def has(what: str) -> bool:
        if what in ABILITIES:
            return drive.simulated == (what == "simulated")
        return any(profile == KINDS[what] or profile.startswith(KINDS[what] + " (") for profile in profiles)
    return ", ".join(what for what in wanted if not has(what))
