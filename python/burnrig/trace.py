# SPDX-License-Identifier: Apache-2.0
"""The commands that a drive was sent, and what it answered."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import typing

from . import _burnrig


@dataclasses.dataclass(frozen=True)
class Command:
    """One command of a trace. Times are seconds of drive time."""

    number: int
    at: float
    name: str
    cdb: bytes
    status: int
    took: float
    out: int = 0
    room: int = 0
    got: int = 0
    host_status: int = 0
    errno: str = ""
    sense_bytes: bytes = b""
    means: str = ""

    @property
    def good(self) -> bool:
        return self.status == 0 and self.host_status == 0

    @property
    def sense(self) -> tuple[int, int, int] | None:
        if not self.means:
            return None
        key, code, qualifier = (int(part, 16) for part in self.means.split(" ")[0].split("/"))
        return key, code, qualifier

    def __str__(self) -> str:
        if self.good:
            answer = "good"
        elif self.host_status:
            answer = f"host status {self.host_status}"
        else:
            answer = self.means or f"status {self.status:02X}h"
        return f"#{self.number} at {self.at:.3f} s  {self.name}  {self.cdb.hex(' ').upper()}  -> {answer}"


def read_command(fields: dict[str, typing.Any]) -> Command:
    """Of a line of a trace file."""
    return Command(number=fields["n"], at=fields["at"], name=fields["command"], cdb=bytes.fromhex(fields["cdb"]),
                   status=fields["status"], took=fields["took"], out=fields.get("out", 0), room=fields.get("in", 0),
                   got=fields.get("got", 0), host_status=fields.get("host", 0), errno=fields.get("errno", ""),
                   sense_bytes=bytes.fromhex(fields.get("sense", "")), means=fields.get("means", ""))


def read_trace(path: str | os.PathLike[str]) -> list[Command]:
    """The commands of a trace file (.jsonl)."""
    lines = map(json.loads, pathlib.Path(path).read_text().splitlines())
    return [read_command(line) for line in lines if "n" in line]


class Trace(typing.Sequence[Command]):
    """A drive's commands so far: a sequence of the latest 65,536, and counts of all.

    trace.count('@write'), trace.count('SEND_OPC_INFORMATION'), trace[-1].sense, trace.failed
    """

    def __init__(self, target: _burnrig.Target):
        self._target = target

    @property
    def text(self) -> str:
        """As in a trace file: a line of JSON for each."""
        return self._target.trace_text()

    @property
    def commands(self) -> list[Command]:
        return [read_command(json.loads(line)) for line in self.text.splitlines()]

    def count(self, of: typing.Any = "@any") -> int:
        """How many there were of one ('WRITE_10', '0x2A') or a group (@any, @read, @write, @close, @status ...)."""
        return self._target.trace_count(of)

    @property
    def failed(self) -> list[Command]:
        return [command for command in self.commands if not command.good]

    def clear(self) -> None:
        """Forgets what was so far."""
        self._target.trace_clear()

    def __getitem__(self, index: typing.Any) -> typing.Any:
        return self.commands[index]

    def __len__(self) -> int:
        return len(self.commands)

    def __iter__(self) -> typing.Iterator[Command]:
        return iter(self.commands)
