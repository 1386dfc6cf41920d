# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, as exceptions that keep what is known as data.

    Error
      RigError       what was asked for cannot be done: no such medium, a bad rule, a refused consent
      CommandError   a command failed (execute(..., check=True))
      BurnError      an operation of the driver failed: cause, stage, command, sense, LBA, advice
      UntruthError   a burning program did not tell the truth (ProgramResult.must_tell_the_truth)
"""

from __future__ import annotations

import typing


class Error(Exception):
    """All exceptions of this package."""


class RigError(Error):
    """What was asked for cannot be done; the text says why and what would help."""


class UntruthError(Error, AssertionError):
    """A burning program said something else than what is on the disc; the text says what it did wrong."""


class CommandError(Error):
    """A command did not end well."""

    def __init__(self, cdb: bytes, completion: typing.Any):
        self.cdb = cdb
        self.completion = completion
        self.command = command_name(cdb)
        self.sense: tuple[int, int, int] | None = completion.sense
        self.lba: int | None = completion.lba
        super().__init__(f"{self.command} [{cdb.hex(' ').upper()}]: {how_it_ended(completion)}")


def command_name(cdb: bytes) -> str:
    from . import _burnrig
    return _burnrig.opcode_name(cdb[0])


def how_it_ended(completion: typing.Any) -> str:
    """'03/73/03 MEDIUM ERROR, ...', or what happened on the way to the drive."""
    if completion.host_status:
        return f"it never came back from the drive (host status {completion.host_status})"
    return completion.sense_text or f"status {completion.status:02X}h"


class BurnError(Error):
    """An operation of the driver failed.

    `str(error)` is the whole story for a person. As data: `cause` ('opc-failed', out of a closed list), `stage`,
    `message`, `command` and `cdb` (None when no command is involved), `sense` as (key, ASC, ASCQ), `sense_bytes`,
    `deferred`, `host_status`, `status`, `took` and `limit` (seconds), `lba`, `disc_now`, `tray_locked`, `aftermath`,
    `likely`, `advice`; `fields` has them as `burnrig burn --json` prints them.
    """

    def __init__(self, text: str, fields: dict[str, typing.Any]):
        super().__init__(text)
        self.fields = fields
        self.cause: str = fields["cause"]
        self.stage: str = fields["stage"]
        self.message: str = fields["message"]
        self.command: str | None = fields.get("command")
        self.cdb: bytes | None = bytes.fromhex(fields["cdb"]) if "cdb" in fields else None
        self.status: int = fields.get("status", 0)
        self.host_status: int = fields.get("host_status", 0)
        self.took: float = fields.get("seconds", 0.0)
        self.limit: float = fields.get("limit_seconds", 0.0)
        self.sense: tuple[int, int, int] | None = sense_triple(fields.get("sense"))
        self.sense_bytes: bytes = bytes.fromhex(fields.get("sense_bytes", ""))
        self.deferred: bool = fields.get("deferred", False)
        self.lba: int | None = fields.get("lba")
        self.disc_now: str = fields.get("disc_now", "")
        self.tray_locked: bool = fields["tray_locked"]
        self.aftermath: list[str] = fields["aftermath"]
        self.likely: list[str] = fields["likely"]
        self.advice: list[str] = fields["advice"]


def sense_triple(text: str | None) -> tuple[int, int, int] | None:
    """(3, 0x73, 3) of '03/73/03'."""
    if not text:
        return None
    key, code, qualifier = (int(part, 16) for part in text.split("/"))
    return key, code, qualifier
