# SPDX-License-Identifier: Apache-2.0
"""Drives: simulated ones in this process, and those behind a node of the kernel."""

from __future__ import annotations

import os
import typing

from . import _burnrig
from ._burnrig import Completion, Disc, Medium
from .burner import Burner
from .errors import CommandError
from .faults import Faults, Rule
from .trace import Trace

Path = typing.Union[str, "os.PathLike[str]"]
Buffer = typing.Any  # bytes, bytearray, memoryview, a numpy array: whatever has the buffer protocol


class Clock:
    """Drive time."""

    def __init__(self, target: _burnrig.Target):
        self._target = target

    @property
    def now(self) -> float:
        """Seconds since the drive was made."""
        return self._target.now

    def sleep(self, seconds: float) -> None:
        """Lets time pass: at once when it is virtual, else by waiting."""
        self._target.sleep(seconds)


class Target(_burnrig.Target):
    """What simulated and physical drives have in common: commands, rules, a trace, a burner, a clock."""

    @property
    def faults(self) -> Faults:
        """`with drive.faults("opc-failure") as f: ...; assert f.fired == 1`"""
        return Faults(self)

    @property
    def trace(self) -> Trace:
        return Trace(self)

    @property
    def clock(self) -> Clock:
        return Clock(self)

    @property
    def burner(self) -> Burner:
        """Burnrig's own burn driver on this drive."""
        return Burner(self)

    def command(self, cdb: Buffer | str, data_out: Buffer | None = None, data_in: Buffer | int | None = None,
                timeout: float = 60.0) -> Completion:
        """execute(), but a command that is not GOOD raises CommandError."""
        completion = self.execute(cdb, data_out, data_in, timeout)
        if not completion.good:
            raise CommandError(bytes.fromhex(cdb) if isinstance(cdb, str) else bytes(cdb), completion)
        return completion

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Drive(Target):
    """A simulated drive in this process.

        with burnrig.Drive("generic-dvd-recorder", medium="cd-r-80") as drive:
            drive.execute("00 00 00 00 00 00")
            drive.burner.burn(b"..." * 2048)
            assert drive.disc.image().startswith(b"...")

    medium: a name, a Medium, a Disc, or None for an empty drive. disc: a directory that keeps the disc. time:
    'virtual', 'real', 'x10'. trace: a file for every command (.jsonl, .pcapng). report: keep what write_report() shows.
    Equal seeds give equal traces.
    """

    def __init__(self, model: str = "generic-dvd-recorder", medium: str | Medium | Disc | None = "cd-r-80", *,
                 disc: Path = "", keep: str = "blocks", faults: typing.Iterable[str | Rule] = (), seed: int = 1,
                 time: str = "virtual", trace: Path = "", report: bool = False, unlimited_speed: bool = False,
                 replay: str = ""):
        inside = medium if isinstance(medium, Disc) else None
        if disc and medium == "cd-r-80" and os.path.exists(disc):
            medium = ""  # it knows its medium
        if medium is None or inside is not None:
            medium = "none"
        elif isinstance(medium, Medium):
            medium = medium.name
        super().__init__(drive=model.removeprefix("sim:"), medium=medium, disc=os.fspath(disc), keep=keep,
                         faults=[str(rule) for rule in faults], seed=seed, time=time, trace=os.fspath(trace),
                         report=report, unlimited_speed=unlimited_speed, replay=replay)
        if inside is not None:
            self.insert(inside)

    @property
    def tray(self) -> str:
        """'open' or 'closed'."""
        return self.status()["tray"]

    @property
    def door(self) -> str:
        """'locked' or 'unlocked': whether the host prevents removal."""
        return self.status()["door"]

    def press_eject(self, *, emergency: bool = False) -> None:
        """Somebody presses the button, or uses the pin hole; RigError when the door is locked."""
        self.control("eject", "emergency" if emergency else "")

    def push_in(self) -> None:
        """Somebody pushes the open tray in."""
        self.control("load")

    def power_cycle(self) -> None:
        """Off and on: what was only in the buffer is lost."""
        self.control("power-cycle")

    def __repr__(self) -> str:
        identity = self.identity
        return f"<burnrig.Drive {identity['drive']}, {self.disc or 'empty'}>"


class Device(Target):
    """A drive behind a node: a physical one, or the /dev/sr0 that `burnrig run` makes for this process.

    A physical drive is only read, unless the four consents are there (allow_destructive, a rig file that lists the
    drive's serial number, the medium's identity, nobody else holds it); after them a countdown, as with
    `burnrig burn --device`. Without them whatever would change the disc is refused (07/27/00), refusal() says why.
    """

    def __init__(self, node: Path = "/dev/sr0", *, allow_destructive: bool = False, rig: Path = "", medium_id: str = "",
                 countdown: int = 10, faults: typing.Iterable[str | Rule] = (), seed: int = 1, trace: Path = "",
                 report: bool = False, replay: str = ""):
        super().__init__(device=os.fspath(node), allow_destructive=allow_destructive, rig=os.fspath(rig),
                         medium_id=medium_id, countdown=countdown, faults=[str(rule) for rule in faults], seed=seed,
                         trace=os.fspath(trace), report=report, replay=replay)
        self.node = os.fspath(node)

    def __repr__(self) -> str:
        return f"<burnrig.Device {self.node}>"


def open_drive(name: str, **options: typing.Any) -> Target:
    """'sim:NAME' is a simulated drive, '/dev/...' the drive behind that node; the options are those of the class."""
    if name.startswith("/"):
        return Device(name, **options)
    return Drive(name.removeprefix("sim:") or "generic-dvd-recorder", **options)
