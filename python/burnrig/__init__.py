# SPDX-License-Identifier: Apache-2.0
"""Burnrig: a test rig for optical burning.

    import burnrig

    with burnrig.Drive(medium="cd-r-80") as drive:                    # a simulated recorder, in this process
        with drive.faults("opc-failure") as f:
            result = drive.burner.burn(b"data" * 512, check=False)    # our own burn driver
        assert result.cause == "opc-failed" and f.fired == 1

    result = burnrig.run(["wodim", "dev=/dev/sr0", "image.iso"], medium="cd-r-80")     # any program, unmodified
    result.must_tell_the_truth("image.iso")

Times are seconds of drive time, which passes at once unless asked otherwise. See the README of the project, and for
pytest the plugin pytest_burnrig.
"""

from . import _burnrig
from ._burnrig import Completion, Disc, DriveModel, Medium, Progress, StopToken
from ._burnrig import drives, media, presets, sense_text
from ._burnrig import version as __version__
from .burner import Burner, BurnResult, pattern
from .drive import Clock, Device, Drive, Target, open_drive
from .errors import BurnError, CommandError, Error, RigError, UntruthError
from .faults import Faults, FaultScope, Rule, RuleReport, at, explain
from .program import ProgramResult, find_program, run
from .scenario import RunOutcome, ScenarioOutcome, run_scenarios
from .sweep import SweepResult, sweep
from .trace import Command, Trace, read_trace
from .where import fixtures as _fixtures

__all__ = [
    "BurnError", "BurnResult", "Burner", "Clock", "Command", "CommandError", "Completion", "Device", "Disc", "Drive",
    "DriveModel", "Error", "FaultScope", "Faults", "Medium", "ProgramResult", "Progress", "RigError", "Rule",
    "RuleReport", "RunOutcome", "ScenarioOutcome", "StopToken", "SweepResult", "Target", "Trace", "UntruthError", "at", "drives",
    "explain", "find_program", "media", "open_drive", "pattern", "presets", "read_trace", "run", "run_scenarios",
    "sense_text", "sweep",
]

if _fixtures() is not None:
    _burnrig.use_fixtures(str(_fixtures()))
