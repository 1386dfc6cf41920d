# SPDX-License-Identifier: Apache-2.0
"""Fault rules: as text, or built in Python; and what became of them.

    with drive.faults("opc: at OPC -> take 8.906s, fail 03/73/03") as f:
        ...
    assert f.fired == 1

    rule = at("@write").lba(4096, 4127).midway(0.5).fail("write-error", info=4112).always()
    str(rule)      'at @write lba 4096..4127 midway 0.5 -> fail write-error info 4112 ; always'
"""

from __future__ import annotations

import dataclasses
import typing

from . import _burnrig
from .errors import RigError


@dataclasses.dataclass(frozen=True)
class RuleReport:
    """What one rule did."""

    name: str
    rule: str
    matched: int
    fired: int
    suppressed_by: str = ""


class Rule:
    """A rule under construction; begin it with at(). Times are seconds, sizes bytes. str() is its text."""

    def __init__(self, point: str):
        self._point = point
        self._name = ""
        self._qualifiers: list[str] = []
        self._actions: list[str] = []
        self._limit = ""

    def __str__(self) -> str:
        name = f"{self._name}: " if self._name else ""
        limit = f" ; {self._limit}" if self._limit else ""
        return f"{name}at {' '.join([self._point, *self._qualifiers])} -> {', '.join(self._actions)}{limit}"

    def __repr__(self) -> str:
        return f"<burnrig.Rule {self}>"

    def named(self, name: str) -> Rule:
        self._name = name
        return self

    # Qualifiers: what else must hold.
    def _when(self, text: str) -> Rule:
        self._qualifiers.append(text)
        return self

    def nth(self, first: int, last: int | None = None, step: int = 1) -> Rule:
        """Only the first-th such command, or all from there to the last-th, in steps."""
        until = "" if last is None else f"..{last}"
        return self._when(f"#{first}{until}" + (f"+{step}" if step != 1 else ""))

    def from_nth(self, first: int, step: int = 1) -> Rule:
        return self._when(f"#{first}+" + (str(step) if step != 1 else ""))

    def lba(self, first: int, last: int | None = None) -> Rule:
        return self._when(f"lba {first}..{first if last is None else last}")

    def phase(self, word: str) -> Rule:
        return self._when(f"phase {word}")

    def buffer(self, comparison: str, level: float) -> Rule:
        return self._when(f"buffer {comparison} {_number(level)}")

    def bytes(self, comparison: str, size: int) -> Rule:
        return self._when(f"bytes {comparison} {size}")

    def probability(self, ratio: float) -> Rule:
        return self._when(f"p {_number(ratio)}")

    def cdb(self, index: int, comparison: str, value: int) -> Rule:
        return self._when(f"cdb[{index}] {comparison} 0x{value:02X}")

    def since(self, rule: str) -> Rule:
        return self._when(f"since {rule}")

    def before(self) -> Rule:
        """The drive never sees the command."""
        return self._when("before")

    def after(self) -> Rule:
        """It is carried out in full, then the failure is reported."""
        return self._when("after")

    def midway(self, ratio: float | None = None) -> Rule:
        return self._when("midway" if ratio is None else f"midway {_number(ratio)}")

    # Actions: what happens.
    def _do(self, text: str) -> Rule:
        self._actions.append(text)
        return self

    def take(self, seconds: float) -> Rule:
        return self._do(f"take {_time(seconds)}")

    def take_more(self, seconds: float) -> Rule:
        return self._do(f"take + {_time(seconds)}")

    def fail(self, sense: str | tuple[int, int, int], *, deferred: bool = False, descriptor: bool = False,
             info: int | None = None) -> Rule:
        """sense: '03/73/03', a name such as 'opc-failed', or (3, 0x73, 3)."""
        text = sense if isinstance(sense, str) else "/".join(f"{part:02X}" for part in sense)
        text += " deferred" * deferred + " descriptor" * descriptor
        return self._do(f"fail {text}" + ("" if info is None else f" info {info}"))

    def status(self, word: str) -> Rule:
        return self._do(f"status {word}")

    def host(self, word: str) -> Rule:
        return self._do(f"host {word}")

    def system_error(self, word: str) -> Rule:
        return self._do(f"errno {word}")

    def busy(self, seconds: float, sense: str = "") -> Rule:
        return self._do(f"busy {_time(seconds)} {sense}".strip())

    def hang(self, seconds: float | None = None) -> Rule:
        return self._do("hang" if seconds is None else f"hang {_time(seconds)}")

    def short(self, size: int) -> Rule:
        return self._do(f"short {size}")

    def torn(self, blocks: int) -> Rule:
        return self._do(f"torn {blocks}")

    def corrupt(self, *words: str | int) -> Rule:
        return self._do("corrupt " + " ".join(map(str, words)))

    def unreadable(self, first: int, last: int) -> Rule:
        return self._do(f"unreadable {first}..{last}")

    def lose(self) -> Rule:
        return self._do("lose")

    def misplace(self, blocks: int) -> Rule:
        return self._do(f"misplace {blocks}")

    def stale(self) -> Rule:
        return self._do("stale")

    def report(self, field: str, value: str) -> Rule:
        return self._do(f"report {field} = {value}")

    def power_loss(self, back_after: float | None = None) -> Rule:
        return self._do("power-loss" if back_after is None else f"power-loss {_time(back_after)}")

    def reset(self, word: str) -> Rule:
        return self._do(f"reset {word}")

    def unplug(self, back_after: float | None = None) -> Rule:
        return self._do("unplug" if back_after is None else f"unplug {_time(back_after)}")

    def eject(self, word: str) -> Rule:
        return self._do(f"eject {word}")

    def swap(self, medium: str) -> Rule:
        return self._do(f"swap {medium}")

    def drain(self) -> Rule:
        return self._do("drain")

    def stall(self, seconds: float) -> Rule:
        return self._do(f"stall {_time(seconds)}")

    def throttle(self, bytes_per_second: int) -> Rule:
        return self._do(f"throttle {bytes_per_second}/s")

    def log(self, text: str) -> Rule:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return self._do(f'log "{quoted}"')

    # The limit.
    def once(self) -> Rule:
        return self._limited("once")

    def times(self, count: int) -> Rule:
        return self._limited(f"times {count}")

    def always(self) -> Rule:
        return self._limited("always")

    def lasting(self, seconds: float) -> Rule:
        return self._limited(f"for {_time(seconds)}")

    def until(self, point: str) -> Rule:
        return self._limited(f"until {point}")

    def _limited(self, text: str) -> Rule:
        self._limit = text
        return self


def at(point: str) -> Rule:
    """A rule's beginning: 'SEND_OPC_INFORMATION', 'OPC', '@write', 'source.read', 'time 12s', 'fired opc'."""
    return Rule(point)


def explain(rule: str | Rule) -> list[str]:
    """The rules that a line or a named fault stands for, in canonical form; RigError says what is wrong with it."""
    return _burnrig.explain(str(rule))


def _time(seconds: float) -> str:
    return f"{round(seconds * 1e9)}ns"


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


class FaultScope:
    """Rules that were added together: `with drive.faults(...) as f`. They go at the end of the block, what they did to
    the disc stays; afterwards this still tells what they did."""

    def __init__(self, faults: Faults, rules: typing.Sequence[str | Rule]):
        self._faults = faults
        self._last: dict[str, RuleReport] = {}
        self.names: list[str] = []
        self._active = True
        try:
            for rule in rules:
                self.names += faults.add(rule)
        except RigError:
            self.remove()
            raise

    def __enter__(self) -> FaultScope:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Takes the rules out; does nothing the second time."""
        if not self._active:
            return
        self._last = {rule.name: rule for rule in self.rules}
        self._active = False
        for name in reversed(self.names):
            self._faults.remove(name)

    @property
    def rules(self) -> list[RuleReport]:
        """What each of them did."""
        if not self._active:
            return list(self._last.values())
        return [rule for rule in self._faults.report() if rule.name in self.names]

    @property
    def fired(self) -> int:
        return sum(rule.fired for rule in self.rules)

    @property
    def matched(self) -> int:
        return sum(rule.matched for rule in self.rules)


class Faults:
    """The rules of a drive: `drive.faults(...)` adds some for a while, `drive.faults.add(...)` for good."""

    def __init__(self, target: _burnrig.Target):
        self._target = target

    def __call__(self, *rules: str | Rule) -> FaultScope:
        return FaultScope(self, rules)

    def add(self, rule: str | Rule) -> list[str]:
        """One more rule or named fault; the names of the rules it stands for."""
        return self._target.add_fault(str(rule))

    def remove(self, name: str) -> None:
        self._target.remove_fault(name)

    def report(self) -> list[RuleReport]:
        return [RuleReport(**rule) for rule in self._target.fault_report()]

    @property
    def unfired(self) -> list[RuleReport]:
        """Rules that never fired: a test that relies on them tests nothing."""
        return [rule for rule in self.report() if rule.fired == 0]
