# SPDX-License-Identifier: Apache-2.0
"""Which drive, which seed, where artifacts go, and consent; one object of settings for the whole run."""

from __future__ import annotations

import dataclasses
import fcntl
import os
import pathlib
import re
import tempfile
import typing

import pytest

import burnrig

SETTINGS: pytest.StashKey["Settings"] = pytest.StashKey()
MARKERS = {
    "media(name, ...)": "run once for each of these media, in the drive as a new blank disc",
    "faults(rule, ..., unfired=False)": "fault rules or named faults that act during the test; one that never fires "
                                        "fails it, unless unfired=True",
    "needs(what, ...)": "skip unless the drive has all of these: simulated, physical, or a kind of medium that it writes "
                        "(cd-r, dvd+rw, bd-re ...)",
    "hardware": "only on a physical drive (--burnrig-drive=/dev/...)",
    "destructive": "writes to the disc that is in the drive: on a physical drive only with --burnrig-allow-destructive",
}


@dataclasses.dataclass
class Settings:
    """What the options say."""

    drive: str
    seed: int
    artifacts: pathlib.Path | None
    allow_destructive: bool
    rig_file: str
    medium_id: str
    countdown: int
    lock: typing.Any = None

    @property
    def physical(self) -> bool:
        return self.drive.startswith("/")

    @property
    def model(self) -> str:
        """Of a simulated drive."""
        return self.drive.removeprefix("sim:")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("burnrig", "burnrig: optical drives")
    group.addoption("--burnrig-drive", default="sim:generic-dvd-recorder", metavar="DRIVE",
                    help="sim:NAME, a simulated drive (a name of `burnrig drives` or a .yaml file), or a node: /dev/sr0")
    group.addoption("--burnrig-seed", default="1", metavar="N",
                    help="seed of everything random; equal seeds give equal traces (also 0x... or a commit's hash)")
    group.addoption("--burnrig-artifacts", metavar="DIR",
                    help="what failed tests leave behind, a folder each: trace.jsonl, report.html, replay.txt")
    group.addoption("--burnrig-allow-destructive", action="store_true",
                    help="the disc in a physical drive may be written, blanked, formatted; needs the two below as well")
    group.addoption("--burnrig-rig", default="", metavar="FILE",
                    help="YAML with sacrificial_drives (serial numbers) and media (identities)")
    group.addoption("--burnrig-medium-id", default="", metavar="IDENTITY",
                    help="the medium that may be written; a refusal prints it")
    group.addoption("--burnrig-countdown", type=int, default=10, metavar="SECONDS",
                    help="before a physical drive is first written to, to think of another disc (10)")


def pytest_configure(config: pytest.Config) -> None:
    for marker, text in MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: {text}")
    settings = config.stash[SETTINGS] = read_settings(config)
    if settings.physical:  # one physical drive is for one of xdist's workers, which heed groups if this is set
        config.option.loadgroup = True
        if getattr(config.option, "dist", "no") != "no":
            config.option.dist = "loadgroup"


def read_settings(config: pytest.Config) -> Settings:
    """Mistakes end the run before the first test, with the way out."""
    option = config.getoption
    drive = option("--burnrig-drive")
    if not drive.startswith(("sim:", "/")):
        raise pytest.UsageError(f"--burnrig-drive={drive}: give sim:NAME or a node such as /dev/sr0")
    settings = Settings(drive, read_seed(option("--burnrig-seed")),
                        pathlib.Path(option("--burnrig-artifacts")) if option("--burnrig-artifacts") else None,
                        option("--burnrig-allow-destructive"), option("--burnrig-rig"), option("--burnrig-medium-id"),
                        option("--burnrig-countdown"))
    if not settings.physical:
        try:
            burnrig.DriveModel(settings.model)
        except burnrig.RigError as error:
            raise pytest.UsageError(f"--burnrig-drive={drive}: {error}") from error
    elif settings.allow_destructive and not settings.rig_file:
        raise pytest.UsageError("--burnrig-allow-destructive alone does not do: give --burnrig-rig=FILE too, which lists "
                                "the drive's serial number under sacrificial_drives")
    return settings


def read_seed(text: str) -> int:
    """A number, 0x..., or the beginning of a commit's hash."""
    try:
        return int(text, 0)
    except ValueError:
        if re.fullmatch("[0-9a-fA-F]{7,40}", text):
            return int(text[:16], 16)
        raise pytest.UsageError(f"--burnrig-seed={text}: give a number, or a commit's hash") from None


def hold_the_drive(settings: Settings) -> None:
    """One run of tests has a physical drive at a time, whatever its processes; the second one is told so."""
    if settings.lock is not None:
        return
    name = settings.drive.strip("/").replace("/", "-")
    lock = open(pathlib.Path(tempfile.gettempdir()) / f"pytest-burnrig-{os.getuid()}-{name}.lock", "w")  # noqa: SIM115
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        settings.lock = lock
    except OSError:
        lock.close()
    if settings.lock is None:
        pytest.fail(f"{settings.drive} is in use by another run of pytest", pytrace=False)


def pytest_report_header(config: pytest.Config) -> str:
    settings = config.stash[SETTINGS]
    return f"burnrig: {burnrig.__version__}, drive {settings.drive}, seed {settings.seed}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    settings = session.config.stash.get(SETTINGS, None)
    if settings is not None and settings.lock is not None:
        settings.lock.close()
        settings.lock = None
