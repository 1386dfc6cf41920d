# SPDX-License-Identifier: Apache-2.0
"""What a burning program did wrong, told to its author: its exit code and words beside the disc and the drive's
answers.

    exit code   disc       words                              accusation
    0           as ordered                                    none
    0           not so                                        it reports success
    not 0                  do not name the drive's error      it fails without saying why
    not 0       as ordered (and the drive told of no error)   it reports a failure that was none
    none                                                      it never came to an end
"""

from __future__ import annotations

import os
import typing

from . import _burnrig
from .trace import Command

if typing.TYPE_CHECKING:
    from .program import ProgramResult

OUTPUT_LINES = 12


def accusation(result: ProgramResult, image: str | os.PathLike[str], *, names_errors: bool) -> str:
    """What it did wrong, with the evidence; '' when there is nothing to say."""
    name = os.path.basename(result.command[0])
    errors = result.errors
    if result.exit_code is None:
        return _told(f"{name} never came to an end, and was ended", result, _last_words(result), [
            "give every wait a limit: a drive that stays busy, or does not answer, is a failure to be reported"])
    difference = result.difference(image)
    if result.ok:
        return _false_success(name, result, image, difference) if difference else ""
    if not errors:
        return "" if difference else _told(
            f"{name} reports failure (exit code {result.exit_code}), but the disc holds {os.path.basename(image)} and the "
            f"drive told of no error", result, [], ["end with exit code 0 when the burn went well"])
    if names_errors and not any(_is_named(result.output, error) for error in errors):
        return _told(f"{name} fails (exit code {result.exit_code}) without saying why: none of the drive's answers is in "
                     "what it prints", result, _drives_words(errors),
                     ["print sense key, ASC and ASCQ of the command that failed, as 03/73/03 or as text, so that its "
                      "user can tell a bad disc from a bad cable"])
    return ""


def _false_success(name: str, result: ProgramResult, image: str | os.PathLike[str], difference: str) -> str:
    errors = result.errors
    evidence = [f"disc      {difference}", f"          ({result.disc_line})"]
    advice = []
    if errors:
        evidence += _drives_words(errors) + _what_came_after(result, errors[0])
        advice.append(f"look at the status of every command: {errors[0].name} failed, and the program took it for good "
                      "(SG_IO: status, host_status, driver_status and the sense bytes)")
        advice.append("end with another exit code than 0 when a command failed for good")
    elif not any(command.name.startswith("WRITE") for command in result.trace):
        evidence.append("drive     was never sent a WRITE")
        advice.append("do not report success for a burn that did not take place")
    else:
        evidence.append("drive     acknowledged every command, but what it recorded is something else")
        advice.append("read back and compare before reporting success: only a verify finds what a drive loses in silence")
    return _told(f"{name} reports success (exit code 0), but {os.path.basename(image)} is not on the disc", result,
                 evidence, advice)


def _told(what: str, result: ProgramResult, evidence: list[str], advice: list[str]) -> str:
    lines = [what, *(f"  {line}" for line in evidence)]
    lines += [f"  fault     {rule.rule} (fired {rule.fired} times)" for rule in result.faults]
    lines += [f"  fix       {line}" for line in advice]
    printed = result.output.strip().splitlines()[-OUTPUT_LINES:]
    lines += ["  printed   " + (printed[0] if printed else "nothing"), *(f"            {line}" for line in printed[1:])]
    lines.append(f"  again     {result.replay}")
    return "\n".join(lines)


def _drives_words(errors: list[Command]) -> list[str]:
    shown = [f"drive     {error}" for error in errors[:3]]
    if len(errors) > 3:
        shown.append(f"          and {len(errors) - 3} more")
    return shown


def _what_came_after(result: ProgramResult, error: Command) -> list[str]:
    later = [command.name for command in result.trace if command.number > error.number]
    writes = sum(name.startswith("WRITE") for name in later)
    return [f"          and then got {len(later)} more commands, {writes or 'none'} of them WRITE"]


def _last_words(result: ProgramResult) -> list[str]:
    return [f"drive     {result.trace[-1]} was its last command"] if result.trace else ["drive     got no command"]


def _is_named(text: str, error: Command) -> bool:
    sense = error.sense
    if sense is None:
        return any(word in text.lower() for word in ("status", "timed out", "timeout", "reset", "input/output error"))
    return _burnrig.names_sense(text, *sense)
