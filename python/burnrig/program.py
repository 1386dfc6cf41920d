# SPDX-License-Identifier: Apache-2.0
"""Programs of others, unmodified, on a simulated drive: `burnrig run` as a function.

    result = burnrig.run(["my-burner", "--device", "{device}", "image.iso"], medium="cd-r-80", faults=["opc-failure"])
    result.must_tell_the_truth("image.iso")
    assert result.exit_code != 0 and result.disc.blank
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import typing

from . import _burnrig
from ._burnrig import Disc
from .errors import RigError, UntruthError
from .faults import Rule, RuleReport
from .trace import Command, read_trace
from .where import find_program

Path = typing.Union[str, "os.PathLike[str]"]
DEVICE = "/dev/sr0"
RIG_BROKEN = 125


@dataclasses.dataclass
class ProgramResult:
    """What a program did, by its own account (exit_code, stdout, stderr) and by the drive's (trace, disc, faults)."""

    command: list[str]
    exit_code: int | None  #: None: it never came to an end, and was ended
    stdout: str
    stderr: str
    fields: dict[str, typing.Any]  #: as `burnrig run --json` writes them
    trace: list[Command]
    replay: str  #: the command line that does the same again
    disc_path: pathlib.Path | None
    trace_path: pathlib.Path | None
    _folder: typing.Any = dataclasses.field(default=None, repr=False)  # keeps the disc as long as this lives
    _disc: Disc | None = dataclasses.field(default=None, repr=False)
    _line: str = dataclasses.field(default="", repr=False)  # the disc in a line

    @property
    def ok(self) -> bool:
        """It reported success."""
        return self.exit_code == 0

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def disc(self) -> Disc:
        """The disc as the program left it; a directory of your own is in use until disc.close()."""
        if self._disc is None:
            if self.disc_path is None or not self.disc_path.is_dir():
                raise RigError("there was no disc in the drive")
            self._disc = Disc.open(str(self.disc_path))
        return self._disc

    @property
    def disc_line(self) -> str:
        """The disc in a line."""
        return self._line or str(self.disc)

    @property
    def faults(self) -> list[RuleReport]:
        return [RuleReport(**rule) for rule in self.fields.get("faults", [])]

    @property
    def fired(self) -> int:
        """How often fault rules acted."""
        return sum(rule.fired for rule in self.faults)

    @property
    def drive_seconds(self) -> float:
        return self.fields.get("drive_seconds", 0.0)

    def count(self, name: str) -> int:
        """Commands of that name ('WRITE_10')."""
        return sum(command.name == name for command in self.trace)

    @property
    def errors(self) -> list[Command]:
        """Commands that failed, but for news and questions about what this drive has not got, as any drive answers."""
        return [command for command in self.trace if not command.good and
                not _burnrig.is_everyday(command.status, command.host_status, command.sense_bytes)]

    def difference(self, image: Path) -> str:
        """Why the disc does not hold that image; '' when it does."""
        held, disc = self._disc, self.disc
        try:
            if disc.blank:
                return "it is blank: nothing was recorded"
            comparison = disc.compare(os.fspath(image))
            if not comparison["equal"]:
                return f"at LBA {comparison['lba']}: {comparison['what']}"
            return f"it is {disc.state}: recording was cut off" if disc.state == "damaged" else ""
        finally:
            if held is None:  # nobody asked for it: whoever comes next can have it
                self._line = str(disc)
                disc.close()
                self._disc = None

    def must_tell_the_truth(self, image: Path, *, names_errors: bool = True) -> None:
        """Holds what the program said (exit code, words) against the disc and the drive's answers. UntruthError, an
        AssertionError, tells its author what it did wrong."""
        from .truth import accusation
        if text := accusation(self, image, names_errors=names_errors):
            raise UntruthError(text)


def run(command: typing.Sequence[Path], *, drive: str = "generic-dvd-recorder", medium: str | None = None,
        disc: Path | None = None, faults: typing.Iterable[str | Rule] = (), seed: int = 1, time: str = "virtual",
        via: str = "preload", trace: Path | None = None, report: Path | None = None, timeout: float = 120.0,
        env: typing.Mapping[str, str] | None = None, cwd: Path | None = None,
        input: str | None = None) -> ProgramResult:  # noqa: A002: as subprocess calls it
    """Runs a program with a simulated drive at /dev/sr0, which is also in $BURNRIG_DEVICE and stands in for {device}.

    medium: default cd-r-80, or what `disc`, a directory, holds. timeout: real seconds, after which all of it is ended
    and exit_code is None. What can be done again from a shell is in .replay. RigError: the rig itself failed.
    """
    folder = tempfile.TemporaryDirectory(prefix="burnrig-")
    work = pathlib.Path(folder.name)
    disc_path = pathlib.Path(disc) if disc else (None if medium == "none" else work / "disc")
    trace_path = pathlib.Path(trace) if trace else work / "trace.jsonl"
    words = [os.fspath(word).replace("{device}", DEVICE) for word in command]
    options = ["--drive", drive.removeprefix("sim:"), "--seed", str(seed), "--time", time, "--via", via]
    if medium:
        options += ["--medium", medium]
    for rule in faults:
        options += ["--fault", str(rule)]
    files = ["--quiet", "--json", str(work / "result.json"), "--trace", str(trace_path)]
    if disc_path:
        files += ["--disc", str(disc_path)]
    if report:
        files += ["--report", os.fspath(report)]
    ended = _run_to_its_end([find_program(), "run", *options, *files, "--", *words], timeout,
                            env={**os.environ, **(env or {})}, cwd=cwd, input=input)
    code, stdout, stderr = ended
    result_file = work / "result.json"
    fields = json.loads(result_file.read_text()) if result_file.exists() else {}
    if code == RIG_BROKEN and not fields:
        raise RigError(stderr.strip() or "burnrig run failed without a word")
    kept = ["--disc", str(disc_path)] if disc else []
    return ProgramResult(words, code, stdout, stderr, fields,
                         read_trace(trace_path) if trace_path.suffix != ".pcapng" and trace_path.exists() else [],
                         shlex.join(["burnrig", "run", *options, *kept, "--", *words]), disc_path,
                         trace_path if trace_path.exists() else None, folder)


def _run_to_its_end(command: list[str], timeout: float, **options: typing.Any) -> tuple[int | None, str, str]:
    """Exit code and output; None for one that had to be ended, with all that it had started."""
    given = options.pop("input")
    process = subprocess.Popen(command, stdin=subprocess.PIPE if given else subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True, **options)
    try:
        stdout, stderr = process.communicate(given, timeout=timeout)
        return process.returncode, stdout, stderr
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        return None, stdout, stderr
    except BaseException:  # such as Ctrl-C: what was started does not stay behind
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
