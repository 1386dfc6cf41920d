# SPDX-License-Identifier: Apache-2.0
"""What a campaign is: the sweep's words, the number of shards, the program. Kept in its directory, so that going on
with another one is refused."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import pathlib
import subprocess

from ..errors import RigError

TRIALS_A_SHARD = 2000  # seconds of work: an engine's own cost does not count, and little is lost with a worker
SHARDS_MAX = 20_000


@dataclasses.dataclass(frozen=True)
class Plan:
    """A campaign in its directory."""

    program: str
    what: tuple[str, ...]
    shards: int
    folder: pathlib.Path

    def file(self, shard: int) -> pathlib.Path:
        """Of a shard (from 1) that is done."""
        return self.folder / f"shard-{shard}-of-{self.shards}.json"

    def pending(self) -> list[int]:
        """Shards without a file."""
        return [shard for shard in range(1, self.shards + 1) if not self.file(shard).exists()]

    def command(self, shard: int, of: int | None = None, folder: pathlib.Path | None = None) -> list[str]:
        """What carries a shard out; on one thread, since engines run as many as there are cores."""
        return [self.program, "sweep", *self.what, "--jobs", "1", "--shard", f"{shard}/{of or self.shards}", "--out",
                str(folder or self.folder)]

    def merge_command(self) -> list[str]:
        return [self.program, "sweep", "--merge", str(self.folder)]


def count_trials(program: str, what: tuple[str, ...]) -> int:
    done = subprocess.run([program, "sweep", *what, "--count"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise RigError(done.stderr.strip() or f"burnrig sweep --count ended with exit code {done.returncode}")
    return int(done.stdout)


def make_plan(program: str, what: tuple[str, ...], shards: int | None, folder: pathlib.Path) -> Plan:
    """The campaign of that directory: a new one, or the one that was begun there."""
    file = folder / "campaign.json"
    about = {"what": list(what), "program": hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()}
    if file.exists():
        begun = json.loads(file.read_text())
        for key, word in (("what", "another sweep"), ("program", "another burnrig")):
            if begun[key] != about[key]:
                raise RigError(f"{file}: this campaign was begun with {word}; give another --out, or go on with that one")
        if shards not in (None, begun["shards"]):
            raise RigError(f"{file}: this campaign has {begun['shards']} shards, not {shards}; leave --shards out")
        return Plan(program, what, begun["shards"], folder)
    if shards is None:
        shards = min(SHARDS_MAX, max(1, math.ceil(count_trials(program, what) / TRIALS_A_SHARD)))
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".campaign.json.{os.getpid()}"
    new.write_text(json.dumps({**about, "shards": shards}, indent=1) + "\n")
    new.replace(file)
    return Plan(program, what, shards, folder)
