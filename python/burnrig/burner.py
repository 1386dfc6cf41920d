# SPDX-License-Identifier: Apache-2.0
"""Burnrig's own burn driver, on any drive.

    report = drive.burner.burn("debian.iso", verify=True, progress=lambda p: print(p.bytes, p.total))
    try:
        drive.burner.burn(data, mode="tao", speed=10)
    except burnrig.BurnError as error:
        print(error.cause, error.sense, error.advice)
"""

from __future__ import annotations

import dataclasses
import os
import typing

from . import _burnrig
from ._burnrig import Progress, StopToken
from .errors import BurnError, RigError

Image = typing.Any  # a path or "pattern:1M", a list of them, or an object with the buffer protocol
OnProgress = typing.Callable[[Progress], typing.Any]
OnMessage = typing.Callable[[str, str, str], typing.Any]


@dataclasses.dataclass
class BurnResult:
    """What came of a burn: `ok`, and either `report` or `error`. Everything else is a short way to their contents."""

    ok: bool
    report: dict[str, typing.Any]
    error: BurnError | None
    elapsed: float  #: seconds of drive time
    messages: list[tuple[str, str, str]]  #: (kind, stage, text) of stages, retries, warnings

    @property
    def cause(self) -> str | None:
        return self.error.cause if self.error else None

    @property
    def sense(self) -> tuple[int, int, int] | None:
        return self.error.sense if self.error else None

    @property
    def message(self) -> str:
        """What a person is told."""
        if self.error:
            return str(self.error)
        return "\n".join(text for kind, _, text in self.messages if kind != "stage")

    @property
    def mode(self) -> str | None:
        return self.report.get("mode")

    def __bool__(self) -> bool:
        return self.ok


class Burner:
    """A recorder on a drive. Operations wait until the drive is ready and leave its tray unlocked.

    Each can be given `progress` (called with a Progress; giving False back ends the operation), `message` (called with
    kind, stage, text) and `stop` (a StopToken). An exception in a callback, Ctrl-C too, ends the operation as `stop`
    does and then comes out of it. Failures are BurnError.
    """

    def __init__(self, target: _burnrig.Target):
        self._target = target

    def burn(self, image: Image, *, mode: str = "auto", speed: str | int | float = "max", verify: bool = False,
             multi: bool = False, simulate: bool = False, opc: str = "auto", opc_retries: int = 0,
             burn_free: bool = True, eject: bool = False, overburn: bool = False, resume: bool = False,
             streaming: bool = False, start_lba: int | None = None, layer_break: int | None = None,
             audio: bool = False, byte_order: str = "by-name", volume: str = "", any_speed: bool = False,
             progress: OnProgress | None = None, message: OnMessage | None = None, stop: StopToken | None = None,
             check: bool = True) -> BurnResult:
        """Records an image: a path, 'pattern:1M', a list of paths (audio tracks), or bytes-like data, which the drive
        gets from where they are. The options are those of `burnrig burn`. With check=False a failed burn is a result
        whose ok is False, too."""
        settings = _burnrig.BurnSettings()
        wishes = dict(mode=mode, speed=str(speed), opc=opc, multi=multi, simulate=simulate, verify=verify,
                      no_burn_free=not burn_free, eject=eject, overburn=overburn, resume=resume, streaming=streaming,
                      opc_retries=opc_retries, start_lba=start_lba, layer_break=layer_break)
        for name, value in wishes.items():
            setattr(settings, name, value)
        messages: list[tuple[str, str, str]] = []
        listeners = _burnrig.Listeners(progress, _collecting(messages, message), stop, any_speed)
        source = _burnrig.SourceOptions(None, audio, byte_order, volume)
        began = self._target.now
        report: dict[str, typing.Any] = {}
        error = None
        try:
            report = _burnrig.burn(self._target, _source(image), settings, listeners, source)["report"]
        except BurnError as failed:
            if check:
                raise
            error = failed
        return BurnResult(error is None, report, error, self._target.now - began, messages)

    def verify(self, image: Image, *, first_lba: int = 0, progress: OnProgress | None = None,
               message: OnMessage | None = None, stop: StopToken | None = None) -> int:
        """Reads a data track back and compares every block with an image of whole blocks; how many were compared.
        What differs is a BurnError with cause verify-mismatch and the LBA."""
        listeners = _burnrig.Listeners(progress, message, stop)
        return _burnrig.verify(self._target, _source(image), first_lba, listeners)["compared"]

    def blank(self, *, full: bool = False, progress: OnProgress | None = None, message: OnMessage | None = None,
              stop: StopToken | None = None) -> dict[str, typing.Any]:
        """Erases a rewritable disc; its state afterwards."""
        return _burnrig.blank(self._target, full, _burnrig.Listeners(progress, message, stop))

    def format(self, kind: str = "standard", *, full: bool = False, again: bool = False,
               progress: OnProgress | None = None, message: OnMessage | None = None,
               stop: StopToken | None = None) -> dict[str, typing.Any]:
        """Formats a disc; its state afterwards. kind: as `burnrig format --as`."""
        return _burnrig.format(self._target, kind, full, again, _burnrig.Listeners(progress, message, stop))

    def close(self, *, finalize: bool = False, progress: OnProgress | None = None, message: OnMessage | None = None,
              stop: StopToken | None = None) -> dict[str, typing.Any]:
        """Closes an open track and session; the disc's state afterwards."""
        return _burnrig.close(self._target, finalize, _burnrig.Listeners(progress, message, stop))

    def read(self, first: int = 0, count: int | None = None, *, progress: OnProgress | None = None,
             stop: StopToken | None = None) -> bytes:
        """Data blocks, to the end of the track that `first` lies in unless a count is given."""
        return _burnrig.read(self._target, first, count, _burnrig.Listeners(progress, None, stop))

    def eject(self) -> None:
        """Opens the tray."""
        _burnrig.eject(self._target)

    def load(self) -> None:
        """Closes it."""
        _burnrig.load(self._target)

    def drive(self) -> dict[str, typing.Any]:
        """Who the drive says it is and what it offers."""
        return _burnrig.drive_summary(self._target)

    def disc(self) -> dict[str, typing.Any]:
        """What the drive says of its disc."""
        return _burnrig.disc_summary(self._target)

    def toc(self) -> dict[str, typing.Any]:
        """The table of contents: tracks, lead_out."""
        return _burnrig.toc(self._target)


def pattern(size: int, seed: int = 1) -> bytes:
    """Bytes that repeat nowhere, the same for the same seed."""
    import random
    return random.Random(seed).randbytes(size)


def _collecting(messages: list[tuple[str, str, str]], also: OnMessage | None) -> OnMessage:
    def take(kind: str, stage: str, text: str) -> None:
        messages.append((kind, stage, text))
        if also is not None:
            also(kind, stage, text)
    return take


def _source(image: Image) -> typing.Any:
    """A list of names, or the object whose bytes are meant."""
    if isinstance(image, (str, os.PathLike)):
        return [os.fspath(image)]
    if isinstance(image, (list, tuple)):
        if not image:
            raise RigError("nothing to burn: the list of images is empty")
        return [os.fspath(one) for one in image]
    return image
